import { distinctBytes } from '../bytes.ts'
import type { Validator } from '../validator.ts'

/** GitHub token (GitHub docs, "GitHub's token formats"): the form is the pattern's; a body of a few characters repeated is a placeholder. */
export const validate: Validator = (bytes, start, end) => {
  let body = end
  while (body > start && bytes[body - 1] !== 0x5f) body--
  // a fine-grained token's body may hold underscores itself
  if (end - body < 20) body = start
  return distinctBytes(bytes, body, end) < 8 ? undefined : { start, end }
}
