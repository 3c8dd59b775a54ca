const VALUES = new Uint8Array(256).fill(255)
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
for (let i = 0; i < 64; i++) VALUES[ALPHABET.charCodeAt(i)] = i
VALUES[0x2d] = 62 // base64url, RFC 4648 section 5
VALUES[0x5f] = 63

/** Is it a byte of base64 or base64url (no padding)? */
export function isBase64(byte: number): boolean {
  return VALUES[byte] !== 255
}

/** Decodes up to `max` bytes of base64 or base64url; other bytes are passed over. */
export function decodeBase64(bytes: Uint8Array, start: number, end: number, max: number): Uint8Array {
  const out = new Uint8Array(Math.max(0, Math.min(max, Math.ceil(((end - start) * 3) / 4))))
  let length = 0
  let held = 0
  let bits = 0
  for (let i = start; i < end && length < out.length; i++) {
    const value = VALUES[bytes[i]]
    if (value === 255) continue
    held = ((held << 6) | value) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      out[length++] = (held >> bits) & 0xff
    }
  }
  return out.subarray(0, length)
}
