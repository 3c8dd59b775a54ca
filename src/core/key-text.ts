/** Keys and signatures as text: hexadecimal or base64 in, base64url out. Used at construction only. */

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** The bytes that hex or base64 (both alphabets, padded or not) says; undefined when the text is neither. */
export function bytesOfText(text: string): Uint8Array | undefined {
  if (/^(?:[0-9a-f]{2})+$/i.test(text)) return Uint8Array.from(text.match(/../g)!, (pair) => Number.parseInt(pair, 16))
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? bytesOfBase64(text) : undefined
}

/** The bytes of base64 or base64url that is known to be one. */
export function bytesOfBase64(text: string): Uint8Array {
  const bytes: number[] = []
  let bits = 0
  let count = 0
  for (const char of text.replace(/=+$/, '').replace(/-/g, '+').replace(/_/g, '/')) {
    bits = ((bits << 6) | DIGITS.indexOf(char)) & 0xffffff
    count += 6
    if (count >= 8) {
      count -= 8
      bytes.push((bits >> count) & 0xff)
    }
  }
  return Uint8Array.from(bytes)
}

/** base64url without padding. */
export function base64Url(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    const left = Math.min(3, bytes.length - i)
    for (let k = 0; k <= left; k++) text += DIGITS[(group >> (18 - 6 * k)) & 63]
  }
  return text.replaceAll('+', '-').replaceAll('/', '_')
}
