import type { FieldKind } from '../../core/words.ts'
import type { FieldSink, Reader } from '../reader.ts'
import { JsonPath } from './path.ts'

// What comes next outside a token.
const VALUE = 0
const VALUE_OR_END = 1
const KEY_OR_END = 2
const KEY = 3
const COLON = 4
const COMMA_OR_END = 5
const AFTER_DOCUMENT = 6
// Inside a token.
const STRING = 7
const ESCAPE = 8
const UNICODE = 9
const NUMBER = 10
const LITERAL = 11
const TEXT = 12

// Where in a number (RFC 8259 section 6).
const MINUS = 0
const ZERO = 1
const INTEGER = 2
const POINT = 3
const FRACTION = 4
const EXPONENT = 5
const EXPONENT_SIGN = 6
const EXPONENT_DIGITS = 7

const LITERALS: Readonly<Record<number, string>> = { 116: 'true', 102: 'false', 110: 'null' }
const SIMPLE_ESCAPES = new Uint8Array(128)
for (const [name, byte] of [
  ['"', 0x22],
  ['\\', 0x5c],
  ['/', 0x2f],
  ['b', 8],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
] as const)
  SIMPLE_ESCAPES[name.charCodeAt(0)] = byte

export interface JsonOptions {
  /** Containers in one another; beyond, the rest is handed over as text. */
  readonly maxDepth: number
  /** Several documents one after another (NDJSON, JSON text sequences of RFC 7464, concatenated) are no mistake. */
  readonly sequence?: boolean
}

/**
 * Reads JSON (RFC 8259) in windows. Names, strings and numbers are fields; escapes come with the bytes they were written in.
 * What is no JSON is remarked as malformed once, and from the first unexpected token on the rest is one text field, so that
 * nothing goes unseen. Iterative; the stack is `maxDepth` deep at most.
 */
export class JsonReader implements Reader {
  depthLimitAt = -1

  readonly #sink: FieldSink
  readonly #maxDepth: number
  readonly #sequence: boolean
  readonly #path = new JsonPath()
  #state = VALUE
  #at = 0
  #empty = true
  #malformed = false
  #isKey = false
  #number = MINUS
  #literal = ''
  #literalDone = 0
  /** Start of the token fragment kept: an escape, a number, a literal, a byte-order mark. */
  #tokenAt = -1
  #unit = 0
  #digits = 0
  /** A high surrogate that waits for its other half, and where its escape began. */
  #high = 0
  #secondAt = -1
  #bom = 0
  readonly #scratch = new Uint8Array(16)

  constructor(sink: FieldSink, options: JsonOptions) {
    this.#sink = sink
    this.#maxDepth = options.maxDepth
    this.#sequence = options.sequence === true
  }

  get held(): number {
    return this.#tokenAt >= 0 ? this.#tokenAt : this.#at
  }

  get key(): string {
    return this.#path.key
  }

  keys(): readonly string[] {
    return this.#path.keys()
  }

  path(): string {
    return this.#path.pointer()
  }

  encode(text: Uint8Array, kind: FieldKind): Uint8Array {
    if (kind === 'text') return text
    const escaped = escapeJson(text)
    if (kind !== 'number') return escaped
    const quoted = new Uint8Array(escaped.length + 2).fill(0x22)
    quoted.set(escaped, 1)
    return quoted
  }

  feed(window: Uint8Array, last: boolean): void {
    const base = this.#at
    const end = window.length
    let i = 0
    while (i < end) {
      const byte = window[i]
      switch (this.#state) {
        case STRING:
          i = this.#string(window, i, base)
          break
        case ESCAPE:
          i = this.#escape(byte, i, base)
          break
        case UNICODE:
          i = this.#hex(byte, i, base)
          break
        case NUMBER:
          i = this.#digitsOf(window, i, base)
          break
        case LITERAL:
          if (byte === this.#literal.charCodeAt(this.#literalDone)) {
            i++
            if (++this.#literalDone === this.#literal.length) this.#valueDone()
          } else this.#fail(base + i)
          break
        case TEXT:
          this.#sink.plain(base + i, base + end)
          i = end
          break
        default:
          i = this.#structure(byte, i, base)
      }
    }
    this.#at = base + end
    if (last) this.#finish()
  }

  /** White space and the tokens between values; answers the index to go on at. */
  #structure(byte: number, i: number, base: number): number {
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) return i + 1
    if (this.#empty && this.#skipBom(byte, base + i)) return i + 1
    this.#empty = false
    const state = this.#state
    switch (state) {
      case COLON:
        if (byte !== 0x3a) return this.#fail(base + i, i)
        this.#state = VALUE
        return i + 1
      case COMMA_OR_END:
        if (byte === 0x2c) {
          if (this.#path.inObject) this.#state = KEY
          else {
            this.#path.nextElement()
            this.#state = VALUE
          }
          return i + 1
        }
        if (byte === (this.#path.inObject ? 0x7d : 0x5d)) return this.#leave(i)
        return this.#fail(base + i, i)
      case KEY_OR_END:
        if (byte === 0x7d) return this.#leave(i)
        break
      case VALUE_OR_END:
        if (byte === 0x5d) return this.#leave(i)
        break
      case AFTER_DOCUMENT:
        if (byte === 0x1e && this.#sequence) return i + 1
        if (!this.#sequence) this.#remark()
        this.#state = VALUE
        return this.#structure(byte, i, base)
    }
    if (state === KEY || state === KEY_OR_END) {
      if (byte !== 0x22) return this.#fail(base + i, i)
      this.#isKey = true
      this.#state = STRING
      this.#path.beginKey()
      this.#sink.open('key', base + i + 1)
      return i + 1
    }
    switch (byte) {
      case 0x22:
        this.#isKey = false
        this.#state = STRING
        this.#sink.open('string', base + i + 1)
        return i + 1
      case 0x7b:
      case 0x5b:
        if (this.#path.depth >= this.#maxDepth) {
          this.depthLimitAt = base + i
          this.#state = TEXT
          this.#sink.open('text', base + i)
          return i
        }
        this.#path.enter(byte === 0x7b)
        this.#state = byte === 0x7b ? KEY_OR_END : VALUE_OR_END
        return i + 1
      case 0x74:
      case 0x66:
      case 0x6e:
        this.#literal = LITERALS[byte]
        this.#literalDone = 1
        this.#tokenAt = base + i
        this.#state = LITERAL
        return i + 1
      case 0x1e:
        if (this.#sequence && this.#path.depth === 0) return i + 1
    }
    if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) {
      this.#number = byte === 0x2d ? MINUS : byte === 0x30 ? ZERO : INTEGER
      this.#tokenAt = base + i
      this.#state = NUMBER
      this.#sink.open('number', base + i)
      this.#sink.plain(base + i, base + i + 1)
      return i + 1
    }
    return this.#fail(base + i, i)
  }

  #skipBom(byte: number, at: number): boolean {
    if (at === this.#bom && byte === (this.#bom === 0 ? 0xef : this.#bom === 1 ? 0xbb : this.#bom === 2 ? 0xbf : -1)) {
      this.#bom++
      return true
    }
    return false
  }

  #leave(i: number): number {
    this.#path.leave()
    this.#valueDone()
    return i + 1
  }

  #valueDone(): void {
    this.#tokenAt = -1
    this.#state = this.#path.depth === 0 ? AFTER_DOCUMENT : COMMA_OR_END
  }

  #string(window: Uint8Array, from: number, base: number): number {
    const end = window.length
    if (this.#high !== 0 && window[from] !== 0x5c) this.#loneSurrogate(base + from)
    let i = from
    for (;;) {
      while (i < end) {
        const byte = window[i]
        if (byte === 0x22 || byte === 0x5c || byte < 0x20) break
        i++
      }
      if (i < end && window[i] < 0x20) {
        // Not allowed, and read all the same by many: part of the text.
        this.#remark()
        i++
        continue
      }
      break
    }
    if (i > from) {
      this.#sink.plain(base + from, base + i)
      if (this.#isKey) this.#path.addKey(window, from, i)
    }
    if (i === end) return i
    if (window[i] === 0x5c) {
      if (this.#high !== 0) this.#secondAt = base + i
      else this.#tokenAt = base + i
      this.#state = ESCAPE
      return i + 1
    }
    this.#closeString(base + i)
    return i + 1
  }

  #closeString(at: number): void {
    this.#sink.close(at)
    if (this.#isKey) {
      this.#path.endKey()
      this.#state = COLON
    } else this.#valueDone()
  }

  #escape(byte: number, i: number, base: number): number {
    if (byte === 0x75) {
      this.#unit = this.#digits = 0
      this.#state = UNICODE
      return i + 1
    }
    if (this.#high !== 0) {
      this.#loneSurrogate(this.#secondAt)
      this.#tokenAt = this.#secondAt
    }
    const simple = byte < 128 ? SIMPLE_ESCAPES[byte] : 0
    // `\q` is no escape; lenient readers take it for `q`.
    if (simple === 0) this.#remark()
    this.#scratch[0] = simple === 0 ? byte : simple
    this.#emit(1, base + i + 1)
    return i + 1
  }

  #hex(byte: number, i: number, base: number): number {
    const digit =
      byte >= 0x30 && byte <= 0x39
        ? byte - 0x30
        : byte >= 0x41 && byte <= 0x46
          ? byte - 0x37
          : byte >= 0x61 && byte <= 0x66
            ? byte - 0x57
            : -1
    if (digit < 0) {
      this.#remark()
      if (this.#high !== 0) {
        this.#loneSurrogate(this.#secondAt)
        this.#tokenAt = this.#secondAt
      }
      // A broken escape stands for its own letters.
      const letters = this.#unit.toString(16).padStart(this.#digits, '0')
      this.#scratch[0] = 0x75
      for (let k = 0; k < this.#digits; k++) this.#scratch[k + 1] = letters.charCodeAt(k)
      this.#emit(this.#digits + 1, base + i)
      return i
    }
    this.#unit = (this.#unit << 4) | digit
    if (++this.#digits < 4) return i + 1
    const unit = this.#unit
    if (this.#high !== 0) {
      if (unit >= 0xdc00 && unit <= 0xdfff) {
        const point = 0x10000 + ((this.#high - 0xd800) << 10) + (unit - 0xdc00)
        this.#high = 0
        this.#emit(writeUtf8(this.#scratch, point), base + i + 1)
        return i + 1
      }
      this.#loneSurrogate(this.#secondAt)
      this.#tokenAt = this.#secondAt
    }
    if (unit >= 0xd800 && unit <= 0xdbff) {
      this.#high = unit
      this.#state = STRING
      return i + 1
    }
    if (unit >= 0xdc00 && unit <= 0xdfff) this.#remark()
    this.#emit(writeUtf8(this.#scratch, unit >= 0xdc00 && unit <= 0xdfff ? 0xfffd : unit), base + i + 1)
    return i + 1
  }

  /** A high surrogate whose other half did not come: U+FFFD for its escape, which ends at `to`. */
  #loneSurrogate(to: number): void {
    this.#remark()
    this.#high = 0
    this.#emit(writeUtf8(this.#scratch, 0xfffd), to)
  }

  /** Hands over what the escape from `tokenAt` to `to` stands for, and goes on with the string. */
  #emit(length: number, to: number): void {
    this.#sink.decoded(this.#scratch, length, this.#tokenAt, to)
    if (this.#isKey) this.#path.addKey(this.#scratch, 0, length)
    this.#tokenAt = -1
    this.#state = STRING
  }

  #digitsOf(window: Uint8Array, from: number, base: number): number {
    const end = window.length
    let i = from
    for (; i < end; i++) {
      const next = nextInNumber(this.#number, window[i])
      if (next < 0) break
      this.#number = next
    }
    if (i > from) this.#sink.plain(base + from, base + i)
    if (i === end) return i
    this.#sink.close(base + i)
    const complete =
      this.#number === ZERO || this.#number === INTEGER || this.#number === FRACTION || this.#number === EXPONENT_DIGITS
    this.#valueDone()
    return complete ? i : this.#fail(base + i, i)
  }

  #remark(): void {
    if (this.#malformed) return
    this.#malformed = true
    this.#sink.remark('malformed')
  }

  /** The token at `at` is no JSON: from here on the document is text. */
  #fail(at: number, i = -1): number {
    this.#remark()
    const literal = this.#state === LITERAL ? this.#literalDone : 0
    this.#state = TEXT
    if (literal > 0) {
      this.#sink.open('text', this.#tokenAt)
      for (let k = 0; k < literal; k++) this.#scratch[k] = this.#literal.charCodeAt(k)
      this.#sink.decoded(this.#scratch, literal, this.#tokenAt, at)
    } else this.#sink.open('text', at)
    this.#tokenAt = -1
    this.#path.abandon()
    return i
  }

  #finish(): void {
    switch (this.#state) {
      case ESCAPE:
      case UNICODE:
      case STRING:
        this.#remark()
        if (this.#state !== STRING) {
          this.#scratch[0] = 0x5c
          if (this.#high !== 0) {
            this.#loneSurrogate(this.#secondAt)
            this.#tokenAt = this.#secondAt
          }
          this.#emit(1, this.#at)
        } else if (this.#high !== 0) this.#loneSurrogate(this.#at)
        this.#closeString(this.#at)
        break
      case NUMBER:
        this.#sink.close(this.#at)
        if (this.#number !== ZERO && this.#number !== INTEGER && this.#number !== FRACTION && this.#number !== EXPONENT_DIGITS)
          this.#remark()
        this.#valueDone()
        break
      case TEXT:
        this.#sink.close(this.#at)
        return
    }
    this.#tokenAt = -1
    if (this.#state !== AFTER_DOCUMENT && !(this.#sequence && this.#state === VALUE && this.#path.depth === 0)) this.#remark()
  }
}

function nextInNumber(state: number, byte: number): number {
  const digit = byte >= 0x30 && byte <= 0x39
  switch (state) {
    case MINUS:
      return digit ? (byte === 0x30 ? ZERO : INTEGER) : -1
    case ZERO:
      return byte === 0x2e ? POINT : byte === 0x65 || byte === 0x45 ? EXPONENT : -1
    case INTEGER:
      return digit ? INTEGER : byte === 0x2e ? POINT : byte === 0x65 || byte === 0x45 ? EXPONENT : -1
    case POINT:
      return digit ? FRACTION : -1
    case FRACTION:
      return digit ? FRACTION : byte === 0x65 || byte === 0x45 ? EXPONENT : -1
    case EXPONENT:
      return digit ? EXPONENT_DIGITS : byte === 0x2b || byte === 0x2d ? EXPONENT_SIGN : -1
    default:
      return digit ? EXPONENT_DIGITS : -1
  }
}

function writeUtf8(into: Uint8Array, point: number): number {
  if (point < 0x80) {
    into[0] = point
    return 1
  }
  if (point < 0x800) {
    into[0] = 0xc0 | (point >> 6)
    into[1] = 0x80 | (point & 0x3f)
    return 2
  }
  if (point < 0x10000) {
    into[0] = 0xe0 | (point >> 12)
    into[1] = 0x80 | ((point >> 6) & 0x3f)
    into[2] = 0x80 | (point & 0x3f)
    return 3
  }
  into[0] = 0xf0 | (point >> 18)
  into[1] = 0x80 | ((point >> 12) & 0x3f)
  into[2] = 0x80 | ((point >> 6) & 0x3f)
  into[3] = 0x80 | (point & 0x3f)
  return 4
}

/** Text as it stands inside a JSON string. */
function escapeJson(text: Uint8Array): Uint8Array {
  let extra = 0
  for (const byte of text) extra += byte === 0x22 || byte === 0x5c ? 1 : byte < 0x20 ? 5 : 0
  if (extra === 0) return text
  const escaped = new Uint8Array(text.length + extra)
  let at = 0
  for (const byte of text) {
    if (byte === 0x22 || byte === 0x5c) escaped[at++] = 0x5c
    if (byte < 0x20) {
      const hex = byte.toString(16).padStart(2, '0')
      for (const char of `\\u00${hex}`) escaped[at++] = char.charCodeAt(0)
    } else escaped[at++] = byte
  }
  return escaped
}
