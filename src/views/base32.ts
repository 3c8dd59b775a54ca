import { PAD } from './base64.ts'

/** base32 (RFC 4648, section 6): the capital letters and the digits 2 to 7, five bits each. */

const CODES = Uint8Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', (character) => character.charCodeAt(0))

/** The five bits of each byte; 255 for a byte outside the alphabet. */
export const FIVE_BITS = new Uint8Array(256).fill(255)
CODES.forEach((code, value) => {
  FIVE_BITS[code] = value
})

export const QUANTUM_BYTES = 5
export const QUANTUM_LETTERS = 8

/** Letters that `bytes` bytes of a last quantum take. */
const LETTERS = [0, 2, 4, 5, 7]

/** Encodes `bytes`; a last quantum that is not whole is padded when `padded`. */
export function encodeBase32(bytes: Uint8Array, padded: boolean): Uint8Array {
  const whole = Math.floor(bytes.length / QUANTUM_BYTES)
  const rest = bytes.length - whole * QUANTUM_BYTES
  const letters = whole * QUANTUM_LETTERS + LETTERS[rest]
  const out = new Uint8Array(padded && rest > 0 ? (whole + 1) * QUANTUM_LETTERS : letters).fill(PAD)
  let bits = 0
  let count = 0
  let length = 0
  for (let i = 0; length < letters; i++) {
    bits = ((bits & 0xff) << 8) | (bytes[i] ?? 0)
    for (count += 8; count >= 5 && length < letters; count -= 5) out[length++] = CODES[(bits >> (count - 5)) & 31]
  }
  return out
}
