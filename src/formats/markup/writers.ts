import type { FieldWriter } from '../reader.ts'
import { CLASS, DASH, GREATER, LETTER, SPACE, XML_NAME } from './bytes.ts'

/**
 * How a replacement is written in each place of a mark-up document, so that it ends nothing there: characters that would become
 * references where there are such, and others where there are none.
 */

const encoder = new TextEncoder()
const EMPTY: Uint8Array = new Uint8Array(0)

/** `empty`: what stands for no text at all. */
function escaping(escapes: Readonly<Record<string, string>>, empty = EMPTY): FieldWriter {
  const table: (Uint8Array | undefined)[] = []
  for (const [character, reference] of Object.entries(escapes)) table[character.charCodeAt(0)] = encoder.encode(reference)
  const longest = Math.max(...Object.values(escapes).map((reference) => reference.length))
  return {
    encode(text) {
      if (text.length === 0) return empty
      // few marks have a character to escape
      let same = 0
      while (same < text.length && table[text[same]] === undefined) same++
      if (same === text.length) return text
      const out = new Uint8Array(text.length * longest)
      let length = 0
      for (const byte of text) {
        const escaped = table[byte]
        if (escaped === undefined) out[length++] = byte
        else {
          out.set(escaped, length)
          length += escaped.length
        }
      }
      return out.subarray(0, length)
    },
  }
}

/** Replaces bytes one for one. */
function mapping(map: (text: Uint8Array, i: number) => number): FieldWriter {
  return { encode: (text) => text.map((_, i) => map(text, i)) }
}

const UNDERSCORE = 0x5f
const TEXT = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
const QUOTED = { ...TEXT, '"': '&quot;', "'": '&#39;' }

export const TEXT_WRITER = escaping(TEXT)
export const QUOTED_WRITER = escaping(QUOTED)
/** Values without quotes. */
export const BARE_WRITER = escaping(
  { ...QUOTED, '=': '&#61;', '`': '&#96;', ' ': '&#32;', '\t': '&#9;', '\n': '&#10;', '\f': '&#12;', '\r': '&#13;' },
  encoder.encode('""'),
)
/** DOCTYPEs, where it stands between quotes. */
export const DOCTYPE_WRITER = escaping({ ...QUOTED, '[': '&#91;', ']': '&#93;', '%': '&#37;' })
/** `]]>` cannot be written in a CDATA section; one ends and another begins between its brackets and its `>`. */
export const CDATA_WRITER = escaping({ '>': ']]>&gt;<![CDATA[' })
/** Script: an escape of JavaScript and JSON strings. */
export const SCRIPT_WRITER = escaping({ '<': '\\u003c' })
/** Style sheets and other raw text. */
export const RAW_WRITER = escaping({ '<': '&lt;' })
/** Comments and instructions know no escapes. */
export const COMMENT_WRITER = mapping((text, i) => {
  const byte = text[i]
  if (byte === GREATER || byte === 0x3c || byte === 0x3f) return UNDERSCORE
  if (byte !== DASH) return byte
  return i === 0 || i === text.length - 1 || text[i - 1] === DASH ? UNDERSCORE : byte
})
/** Names: letters, digits and what joins them. */
export const NAMES_WRITER: FieldWriter = {
  encode(text) {
    const out = new Uint8Array(text.length + 1)
    let length = 0
    for (const byte of text) {
      const fits = byte < 0x80 && byte !== 0x3a && (CLASS[byte] & (XML_NAME | SPACE)) !== 0
      if (length === 0 && (!fits || (CLASS[byte] & LETTER) === 0)) {
        if (!fits) continue
        out[length++] = 0x78
      }
      out[length++] = fits ? byte : UNDERSCORE
    }
    if (length === 0) out[length++] = 0x78
    return out.subarray(0, length)
  },
}
export const PLAIN_WRITER: FieldWriter = { encode: (text) => text }
