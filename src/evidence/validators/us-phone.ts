import { isDigit } from '../bytes.ts'
import type { Validator } from '../validator.ts'

/**
 * Telephone number of the North American Numbering Plan in national form: area code and exchange begin with 2 to 9, the area code's middle
 * digit is no 9, and neither ends in 11 (NANPA, "Numbering resources"; ATIS-0300051). Separators or brackets are half of the evidence: low
 * with blanks only, for ten digits in a row, and for codes that the plan does not assign; refused where both fail.
 */
export const validate: Validator = (bytes, start, end) => {
  const digits: number[] = []
  // how many digits stand before each separator
  const gaps = new Set<number>()
  let signs = 0
  for (let i = start; i < end; i++) {
    const byte = bytes[i]
    // an extension: x12, ext. 12
    if ((byte | 32) === 0x78 || (byte | 32) === 0x65) break
    if (isDigit(byte)) digits.push(byte - 0x30)
    else if (digits.length > 0) gaps.add(digits.length)
    if (!isDigit(byte) && byte !== 0x20) signs++
  }
  // what stands before the ten digits: 1, 001, 011
  const prefix = digits.length - 10
  if (prefix < 0) return undefined
  // a gap before the last four digits alone is a decimal point, or parts two numbers
  if (gaps.has(prefix + 6) && !gaps.has(prefix + 3)) return undefined
  const at = (index: number) => digits[prefix + index]
  const assigned = isCode(at(0), at(1), at(2)) && at(1) !== 9 && isCode(at(3), at(4), at(5))
  if (signs === 0 || !gaps.has(prefix + 6)) return assigned ? { start, end, confidence: 'low' } : undefined
  return assigned ? { start, end } : { start, end, confidence: 'low' }
}

function isCode(a: number, b: number, c: number): boolean {
  return a >= 2 && !(b === 1 && c === 1)
}
