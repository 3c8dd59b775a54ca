import { countDigits } from '../checksum.ts'
import { separatorOf } from '../groups.ts'
import type { Validator } from '../validator.ts'

/**
 * Individual taxpayer identification number: nine digits, the first a 9, the fourth and fifth in 50 to 65, 70 to 88, 90 to 92 or
 * 94 to 99 (IRS, Internal Revenue Manual 3.21.263.1.4). No check digit: low when it is not written 3-2-4.
 */
export const validate: Validator = (bytes, start, end) => {
  if (countDigits(bytes, start, end) !== 9) return undefined
  let group = 0
  let seen = 0
  for (let i = start; i < end && seen < 5; i++) {
    if (bytes[i] < 0x30 || bytes[i] > 0x39) continue
    if (seen >= 3) group = group * 10 + bytes[i] - 0x30
    seen++
  }
  if (group < 50 || (group > 65 && group < 70) || group === 89 || group === 93) return undefined
  return end - start === 11 && separatorOf(bytes, start, end) > 0x20 ? { start, end } : { start, end, confidence: 'low' }
}
