import { isDigit } from '../bytes.ts'
import type { Validator } from '../validator.ts'
import { CONTROL } from './es-nif.ts'

/** NIE: X, Y or Z (counting 0, 1, 2 in front), seven digits and the control letter of the DNI (Orden INT/2058/2008). */
export const validate: Validator = (bytes, start, end) => {
  let number = (bytes[start] & 0xdf) - 0x58
  for (let i = start + 1; i < end - 1; i++) if (isDigit(bytes[i])) number = number * 10 + bytes[i] - 0x30
  return CONTROL.charCodeAt(number % 23) === (bytes[end - 1] & 0xdf) ? { start, end } : undefined
}
