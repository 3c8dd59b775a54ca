import type { Reason } from '../../core/reasons.ts'
import { EMPTY } from '../../core/wire.ts'
import type { FieldKind } from '../../core/words.ts'
import { giveKept } from '../kept.ts'
import type { EditPlace, FieldSink, FieldWriter, FlowReader, FlowSink, Reader } from '../reader.ts'
import { decodeBase64 } from '../transfer/base64.ts'
import { pointerStep } from '../utf8.ts'
import { Delimiter, MAX_PADDING } from './delimiter.ts'
import { emptyHead, type HeaderSink, type PartHead, readHeaderLine } from './header-line.ts'
import { readUsualHead, type UsualHead } from './usual-head.ts'

export interface MultipartOptions {
  /** Every boundary the message may mean, a character a byte; longer ones than MAX_BOUNDARY are left out. None: all is text. */
  readonly boundaries: readonly string[]
  /** The body is one part, from its headers on. */
  readonly message?: boolean
  /**
   * Opens the reader of a part's content, from its headers and the first 64 bytes of it (decoded, if they are base64); or
   * says for what reason the content is passed over.
   */
  openPart(head: PartHead, start: Uint8Array, sink: FieldSink): Reader | Reason
  /** Is a part of this type, that names no encoding, and begins with `text[from…to)`, read as text in UTF-8? */
  isText(contentType: string | null, text: Uint8Array, from: number, to: number): boolean
  /** Opens the reader of what stands around the parts. */
  openText(sink: FieldSink): Reader
}

/**
 * Reads multipart bodies (RFC 2046 section 5.1, RFC 7578): each header of a part gives its names and values as fields, its content is
 * read by the reader of its own type, the name of the part around it. Lines may end in CRLF, LF or CR; the break before a delimiter
 * belongs to it. What begins like a delimiter and is none is content. Preamble and epilogue are text, and a part that begins behind
 * the closing delimiter is read like the others. A body without a closing delimiter is remarked `malformed`, and so is a header
 * that does not end.
 *
 * Kept are a line that may be a delimiter, a header line (up to 8 KiB; what is longer is cut), 64 bytes of a part whose reader is not
 * chosen, and what that reader keeps. Delimiter lines, and the boundary a part names, are structure and in no field.
 */
export function createMultipartReader(sink: FieldSink, options: MultipartOptions): Reader {
  return new MultipartReader(sink, options)
}

/** RFC 2046 allows 70 characters; readers are more generous. */
export const MAX_BOUNDARY = 256
const MAX_LINE = 8192
const START = 64
/** Lists are numbered anew in each part. */
const LISTS = 2 ** 32

const BODY = 0
const LINE_START = 1
const MATCH = 2
const HEAD = 3

const DASH = 0x2d
const LF = 0x0a
const CR = 0x0d

class MultipartReader implements Reader {
  depthLimitAt = -1
  readonly flow: FlowReader
  readonly #sink: FieldSink
  readonly #options: MultipartOptions
  readonly #delimiter: Delimiter
  #base = 0
  #place = LINE_START
  #skipLineFeed = false
  #closed = false
  #flawed = false
  readonly #passedOver: Partial<Record<Reason, number>> = {}
  /** Why the content at hand is not read. */
  #unread: Reason = 'binary-type'

  /** A line break and what may be the delimiter behind it. */
  readonly #kept = new Uint8Array(MAX_BOUNDARY + MAX_PADDING + 8)
  #keptLength = 0
  #keptAt = 0

  /** The header line being read, its folds included. */
  #line: Uint8Array | undefined
  #lineLength = 0
  #lineAt = 0
  #lineStarts = true
  #folded = false
  #headerKey = ''
  #headerWriter: FieldWriter | undefined

  #index = -1
  #head: PartHead = emptyHead()
  /** The content at hand is that of a part. */
  #inPart = false
  #inner: Reader | undefined
  #decided = false
  /** Source offset of the content's first byte; -1 before it. */
  #contentAt = -1
  readonly #start = new Uint8Array(START)
  #startLength = 0
  #innerWindow = EMPTY
  #innerWindowAt = 0
  readonly #innerSink: FieldSink
  readonly #headerSink: HeaderSink
  #flowSink: FlowSink | undefined

  constructor(sink: FieldSink, options: MultipartOptions) {
    this.#sink = sink
    this.#options = options
    this.#delimiter = new Delimiter(options.boundaries.filter((boundary) => boundary !== '' && boundary.length <= MAX_BOUNDARY))
    this.flow = this.#openFlow()
    if (options.message) this.#startPart('open')
    this.#innerSink = {
      open: (kind, at) => sink.open(kind === 'text' && this.#isValue ? 'string' : kind, this.#contentAt + at),
      plain: (from, to) => this.#plain(from, to, sink),
      decoded: (bytes, length, from, to) => sink.decoded(bytes, length, this.#contentAt + from, this.#contentAt + to),
      close: (at) => sink.close(this.#contentAt + at),
      remark: (remark) => sink.remark(remark),
      packed: sink.packed && ((document, from, to) => sink.packed!(document, this.#contentAt + from, this.#contentAt + to)),
    }
    this.#headerSink = {
      open: (kind, key, writer, at) => {
        this.#headerKey = key
        this.#headerWriter = writer
        sink.open(kind, this.#lineAt + at)
      },
      run: (from, to) => this.#give(this.#line!.subarray(from, to), this.#lineAt + from, sink),
      decoded: (bytes, from, to) => sink.decoded(bytes, bytes.length, this.#lineAt + from, this.#lineAt + to),
      close: (at) => {
        sink.close(this.#lineAt + at)
        this.#headerWriter = undefined
      },
    }
  }

  /** The flow of the part at hand, if it has one. */
  #openFlow(): FlowReader {
    const inner = () => this.#inner?.flow
    const around = this
    return {
      depthLimitAt: -1,
      droppable: false,
      connect: (sink) => {
        this.#flowSink = {
          open: (kind, at) => sink.open(kind, this.#contentAt + at),
          plain: (from, to) => this.#plain(from, to, sink),
          decoded: (bytes, length, from, to) => sink.decoded(bytes, length, this.#contentAt + from, this.#contentAt + to),
          gap: (from, to, divides) => sink.gap(this.#contentAt + from, this.#contentAt + to, divides),
          close: (at) => sink.close(this.#contentAt + at),
          remark() {},
        }
      },
      feed() {},
      get held() {
        return around.#heldBy(inner())
      },
      get key() {
        return (inner()?.key ?? '') || around.#name
      },
      keys: () => [...this.#head.names, ...(inner()?.keys() ?? [])],
      path: () => this.#partPath() + (inner()?.path() ?? ''),
      get writer() {
        return around.#writerOf(inner())
      },
      encode: (text, kind, place) => this.#writerOf(inner()).encode(text, kind, place),
    }
  }

  get held(): number {
    return this.#heldBy(this.#inner)
  }

  #heldBy(inner: Reader | undefined): number {
    if (this.#place === HEAD) return this.#lineLength > 0 ? this.#lineAt : this.#base
    if (this.#startLength > 0 && !this.#decided) return this.#contentAt
    const own = this.#keptLength > 0 ? this.#keptAt : this.#base
    return inner === undefined || this.#contentAt < 0 ? own : Math.min(own, this.#contentAt + inner.held)
  }

  get passedOver(): Readonly<Partial<Record<Reason, number>>> {
    const inner = this.#inner?.passedOver
    return inner === undefined ? this.#passedOver : addUp({ ...this.#passedOver }, inner)
  }

  get list(): number {
    const list = this.#inner?.list ?? 0
    return list === 0 || this.#headerWriter !== undefined ? 0 : list + (this.#index + 1) * LISTS
  }

  get quoted(): boolean {
    return this.#headerWriter === undefined && this.#inner?.quoted === true
  }

  get droppable(): boolean {
    return this.#headerWriter === undefined && this.#inner?.droppable !== false
  }

  get key(): string {
    if (this.#headerWriter !== undefined) return this.#headerKey
    return (this.#inner?.key ?? '') || this.#name
  }

  keys(): readonly string[] {
    if (this.#headerWriter !== undefined) return this.#headerKey === '' ? [] : [this.#headerKey]
    const inner = this.#inner?.keys() ?? []
    return this.#inPart ? [...this.#head.names, ...inner] : inner
  }

  path(): string {
    if (this.#headerWriter !== undefined) return `/${this.#index}${this.#headerKey === '' ? '' : pointerStep(this.#headerKey)}`
    return this.#inPart ? this.#partPath() + (this.#inner?.path() ?? '') : ''
  }

  #partPath(): string {
    return pointerStep(this.#name || String(this.#index))
  }

  get writer(): FieldWriter {
    return this.#headerWriter ?? this.#writerOf(this.#inner)
  }

  #writerOf(inner: Reader | undefined): FieldWriter {
    const writer = inner?.writer ?? inner ?? AS_IS
    const contentAt = this.#contentAt
    return { encode: (text, kind, place) => writer.encode(text, kind, place && shifted(place, -contentAt)) }
  }

  encode(text: Uint8Array, kind: FieldKind, place?: EditPlace): Uint8Array {
    return this.writer.encode(text, kind, place)
  }

  feed(window: Uint8Array, last: boolean): void {
    const length = window.length
    let i = 0
    while (i < length) {
      const byte = window[i]
      if (this.#skipLineFeed) {
        this.#skipLineFeed = false
        if (byte === LF) {
          i++
          if (this.#place === HEAD && this.#lineLength > 0) this.#lineByte(LF)
          continue
        }
      }
      switch (this.#place) {
        case BODY:
          i = this.#readBody(window, i)
          break
        case LINE_START:
          if (byte === DASH) {
            this.#delimiter.reset()
            if (this.#keptLength === 0) this.#keptAt = this.#base + i
            this.#place = MATCH
          } else if (byte === LF && this.#keptLength === 1 && this.#kept[0] === CR) this.#kept[this.#keptLength++] = window[i++]
          else if (byte === LF || byte === CR) {
            this.#giveBack()
            this.#keep(window, i, i + 1)
            i++
          } else {
            this.#giveBack()
            this.#place = BODY
          }
          break
        case MATCH:
          if (byte === LF || byte === CR) {
            const verdict = this.#delimiter.end()
            if (verdict === 'none') {
              this.#giveBack()
              this.#place = BODY
            } else {
              i++
              this.#skipLineFeed = byte === CR
              this.#delimit(verdict)
            }
          } else if (this.#delimiter.take(byte)) this.#kept[this.#keptLength++] = window[i++]
          else {
            this.#giveBack()
            this.#place = BODY
          }
          break
        default: {
          const next = this.#lineStarts && this.#lineLength === 0 ? this.#passOver(window, i) : i
          if (next === i) this.#readHead(byte, this.#base + i++)
          else i = next
        }
      }
    }
    if (last) this.#finish()
    this.#base += length
  }

  /** Content up to the next line that may be a delimiter; answers where reading goes on. */
  #readBody(window: Uint8Array, i: number): number {
    const length = window.length
    let from = i
    for (;;) {
      const dash = this.#delimiter.next(window, from)
      const breaks = dash === i ? 0 : breakLength(window, i, dash)
      if (dash < length && breaks === 0) {
        from = dash + 1
        continue
      }
      const end = dash - breaks
      if (end > i) this.#content(window, i, end)
      if (breaks > 0) {
        this.#keep(window, end, dash)
        this.#place = LINE_START
      }
      return dash
    }
  }

  #keep(window: Uint8Array, from: number, to: number): void {
    this.#keptAt = this.#base + from
    this.#kept.set(window.subarray(from, to))
    this.#keptLength = to - from
  }

  /** What was kept is no delimiter: it is content. */
  #giveBack(): void {
    const length = this.#keptLength
    this.#keptLength = 0
    if (length > 0) this.#contentBytes(this.#kept.subarray(0, length), this.#keptAt)
  }

  #delimit(verdict: 'open' | 'close'): void {
    this.#endContent()
    this.#keptLength = 0
    this.#startPart(verdict)
  }

  #startPart(verdict: 'open' | 'close'): void {
    this.#closed = verdict === 'close'
    this.#inPart = verdict === 'open'
    this.#decided = false
    this.#startLength = 0
    this.#contentAt = -1
    this.#place = verdict === 'open' ? HEAD : LINE_START
    if (verdict === 'close') return
    this.#index++
    this.#head = emptyHead()
    this.#lineLength = 0
    this.#lineStarts = true
    this.#folded = false
  }

  /** Passes over a part of the usual kind that begins at `i` and of which nothing has to be told, and the delimiter behind it: answers where reading goes on; `i`: it cannot. */
  #passOver(window: Uint8Array, i: number): number {
    const sink = this.#sink
    if (sink.quietTo === undefined) return i
    const to = Math.min(sink.quietTo(this.#base + i) - this.#base, window.length)
    if (!readUsualHead(window, i, to, usual)) return i
    const { contentAt, isTyped } = usual
    const delimiter = this.#delimiter
    for (let dash = delimiter.next(window, contentAt + 1); dash < to; dash = delimiter.next(window, dash + 1)) {
      const end = dash - breakLength(window, contentAt, dash)
      const lineEnd = end === dash ? -1 : delimiter.lineEnd(window, dash)
      if (lineEnd < 0) continue
      if (!sink.isQuiet!(this.#base + contentAt, this.#base + end)) return i
      if (!this.#options.isText(isTyped ? 'text/plain' : null, window, contentAt, Math.min(contentAt + START, end))) return i
      this.#skipLineFeed = window[lineEnd] === CR
      this.#delimit(delimiter.end() === 'close' ? 'close' : 'open')
      return lineEnd + 1
    }
    return i
  }

  // Headers

  #readHead(byte: number, at: number): void {
    const isBreak = byte === LF || byte === CR
    if (this.#lineStarts) {
      const folds = (byte === 0x20 || byte === 0x09) && this.#lineLength > 0
      if (!folds) this.#endLine()
      if (isBreak) {
        this.#skipLineFeed = byte === CR
        this.#place = LINE_START
        return
      }
      if (folds) this.#folded = true
      else {
        this.#lineAt = at
        this.#folded = false
      }
      this.#lineStarts = false
      this.#lineByte(byte)
      return
    }
    if (isBreak) {
      this.#skipLineFeed = byte === CR
      if (!this.#folded && this.#line![0] === DASH) {
        const verdict = this.#delimiter.judge(this.#line!.subarray(0, this.#lineLength))
        if (verdict !== 'none') {
          this.#lineLength = 0
          this.#endContent()
          this.#startPart(verdict)
          return
        }
      }
      this.#lineStarts = true
    } else if (this.#lineLength >= MAX_LINE) {
      this.#flaw()
      this.#endLine()
      this.#lineAt = at
      this.#folded = true
    }
    this.#lineByte(byte)
  }

  #lineByte(byte: number): void {
    this.#line ??= new Uint8Array(MAX_LINE + 4)
    this.#line[this.#lineLength++] = byte
  }

  #endLine(): void {
    let length = this.#lineLength
    while (length > 0 && (this.#line![length - 1] === LF || this.#line![length - 1] === CR)) length--
    if (length > 0) readHeaderLine(this.#line!.subarray(0, length), this.#headerSink, this.#head)
    this.#lineLength = 0
  }

  // Content

  get #name(): string {
    return this.#inPart ? (this.#head.names[0] ?? '') : ''
  }

  /** A field of a form and no file: its text is one value. */
  get #isValue(): boolean {
    const { contentType, hasFileName, names } = this.#head
    return this.#inPart && !hasFileName && names.length > 0 && (contentType === null || /^text\/plain\b/i.test(contentType))
  }

  #content(window: Uint8Array, from: number, to: number): void {
    this.#contentBytes(from === 0 && to === window.length ? window : window.subarray(from, to), this.#base + from)
  }

  #contentBytes(bytes: Uint8Array, at: number): void {
    if (this.#contentAt < 0) this.#contentAt = at
    if (!this.#decided) {
      if (this.#inPart && (this.#startLength > 0 || bytes.length < START)) {
        const taken = Math.min(bytes.length, START - this.#startLength)
        this.#start.set(bytes.subarray(0, taken), this.#startLength)
        this.#startLength += taken
        if (this.#startLength < START) return
        this.#openContent()
        bytes = bytes.subarray(taken)
        at += taken
      } else this.#openInner(bytes)
    }
    this.#feedInner(bytes, at)
  }

  /** Chooses the reader by what is kept of the content, and gives it that. */
  #openContent(): void {
    const start = this.#start.subarray(0, this.#startLength)
    this.#openInner(start)
    this.#feedInner(start, this.#contentAt)
  }

  #openInner(bytes: Uint8Array): void {
    this.#decided = true
    const start = bytes.subarray(0, START)
    if (this.#inPart) {
      const { transferEncoding } = this.#head
      const opened = this.#options.openPart(
        this.#head,
        transferEncoding === 'base64' ? decodeBase64(start) : start,
        this.#innerSink,
      )
      if (typeof opened === 'string') this.#unread = opened
      else this.#inner = opened
      this.#inner?.flow?.connect(this.#flowSink ?? NOBODY)
    } else this.#inner = this.#options.openText(this.#innerSink)
  }

  #feedInner(bytes: Uint8Array, at: number): void {
    if (bytes.length === 0) return
    if (this.#inner === undefined) {
      addUp(this.#passedOver, { [this.#unread]: bytes.length })
      return
    }
    this.#innerWindow = bytes
    this.#innerWindowAt = at
    this.#inner.feed(bytes, false)
    this.#innerWindow = EMPTY
  }

  /** The content ends, before a delimiter or with the body. */
  #endContent(): void {
    if (this.#place === HEAD) this.#endLine()
    // Empty content is no field: there is nothing to find in it, and a flood of parts is cheap.
    if (!this.#decided && this.#startLength > 0) this.#openContent()
    const inner = this.#inner
    if (inner !== undefined) {
      inner.feed(EMPTY, true)
      if (inner.depthLimitAt >= 0 && this.depthLimitAt < 0) this.depthLimitAt = this.#contentAt + inner.depthLimitAt
      if (inner.passedOver !== undefined) addUp(this.#passedOver, inner.passedOver)
    }
    this.#inner = undefined
    this.#startLength = 0
    this.#decided = true
  }

  #finish(): void {
    if (this.#place === MATCH) {
      const verdict = this.#delimiter.end()
      if (verdict === 'none') this.#giveBack()
      else {
        this.#delimit(verdict)
        if (verdict === 'close') return
      }
    } else if (this.#place === HEAD && !this.#folded && this.#lineLength > 0) {
      const verdict = this.#delimiter.judge(this.#line!.subarray(0, this.#lineLength))
      if (verdict !== 'none') {
        this.#lineLength = 0
        this.#closed = verdict === 'close'
      }
    } else this.#giveBack()
    this.#endContent()
    if (!this.#closed && !this.#options.message) this.#flaw()
  }

  // What the inner reader gives, in its own offsets.

  #plain(from: number, to: number, sink: FieldSink): void {
    const start = this.#contentAt + from
    const at = start - this.#innerWindowAt
    this.#give(this.#innerWindow.subarray(at, at + to - from), start, sink)
  }

  /** Gives bytes that stand for themselves, perhaps kept from an earlier window. */
  #give(bytes: Uint8Array, at: number, sink: FieldSink): void {
    const before = Math.min(bytes.length, Math.max(0, this.#base - at))
    giveKept(sink, bytes, before, at)
    if (bytes.length > before) sink.plain(at + before, at + bytes.length)
  }

  #flaw(): void {
    if (this.#flawed) return
    this.#flawed = true
    this.#sink.remark('malformed')
  }
}

/** Bytes of the line break that ends `window[from…to)`. */
function breakLength(window: Uint8Array, from: number, to: number): 0 | 1 | 2 {
  const last = window[to - 1]
  if (last === CR) return 1
  if (last !== LF) return 0
  return to - 2 >= from && window[to - 2] === CR ? 2 : 1
}

const usual: UsualHead = { contentAt: 0, isTyped: false }
const NOBODY: FlowSink = { open() {}, plain() {}, decoded() {}, gap() {}, close() {}, remark() {} }
const AS_IS: FieldWriter = { encode: (text) => text }

function shifted(place: EditPlace, by: number): EditPlace {
  return { start: place.start + by, end: place.end + by, bytes: place.bytes }
}

function addUp(sum: Partial<Record<Reason, number>>, more: NonNullable<Reader['passedOver']>): Partial<Record<Reason, number>> {
  for (const [reason, bytes] of Object.entries(more) as [Reason, number][]) sum[reason] = (sum[reason] ?? 0) + bytes
  return sum
}
