/** What the readers share of UTF-8. Names are decoded as they are: invalid bytes become U+FFFD, a leading U+FEFF stays. */

export { encodeScalar, HEX_VALUE } from '../core/utf8.ts'

export const BYTE_ORDER_MARK = Uint8Array.of(0xef, 0xbb, 0xbf)

/** Decoded bytes of a name that `key`, `keys()` and `path()` answer; a longer name is cut at a character. */
export const MAX_NAME_BYTES = 256

const decoder = new TextDecoder()

/** Decoders drop a leading U+FEFF, and not every runtime knows `ignoreBOM`: it is put back. */
function decode(bytes: Uint8Array, from: number, to: number): string {
  const marked = to - from >= 3 && bytes[from] === 0xef && bytes[from + 1] === 0xbb && bytes[from + 2] === 0xbf
  return (marked ? '\ufeff' : '') + decoder.decode(bytes.subarray(from, to))
}

/** The text of `bytes[from…to)`. Short ASCII, which is nearly every name, does without the decoder's call. */
export function decodeName(bytes: Uint8Array, from: number, to: number): string {
  if (to - from > 24) return decode(bytes, from, to)
  let text = ''
  for (let i = from; i < to; i++) {
    const byte = bytes[i]
    if (byte > 0x7f) return decode(bytes, from, to)
    text += String.fromCharCode(byte)
  }
  return text
}

/** The end of the last whole character of `bytes[from…to)`, where a name was cut at `to`. */
export function wholeCharactersEnd(bytes: Uint8Array, from: number, to: number): number {
  let lead = to - 1
  while (lead > from && to - lead < 4 && (bytes[lead] & 0xc0) === 0x80) lead--
  if (lead < from) return to
  const byte = bytes[lead]
  const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
  return lead + length > to ? lead : to
}

/** One step of an RFC 6901 pointer, its slash included. */
export function pointerStep(name: string): string {
  if (!name.includes('/') && !name.includes('~')) return `/${name}`
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
}
