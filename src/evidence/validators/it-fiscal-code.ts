import { isDigit } from '../bytes.ts'
import { luhn } from '../checksum.ts'
import type { Validator } from '../validator.ts'

/** Value of a character at an odd place, 0 to 9 as A to J (decreto ministeriale 23 December 1976, article 12). */
const ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]
const MONTHS = 'ABCDEHLMPRST'
/** Letters that replace a digit where two people would have the same code (omocodia, articles 3 and 6). */
const OMOCODE = 'LMNPQRSTUV'

/**
 * Codice fiscale of a person: sixteen characters with date of birth (a woman's day plus 40), place and check letter; of an organisation: eleven
 * digits with Luhn's check digit, low by itself.
 */
export const validate: Validator = (bytes, start, end) => {
  if (end - start === 11) return luhn(bytes, start, end) ? { start, end, confidence: 'low' } : undefined
  let sum = 0
  for (let i = 0; i < 15; i++) {
    const value = placeValue(bytes[start + i])
    sum += i % 2 === 0 ? ODD[value] : value
  }
  if (sum % 26 !== (bytes[end - 1] & 0xdf) - 0x41) return undefined
  if (!MONTHS.includes(String.fromCharCode(bytes[start + 8] & 0xdf))) return undefined
  const day = figure(bytes[start + 9]) * 10 + figure(bytes[start + 10])
  return (day >= 1 && day <= 31) || (day >= 41 && day <= 71) || day === 0 ? { start, end } : undefined
}

function placeValue(byte: number): number {
  return isDigit(byte) ? byte - 0x30 : (byte & 0xdf) - 0x41
}

function figure(byte: number): number {
  return isDigit(byte) ? byte - 0x30 : OMOCODE.indexOf(String.fromCharCode(byte & 0xdf))
}
