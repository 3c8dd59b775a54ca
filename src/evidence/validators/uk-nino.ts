import { isUpper } from '../bytes.ts'
import type { Validator } from '../validator.ts'

/** Prefixes that are not used (HMRC, National Insurance Manual NIM39110). D, F, I, Q, U and V are refused by the pattern. */
const UNUSED = new Set(['BG', 'GB', 'KN', 'NK', 'NT', 'TN', 'ZZ'])

/**
 * National Insurance number: two letters, six digits, a suffix A to D (HMRC, NIM39110). Low for one run of small letters and digits: identifiers in
 * hexadecimal look so.
 */
export const validate: Validator = (bytes, start, end) => {
  if (UNUSED.has(String.fromCharCode(bytes[start] & 0xdf, bytes[start + 1] & 0xdf))) return undefined
  const hexadecimal =
    end - start === 9 && !isUpper(bytes[start]) && bytes[start] <= 0x66 && !isUpper(bytes[start + 1]) && bytes[start + 1] <= 0x66
  return hexadecimal ? { start, end, confidence: 'low' } : { start, end }
}
