import { BACKSLASH, LOOK_ALIKE, PERCENT, REFERENCE } from './escapes.ts'

/** Bytes that stand for themselves in a URL and in what reads percent triplets (RFC 3986, section 2.3). */
const UNRESERVED = new Uint8Array(256)
for (const character of '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-._~*')
  UNRESERVED[character.charCodeAt(0)] = 1

const REFERENCES: Readonly<Record<number, string>> = { 34: '&quot;', 38: '&amp;', 39: '&#39;', 60: '&lt;', 62: '&gt;' }

/** Writes ASCII text so that a reader of this notation reads it. */
export function rewrite(text: Uint8Array, notation: number): Uint8Array {
  if (notation === LOOK_ALIKE) return text
  const out: number[] = []
  for (const byte of text) {
    if (notation === PERCENT && UNRESERVED[byte] === 0) put(out, `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    else if (notation === REFERENCE && REFERENCES[byte] !== undefined) put(out, REFERENCES[byte])
    else if (notation === BACKSLASH && byte < 0x20) put(out, `\\u${byte.toString(16).padStart(4, '0')}`)
    else {
      if (notation === BACKSLASH && (byte === 0x22 || byte === BACKSLASH)) out.push(BACKSLASH)
      out.push(byte)
    }
  }
  return Uint8Array.from(out)
}

function put(out: number[], text: string): void {
  for (let i = 0; i < text.length; i++) out.push(text.charCodeAt(i))
}
