import { distinctBytes } from '../bytes.ts'
import type { Validator } from '../validator.ts'

/** Stripe secret and restricted keys (Stripe docs, "API keys"): the form is the pattern's; a body all of `x` or `*` is a placeholder. */
export const validate: Validator = (bytes, start, end) => {
  const body = start + 8
  const filler = bytes[body] | 32
  return filler === 0x78 && distinctBytes(bytes, body, end) === 1 ? undefined : { start, end }
}
