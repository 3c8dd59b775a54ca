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
  // Decoders drop a byte-order mark, and not every runtime lets one say no.
  const marked = body.length >= 2 && (form === 'utf-16le' ? body[0] === 0xff && body[1] === 0xfe : body[0] === 0xfe && body[1] === 0xff)
  const text = new TextDecoder(form).decode(marked ? body.subarray(2) : body)
  const utf8 = new TextEncoder().encode(marked ? `\ufeff${text}` : text)
  const back = toUtf16(utf8, form)
  if (back.length !== body.length) return undefined
  for (let i = 0; i < back.length; i++) if (back[i] !== body[i]) return undefined
  return utf8
}

export function toUtf16(utf8: Uint8Array, form: Utf16): Uint8Array {
  const marked = utf8[0] === 0xef && utf8[1] === 0xbb && utf8[2] === 0xbf
  const rest = new TextDecoder().decode(marked ? utf8.subarray(3) : utf8)
  const text = marked ? `\ufeff${rest}` : rest
  const bytes = new Uint8Array(2 * text.length)
  const low = form === 'utf-16le' ? 0 : 1
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    bytes[2 * i + low] = unit & 0xff
    bytes[2 * i + 1 - low] = unit >> 8
  }
  return bytes
}
