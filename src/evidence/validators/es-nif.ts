import { isDigit, isLetter, isUpper } from '../bytes.ts'
import type { Validator } from '../validator.ts'

/** Control letter by the number modulo 23 (Real Decreto 1553/2005, article 11; Orden EHA/451/2008 for the others). */
export const CONTROL = 'TRWAGMYFPDXBNJZSQVHLCKE'
/** Control letters of organisations, by the control digit. */
const ORGANISATION = 'JABCDEFGHI'

/**
 * NIF: DNI (up to eight digits and a letter), K, L, M and seven digits and a letter, and organisations' letter, seven digits and a control
 * digit or letter. Low where the form is common: seven digits and a letter without a hyphen, a small hexadecimal letter, an organisation's.
 */
export const validate: Validator = (bytes, start, end) => {
  let number = 0
  let digits = 0
  let hyphen = false
  const from = isLetter(bytes[start]) ? start + 1 : start
  for (let i = from; i < end - 1; i++) {
    if (bytes[i] === 0x2d) hyphen = true
    if (!isDigit(bytes[i])) continue
    number = number * 10 + bytes[i] - 0x30
    digits++
  }
  const last = bytes[end - 1]
  if (from === start) {
    if (number === 0 || CONTROL.charCodeAt(number % 23) !== (last & 0xdf)) return undefined
    const rare = hyphen || (digits === 8 && (isUpper(last) || last > 0x66))
    return rare ? { start, end } : { start, end, confidence: 'low' }
  }
  const kind = String.fromCharCode(bytes[start] & 0xdf)
  if (digits !== 7) return undefined
  if ('KLM'.includes(kind))
    return CONTROL.charCodeAt(number % 23) === (last & 0xdf) ? { start, end, confidence: 'low' } : undefined
  const control = organisationControl(number)
  const right = isDigit(last)
    ? last - 0x30 === control && !'PQRSNW'.includes(kind)
    : ORGANISATION.charCodeAt(control) === (last & 0xdf) && !'ABEH'.includes(kind)
  return right ? { start, end, confidence: 'low' } : undefined
}

/** Luhn's digit over the seven digits. */
function organisationControl(number: number): number {
  let sum = 0
  for (let place = 0; place < 7; place++, number = Math.floor(number / 10)) {
    const digit = (number % 10) * (place % 2 === 0 ? 2 : 1)
    sum += digit > 9 ? digit - 9 : digit
  }
  return (10 - (sum % 10)) % 10
}
