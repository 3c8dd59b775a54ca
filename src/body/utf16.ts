/** UTF-16 as the readers see it: UTF-8 in between, and back without loss. */
export type Utf16 = 'utf-16le' | 'utf-16be'

/** UTF-16 by its byte-order mark, or by the charset said (WHATWG: `utf-16` is little-endian); undefined when it is neither. */
export function utf16Of(charset: string, head: Uint8Array): Utf16 | undefined {
  const [a, b, c, d] = head
  if (a === 0xff && b === 0xfe && !(c === 0 && d === 0)) return 'utf-16le'
  if (a === 0xfe && b === 0xff) return 'utf-16be'
  if (charset === 'utf-16be') return 'utf-16be'
  return charset === 'utf-16le' || charset === 'utf-16' ? 'utf-16le' : undefined
}

/** The text as UTF-8, byte-order mark included; undefined when it would not come back the same (lone surrogates, an odd byte). */
export function fromUtf16(body: Uint8Array, form: Utf16): Uint8Array | undefined {
  if (body.length % 2 !== 0) return undefined
  const utf8 = new TextEncoder().encode(decodeAll(body, form, form === 'utf-16le' ? [0xff, 0xfe] : [0xfe, 0xff]))
  const back = toUtf16(utf8, form)
  if (back.length !== body.length) return undefined
  for (let i = 0; i < back.length; i++) if (back[i] !== body[i]) return undefined
  return utf8
}

export function toUtf16(utf8: Uint8Array, form: Utf16): Uint8Array {
  const text = decodeAll(utf8, 'utf-8', [0xef, 0xbb, 0xbf])
  const bytes = new Uint8Array(2 * text.length)
  const low = form === 'utf-16le' ? 0 : 1
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    bytes[2 * i + low] = unit & 0xff
    bytes[2 * i + 1 - low] = unit >> 8
  }
  return bytes
}

/** Decodes, the text's own byte-order mark kept: decoders drop one, so one more is put in front. (Not every runtime knows `ignoreBOM`.) */
function decodeAll(bytes: Uint8Array, label: string, mark: readonly number[]): string {
  const marked = new Uint8Array(mark.length + bytes.length)
  marked.set(mark)
  marked.set(bytes, mark.length)
  return new TextDecoder(label as 'utf-8').decode(marked)
}
