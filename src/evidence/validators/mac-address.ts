import { distinctBytes, hexValue, isDigit } from '../bytes.ts'
import { separatorOf } from '../groups.ts'
import type { Validator } from '../validator.ts'

/**
 * EUI-48: six pairs of hexadecimal digits with colons or hyphens (IEEE 802-2014 section 8.1, RFC 9542 section 2.1), or three groups of four with dots, as
 * network equipment prints them. All zeros and the broadcast address are nobody's. Low for the dotted form without a digit and a letter.
 */
export const validate: Validator = (bytes, start, end) => {
  const separator = separatorOf(bytes, start, end)
  if (separator < 0) return undefined
  let digits = 0
  let letters = 0
  let zero = true
  let broadcast = true
  for (let i = start; i < end; i++) {
    const value = hexValue(bytes[i])
    if (value < 0) continue
    if (isDigit(bytes[i])) digits++
    else letters++
    if (value !== 0) zero = false
    if (value !== 15) broadcast = false
  }
  if (digits + letters !== 12 || zero || broadcast || distinctBytes(bytes, start, end) < 3) return undefined
  return separator === 0x2e && (digits === 0 || letters === 0) ? { start, end, confidence: 'low' } : { start, end }
}
