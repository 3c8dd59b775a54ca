import { distinctBytes, isDigit } from '../bytes.ts'
import type { Validator } from '../validator.ts'

/**
 * The whole value of a field named as a telephone number, in whatever national form: 6 to 15 digits (ITU-T E.164 section 6.2), the signs of
 * ITU-T E.123 between them, perhaps an extension.
 */
export const validate: Validator = (bytes, start, end) => {
  let digits = 0
  let to = start
  for (; to < end; to++) {
    const byte = bytes[to]
    if (isDigit(byte)) digits++
    else if ((byte | 32) === 0x78 || (byte | 32) === 0x65 || byte === 0x23) break
    else if (byte !== 0x20 && (byte < 0x28 || byte > 0x2f || byte === 0x2a || byte === 0x2c) && byte !== 0xa0 && byte !== 0xc2)
      return undefined
  }
  for (let i = to; i < end; i++) if (bytes[i] < 0x20 || bytes[i] >= 0x7f || end - to > 12) return undefined
  if (digits < 6 || digits > 15 || distinctBytes(bytes, start, to) < 3) return undefined
  return { start, end }
}
