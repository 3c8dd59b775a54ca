import { entropy, hexValue, isDigit, isLower, isUpper } from '../bytes.ts'
import type { Validator } from '../validator.ts'

/**
 * AWS secret access key: 40 characters of base64 drawn at random (AWS security blog, "A safer way to distribute AWS credentials").
 * Such a draw has capitals, small letters and digits and about 4.7 bits a character; below 4.0, or all hexadecimal, it is something else.
 */
export const validate: Validator = (bytes, start, end) => {
  let upper = 0
  let lower = 0
  let digit = 0
  let hex = 0
  let slash = 0
  for (let i = start; i < end; i++) {
    if (isUpper(bytes[i])) upper++
    else if (isLower(bytes[i])) lower++
    else if (isDigit(bytes[i])) digit++
    if (bytes[i] === 0x2f) slash++
    if (hexValue(bytes[i]) >= 0) hex++
  }
  if (upper < 3 || lower < 3 || digit === 0 || hex === end - start || slash > 6) return undefined
  return entropy(bytes, start, end) < 4 ? undefined : { start, end }
}
