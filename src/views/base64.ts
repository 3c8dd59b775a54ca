/** base64 and base64url (RFC 4648, sections 4 and 5) as one alphabet: a text that mixes them is read all the same. */

const STANDARD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const STANDARD_CODES = Uint8Array.from(STANDARD, (character) => character.charCodeAt(0))
const URL_CODES = STANDARD_CODES.slice()
URL_CODES[62] = 0x2d
URL_CODES[63] = 0x5f

export const PAD = 0x3d

/** The six bits of each byte; 255 for a byte outside both alphabets. */
export const SIX_BITS = new Uint8Array(256).fill(255)
STANDARD_CODES.forEach((code, value) => {
  SIX_BITS[code] = value
})
SIX_BITS[0x2d] = 62
SIX_BITS[0x5f] = 63

/** Is it a byte that only base64url has? */
export function isUrlOnly(byte: number): boolean {
  return byte === 0x2d || byte === 0x5f
}

/** Encodes `bytes`; a last group of one or two bytes is padded when `padded`. */
export function encodeBase64(bytes: Uint8Array, url: boolean, padded: boolean): Uint8Array {
  const codes = url ? URL_CODES : STANDARD_CODES
  const rest = bytes.length % 3
  const out = new Uint8Array(Math.ceil(bytes.length / 3) * 4)
  let length = 0
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    out[length++] = codes[group >> 18]
    out[length++] = codes[(group >> 12) & 63]
    out[length++] = codes[(group >> 6) & 63]
    out[length++] = codes[group & 63]
  }
  if (rest === 0) return out
  if (!padded) return out.subarray(0, length - (3 - rest))
  out.fill(PAD, length - (3 - rest))
  return out
}
