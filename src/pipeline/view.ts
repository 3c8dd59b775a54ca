import { EVIDENCE_AFTER } from '../core/limits.ts'
import { EMPTY } from '../core/wire.ts'
import type { Candidate, Span } from '../core/words.ts'
import type { FieldText } from '../evidence/evidence.ts'
import type { ScanSession } from '../scanner/kernel.ts'
import { Base32Run } from '../views/base32-run.ts'
import { Base64Run } from '../views/base64-run.ts'
import type { EncodedRun, RunSink } from '../views/encoded-run.ts'
import { ESCAPE, Escapes, LOOK_ALIKE, UNDECIDED } from '../views/escapes.ts'
import { HexRun } from '../views/hex-run.ts'
import { Lookout } from '../views/lookout.ts'
import { NumberRowRun } from '../views/number-row-run.ts'
import { rewrite } from '../views/rewrite.ts'
import { firstTag, markupStart, tagsKnownTo } from '../views/tag.ts'
import { AT_BASE32, AT_BASE64, AT_ESCAPE, AT_PACKED, AT_ROW, Watch } from '../views/watch.ts'
import { ByteQueue } from './byte-queue.ts'
import { encodeThrough, type Layer, RunLayer } from './encoding.ts'
import type { LaneFinding, LaneHost, PackedPlace } from './lane.ts'
import { OffsetMap } from './offset-map.ts'
import { MAX_PACKED_BYTES, packedDocument } from './packed.ts'
import { compareCandidates, Seen } from './seen.ts'

/**
 * Text before and behind an escape that is read again with the escape decoded: as much as a match may reach over it. A longer match (a key block
 * of more lines) is found in the text as it stands, up to the escape and again from it on.
 */
export const REACH = 4096

/** A document inside a view: it is fed what the view is. */
export interface InnerReading {
  /** It turned out to be no such document. */
  readonly isDead: boolean
  /** Offset in its own input. */
  undecided(): number
  feed(chunk: Uint8Array, last: boolean): number
  /** It is of no use any more. */
  retire(): void
}

/** Bytes of a field that its views are given at once: so views inside hold no more, and stay in the processor's cache. */
export const SLICE = 16 << 10

/** The field that views belong to. */
export interface ViewField {
  readonly host: LaneHost
  /** False: the message's budget of view bytes is spent. */
  readonly viewsAllowed: boolean
  /** Evidence for a candidate in text of this field. */
  assess(candidate: Candidate, text: FieldText): ReturnType<LaneHost['assess']>
  report(finding: Omit<LaneFinding, 'reading' | 'path' | 'kind' | 'token'>): void
  /** Span in the field's text → span in the source; pushes the layers passed on the way. */
  place(start: number, end: number, layers: Layer[]): Span | undefined
  /** A document in the field's text that is read and written as a whole. */
  tellPacked(packed: Omit<PackedPlace, 'path'>): void
  /** A reading of a document that begins at `origin` in this view, whose first byte is `first`; undefined: it is none. What ends before `from` is found around it. */
  openInner(view: View, first: number, origin: number, from: number): InnerReading | undefined
  /** Is there nothing in the document that begins with `first`, or with text before a tag, in this whole text of the field, in which nothing was seen or hides, that only its reader would find? */
  passesOver(text: Uint8Array, first: number): boolean
  /** A tag anywhere in the text may divide a value, as in the fragments of pages that JSON and forms carry. */
  readonly mayHoldTags: boolean
}

/** Bytes before and behind a finding that a mask must know of. */
const BESIDE = 4
const escapes = new Escapes()
/** A replacement for text that stands for itself. */
const AS_IS: Layer = { encode: (text) => text }

/**
 * Text under inspection: the text of a field, or what a part of it stands for. It scans its text, weighs the candidates, and looks for what hides characters: where
 * it finds that, a view one deeper reads the same text decoded. What is found there is brought back to spans of this text by the offset map.
 *
 * Contract: views open, end and answer by the text alone, never by its cuts. `undecided` is the lowest offset of the text that a
 * later finding, here or deeper, may still touch.
 */
export class View {
  readonly text = new ByteQueue()
  readonly map = new OffsetMap()
  readonly depth: number
  scanned = 0
  protected readonly field: ViewField
  /** The text at hand: `bytes[0]` has offset `base`. Valid while the view advances. */
  bytes: Uint8Array = EMPTY
  base = 0
  /** The text that was scanned last has more to come. */
  #goesOn = false
  /** Something was taken since it began. */
  #used = false
  #session: ScanSession | undefined
  #settled = 0
  #pending: Candidate[] = []
  /** The same, for a document inside. */
  readonly #seen = new Seen()
  readonly #watch = new Watch()
  readonly #lookout = new Lookout()
  #held = 0
  #escaped: EscapedView | undefined
  #run: RunView | PackedRun | undefined
  /** The numbers of the open run, a row that may be hexadecimal, read as decimal ones. */
  #decimal: RunView | undefined
  /** Views that have ended, for the next of their kind. */
  #spareEscaped: EscapedView | undefined
  #spareRun: RunView | undefined
  #spareDecimal: RunView | undefined
  #inner: InnerReading | undefined
  #innerAt = -1
  /** The text is at hand from its start to its end, nothing was seen in it, and no watch stopped. */
  #isQuiet = false
  /** The text began with no document, and no tag was in it: one may come. */
  #awaitsTag = false

  constructor(field: ViewField, depth: number) {
    this.field = field
    this.depth = depth
  }

  /** Forgets everything: another text begins. */
  begin(): void {
    // most fields are quiet, and nothing was taken of them
    if (!this.#used) return
    this.#used = false
    this.text.reset()
    this.map.clear()
    this.scanned = this.#settled = this.#held = 0
    if (this.#pending.length > 0) this.#pending.length = 0
    this.#innerAt = -1
    this.#awaitsTag = false
    this.#watch.reset()
  }

  /** Bytes `start`…`end` of `bytes` stand for themselves, at offset `from` of the text around. */
  plain(bytes: Uint8Array, start: number, end: number, from: number): void {
    this.#used = true
    this.map.plain(this.text.end, from)
    this.text.appendRange(bytes, start, end)
  }

  decoded(bytes: Uint8Array, length: number, from: number, to: number, tag = 0): void {
    this.#used = true
    this.map.decoded(this.text.end, from, to, tag)
    this.text.appendRange(bytes, 0, length)
  }

  /** For a document in the text just looked over: may what stands at `from`…`to`, apart from what is beside it, stand for other text? Asked in growing order. */
  mayHideAt(from: number, to: number): boolean {
    return this.#lookout.mayHide(from - this.base, to - this.base)
  }

  /** Could anything in `bytes[from…to)` stand for other text? May be wrong in saying yes. */
  mayHide(bytes: Uint8Array, from: number, to: number): boolean {
    const watch = this.#watch
    watch.reset()
    for (let i = from; (i = watch.next(bytes, i, to)) < to; i += escapes.length) {
      if (watch.event === AT_ESCAPE && escapes.read(bytes, i, to, true) !== ESCAPE) continue
      watch.reset()
      return true
    }
    watch.reset()
    return false
  }

  /** Reads on to `end` of `bytes`, whose first byte has offset `base`. `last`: the text ends there. */
  advance(bytes: Uint8Array, base: number, end: number, last: boolean): void {
    this.#used = true
    this.bytes = bytes
    this.base = base
    const from = this.scanned
    this.#isQuiet = last && from === 0
    const to = this.#look(from, end, last)
    const chunk = from === base && to - base === bytes.length ? bytes : bytes.subarray(from - base, to - base)
    if (this.#session === undefined) this.#session = this.field.host.openScan()
    else if (from === 0) this.#session.reset()
    const { candidates, settled } = this.#session.feed(chunk, last)
    for (let i = 0; i < candidates.length; i++) this.#insert(candidates[i])
    if (candidates.length > 0) this.#isQuiet = false
    this.#settled = last ? to : settled
    this.#seen.tell(this.#pending, this.#settled)
    this.#feedInner(chunk, last)
    this.scanned = to
    this.#advanceEscaped(to, last)
    if (this.#pending.length > 0) this.#assess({ bytes, length: to - base, base, ended: last && !this.isCutAtEnd }, last)
    this.#goesOn = !last
    if (last) this.#closeInner()
    else this.#held = this.#watch.held(bytes, to - base)
    this.bytes = EMPTY
  }

  /** For a document in the text just scanned: as `Seen.in`. */
  seen(from: number, to: number): readonly Candidate[] | undefined {
    return this.#seen.in(from, to)
  }

  /**
   * Reads a whole text, `bytes`, which stand for themselves from `from` of the text around on, and in which a scan of that has seen these candidates. `mayHide`: something in
   * it may stand for other text.
   */
  readSeen(bytes: Uint8Array, from: number, candidates: readonly Candidate[], mayHide: boolean): void {
    this.#used = true
    this.map.plain(0, from)
    this.bytes = bytes
    this.base = 0
    const { length } = bytes
    this.#settled = length
    this.#seen.tell(candidates, length)
    this.#isQuiet = candidates.length === 0 && (!mayHide || length <= SLICE)
    if (!mayHide) this.#lookout.sawNothing()
    for (let end = 0; end < length; ) {
      end = mayHide ? Math.min(length, end + SLICE) : length
      const to = mayHide ? this.#look(this.scanned, end, end === length) : end
      this.#feedInner(to - this.scanned === length ? bytes : bytes.subarray(this.scanned, to), end === length)
      this.scanned = to
      this.#advanceEscaped(to, end === length)
    }
    this.#closeInner()
    this.bytes = EMPTY
    if (candidates.length === 0) return
    const text = { bytes, length, base: 0, ended: true }
    for (const candidate of candidates) this.judge(candidate, text)
  }

  /** After `advance` of the view's own text: forgets what no later finding needs. */
  forget(keep: number = this.undecided()): void {
    this.text.forget(Math.min(keep, this.scanned) - REACH)
    this.map.forget(keep)
  }

  undecided(): number {
    let at = Math.min(this.#settled, this.scanned - this.#held)
    if (this.#pending.length > 0) at = Math.min(at, this.#pending[0].start)
    if (this.#escaped !== undefined) at = Math.min(at, this.#escaped.undecidedAround())
    if (this.#run !== undefined) at = Math.min(at, this.#run.undecidedAround())
    if (this.#decimal !== undefined) at = Math.min(at, this.#decimal.undecidedAround())
    if (this.#inner !== undefined) at = Math.min(at, this.#innerAt + this.#inner.undecided())
    return at
  }

  /** Ends what is read inside. */
  retire(): void {
    this.#closeInner()
  }

  /** Gives the sessions back. */
  dispose(): void {
    this.#closeInner()
    this.#spareEscaped?.dispose()
    this.#spareRun?.dispose()
    this.#spareDecimal?.dispose()
    this.#spareEscaped = this.#spareRun = this.#spareDecimal = undefined
    this.#closeSession()
  }

  /** The window is over: sessions that no text needs are given back, for other bodies. */
  rest(): void {
    if (!this.#goesOn) this.#closeSession()
    this.#spareEscaped?.rest()
    this.#spareRun?.rest()
    this.#spareDecimal?.rest()
  }

  #closeSession(): void {
    if (this.#session !== undefined) this.field.host.closeScan(this.#session)
    this.#session = undefined
  }

  /** Span of this text → span in the source, for what was found here (`inside` false) or in a document or view inside. Undefined: it is found elsewhere, too. */
  place(start: number, end: number, layers: Layer[], _inside: boolean): Span | undefined {
    return this.field.place(start, end, layers)
  }

  /** The text at hand before its first byte is not all of it; likewise behind its last. */
  protected get isCutAtStart(): boolean {
    return false
  }

  protected get isCutAtEnd(): boolean {
    return false
  }

  /** Candidates that end before this are found in the text around. */
  protected get reportsFrom(): number {
    return 0
  }

  #insert(candidate: Candidate): void {
    const pending = this.#pending
    let at = pending.length
    while (at > 0 && compareCandidates(pending[at - 1], candidate) > 0) at--
    if (at === pending.length) pending.push(candidate)
    else pending.splice(at, 0, candidate)
  }

  #assess(text: FieldText, last: boolean): void {
    const pending = this.#pending
    const length = text.base + text.length
    let done = 0
    while (done < pending.length) {
      const candidate = pending[done]
      if (!last && (candidate.start >= this.#settled || candidate.end + EVIDENCE_AFTER > length)) break
      done++
      // at a cut nobody knows what stands before or behind
      if ((candidate.start === 0 && this.isCutAtStart) || (last && candidate.end === length && this.isCutAtEnd)) continue
      if (candidate.end + EVIDENCE_AFTER >= this.reportsFrom) this.judge(candidate, text)
    }
    if (done === pending.length) pending.length = 0
    else if (done > 0) pending.splice(0, done)
  }

  /** Weighs a candidate in the text at hand and reports what is found. */
  judge(candidate: Candidate, text: FieldText): void {
    const finding = this.field.assess(candidate, text)
    if (finding === undefined) return
    const encoding: Layer[] = []
    const span = this.place(finding.start, finding.end, encoding, false)
    if (span === undefined) return
    const { host } = this.field
    const begin = finding.start - text.base
    const end = finding.end - text.base
    const value = host.wantsValue(finding.rule) ? text.bytes.slice(begin, end) : EMPTY
    const beside = host.wantsBeside(finding.rule)
    const before = beside && begin > 0 ? text.bytes.slice(Math.max(0, begin - BESIDE), begin) : EMPTY
    const behind = beside && end < text.length ? text.bytes.slice(end, Math.min(text.length, end + BESIDE)) : EMPTY
    this.field.report({
      rule: finding.rule,
      confidence: finding.confidence,
      start: span.start,
      end: span.end,
      depth: this.depth,
      value,
      before,
      behind,
      encoding,
      why: finding.why,
    })
  }

  // What hides characters

  /** Looks over the text from `from` on and opens views; answers up to where the text may be scanned. */
  #look(from: number, end: number, last: boolean): number {
    const { bytes, base } = this
    const watch = this.#watch
    const lookout = this.#lookout
    let i = from
    if (this.#run !== undefined) i = this.#pullRun(end, last)
    if (i < end) lookout.begin(bytes, i - base, end - base, last, this.field.host)
    while (i < end) {
      const at = lookout.next(watch, bytes, i - base, end - base) + base
      if (at >= end) break
      this.#isQuiet = false
      if (watch.event === AT_ESCAPE) {
        // before it is read: what is read in that view would take its place
        this.#endPassed(at)
        const seen = escapes.read(bytes, at - base, end - base, last)
        if (seen === UNDECIDED) return at
        const { length } = escapes
        if (seen === ESCAPE) this.#giveEscape(at)
        i = at + length
      } else if (this.#mayOpen()) {
        if (watch.event === AT_PACKED) this.#run = new PackedRun(this.field, this, watch.start + base)
        else {
          this.#spareRun ??= new RunView(this.field, this)
          this.#spareRun.restart(this.#runOf(), watch.cut)
          this.#run = this.#spareRun
          if (watch.event === AT_ROW && watch.row.hexStart >= 0 && watch.row.decimalStart >= 0) this.#openDecimal()
        }
        i = Math.max(at + 1, this.#pullRun(end, last))
      } else i = at + 1
    }
    return last || !(this.#innerAt < 0 ? this.field.mayHoldTags : this.#awaitsTag)
      ? end
      : tagsKnownTo(bytes, from - base, end - base) + base
  }

  #mayOpen(): boolean {
    if (this.depth < this.field.host.maxViewDepth && this.field.viewsAllowed) return true
    this.field.host.refuseView()
    return false
  }

  /** The run of the watch's event. */
  #runOf(): EncodedRun {
    const { event, start, row } = this.#watch
    const from = start + this.base
    if (event === AT_BASE64) return new Base64Run(from)
    if (event === AT_BASE32) return new Base32Run(from)
    if (event !== AT_ROW) return new HexRun(from)
    return row.hexStart < 0
      ? new NumberRowRun(row.decimalStart + this.base, false, row.gap)
      : new NumberRowRun(row.hexStart + this.base, true, row.gap)
  }

  #openDecimal(): void {
    const { row, cut } = this.#watch
    this.#decimal = this.#spareDecimal ??= new RunView(this.field, this)
    this.#decimal.restart(new NumberRowRun(row.decimalStart + this.base, false, row.gap), cut)
  }

  /** Reads on in the open run; answers where the watch goes on. */
  #pullRun(end: number, last: boolean): number {
    const { run } = this.#run!
    const decimal = this.#decimal?.run
    if (!run.done) this.#run!.pull(this.bytes, this.base, end, last)
    if (decimal?.done === false) this.#decimal!.pull(this.bytes, this.base, end, last)
    if (!run.done || decimal?.done === false) return end
    this.#run = this.#decimal = undefined
    this.#watch.reset()
    return decimal === undefined ? run.at : Math.max(run.at, decimal.at)
  }

  /** The escape just read stands at `at`. */
  #giveEscape(at: number): void {
    if (this.#escaped === undefined) {
      if (!this.#mayOpen()) return
      this.#escaped = this.#spareEscaped ??= new EscapedView(this.field, this)
      this.#escaped.restart(this.#regionStart(at))
    }
    this.#escaped.takeEscape(at, escapes)
  }

  /** Where the text begins that an escape at `at` is read again with; not inside a character. */
  #regionStart(at: number): number {
    let start = Math.max(0, at - REACH)
    while (start > 0 && start < at && (this.bytes[start - this.base] & 0xc0) === 0x80) start++
    return start
  }

  #advanceEscaped(to: number, last: boolean): void {
    this.#endPassed(to)
    if (this.#escaped === undefined) return
    if (last) this.#endEscaped(to, false)
    else this.#escaped.takePlain(to)
  }

  /** Ends the view of escapes if `at` lies beyond it. */
  #endPassed(at: number): void {
    if (this.#escaped !== undefined && at > this.#escaped.until) this.#endEscaped(this.#escaped.until, true)
  }

  #endEscaped(at: number, cut: boolean): void {
    this.#escaped!.end(at, cut)
    this.#escaped = undefined
  }

  // Documents inside

  /** Feeds the text to the reader of a document inside it, if it looks like one. */
  #feedInner(chunk: Uint8Array, last: boolean): void {
    let from = 0
    if (this.#innerAt < 0) {
      while (from < chunk.length && isSpace(chunk[from])) from++
      if (from === chunk.length) return
      this.#innerAt = this.scanned + from
      if (this.isCutAtStart) return
      if (this.#isQuiet && !this.isCutAtEnd && this.#passesOver(chunk, chunk.length, chunk[from])) return
      this.#inner = this.field.openInner(this, chunk[from], this.#innerAt, this.#innerAt)
      this.#awaitsTag = this.#inner === undefined && this.field.mayHoldTags
    }
    if (this.#awaitsTag) from = this.#openAtTag(chunk.length)
    if (this.#inner === undefined) return
    const at = this.scanned - this.base
    this.#inner.feed(from === 0 ? chunk : this.bytes.subarray(at + from, at + chunk.length), last)
    if (!this.#inner.isDead) return
    this.#inner.retire()
    this.#inner = undefined
  }

  /** Reads the text as mark-up from its first tag on, and from some way before: a value may begin there. Answers where that is, from `scanned` on. */
  #openAtTag(length: number): number {
    const { bytes, base, scanned } = this
    const at = firstTag(bytes, scanned - base, scanned - base + length)
    if (at < 0) return 0
    this.#awaitsTag = false
    this.#innerAt = base + markupStart(bytes, at)
    if (this.#isQuiet && !this.isCutAtEnd && this.#innerAt === scanned && this.#passesOver(bytes, length, bytes[at])) return 0
    this.#inner = this.field.openInner(this, bytes[at], this.#innerAt, base + at)
    return this.#innerAt - scanned
  }

  /** Need the document in this whole text, `length` bytes long, not be read? Where it may not be, for a limit, that is to be told. */
  #passesOver(text: Uint8Array, length: number, first: number): boolean {
    if (this.depth >= this.field.host.maxViewDepth || !this.field.viewsAllowed) return false
    return this.field.passesOver(length === text.length ? text : text.subarray(0, length), first)
  }

  #closeInner(): void {
    this.#inner?.retire()
    this.#inner = this.#escaped = this.#run = this.#decimal = undefined
  }
}

/** A view that stands in another, and is done when that part of the other is read. */
abstract class InnerView extends View {
  protected readonly around: View

  constructor(field: ViewField, around: View) {
    super(field, around.depth + 1)
    this.around = around
  }

  /** Offset in the text around up to which it has been read. */
  protected abstract readonly readTo: number

  /** Lowest offset of the text around that a finding in here may still touch. */
  undecidedAround(): number {
    const at = this.undecided()
    return at >= this.text.end ? this.readTo : Math.min(this.map.start(at), this.readTo)
  }

  protected flush(last: boolean): void {
    const fresh = this.text.end - this.scanned
    if (fresh > 0) this.field.host.spendView(fresh)
    this.advance(this.text.all(), this.text.base, this.text.end, last)
    if (!last) this.forget()
  }

  override place(start: number, end: number, layers: Layer[], inside: boolean): Span | undefined {
    if (inside && end <= this.reportsFrom) return undefined
    layers.push(this.layer(start, end, layers))
    return this.around.place(this.map.start(start), this.map.end(end), layers, true)
  }

  /** How a replacement of `start`…`end`, written through the layers within, is written in the text around. */
  protected abstract layer(start: number, end: number, within: readonly Layer[]): Layer
}

/** The text around with its escapes and look-alikes decoded, from REACH before the first to REACH behind the last of them. */
class EscapedView extends InnerView {
  protected override readTo = 0
  /** Offset in the text around at which it ends, unless another escape comes. */
  until = 0
  #cutAtStart = false
  #cutAtEnd = false
  #reportsFrom = -1
  #notation = LOOK_ALIKE

  /** Another such part of the text around begins, at `start`. */
  restart(start: number): void {
    this.begin()
    this.readTo = start
    this.#cutAtStart = start > 0
    this.#cutAtEnd = false
    this.#reportsFrom = -1
  }

  protected override get isCutAtStart(): boolean {
    return this.#cutAtStart
  }

  protected override get isCutAtEnd(): boolean {
    return this.#cutAtEnd
  }

  protected override get reportsFrom(): number {
    return this.#reportsFrom
  }

  takeEscape(at: number, { bytes, stands, length, notation }: Escapes): void {
    this.#copyTo(at)
    if (this.#reportsFrom < 0) {
      this.#reportsFrom = this.text.end
      this.#notation = notation
    }
    this.decoded(bytes, stands, at, at + length, notation)
    this.readTo = at + length
    this.until = this.readTo + REACH
  }

  takePlain(to: number): void {
    this.#copyTo(to)
    this.flush(false)
  }

  /** The view ends at `at` of the text around; `cut`: which goes on. */
  end(at: number, cut: boolean): void {
    this.#copyTo(at)
    this.#cutAtEnd = cut
    this.flush(true)
  }

  #copyTo(to: number): void {
    const { bytes, base } = this.around
    if (to > this.readTo) this.plain(bytes, this.readTo - base, to - base, this.readTo)
    this.readTo = Math.max(to, this.readTo)
  }

  protected override layer(start: number, end: number, within: readonly Layer[]): Layer {
    // Plain text is replaced by plain text, unless a format or notation inside has put signs of its own around it.
    const plain = within.every((layer) => layer === AS_IS)
    const notation = this.map.tagIn(start, end) || (plain ? LOOK_ALIKE : this.#notation)
    return notation === LOOK_ALIKE ? AS_IS : { encode: (text) => rewrite(text, notation) }
  }
}

/** What an encoded run of the text around stands for. */
class RunView extends InnerView implements RunSink {
  run!: EncodedRun
  #cut = false

  /** Another run begins. */
  restart(run: EncodedRun, cut: boolean): void {
    this.begin()
    this.run = run
    this.#cut = cut
  }

  protected override get readTo(): number {
    return this.run.unitAt
  }

  protected override get isCutAtStart(): boolean {
    return this.#cut
  }

  pull(bytes: Uint8Array, base: number, end: number, last: boolean): void {
    this.run.pull(bytes, base, end, last, this)
    this.flush(this.run.done)
  }

  protected override layer(start: number, end: number): Layer {
    const { text, map } = this
    const from = map.unitStart(start)
    const to = map.unitEnd(end, text.end)
    return new RunLayer(
      this.run,
      text.slice(from, start).slice(),
      text.slice(end, to).slice(),
      from,
      to,
      this.run.done && to === text.end,
    )
  }
}

/** A run that stands for a compressed document: kept to its end, then read as a document of its own and, if need be, written anew. */
class PackedRun implements RunSink {
  readonly run: Base64Run
  readonly #field: ViewField
  readonly #around: View
  readonly #start: number
  readonly #kept = new ByteQueue()

  constructor(field: ViewField, around: View, start: number) {
    this.run = new Base64Run(start, true)
    this.#field = field
    this.#around = around
    this.#start = start
  }

  decoded(bytes: Uint8Array, length: number): void {
    if (this.#kept.end <= MAX_PACKED_BYTES) this.#kept.appendRange(bytes, 0, length)
  }

  undecidedAround(): number {
    return this.#kept.end > MAX_PACKED_BYTES ? this.run.at : this.#start
  }

  pull(bytes: Uint8Array, base: number, end: number, last: boolean): void {
    this.run.pull(bytes, base, end, last, this)
    if (!this.run.done) return
    const length = this.#kept.end
    const document = length > MAX_PACKED_BYTES ? undefined : packedDocument(this.#kept.all())
    if (document === undefined) {
      this.#field.host.refuseView()
      return
    }
    this.#field.host.spendView(document.bytes.length)
    const layers: Layer[] = [{ encode: (packed) => this.run.encodeWhole(packed, length) }]
    const span = this.#around.place(this.#start, this.run.at, layers, true)
    if (span === undefined) return
    const encode: PackedPlace['writer']['encode'] = (packed, _kind, place) => encodeThrough(packed, layers, place)
    this.#field.tellPacked({ document, ...span, writer: { encode } })
  }
}

/** A number as its receiver prints it, in place of the token. */
export class NumberView extends View {
  readonly #around: View
  #length = 0

  constructor(field: ViewField, around: View) {
    super(field, around.depth + 1)
    this.#around = around
  }

  /** The token is `length` bytes long and its value these digits. */
  read(digits: Uint8Array, length: number): void {
    this.begin()
    this.#length = length
    this.advance(digits, 0, digits.length, true)
  }

  override place(_start: number, _end: number, layers: Layer[]): Span | undefined {
    return this.#around.place(0, this.#length, layers, true)
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}
