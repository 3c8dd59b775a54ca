import { countDigits, isOneDigit, weightedSum } from '../checksum.ts'
import type { Validator } from '../validator.ts'

const WEIGHTS = [3, 7, 1, 3, 7, 1, 3, 7, 1]

/**
 * ABA routing number: nine digits, weights 3-7-1 to a multiple of ten, the first two of 00 to 12, 21 to 32, 61 to 72 or 80 (American Bankers Association,
 * "Routing Number Policy & Procedures"; Federal Reserve districts). Low without the hyphens of its printed form, 4-4-1.
 */
export const validate: Validator = (bytes, start, end) => {
  if (countDigits(bytes, start, end) !== 9 || isOneDigit(bytes, start, end)) return undefined
  const district = (bytes[start] - 0x30) * 10 + bytes[start + 1] - 0x30
  if (district !== 80 && !(district <= 12 || (district >= 21 && district <= 32) || (district >= 61 && district <= 72)))
    return undefined
  if (weightedSum(bytes, start, end, WEIGHTS) % 10 !== 0) return undefined
  return end - start === 11 ? { start, end } : { start, end, confidence: 'low' }
}
