import { isOneDigit, luhn } from '../checksum.ts'
import { numberInGroups } from '../groups.ts'
import type { Validator } from '../validator.ts'

/**
 * Social insurance number: nine digits with Luhn's check digit; none begins with 0 or 8 (Employment and Social Development Canada, "Social Insurance
 * Number", validation). Low where it is not written in groups of three.
 */
export const validate: Validator = (bytes, start, end) => {
  if (end - start === 9) return isNumber(bytes, start, end) ? { start, end, confidence: 'low' } : undefined
  return numberInGroups(bytes, start, end, 3, 3, isNumber)
}

function isNumber(bytes: Uint8Array, start: number, end: number): boolean {
  return bytes[start] !== 0x30 && bytes[start] !== 0x38 && luhn(bytes, start, end) && !isOneDigit(bytes, start, end)
}
