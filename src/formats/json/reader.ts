import { newTrack, TRACK_DEPTH, TRACK_PIECE, type TrackJson } from '../../core/json-track.ts'
import type { FieldKind } from '../../core/words.ts'
import { giveKept } from '../kept.ts'
import type { FieldSink, Reader } from '../reader.ts'
import { BYTE_ORDER_MARK, encodeScalar } from '../utf8.ts'
import { encodeJson } from './encode.ts'
import { EscapeFragment, type EscapeListener, readHex4, SIMPLE_ESCAPE } from './escape.ts'
import * as grammar from './grammar.ts'
import { NameStack } from './names.ts'

export interface JsonReaderOptions {
  /** Open containers at once; the one beyond and all after it is read as text, see `depthLimitAt`. */
  readonly maxDepth: number
  /** Several documents, one after another or behind RS, are what is expected (NDJSON, RFC 7464, concatenated). Default false. */
  readonly sequence?: boolean
  /** Follows what the sink need not be told of. Default: all is read. */
  readonly track?: TrackJson
}

/**
 * Reads JSON (RFC 8259): member names are `key` fields, strings and numbers fields of their kind, literals none. The first
 * departure is remarked `malformed`, once a document. What can be read in place (control characters and bad escapes in
 * strings, further top-level values) is; at an unexpected token the rest of the document, that token included, becomes one
 * `text` field without a name. So every byte is in a field, or is white space, structure or a literal.
 *
 * A number or literal is given when its end is seen, since only then it is known to be one (`4111-1111` is text from its
 * first digit on); a number beyond 1,024 bytes is given as it comes. `held` stays at its start in both cases.
 */
export function createJsonReader(sink: FieldSink, options: JsonReaderOptions): Reader {
  return new JsonReader(sink, options)
}

/** Places inside tokens, beside those between tokens in `grammar`. */
const STRING = 8
const ESCAPE = 9
const NUMBER = 10
const LITERAL = 11
const TEXT = 12
const START = 13

/** Bytes of an unfinished number that are kept. */
const MAX_NUMBER_BYTES = 1024

/** Fewer bytes are read sooner than followed. */
const LEAST_QUIET = 96
/** Of the reader at work: nothing of it outlives a call. */
const track = newTrack()
/** Bytes of an unfinished token that are left for the next window. */
const MOST_LEFT = 1024

const QUOTE = 0x22
const BACKSLASH = 0x5c
const U = 0x75
const CLOSE_ARRAY = 0x5d
const CLOSE_OBJECT = 0x7d
const RECORD_SEPARATOR = 0x1e

class JsonReader implements Reader, EscapeListener {
  depthLimitAt = -1
  left = 0
  readonly quoted = true

  private readonly sink: FieldSink
  private readonly maxDepth: number
  private readonly sequence: boolean
  private readonly names = new NameStack()
  private readonly escape = new EscapeFragment()
  private readonly scratch = new Uint8Array(4)
  private base = 0
  private place = START
  /** The open string is a member name. */
  private naming = false
  private flawed = false
  private values = 0
  /** Start of the number or literal being read. */
  private tokenAt = 0
  private numberState = 0
  private numberIsOpen = false
  private kept: Uint8Array | undefined
  private keptLength = 0
  private literal: Uint8Array = BYTE_ORDER_MARK
  private literalLength = 0
  // Where nothing needs to be told.
  private readonly follow: TrackJson | undefined
  private readonly trackOptions: { readonly maxDepth: number; readonly sequence: boolean }
  /** Index of the window up to which nothing had to be told when tokens were passed over last. */
  private passedTo = 0
  private nameAt = 0
  /** Depth of the member all of which is told, because its name may say what its values are; 0: none. */
  private toldFrom = 0

  constructor(sink: FieldSink, options: JsonReaderOptions) {
    this.sink = sink
    this.maxDepth = options.maxDepth
    this.sequence = options.sequence === true
    this.follow = sink.quietTo === undefined ? undefined : options.track
    this.trackOptions = { maxDepth: this.maxDepth, sequence: this.sequence }
  }

  restart(): Reader {
    this.depthLimitAt = -1
    this.names.restart()
    this.escape.length = 0
    this.base = 0
    this.place = START
    this.naming = this.flawed = this.numberIsOpen = false
    this.values = this.keptLength = this.literalLength = 0
    return this
  }

  get held(): number {
    if (this.place === ESCAPE) return this.escape.start
    return this.place === NUMBER || this.place === LITERAL ? this.tokenAt : this.base
  }

  get key(): string {
    return this.place === TEXT ? '' : this.names.key
  }

  get list(): number {
    return this.place === TEXT ? 0 : this.names.list
  }

  keys(): readonly string[] {
    return this.place === TEXT ? [] : this.names.keys()
  }

  path(): string {
    return this.place === TEXT ? '' : this.names.path()
  }

  encode(text: Uint8Array, kind: FieldKind): Uint8Array {
    return encodeJson(text, kind)
  }

  feed(window: Uint8Array, last: boolean): void {
    const { base, names, sink } = this
    const length = window.length
    let { place } = this
    let i = 0
    let ask = this.follow !== undefined
    this.left = 0
    reading: while (i < length) {
      let byte = window[i]
      if (place === STRING) {
        const from = i
        while (byte !== QUOTE && byte !== BACKSLASH && byte >= 0x20) {
          if (++i === length) break
          byte = window[i]
        }
        if (i > from) {
          sink.plain(base + from, base + i)
          if (this.naming) names.nameBytes(window, from, i)
          if (i === length) break
        }
        if (byte === QUOTE) {
          sink.close(base + i)
          if (this.naming) this.endName(base + i)
          else ask = this.mayPass
          i++
          place = this.place = this.naming ? grammar.COLON : this.afterValue()
        } else if (byte === BACKSLASH) {
          i = this.readEscape(window, i)
          place = this.place
        } else {
          this.flaw()
          sink.plain(base + i, base + i + 1)
          if (this.naming) names.nameBytes(window, i, i + 1)
          i++
        }
        continue
      }
      if (place < STRING) {
        if (ask) {
          ask = false
          const from = i
          this.place = place
          i = this.pass(window, from)
          place = this.place
          if (i === length) break
          if (!last && i > from && this.mayLeave(window, i)) {
            this.left = length - i
            this.base = base + i
            return
          }
          byte = window[i]
        }
        while (byte <= 0x20 && (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09)) {
          if (++i === length) break reading
          byte = window[i]
        }
        const action = grammar.ACTION[(place << 8) | byte]
        switch (action) {
          case grammar.NAME_STARTS:
            names.startName()
            this.naming = true
            this.nameAt = base + i
            place = this.place = STRING
            sink.open('key', base + ++i)
            continue
          case grammar.STRING_STARTS:
            if (place === grammar.TOP) this.startTop()
            this.naming = false
            place = this.place = STRING
            sink.open('string', base + ++i)
            continue
          case grammar.VALUE_FOLLOWS:
            place = grammar.VALUE
            break
          case grammar.NEXT_MEMBER:
            place = grammar.NAME
            if (this.toldFrom === names.depth) ask = this.endTold()
            break
          case grammar.NEXT_ELEMENT:
            names.nextElement()
            place = grammar.VALUE
            break
          case grammar.CONTAINER_ENDS:
            names.pop()
            if (this.toldFrom > names.depth) this.endTold()
            ask = this.mayPass
            place = this.afterValue()
            break
          case grammar.OBJECT_STARTS:
          case grammar.ARRAY_STARTS:
            if (place === grammar.TOP) this.startTop()
            if (names.depth >= this.maxDepth) {
              this.depthLimitAt = base + i
              this.startText(base + i)
              place = TEXT
              continue
            }
            names.push(action === grammar.OBJECT_STARTS)
            place = action === grammar.OBJECT_STARTS ? grammar.NAME_OR_END : grammar.ELEMENT_OR_END
            ask = this.mayPass
            break
          case grammar.NUMBER_STARTS:
            if (place === grammar.TOP) this.startTop()
            this.tokenAt = base + i
            this.numberState = 1
            i = this.readNumber(window, i)
            place = this.place
            ask = this.mayPass
            continue
          case grammar.LITERAL_STARTS:
            if (place === grammar.TOP) this.startTop()
            i = this.readLiteral(window, i, byte === 0x74 ? grammar.TRUE : byte === 0x66 ? grammar.FALSE : grammar.NULL)
            place = this.place
            ask = this.mayPass
            continue
          case grammar.SEPARATES:
            if (!this.sequence || byte !== RECORD_SEPARATOR) this.flaw()
            break
          default:
            this.flaw()
            this.startText(base + i)
            place = TEXT
            continue
        }
        i++
        continue
      }
      switch (place) {
        case NUMBER:
          i = this.readNumber(window, i)
          break
        case LITERAL:
          i = this.readLiteral(window, i, this.literal)
          break
        case ESCAPE:
          i = this.readEscape(window, i)
          break
        case START:
          this.place = grammar.TOP
          if (byte === BYTE_ORDER_MARK[0]) i = this.readLiteral(window, i, BYTE_ORDER_MARK)
          break
        default:
          sink.plain(base + i, base + length)
          i = length
      }
      place = this.place
    }
    this.place = place
    if (last) this.finish(base + length)
    this.base = base + length
  }

  stands(bytes: Uint8Array, length: number, from: number, to: number): void {
    this.sink.decoded(bytes, length, from, to)
    if (this.naming) this.names.nameBytes(bytes, 0, length)
  }

  itself(bytes: Uint8Array, count: number, at: number): void {
    const before = Math.min(count, Math.max(0, this.base - at))
    giveKept(this.sink, bytes, before, at)
    if (count > before) this.sink.plain(at + before, at + count)
    if (this.naming) this.names.nameBytes(bytes, 0, count)
  }

  flaw(): void {
    if (this.flawed) return
    this.flawed = true
    this.sink.remark('malformed')
  }

  /** May what follows be passed over? */
  private get mayPass(): boolean {
    return this.follow !== undefined && this.toldFrom === 0
  }

  /** The name ends at source offset `at`. */
  private endName(at: number): void {
    this.names.endName()
    if (this.mayPass && this.sink.quietTo!(this.nameAt) <= at) this.toldFrom = this.names.depth
  }

  private endTold(): boolean {
    this.toldFrom = 0
    return this.follow !== undefined
  }

  /** Passes over tokens from `window[from]` on of which nothing needs to be told; answers the index of the first that has to be read, or is not whole. */
  private pass(window: Uint8Array, from: number): number {
    const { names, base, place } = this
    if (this.toldFrom > 0 || (place === grammar.TOP && !this.sequence) || names.depth > Math.min(this.maxDepth, TRACK_DEPTH))
      return from
    const to = Math.min(this.sink.quietTo!(base + from) - base, window.length)
    if (to - from < LEAST_QUIET) return from
    this.passedTo = to
    names.tell(track)
    track.place = place
    let i = from
    for (;;) {
      const at = this.follow!(window, i, to, track, this.trackOptions)
      if (at === i) break
      names.take(track, window, track.place === grammar.ELEMENT_OR_END)
      const given = i + TRACK_PIECE
      i = at
      if (!track.out || given >= to) break
    }
    this.place = track.place
    return i
  }

  /**
   * May the rest of the window, from `window[i]` on, be left for the next, which may say that nothing of it has to be told? Where it is short, and is what nobody has
   * seen all of yet: a token that is cut, or what the sink has not looked at. Not where a document may have ended, for which somebody may wait.
   */
  private mayLeave(window: Uint8Array, i: number): boolean {
    const { length } = window
    if (length - i > MOST_LEFT || this.names.depth === 0) return false
    if (window[i] === QUOTE && window.indexOf(QUOTE, i + 1) < 0) return true
    let end = length
    while (end > i && window[end - 1] <= 0x20) end--
    if (window[end - 1] === CLOSE_OBJECT || window[end - 1] === CLOSE_ARRAY) return false
    const { seenTo = 0 } = this.sink
    return this.passedTo === Math.min(seenTo - this.base, length)
  }

  private afterValue(): number {
    if (this.names.depth === 0) return grammar.TOP
    return this.names.inObject ? grammar.AFTER_MEMBER : grammar.AFTER_ELEMENT
  }

  private startTop(): void {
    if (this.values > 0 && !this.sequence) this.flaw()
    this.values = 1
  }

  /** From here to the end all is text; offset `at` may lie in an earlier window. */
  private startText(at: number): void {
    this.place = TEXT
    this.sink.open('text', at)
  }

  /** Reads an escape from its backslash at `window[i]`, or further into the kept one; answers where reading goes on. */
  private readEscape(window: Uint8Array, i: number): number {
    const { base, scratch } = this
    const fragment = this.escape
    const length = window.length
    if (fragment.length === 0 && i + 1 < length) {
      const second = window[i + 1]
      const stands = SIMPLE_ESCAPE[second]
      if (stands !== 0) {
        scratch[0] = stands
        this.stands(scratch, 1, base + i, base + i + 2)
        return i + 2
      }
      if (second === U && i + 6 <= length) {
        const unit = readHex4(window, i + 2)
        if (unit >= 0 && (unit < 0xd800 || unit > 0xdfff)) {
          this.stands(scratch, encodeScalar(unit, scratch), base + i, base + i + 6)
          return i + 6
        }
      }
    }
    while (i < length) {
      if (fragment.take(window[i], base + i, this)) i++
      if (fragment.length === 0) {
        this.place = STRING
        return i
      }
    }
    this.place = ESCAPE
    return i
  }

  /** Reads a number from `window[i]` on, where it starts or goes on; answers where reading goes on. */
  private readNumber(window: Uint8Array, i: number): number {
    const from = i
    const length = window.length
    let state = this.numberState
    let next = 0
    while (i < length && (next = grammar.NUMBER_NEXT[(state << 8) | window[i]]) !== 0) {
      state = next
      i++
    }
    if (i < length) return this.endNumber(from, i, grammar.ENDS_TOKEN[window[i]] === 1 ? grammar.NUMBER_ACCEPTS[state] : 0)
    this.numberState = state
    this.place = NUMBER
    if (this.base + i - this.tokenAt > MAX_NUMBER_BYTES) {
      this.openNumber()
      this.sink.plain(this.base + from, this.base + i)
    } else {
      this.kept ??= new Uint8Array(MAX_NUMBER_BYTES)
      this.kept.set(from === 0 ? window : window.subarray(from), this.keptLength)
      this.keptLength += i - from
    }
    return i
  }

  /** The number ends before `window[i]`, of which the part from `from` on was read now; `accepts` says what the token is. */
  private endNumber(from: number, i: number, accepts: number): number {
    const { base, sink } = this
    const isNumber = accepts > 0
    if (accepts === grammar.RELAXED) this.flaw()
    const end = base + i
    this.place = this.afterValue()
    if (!isNumber && end - this.tokenAt <= MAX_NUMBER_BYTES) {
      this.flaw()
      this.startText(this.tokenAt)
      this.giveKeptNumber()
      return from
    }
    this.openNumber()
    if (i > from) sink.plain(base + from, end)
    sink.close(end)
    this.numberIsOpen = false
    if (!isNumber) {
      this.flaw()
      this.startText(end)
    }
    return i
  }

  private openNumber(): void {
    if (this.numberIsOpen) return
    this.numberIsOpen = true
    this.sink.open('number', this.tokenAt)
    this.giveKeptNumber()
  }

  private giveKeptNumber(): void {
    if (this.keptLength > 0) giveKept(this.sink, this.kept!, this.keptLength, this.tokenAt)
    this.keptLength = 0
  }

  /** Reads a literal (or byte-order mark) from `window[i]` on, where it starts or goes on; answers where reading goes on. */
  private readLiteral(window: Uint8Array, i: number, literal: Uint8Array): number {
    const before = this.place === LITERAL ? this.literalLength : 0
    const from = i
    const length = window.length
    if (before === 0) this.tokenAt = this.base + i
    let count = before
    while (i < length && count < literal.length && window[i] === literal[count]) {
      i++
      count++
    }
    const isMark = literal === BYTE_ORDER_MARK
    if (count === literal.length && (isMark || (i < length && grammar.ENDS_TOKEN[window[i]] === 1))) {
      this.place = this.afterValue()
      return i
    }
    if (i === length) {
      this.literal = literal
      this.literalLength = count
      this.place = LITERAL
      return i
    }
    this.flaw()
    this.startText(this.tokenAt)
    giveKept(this.sink, literal, before, this.tokenAt)
    return from
  }

  /** The document ends at `end`, with the window just read. */
  private finish(end: number): void {
    const { sink } = this
    switch (this.place) {
      case NUMBER:
        // What was read of it in this window is kept or given already.
        this.base = end
        this.endNumber(0, 0, grammar.NUMBER_ACCEPTS[this.numberState])
        break
      case LITERAL:
        if (this.literalLength === this.literal.length) this.place = this.afterValue()
        else {
          this.flaw()
          this.startText(this.tokenAt)
          giveKept(sink, this.literal, this.literalLength, this.tokenAt)
        }
        break
      case ESCAPE:
        this.flaw()
        this.base = end
        this.escape.finish(this)
        sink.close(end)
        return
      case STRING:
        this.flaw()
        sink.close(end)
        return
    }
    if (this.place === TEXT) sink.close(end)
    else if (this.names.depth > 0 || (this.values === 0 && !this.sequence)) this.flaw()
  }
}
