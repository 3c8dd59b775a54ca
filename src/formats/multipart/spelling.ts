import { decodeBase64 } from '../transfer/base64.ts'
import { HEX_VALUE } from '../utf8.ts'

/** Hears of a value in a header line; positions are indexes of the line. */
export interface ValueSink {
  /** `line[from…to)` stands for itself. */
  run(from: number, to: number): void
  /** `line[from…to)` stands for `bytes`. */
  decoded(bytes: Uint8Array, from: number, to: number): void
}

export interface Spelling {
  /** `\"` and `\\` inside a quoted string (RFC 9110 section 5.6.4). */
  readonly quoted: boolean
  /** `%XX`, as browsers write names (WHATWG HTML, multipart/form-data) and RFC 8187 writes extended values. */
  readonly percent: boolean
}

const SPACE = Uint8Array.of(0x20)
const NOTHING = new Uint8Array(0)
const BACKSLASH = 0x5c
const QUOTE = 0x22
const PERCENT = 0x25
const EQUALS = 0x3d
const QUESTION = 0x3f
const LOWER_B = 0x62
const LOWER_Q = 0x71

/** Longest charset and text of an encoded word; RFC 2047 allows 75 characters for all of it, which not all who write them know. */
const MAX_CHARSET = 40
const MAX_WORD = 1024

/** Reads a value out of its spelling: folds (RFC 5322 section 2.2.3), escapes, percent triplets, encoded words. */
export function spell(line: Uint8Array, from: number, to: number, spelling: Spelling, sink: ValueSink): void {
  let start = from
  let i = from
  const give = (bytes: Uint8Array, length: number) => {
    if (i > start) sink.run(start, i)
    sink.decoded(bytes, i, i + length)
    i += length
    start = i
  }
  while (i < to) {
    const byte = line[i]
    if (byte === 0x0d || byte === 0x0a) give(SPACE, blankLength(line, i, to))
    else if (byte === BACKSLASH && spelling.quoted && i + 1 < to && (line[i + 1] === QUOTE || line[i + 1] === BACKSLASH))
      give(line.slice(i + 1, i + 2), 2)
    else if (byte === PERCENT && spelling.percent && i + 2 < to && (HEX_VALUE[line[i + 1]] | HEX_VALUE[line[i + 2]]) < 16)
      give(Uint8Array.of((HEX_VALUE[line[i + 1]] << 4) | HEX_VALUE[line[i + 2]]), 3)
    else if (byte === EQUALS && line[i + 1] === QUESTION) {
      let word = encodedWord(line, i, to)
      if (word === undefined) i++
      while (word !== undefined) {
        give(word.bytes, word.length)
        // White space between two words is none of the text.
        const blank = blankLength(line, i, to)
        word = blank === 0 ? undefined : encodedWord(line, i + blank, to)
        if (word !== undefined) give(NOTHING, blank)
      }
    } else i++
  }
  if (i > start) sink.run(start, i)
}

/** Bytes of white space, line breaks included, from `line[i]` on. */
export function blankLength(line: Uint8Array, i: number, to: number): number {
  let end = i
  while (end < to && (line[end] === 0x20 || line[end] === 0x09 || line[end] === 0x0d || line[end] === 0x0a)) end++
  return end - i
}

/** The word of RFC 2047 section 2 that stands at `line[i]`: `=?charset?B or Q?text?=`. */
function encodedWord(line: Uint8Array, i: number, to: number): { bytes: Uint8Array; length: number } | undefined {
  if (line[i] !== EQUALS || line[i + 1] !== QUESTION) return undefined
  const charsetEnd = wordEnd(line, i + 2, Math.min(to, i + 3 + MAX_CHARSET))
  const textFrom = charsetEnd + 3
  const encoding = line[charsetEnd + 1] | 0x20
  if (charsetEnd === i + 2 || textFrom > to || line[charsetEnd + 2] !== QUESTION) return undefined
  if (line[charsetEnd] !== QUESTION || (encoding !== LOWER_B && encoding !== LOWER_Q)) return undefined
  const textEnd = wordEnd(line, textFrom, Math.min(to, textFrom + 1 + MAX_WORD))
  if (line[textEnd] !== QUESTION || textEnd + 1 >= to || line[textEnd + 1] !== EQUALS) return undefined
  const text = line.subarray(textFrom, textEnd)
  return { bytes: encoding === LOWER_B ? decodeBase64(text) : decodeQ(text), length: textEnd + 2 - i }
}

/** Index of the next question mark or white space of `line[i…to)`, or `to`. */
function wordEnd(line: Uint8Array, i: number, to: number): number {
  while (i < to && line[i] !== QUESTION && line[i] > 0x20) i++
  return i
}

/** The Q encoding of RFC 2047 section 4.2. */
function decodeQ(text: Uint8Array): Uint8Array {
  const out: number[] = []
  for (let i = 0; i < text.length; i++) {
    if (text[i] === EQUALS && (HEX_VALUE[text[i + 1]] | HEX_VALUE[text[i + 2]]) < 16) {
      out.push((HEX_VALUE[text[i + 1]] << 4) | HEX_VALUE[text[i + 2]])
      i += 2
    } else out.push(text[i] === 0x5f ? 0x20 : text[i])
  }
  return Uint8Array.from(out)
}
