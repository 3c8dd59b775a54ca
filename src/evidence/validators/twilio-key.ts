import { distinctBytes } from '../bytes.ts'
import type { Validator } from '../validator.ts'

/**
 * Twilio API key `SK` and 32 hexadecimal digits, or an auth token: 32 hexadecimal digits alone, as any MD5 digest is (Twilio docs, "API keys",
 * "Auth tokens"). Low for the latter: it needs Twilio's name beside it.
 */
export const validate: Validator = (bytes, start, end) => {
  if (distinctBytes(bytes, Math.max(start, end - 32), end) < 6) return undefined
  return end - start === 34 ? { start, end } : { start, end, confidence: 'low' }
}
