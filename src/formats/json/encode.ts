import type { FieldKind } from '../../core/words.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c

const standsForItself = (byte: number) => byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH

/**
 * UTF-8 text as it stands in a field of a JSON document: escaped inside strings and names; in place of a number a whole
 * string; unchanged in `text`, which is what could not be read as JSON.
 */
export function encodeJson(text: Uint8Array, kind: FieldKind): Uint8Array {
  if (kind === 'text' || (kind !== 'number' && text.every(standsForItself))) return text
  const out = new Uint8Array(text.length * 6 + 2)
  let length = 0
  if (kind === 'number') out[length++] = QUOTE
  for (const byte of text) {
    if (byte === QUOTE || byte === BACKSLASH) {
      out[length++] = BACKSLASH
      out[length++] = byte
    } else if (byte < 0x20) {
      const hex = byte.toString(16).padStart(4, '0')
      out[length++] = BACKSLASH
      out[length++] = 0x75
      for (let i = 0; i < 4; i++) out[length++] = hex.charCodeAt(i)
    } else out[length++] = byte
  }
  if (kind === 'number') out[length++] = QUOTE
  return out.subarray(0, length)
}
