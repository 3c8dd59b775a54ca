import { isDigit, isLetter } from '../bytes.ts'
import { isDate } from '../date.ts'
import type { Validator } from '../validator.ts'

const UTF8 = new TextDecoder()

/**
 * `date of birth: 1982-03-29` in text, narrowed to the date: it begins behind the sign of the assignment (or `is`, or a blank), which the pattern has
 * found, and ends where the match does.
 */
export const validate: Validator = (bytes, start, end) => {
  // the longest date at the end of the match that begins behind a blank, a quote or the sign
  for (let from = start + 3; from < end - 5; from++) {
    const before = bytes[from - 1]
    if (isDigit(before) || isLetter(before) || before >= 0x80 || (!isDigit(bytes[from]) && !isLetter(bytes[from]))) continue
    if (isDate(UTF8.decode(bytes.subarray(from, end)))) return { start: from, end }
  }
  return undefined
}
