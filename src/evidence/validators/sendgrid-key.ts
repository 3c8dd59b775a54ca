import { isFiller } from '../token-body.ts'
import type { Validator } from '../validator.ts'

/** SendGrid API key: `SG.`, an id of 22 characters, a dot, a secret of 43 (Twilio SendGrid docs, "API keys"). */
export const validate: Validator = (bytes, start, end) =>
  end - start < 59 || isFiller(bytes, start + 3, start + 19) || isFiller(bytes, end - 39, end) ? undefined : { start, end }
