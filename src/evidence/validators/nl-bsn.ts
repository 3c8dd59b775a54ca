import { countDigits, isOneDigit, weightedSum } from '../checksum.ts'
import type { Validator } from '../validator.ts'

const NINE = [9, 8, 7, 6, 5, 4, 3, 2, -1]
const EIGHT = NINE.slice(1)

/**
 * Burgerservicenummer: nine digits (eight with the first 0 left out) that pass the "elfproef" with a last weight of -1 (RvIG, Logisch Ontwerp BSN).
 * One number in eleven passes: always low by itself.
 */
export const validate: Validator = (bytes, start, end) => {
  const digits = countDigits(bytes, start, end)
  if ((digits !== 9 && digits !== 8) || isOneDigit(bytes, start, end)) return undefined
  return weightedSum(bytes, start, end, digits === 9 ? NINE : EIGHT) % 11 === 0 ? { start, end } : undefined
}
