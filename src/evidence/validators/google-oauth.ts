import { isFiller } from '../token-body.ts'
import type { Validator } from '../validator.ts'

/** OAuth client secret `GOCSPX-…`, access token `ya29.…`, refresh token `1//0…` of Google (Google Identity docs, OAuth 2.0): no placeholder behind the prefix. */
export const validate: Validator = (bytes, start, end) => (isFiller(bytes, start + 5, end) ? undefined : { start, end })
