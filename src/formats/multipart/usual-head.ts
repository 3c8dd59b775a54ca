const QUOTE = 0x22
const CR = 0x0d
const LF = 0x0a

const codes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))
const DISPOSITION = codes('content-disposition: form-data; name="')
const FILE_NAME = codes('; filename="')
const TYPE = codes('content-type: text/plain\r\n')

/** The bit that tells a capital from its letter. */
const CASE = new Uint8Array(256).fill(0x20, 0x61, 0x7b)

/** Of a name in quotes: what stands for itself, whatever a receiver makes of escapes, charsets and parameters. */
const PLAIN = new Uint8Array(256).map((_, byte) =>
  byte >= 0x20 && byte < 0x7f && !'"\\%&=?;+'.includes(String.fromCharCode(byte)) ? 1 : 0,
)

/** Where the content of a part begins whose headers are as most clients write those of a value or a text file; and whether a type is said. */
export interface UsualHead {
  contentAt: number
  isTyped: boolean
}

/** Reads the headers of a part at `window[from…to)`; false where they are of any other form, or do not end there. */
export function readUsualHead(window: Uint8Array, from: number, to: number, head: UsualHead): boolean {
  let i = from
  if (!isAt(window, i, to, DISPOSITION)) return false
  i = endOfName(window, i + DISPOSITION.length, to)
  if (isAt(window, i, to, FILE_NAME)) i = endOfName(window, i + FILE_NAME.length, to)
  if (!isLineEnd(window, i, to)) return false
  i += 2
  head.isTyped = isAt(window, i, to, TYPE)
  if (head.isTyped) i += TYPE.length
  head.contentAt = i + 2
  return isLineEnd(window, i, to)
}

/** `text` is in lower case; letters may be of either. */
function isAt(window: Uint8Array, from: number, to: number, text: Uint8Array): boolean {
  if (from + text.length > to) return false
  let i = 0
  while (i < text.length && (window[from + i] | CASE[text[i]]) === text[i]) i++
  return i === text.length
}

/** Behind the quote that ends a plain name; behind `to` where it is none. */
function endOfName(window: Uint8Array, from: number, to: number): number {
  let i = from
  while (i < to && PLAIN[window[i]] === 1) i++
  return i < to && window[i] === QUOTE ? i + 1 : to + 1
}

function isLineEnd(window: Uint8Array, i: number, to: number): boolean {
  return i + 2 <= to && window[i] === CR && window[i + 1] === LF
}
