import { isDigit } from '../bytes.ts'
import { countDigits, isOneDigit, mod1110 } from '../checksum.ts'
import { separatorOf } from '../groups.ts'
import type { Validator } from '../validator.ts'

/**
 * Steuerliche Identifikationsnummer: eleven digits, none in front a 0, the last by ISO/IEC 7064 MOD 11,10; of the first ten one digit stands
 * twice or three times, never three in a row, and the others at most once (BZSt, "Steuerliche Identifikationsnummer", § 139b AO).
 * Low without its groups 2-3-3-3, and where only the check digit is right (numbers made up for tests).
 */
export const validate: Validator = (bytes, start, end) => {
  if (countDigits(bytes, start, end) !== 11 || bytes[start] === 0x30 || isOneDigit(bytes, start, end)) return undefined
  if (!mod1110(bytes, start, end)) return undefined
  const counts = new Uint8Array(10)
  let seen = 0
  let row = 0
  let rare = false
  let last = 0
  for (let i = start; i < end && seen < 10; i++) {
    if (!isDigit(bytes[i])) continue
    row = bytes[i] === last ? row + 1 : 1
    last = bytes[i]
    if (row === 3) rare = true
    counts[last - 0x30]++
    seen++
  }
  const repeated = counts.filter((count) => count > 1)
  if (repeated.some((count) => count > 3) || repeated.length > 1) return undefined
  return repeated.length === 1 && !rare && separatorOf(bytes, start, end) > 0 ? { start, end } : { start, end, confidence: 'low' }
}
