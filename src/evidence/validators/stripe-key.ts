import { distinctBytes } from '../bytes.ts'
import type { Validator } from '../validator.ts'

/** Characters behind the prefix of the shortest key that was issued. */
const SHORTEST = 24

/**
 * Stripe secret and restricted keys (Stripe docs, "API keys"): the form is the pattern's. A body all of `x` is a placeholder, and so is one of a
 * few characters that is shorter than any key.
 */
export const validate: Validator = (bytes, start, end) => {
  const body = start + 8
  const distinct = distinctBytes(bytes, body, end)
  if (distinct === 1 && (bytes[body] | 32) === 0x78) return undefined
  return distinct < 6 && end - body < SHORTEST ? undefined : { start, end }
}
