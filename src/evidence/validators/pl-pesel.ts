import { lastDigit, weightedSum } from '../checksum.ts'
import type { Validator } from '../validator.ts'

const WEIGHTS = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]

/**
 * PESEL: date of birth (the month holds the century: 80 for the 1800s, then 0, 20, 40, 60), a serial with the sex, and a check digit
 * modulo 10 (ustawa o ewidencji ludności, 2010, articles 15 to 19). Eleven digits; always low by itself.
 */
export const validate: Validator = (bytes, start, end) => {
  const month = ((bytes[start + 2] - 0x30) * 10 + bytes[start + 3] - 0x30) % 20
  const day = (bytes[start + 4] - 0x30) * 10 + bytes[start + 5] - 0x30
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined
  const check = (10 - (weightedSum(bytes, start, end, WEIGHTS) % 10)) % 10
  return check === lastDigit(bytes, start, end) ? { start, end } : undefined
}
