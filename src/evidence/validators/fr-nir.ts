import { isDigit } from '../bytes.ts'
import type { Validator } from '../validator.ts'

/** What a department of Corsica counts less than its number with 2A, 2B read as 20. */
const CORSICA: Readonly<Record<number, number>> = { 65: 1_000_000, 66: 2_000_000 }

/**
 * NIR (numéro de sécurité sociale): thirteen characters and a key of two digits, 97 less the number modulo 97; 2A and 2B of Corsica count as 19 and
 * 18 (INSEE, "Numéro d'inscription au répertoire"; décret 82-103). The month is 01 to 12, or 20 and more where it is not known: low, as are provisional numbers (3, 4, 7, 8 in front).
 */
export const validate: Validator = (bytes, start, end) => {
  let number = 0
  let taken = 0
  let less = 0
  let month = 0
  for (let i = start; i < end && taken < 13; i++) {
    const byte = bytes[i]
    const letter = byte & 0xdf
    if (taken === 6 && (letter === 65 || letter === 66)) less = CORSICA[letter]
    else if (!isDigit(byte)) continue
    const digit = isDigit(byte) ? byte - 0x30 : 0
    number = number * 10 + digit
    if (taken === 3 || taken === 4) month = month * 10 + digit
    taken++
  }
  if (taken < 13 || month === 0 || (month > 12 && month < 20) || (month > 42 && month < 50)) return undefined
  const key = (bytes[end - 2] - 0x30) * 10 + bytes[end - 1] - 0x30
  if (97 - ((number - less) % 97) !== key) return undefined
  return month <= 12 && bytes[start] <= 0x32 ? { start, end } : { start, end, confidence: 'low' }
}
