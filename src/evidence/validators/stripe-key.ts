import { distinctBytes } from '../bytes.ts'
import type { Validator } from '../validator.ts'

/** Stripe secret and restricted keys (Stripe docs, "API keys"): the form is the pattern's; a body of a few characters again and again is a placeholder. */
export const validate: Validator = (bytes, start, end) => (distinctBytes(bytes, start + 8, end) < 6 ? undefined : { start, end })
