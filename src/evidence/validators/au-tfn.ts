import { isOneDigit, weightedSum } from '../checksum.ts'
import { numberInGroups } from '../groups.ts'
import type { Validator } from '../validator.ts'

const WEIGHTS = [1, 4, 3, 7, 5, 8, 6, 9, 10]

/**
 * Tax file number: nine digits whose weighted sum is a multiple of 11 (Australian Taxation Office, TFN algorithm in the
 * software developers' specifications). One number in eleven passes: always low by itself.
 */
export const validate: Validator = (bytes, start, end) => {
  if (end - start === 9) return isNumber(bytes, start, end) ? { start, end } : undefined
  return numberInGroups(bytes, start, end, 3, 3, isNumber)
}

function isNumber(bytes: Uint8Array, start: number, end: number): boolean {
  return weightedSum(bytes, start, end, WEIGHTS) % 11 === 0 && !isOneDigit(bytes, start, end)
}
