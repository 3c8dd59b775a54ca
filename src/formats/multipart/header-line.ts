import type { FieldKind } from '../../core/words.ts'
import type { FieldWriter } from '../reader.ts'
import { decodeName, MAX_NAME_BYTES } from '../utf8.ts'
import { blankLength, type Spelling, spell, type ValueSink } from './spelling.ts'

/** Hears of the fields of a header line; positions are indexes of the line. */
export interface HeaderSink extends ValueSink {
  open(kind: FieldKind, key: string, writer: FieldWriter, at: number): void
  close(at: number): void
}

/** What the headers of a part say that its reading depends on. Text of a character a byte. */
export interface PartHead {
  /** Content-Type; null if there is none. Several are joined by commas. */
  contentType: string | null
  /** Content-Transfer-Encoding, lower case; '' if there is none. */
  transferEncoding: string
  /** Content-Encoding, lower case; '' if there is none. */
  contentEncoding: string
  /** A file, by its disposition. */
  hasFileName: boolean
  /** Names of the disposition, decoded, in their order. */
  names: string[]
}

export function emptyHead(): PartHead {
  return { contentType: null, transferEncoding: '', contentEncoding: '', hasFileName: false, names: [] }
}

const COLON = 0x3a
const SEMICOLON = 0x3b
const EQUALS = 0x3d
const QUOTE = 0x22
const BACKSLASH = 0x5c
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
/** Names that are no values: those of MIME, and parameters of few letters. */
const KNOWN_NAME = /^(?:content-[a-z-]{1,32}|mime-version)$/
const PARAMETER = /^ *([a-z-]{1,24})(\*(\d{1,3})?\*?)? *$/i
const EXTENDED = /^[\w-]{0,40}'[\w-]{0,40}'/

const PLAIN: Spelling = { quoted: false, percent: false }

/**
 * Reads one header line of a part, folds included, without its last break: gives its fields to `sink` and notes in `head` what the
 * part's reading depends on. Names and values are fields; so is what fits nowhere. A `boundary` is structure and no field.
 */
export function readHeaderLine(line: Uint8Array, sink: HeaderSink, head: PartHead): void {
  const colon = line.indexOf(COLON)
  const name = colon < 0 ? '' : ascii(line, 0, colon).trimEnd()
  if (!TOKEN.test(name)) {
    giveField(line, 0, line.length, 'text', '', PLAIN, HEADER_WRITER, sink)
    return
  }
  const key = name.toLowerCase()
  if (!KNOWN_NAME.test(key)) giveField(line, 0, name.length, 'key', '', PLAIN, HEADER_WRITER, sink)
  const from = colon + 1 + blankLength(line, colon + 1, line.length)
  const value = ascii(line, from, line.length)
    .replace(/[\r\n]+/g, ' ')
    .trim()
  if (key === 'content-type') head.contentType = head.contentType === null ? value : `${head.contentType}, ${value}`
  else if (key === 'content-transfer-encoding') head.transferEncoding ||= value.toLowerCase()
  else if (key === 'content-encoding') head.contentEncoding ||= value.toLowerCase()
  if (key === 'content-type' || key === 'content-disposition') readParameters(line, from, key, sink, head)
  else giveField(line, from, line.length, 'string', key, PLAIN, HEADER_WRITER, sink)
}

function readParameters(line: Uint8Array, from: number, key: string, sink: HeaderSink, head: PartHead): void {
  const end = line.length
  let i = nextOf(line, from, end, SEMICOLON)
  giveField(line, from, i, 'string', key, PLAIN, HEADER_WRITER, sink)
  /** The extended parameter whose field is still open, because more of it may follow. */
  let joined = ''
  let joinedQuoted = false
  let closeAt = 0
  const endJoined = () => {
    if (joined !== '') sink.close(closeAt)
    joined = ''
  }
  while (i < end) {
    i += 1 + blankLength(line, i + 1, end)
    const nameFrom = i
    while (i < end && line[i] !== EQUALS && line[i] !== SEMICOLON) i++
    const match = PARAMETER.exec(ascii(line, nameFrom, i).replace(/[\r\n\t]/g, ' '))
    if (i === end || line[i] === SEMICOLON || match === null) {
      endJoined()
      giveField(line, nameFrom, i, match === null ? 'key' : 'string', key, PLAIN, HEADER_WRITER, sink)
      if (i === end || line[i] === SEMICOLON) continue
    }
    const parameter = match?.[1].toLowerCase() ?? ''
    const marks = match?.[2] ?? ''
    i += 1 + blankLength(line, i + 1, end)
    const quoted = line[i] === QUOTE
    const valueFrom = quoted ? i + 1 : i
    let valueTo = quoted ? closingQuote(line, valueFrom, end) : nextOf(line, i, end, SEMICOLON)
    i = quoted ? Math.min(end, valueTo + 1) : valueTo
    while (!quoted && valueTo > valueFrom && blankLength(line, valueTo - 1, valueTo) > 0) valueTo--
    const extended = marks.endsWith('*') && !quoted
    const prefix = extended ? (EXTENDED.exec(ascii(line, valueFrom, valueTo))?.[0].length ?? 0) : 0
    const isName = key === 'content-disposition' && parameter === 'name'
    if (key === 'content-disposition' && parameter === 'filename') head.hasFileName = true
    if (parameter !== 'boundary') {
      const spelling = { quoted, percent: extended || isName || parameter === 'filename' }
      const goesOn = joined !== '' && joined === parameter && joinedQuoted === quoted && marks !== ''
      if (goesOn) sink.decoded(NOTHING, closeAt, valueFrom + prefix)
      else {
        endJoined()
        sink.open(isName ? 'key' : 'string', isName ? '' : parameter, writerOf(quoted, extended), valueFrom + prefix)
      }
      const text = isName ? new NameSink(line, sink) : sink
      spell(line, valueFrom + prefix, valueTo, spelling, text)
      if (text instanceof NameSink) {
        if (goesOn) head.names[head.names.length - 1] += text.name
        else if (head.names.length < 8) head.names.push(text.name)
      }
      closeAt = valueTo
      if (/^\*\d/.test(marks)) {
        joined = parameter
        joinedQuoted = quoted
      } else if (goesOn) endJoined()
      else sink.close(closeAt)
    } else endJoined()
    // What stands between a quoted value and the next semicolon belongs to nothing.
    const rest = nextOf(line, i, end, SEMICOLON)
    if (blankLength(line, i, rest) < rest - i) {
      endJoined()
      giveField(line, i, rest, 'string', key, PLAIN, HEADER_WRITER, sink)
    }
    i = rest
  }
  endJoined()
}

const NOTHING = new Uint8Array(0)

/** Names are read one after another, each to its end. */
const NAME_BYTES = new Uint8Array(MAX_NAME_BYTES)

/** Keeps the decoded text of a name on its way. */
class NameSink implements ValueSink {
  readonly #line: Uint8Array
  readonly #sink: ValueSink
  readonly #bytes = NAME_BYTES
  #length = 0

  constructor(line: Uint8Array, sink: ValueSink) {
    this.#line = line
    this.#sink = sink
  }

  get name(): string {
    return decodeName(this.#bytes, 0, this.#length)
  }

  run(from: number, to: number): void {
    this.#sink.run(from, to)
    for (let i = from; i < to && this.#length < MAX_NAME_BYTES; i++) this.#bytes[this.#length++] = this.#line[i]
  }

  decoded(bytes: Uint8Array, from: number, to: number): void {
    this.#sink.decoded(bytes, from, to)
    for (let i = 0; i < bytes.length && this.#length < MAX_NAME_BYTES; i++) this.#bytes[this.#length++] = bytes[i]
  }
}

function giveField(
  line: Uint8Array,
  from: number,
  to: number,
  kind: FieldKind,
  key: string,
  spelling: Spelling,
  writer: FieldWriter,
  sink: HeaderSink,
): void {
  while (to > from && blankLength(line, to - 1, to) > 0) to--
  if (from === to) return
  sink.open(kind, key, writer, from)
  spell(line, from, to, spelling, sink)
  sink.close(to)
}

/** Index of the next `byte` in `line[i…to)`, or `to`. */
function nextOf(line: Uint8Array, i: number, to: number, byte: number): number {
  const at = line.indexOf(byte, i)
  return at < 0 || at > to ? to : at
}

function closingQuote(line: Uint8Array, i: number, to: number): number {
  while (i < to && line[i] !== QUOTE) i += line[i] === BACKSLASH && (line[i + 1] === QUOTE || line[i + 1] === BACKSLASH) ? 2 : 1
  return Math.min(i, to)
}

function ascii(line: Uint8Array, from: number, to: number): string {
  let text = ''
  for (let i = from; i < to; i++) text += String.fromCharCode(line[i])
  return text
}

// Writers: what a mark must not hold in each place.

function writer(spellOut: (byte: number) => string | undefined): FieldWriter {
  return {
    encode(text) {
      const out: number[] = []
      for (const byte of text) {
        const escaped = spellOut(byte)
        if (escaped === undefined) out.push(byte)
        else for (let i = 0; i < escaped.length; i++) out.push(escaped.charCodeAt(i))
      }
      return Uint8Array.from(out)
    },
  }
}

function percent(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
}

const ATTRIBUTE_CHARACTER = /[!#$&+.^_`|~0-9A-Za-z-]/

const HEADER_WRITER = writer((byte) => (byte === 0x0d || byte === 0x0a ? ' ' : undefined))
/** As browsers write names: WHATWG HTML, multipart/form-data encoding algorithm. */
const QUOTED_WRITER = writer((byte) => (byte === QUOTE || byte === 0x0d || byte === 0x0a ? percent(byte) : undefined))
/** RFC 8187 section 3.2.1. */
const EXTENDED_WRITER = writer((byte) => (ATTRIBUTE_CHARACTER.test(String.fromCharCode(byte)) ? undefined : percent(byte)))
const BARE_WRITER = writer((byte) => (byte === QUOTE || byte === SEMICOLON || byte === 0x0d || byte === 0x0a ? '_' : undefined))

function writerOf(quoted: boolean, extended: boolean): FieldWriter {
  return quoted ? QUOTED_WRITER : extended ? EXTENDED_WRITER : BARE_WRITER
}
