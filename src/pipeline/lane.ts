import { EVIDENCE_AFTER, EVIDENCE_BEFORE } from '../core/limits.ts'
import { EMPTY } from '../core/wire.ts'
import type { Candidate, FieldKind } from '../core/words.ts'
import type { FieldContext, FieldText } from '../evidence/evidence.ts'
import { chooseReader, type ReaderOptions } from '../formats/choose-reader.ts'
import type { FieldSink, FieldWriter, Reader } from '../formats/reader.ts'
import type { ScanSession } from '../scanner/kernel.ts'
import { ByteQueue } from './byte-queue.ts'
import { OffsetMap } from './offset-map.ts'

/** A by-key value longer than this is no value of a key; a number token longer than this is edited in place like text. */
const MAX_TOKEN_BYTES = 4096

/** Which readers, outermost last, and in what kind of field a replacement has to be written. */
export type Encoding = readonly { readonly reader: FieldWriter; readonly kind: FieldKind }[]

/** A finding as a lane tells it; offsets in the source. `value` is a copy of the matched view bytes. */
export interface LaneFinding {
  readonly rule: number
  readonly confidence: 'low' | 'medium' | 'high'
  readonly start: number
  readonly end: number
  readonly depth: number
  readonly path: string
  readonly kind: FieldKind
  readonly value: Uint8Array
  readonly encoding: Encoding
  /** Source span of the whole field with its delimiters (quotes), for `drop`; undefined in text. */
  readonly token?: Token
}

export interface Token {
  readonly start: number
  readonly end: number
  /** What stands for nothing in this format: `null` for a JSON value, '' for a form's. */
  readonly empty: string
  readonly encoding: Encoding
}

/** What a lane asks of the inspection it belongs to. */
export interface LaneHost {
  openScan(): ScanSession
  closeScan(session: ScanSession): void
  /** `at`: where the field begins in the source, or Infinity when that is not known. */
  byKey(context: FieldContext, at: number): readonly number[]
  assess(
    candidate: Candidate,
    text: FieldText,
    context: FieldContext,
  ): { start: number; end: number; rule: number; confidence: 'low' | 'medium' | 'high' } | undefined
  found(finding: LaneFinding): void
  remark(remark: 'malformed' | 'ambiguous'): void
  /** Whether the source run holds an alarm of the screen; always true where no screen ran. Runs are asked for in growing order. */
  alarmed(from: number, to: number): boolean
  /** Draws on the budget of view bytes. */
  spendView(bytes: number): boolean
  /** True when a rule may drop a field: short fields are then held until their end. */
  readonly holdFields: boolean
  readonly maxViewDepth: number
  /** For the reader of the body; those inside it have its depth alone. */
  readonly readerOptions: ReaderOptions
  readonly maxHeldBytes: number
}

/**
 * One reader at work: turns its fields into findings. Depth 0 reads the body; a field that holds a document of its own (JSON in a
 * string) is read by a lane one deeper, beside the scan of the field's text: every plausible reading is inspected.
 *
 * Contract: what is found depends on the bytes alone, never on how they were cut into windows. `undecided` is the lowest
 * offset of the lane's input that a later finding may still touch.
 */
export class Lane implements FieldSink, FieldContext {
  readonly reader: Reader
  readonly #host: LaneHost
  readonly #parent: Lane | undefined
  readonly #depth: number
  /** Offset of this lane's input in its parent's view. */
  readonly #origin: number
  #session: ScanSession | undefined

  #window = EMPTY
  #base = 0
  #fed = 0
  #dead = false

  // The open field.
  #open = false
  #kind: FieldKind = 'text'
  #inPlace = false
  #fieldAt = 0
  #runFrom = -1
  #runTo = -1
  readonly #text = new ByteQueue()
  readonly #map = new OffsetMap()
  #scanned = 0
  #settled = 0
  #pending: Candidate[] = []
  #byKey: readonly number[] = NONE
  #fieldEnd = -1
  #nested: Lane | undefined
  #nestedDecided = false

  constructor(host: LaneHost, kind: Parameters<typeof chooseReader>[0], parent?: Lane, origin = 0) {
    this.#host = host
    this.#parent = parent
    this.#depth = parent === undefined ? 0 : parent.#depth + 1
    this.#origin = origin
    this.reader = chooseReader(kind, this, parent === undefined ? host.readerOptions : { maxDepth: host.readerOptions.maxDepth })
  }

  /** Reads the next window of the lane's input. */
  feed(window: Uint8Array, last: boolean): void {
    if (this.#dead) return
    this.#window = window
    this.#base = this.#fed
    this.#fed += window.length
    this.reader.feed(window, last)
    if (this.#open) this.#advance(false)
    this.#window = EMPTY
  }

  /** Lowest offset of the lane's input that is still undecided. */
  undecided(): number {
    if (this.#dead) return this.#fed
    const held = Math.min(this.reader.held, this.#fed)
    if (!this.#open) return held
    const own = this.#undecidedView()
    if (own <= 0)
      return Math.min(this.#fieldAt - (this.#host.holdFields && this.reader.quoted ? 1 : 0), this.#inPlace ? this.#fieldAt : held)
    const mapped = this.#map.start(own)
    return this.#inPlace ? mapped : Math.min(held, mapped)
  }

  /** Gives the sessions back. */
  dispose(): void {
    this.#nested?.dispose()
    this.#nested = undefined
    if (this.#session !== undefined) this.#host.closeScan(this.#session)
    this.#session = undefined
    this.#dead = true
  }

  // FieldContext: what evidence sees of the open field.

  get kind(): FieldKind {
    return this.#kind
  }

  get key(): string {
    return this.reader.key || (this.#parent?.key ?? '')
  }

  keys(): readonly string[] {
    return this.#parent === undefined ? this.reader.keys() : [...this.#parent.keys(), ...this.reader.keys()]
  }

  path(): string {
    return (this.#parent?.path() ?? '') + this.reader.path()
  }

  // FieldSink: what the reader calls.

  open(kind: FieldKind, at: number): void {
    if (this.#depth > 0 && kind === 'text') {
      // Not a document after all: the parent scans the same text anyway.
      this.#dead = true
      return
    }
    this.#open = true
    this.#kind = kind
    this.#inPlace = kind === 'text'
    this.#fieldAt = at
    this.#fieldEnd = -1
    this.#runFrom = this.#runTo = -1
    this.#text.reset()
    this.#map.clear()
    this.#scanned = this.#settled = 0
    this.#pending.length = 0
    this.#nestedDecided = false
    this.#byKey =
      kind === 'string' || kind === 'number' ? this.#host.byKey(this, this.#depth === 0 ? at : Number.POSITIVE_INFINITY) : NONE
  }

  plain(from: number, to: number): void {
    if (!this.#open || from === to) return
    if (this.#runTo === from) this.#runTo = to
    else {
      this.#keepRun()
      this.#runFrom = from
      this.#runTo = to
    }
  }

  decoded(bytes: Uint8Array, length: number, from: number, to: number): void {
    if (!this.#open) return
    this.#keepRun()
    this.#map.decoded(this.#text.end, from, to)
    this.#text.append(length === bytes.length ? bytes : bytes.subarray(0, length))
  }

  close(at: number): void {
    if (!this.#open) return
    this.#fieldEnd = at
    const whole = this.#text.end === 0 && this.#runFrom >= this.#base
    const quiet = whole && this.#depth === 0 && this.#byKey.length === 0 && !this.#host.alarmed(this.#runFrom, this.#runTo)
    if (!quiet) this.#advance(true)
    this.#open = false
    if (this.#nested !== undefined) {
      this.#nested.dispose()
      this.#nested = undefined
    }
  }

  remark(remark: 'malformed' | 'ambiguous'): void {
    if (this.#depth === 0) this.#host.remark(remark)
  }

  /** Copies the pending plain run into the field's text. */
  #keepRun(): void {
    if (this.#runFrom < 0) return
    this.#map.plain(this.#text.end, this.#runFrom)
    this.#text.append(this.#window.subarray(this.#runFrom - this.#base, this.#runTo - this.#base))
    this.#runFrom = this.#runTo = -1
  }

  /** Scans what came of the open field since the last call; `last`: the field ends. */
  #advance(last: boolean): void {
    let bytes: Uint8Array
    let base = 0
    let chunk: Uint8Array
    if (last && this.#text.end === 0) {
      // The usual field: whole in this window and spelled as it reads. No copy.
      if (this.#runFrom < 0) {
        if (this.#byKey.length === 0) return
        this.#runFrom = this.#runTo = this.#fieldAt
      }
      this.#map.plain(0, this.#runFrom)
      bytes = chunk = this.#window.subarray(this.#runFrom - this.#base, this.#runTo - this.#base)
    } else {
      this.#keepRun()
      if (this.#kind === 'number' && !this.#inPlace && !last) {
        if (this.#text.end <= MAX_TOKEN_BYTES) return // a number is edited as a whole, so it is read when it has ended
        this.#inPlace = true
      }
      bytes = this.#text.all()
      base = this.#text.base
      chunk = this.#text.slice(this.#scanned, this.#text.end)
    }
    if (this.#session === undefined) this.#session = this.#host.openScan()
    if (this.#scanned === 0) this.#session.reset()
    const length = this.#scanned + chunk.length
    const { candidates, settled } = this.#session.feed(chunk, last)
    for (let i = 0; i < candidates.length; i++) this.#insert(candidates[i])
    this.#settled = last ? length : settled
    this.#feedNested(chunk, last)
    this.#scanned = length
    this.#assess({ bytes, length: bytes.length, base, ended: last }, length, last)
    if (!last) {
      const keep = this.#undecidedView()
      this.#text.forget(Math.min(keep, this.#scanned) - EVIDENCE_BEFORE)
      this.#map.forget(keep)
    }
  }

  #assess(text: FieldText, length: number, last: boolean): void {
    const pending = this.#pending
    let done = 0
    if (!last && this.#deferred(length)) return
    while (done < pending.length) {
      const candidate = pending[done]
      if (!last && (candidate.start >= this.#settled || candidate.end + EVIDENCE_AFTER > length)) break
      done++
      this.#judge(candidate, text)
    }
    if (done > 0) pending.splice(0, done)
    if (last && this.#byKey.length > 0 && length > 0 && length <= MAX_TOKEN_BYTES) {
      for (const rule of this.#byKey) this.#judge({ rule, start: 0, end: length }, text)
    }
  }

  #judge(candidate: Candidate, text: FieldText): void {
    const finding = this.#host.assess(candidate, text, this)
    if (finding === undefined) return
    const whole = this.#kind === 'number' && !this.#inPlace
    const at = whole
      ? { start: this.#fieldAt, end: this.#fieldEnd }
      : { start: this.#map.start(finding.start), end: this.#map.end(finding.end) }
    this.#host.found({
      rule: finding.rule,
      confidence: finding.confidence,
      ...this.#toSource(at),
      depth: this.#depth,
      path: this.path(),
      kind: this.#kind,
      value: text.bytes.slice(finding.start - text.base, finding.end - text.base),
      encoding: this.#encoding(whole ? 'number' : this.#kind === 'number' ? 'text' : this.#kind),
      token: this.#deferred(text.base + text.length) ? this.#token() : undefined,
    })
  }

  /** Whether findings of the open field wait for its end, because its whole value may have to go. */
  #deferred(length: number): boolean {
    return (
      this.#host.holdFields &&
      this.#kind !== 'text' &&
      this.#kind !== 'key' &&
      this.reader.droppable !== false &&
      length <= this.#host.maxHeldBytes
    )
  }

  /** The whole value with its quotes. */
  #token(): Token {
    const quote = this.#kind === 'string' && this.reader.quoted ? 1 : 0
    const span = this.#toSource({ start: this.#fieldAt - quote, end: this.#fieldEnd + quote })
    return { ...span, empty: this.reader.quoted ? 'null' : '', encoding: this.#parent?.fieldEncoding() ?? [] }
  }

  #toSource(span: { start: number; end: number }): { start: number; end: number } {
    let { start, end } = span
    for (let lane: Lane = this; lane.#parent !== undefined; lane = lane.#parent) {
      const map = lane.#parent.#map
      start = map.start(start + lane.#origin)
      end = map.end(end + lane.#origin)
    }
    return { start, end }
  }

  #encoding(kind: FieldKind): Encoding {
    return [{ reader: this.reader.writer ?? this.reader, kind }, ...(this.#parent?.fieldEncoding() ?? [])]
  }

  fieldEncoding(): Encoding {
    return this.#encoding(this.#kind)
  }

  #insert(found: Candidate): void {
    const candidate = { rule: found.rule, start: found.start, end: found.end }
    const pending = this.#pending
    let at = pending.length
    while (at > 0 && compare(pending[at - 1], candidate) > 0) at--
    if (at === pending.length) pending.push(candidate)
    else pending.splice(at, 0, candidate)
  }

  /** Lowest view offset of the open field that is still undecided. */
  #undecidedView(): number {
    const length = this.#text.end
    if (this.#byKey.length > 0 && length <= MAX_TOKEN_BYTES) return 0
    if (this.#deferred(length)) return 0
    if (this.#kind === 'number' && !this.#inPlace) return 0
    let at = Math.min(this.#settled, this.#scanned)
    if (this.#pending.length > 0) at = Math.min(at, this.#pending[0].start)
    if (this.#nested !== undefined) at = Math.min(at, this.#nested.undecided() + this.#nested.#origin)
    return at
  }

  /** Feeds the view to the reader of a document inside it, if it looks like one. */
  #feedNested(chunk: Uint8Array, last: boolean): void {
    if (this.#nestedDecided && this.#nested === undefined) return
    let from = 0
    if (!this.#nestedDecided) {
      while (from < chunk.length && isSpace(chunk[from])) from++
      if (from === chunk.length) return
      this.#nestedDecided = true
      const first = chunk[from]
      const opens = first === 0x7b || first === 0x5b || (first === 0x22 && this.#kind !== 'text')
      if (!opens || this.#kind === 'number' || this.#depth >= this.#host.maxViewDepth) return
      this.#nested = new Lane(this.#host, 'json', this, this.#scanned + from)
    }
    const nested = this.#nested!
    const free = this.#depth === 0 && this.#kind === 'text'
    if (!free && !this.#host.spendView(chunk.length - from)) {
      this.#host.remark('ambiguous')
      nested.dispose()
      this.#nested = undefined
      return
    }
    nested.feed(from === 0 ? chunk : chunk.subarray(from), last)
    if (nested.#dead) {
      nested.dispose()
      this.#nested = undefined
    }
  }
}

const NONE: readonly number[] = []

function compare(a: Candidate, b: Candidate): number {
  return a.start - b.start || b.end - a.end || a.rule - b.rule
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}
