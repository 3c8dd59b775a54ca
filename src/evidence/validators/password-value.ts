import { isPlaceholder } from '../placeholder.ts'
import type { Validator } from '../validator.ts'

/** The whole value of a field named like a password: anything of 1 to 1,024 bytes that is no placeholder. */
export const validate: Validator = (bytes, start, end) =>
  end - start > 1024 || isPlaceholder(bytes, start, end) ? undefined : { start, end }
