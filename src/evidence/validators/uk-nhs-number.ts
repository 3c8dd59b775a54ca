import { countDigits, isOneDigit, lastDigit, weightedSum } from '../checksum.ts'
import { separatorOf } from '../groups.ts'
import type { Validator } from '../validator.ts'

const WEIGHTS = [10, 9, 8, 7, 6, 5, 4, 3, 2]

/**
 * NHS number: ten digits, the last a check digit modulo 11 (NHS Data Model and Dictionary, "NHS NUMBER"). One number in eleven passes, so
 * it is low without its usual groups 3-3-4, and also where hyphens make it a telephone number of North America.
 */
export const validate: Validator = (bytes, start, end) => {
  if (countDigits(bytes, start, end) !== 10 || isOneDigit(bytes, start, end)) return undefined
  const check = 11 - (weightedSum(bytes, start, end, WEIGHTS) % 11)
  if (check === 10 || check % 11 !== lastDigit(bytes, start, end)) return undefined
  const separator = separatorOf(bytes, start, end)
  // one gap only parts two numbers
  if (end - start === 11) return undefined
  const telephone = separator === 0x2d && bytes[start] > 0x31 && bytes[start + 4] > 0x31
  return separator > 0 && !telephone ? { start, end } : { start, end, confidence: 'low' }
}
