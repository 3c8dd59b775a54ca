import type { TrackJson } from '../core/json-track.ts'
import { EMPTY } from '../core/wire.ts'
import type { Candidate, EvidenceNote, FieldKind, Span } from '../core/words.ts'
import type { FieldContext, FieldText } from '../evidence/evidence.ts'
import { chooseReader, type ReaderKind, type ReaderOptions } from '../formats/choose-reader.ts'
import { isProse } from '../formats/json/prose.ts'
import type { FieldWriter, FlowSink, PackedDocument, Reader } from '../formats/reader.ts'
import type { FieldEdges } from '../scanner/field-edges.ts'
import type { ScanSession } from '../scanner/kernel.ts'
import { standsApart } from '../views/hiding-spans.ts'
import { firstTag, isTag } from '../views/tag.ts'
import { wholeNumber } from '../views/whole-number.ts'
import { type Encoding, FieldLayer, type Layer } from './encoding.ts'
import type { Engine } from './engine.ts'
import { Gaps } from './gaps.ts'
import { JoinedValues, type ListSource } from './joined-values.ts'
import { type InnerReading, NumberView, SLICE, View, type ViewField } from './view.ts'

/** A by-key value longer than this is no value of a key; a number token longer than this is edited in place like text. */
const MAX_TOKEN_BYTES = 4096

/** A finding as a lane tells it; offsets in the source. `value` is a copy of the matched view bytes. */
export interface LaneFinding {
  readonly rule: number
  readonly confidence: 'low' | 'medium' | 'high'
  readonly start: number
  readonly end: number
  /** Which reading of the body found it. */
  readonly reading: number
  readonly depth: number
  readonly path: string
  readonly kind: FieldKind
  readonly value: Uint8Array
  /** The field's text right before and behind the finding, at most four bytes each; fewer where the field begins or ends. */
  readonly before: Uint8Array
  readonly behind: Uint8Array
  readonly encoding: Encoding
  /** Source spans that are no part of the text it was found in. */
  readonly gaps?: Gaps
  /** Where it stands, in more than one place; the mark goes to the first of them. */
  readonly pieces?: readonly FoundPiece[]
  /** Source span of the whole field with its delimiters (quotes), for `drop`; undefined in text. */
  readonly token?: Token
  /** Why it counted, where that was asked for. */
  readonly why?: readonly EvidenceNote[]
}

/** A part of what was found, and how it is written where that is not as the finding says. */
export interface FoundPiece extends Span {
  readonly encoding?: Encoding
}

export interface Token {
  readonly start: number
  readonly end: number
  /** What stands for nothing in this format: `null` for a JSON value, '' for a form's. */
  readonly empty: string
  readonly encoding: Encoding
}

/** Where a packed document stands in the source, and who writes there. */
export interface PackedPlace {
  readonly document: PackedDocument
  readonly start: number
  readonly end: number
  readonly writer: FieldWriter
  readonly path: string
}

/** Of a lane that reads a body. */
export interface LaneOptions {
  readonly reader?: Omit<ReaderOptions, 'maxDepth'>
  /** Number of the reading. 0: what the body is said to be; what is odd about the others is not remarked. */
  readonly reading?: number
}

/** The text that a lane reads, and where in it the document begins. */
interface Around {
  readonly lane: Lane
  readonly view: View
  readonly origin: number
  /** What ends before this offset of the view is found around the document. */
  readonly from: number
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
  ):
    | { start: number; end: number; rule: number; confidence: 'low' | 'medium' | 'high'; why?: readonly EvidenceNote[] }
    | undefined
  found(finding: LaneFinding): void
  /** False: nobody will ask for the path of what this rule finds from here on; for the value; for what is beside it. */
  wantsPath(rule: number): boolean
  wantsValue(rule: number): boolean
  wantsBeside(rule: number): boolean
  /** A document in the body that is read and edited as a whole. */
  packed(packed: PackedPlace): void
  remark(remark: 'malformed' | 'ambiguous'): void
  /** Source bytes `from`…`to` stand for a copy of what stands at `spans` before. Told in growing order, by several lanes. */
  copied(from: number, to: number, spans: readonly Span[]): void
  /** What the screen has seen in the source run, as `Seen.in`; undefined where no screen ran. */
  seen(from: number, to: number, reading: number): readonly Candidate[] | undefined
  /** What the screen does not see where a field begins and ends. */
  readonly edges: FieldEdges
  /** Of fewer digits no rule finds anything in a number. */
  readonly leastDigits: number
  /** Offset up to which no field of the body from `at` on, a place between tokens, needs to be told; at most `at`: it may. Asked for in growing order. */
  quietTo(at: number): number
  /** Up to where that can be said yet. */
  readonly seenTo: number
  readonly track: TrackJson | undefined
  /** Nothing in the body stands for other text: no field has to be looked at for that. */
  readonly hidesNothing: boolean
  /** May source bytes `from`…`to`, which stand apart from what is beside them, stand for other text? May be wrong in saying yes. Asked for in growing order. */
  mayHide(from: number, to: number): boolean
  /** The engine's. */
  readonly hidingSpans: Engine['hidingSpans']
  /** Would a reader of this document, in which nothing was seen, find nothing either? May be wrong in saying no. */
  isClean(document: Uint8Array, kind: 'json' | 'markup'): boolean
  /** Draws on the budget of view bytes, which is looked at when a field of the body begins. */
  spendView(bytes: number): void
  readonly viewsLeft: boolean
  /** Nothing found from here on begins before this offset of the source. */
  readonly decided: number
  /** A view is not opened because of a limit. */
  refuseView(): void
  /** True when a rule may drop a field: short fields are then held until their end. */
  readonly holdFields: boolean
  readonly maxViewDepth: number
  readonly maxDepth: number
  readonly maxHeldBytes: number
}

/**
 * One reader at work: turns its fields into findings. Depth 0 reads the body; a view that holds a document of its own (JSON in a
 * string) is read by a lane one deeper, beside the scan of the view's text: every plausible reading is inspected.
 *
 * Contract: what is found depends on the bytes alone, never on how they were cut into windows. `undecided` is the lowest
 * offset of the lane's input that a later finding may still touch.
 */
export class Lane implements FlowSink, FieldContext, ViewField, InnerReading, ListSource {
  reader: Reader
  readonly host: LaneHost
  readonly depth: number
  readonly reading: number
  /** A field was read. */
  hasRead = false
  /** The view this lane reads, and where in it the document begins; none for the body. */
  #around: Around | undefined
  readonly #view: View
  /** The lane of the text that the reader reads across structure. */
  readonly #flow: Lane | undefined
  /** Of such a lane itself: what lies between the pieces of its text, and whether the open field has more than one. */
  readonly #gaps: Gaps | undefined
  #joined = false
  /** A number as it is printed otherwise, and the documents in a view of each depth: kept for the next of their kind. */
  #number: NumberView | undefined
  readonly #inner: (Lane | undefined)[] = []
  #isKept = false
  /** The values of a list joined, where there are such, and whether the open field is one of them. */
  #values: JoinedValues | undefined
  #listed = false
  #copied: readonly Span[] | undefined

  #window = EMPTY
  #base = 0
  #fed = 0
  #last = false
  #dead = false

  // The open field.
  #open = false
  #kind: FieldKind = 'text'
  #inPlace = false
  #fieldAt = 0
  #fieldEnd = -1
  #runFrom = -1
  #runTo = -1
  #byKey: readonly number[] = NONE
  #layer: FieldLayer | undefined
  #viewsAllowed = true
  /** Findings that wait for the end of the field, because its whole value may have to go. */
  readonly #waiting: LaneFinding[] = []
  #waits = false

  constructor(host: LaneHost, kind: ReaderKind, around?: Around, options: LaneOptions = {}, flow?: Reader) {
    this.host = host
    this.#around = around
    this.depth = around === undefined ? 0 : around.view.depth + 1
    this.#view = new View(this, this.depth)
    this.reading = around === undefined ? (options.reading ?? 0) : around.lane.reading
    this.#gaps = flow && new Gaps()
    this.reader =
      flow ??
      chooseReader(kind, this, {
        maxDepth: host.maxDepth,
        track: around === undefined ? host.track : undefined,
        ...options.reader,
      })
    if (this.reader.flow === undefined) return
    this.#flow = new Lane(host, kind, around, options, this.reader.flow)
    this.reader.flow.connect(this.#flow)
  }

  /** Reads the next window of the lane's input; answers how many bytes at its end are left, and must begin the next. */
  feed(window: Uint8Array, last: boolean): number {
    if (this.#dead) return 0
    this.#last = last
    this.#enter(window)
    if (this.#flow !== undefined) this.#flow.#enter(window)
    this.reader.feed(window, last)
    const { left = 0 } = this.reader
    this.#fed -= left
    if (last) this.#values?.finish()
    this.#leave()
    if (this.#flow !== undefined) this.#flow.#leave()
    return left
  }

  #enter(window: Uint8Array): void {
    this.#window = window
    this.#base = this.#fed
    this.#fed += window.length
  }

  #leave(): void {
    if (this.#open) this.#advance(false)
    else this.#values?.windowEnds(this.#fed)
    if (!this.#isKept) this.#rest()
    this.#window = EMPTY
    this.#forgetGaps()
  }

  /** Gives back the sessions that no text at hand needs. */
  #rest(): void {
    this.#view.rest()
    this.#number?.rest()
    this.#values?.rest()
    for (const inner of this.#inner) {
      if (inner === undefined) continue
      if (inner.#dead) inner.dispose()
      else inner.#rest()
    }
  }

  get isDead(): boolean {
    return this.#dead
  }

  /** Lowest offset of the lane's input that is still undecided. */
  undecided(): number {
    if (this.#dead) return this.#fed
    const own = Math.min(this.#undecided(), this.#values?.undecided ?? this.#fed)
    return this.#flow === undefined ? own : Math.min(own, this.#flow.#undecided())
  }

  #undecided(): number {
    const held = Math.min(this.reader.held, this.#fed)
    if (!this.#open) return held
    const own = this.#undecidedView()
    if (own <= 0) return Math.min(this.#fieldAt - (this.host.holdFields && this.reader.quoted ? 1 : 0), held)
    const mapped = this.#view.map.start(own)
    return this.#inPlace && this.#kind === 'number' ? mapped : Math.min(held, mapped)
  }

  /** Gives the sessions back. */
  dispose(): void {
    this.#flow?.dispose()
    this.#values?.dispose()
    this.#number?.dispose()
    this.#view.dispose()
    for (const inner of this.#inner) inner?.dispose()
    this.#dead = true
  }

  /** Is read to its end. One that is kept for the next document keeps its sessions until the body's lane rests. */
  retire(): void {
    this.#dead = true
    if (this.#isKept) {
      this.#view.retire()
      if (this.#flow !== undefined) this.#flow.#view.retire()
    } else this.dispose()
  }

  // FieldContext: what evidence sees of the open field.

  get kind(): FieldKind {
    return this.#kind
  }

  get key(): string {
    return this.reader.key || (this.#around?.lane.key ?? '')
  }

  keys(): readonly string[] {
    return this.#around === undefined ? this.reader.keys() : [...this.#around.lane.keys(), ...this.reader.keys()]
  }

  path(): string {
    return (this.#around?.lane.path() ?? '') + this.reader.path()
  }

  // FieldSink: what the reader calls.

  open(kind: FieldKind, at: number): void {
    if (this.depth > 0 && kind === 'text' && this.reader.quoted) {
      // Not a document after all: the same text is scanned around it anyway.
      this.#dead = true
      return
    }
    this.#open = this.hasRead = true
    this.#joined = false
    if (kind === 'key') this.#values?.sawName()
    this.#listed = kind !== 'key' && this.#isListed(kind, at)
    this.#kind = kind
    this.#inPlace = kind === 'text'
    this.#fieldAt = at
    this.#fieldEnd = -1
    this.#runFrom = this.#runTo = -1
    this.#view.begin()
    this.#viewsAllowed = this.#around === undefined ? this.host.viewsLeft : this.#around.lane.viewsAllowed
    this.#waits = this.host.holdFields && kind !== 'text' && kind !== 'key' && this.reader.droppable !== false
    this.#byKey =
      kind === 'string' || kind === 'number'
        ? this.host.byKey(this, this.depth === 0 && this.reader.namesHide !== true ? at : Number.POSITIVE_INFINITY)
        : NONE
  }

  get seenTo(): number {
    return this.host.seenTo
  }

  quietTo(at: number): number {
    return this.depth > 0 || this.#values?.isOpen ? at : this.host.quietTo(at)
  }

  isQuiet(from: number, to: number): boolean {
    if (this.quietTo(from) < to) return false
    const at = from - this.#base
    const end = to - this.#base
    return standsApart(this.#window, at, end) && !holdsDocument(this.#window, at, end, 'string')
  }

  plain(from: number, to: number): void {
    if (!this.#open || from === to) return
    if (this.#listed) this.#values!.plain(this.#window, from - this.#base, to - this.#base, from)
    if (this.#runTo === from) this.#runTo = to
    else {
      this.#keepRun()
      this.#runFrom = from
      this.#runTo = to
    }
  }

  transcribed(bytes: Uint8Array, from: number, to: number): void {
    if (!this.#open) return
    if (this.#listed) this.#values!.plain(bytes, 0, to - from, from)
    this.#keepRun()
    this.#view.plain(bytes, 0, to - from, from)
    this.#relieve()
  }

  decoded(bytes: Uint8Array, length: number, from: number, to: number): void {
    if (!this.#open) return
    if (this.#listed) this.#values!.decoded(bytes, length, from, to)
    this.#keepRun()
    if (this.#copied !== undefined) this.host.copied(from, to, this.#copied)
    this.#copied = undefined
    this.#view.decoded(bytes, length, from, to)
    this.#relieve()
  }

  copied(spans: readonly Span[]): void {
    // Places in the body: those of a document inside another are not known here.
    if (this.#around === undefined) this.#copied = spans
  }

  gap(from: number, to: number, divides: boolean): void {
    if (!this.#open) return
    this.#keepRun()
    this.#joined = true
    this.#relieve()
    if (this.#around === undefined) this.#gaps!.push(from, to)
    else {
      const source = this.toSource({ start: from, end: to }, [])
      if (source !== undefined) this.#gaps!.push(source.start, source.end)
    }
    if (divides) this.decoded(LINE_END, 1, from, to)
  }

  close(at: number): void {
    if (!this.#open) return
    if (this.#gaps !== undefined && !this.#joined && this.#view.scanned === 0) {
      // One piece of text in one window: the reader's own field of it is inspected.
      this.#open = false
      return
    }
    this.#fieldEnd = at
    if (!this.#isKnown()) this.#advance(true)
    if (this.#waiting.length > 0) this.#tellWaiting(this.#token())
    if (this.#listed) this.#values!.ends(at)
    this.#open = false
  }

  /** Is the field that begins at `at` a value of a list, whose text is wanted? A list that came before it is over. */
  #isListed(kind: FieldKind, at: number): boolean {
    const list = this.reader.list ?? 0
    if (list === 0) {
      this.#values?.finish()
      return false
    }
    this.#values ??= new JoinedValues(this)
    return this.#values.begins(list, kind === 'number', at)
  }

  remark(remark: 'malformed' | 'ambiguous'): void {
    if (this.depth === 0 && this.reading === 0) this.host.remark(remark)
  }

  /** Inspects the usual field: whole in this window, and spelled as it reads, so that a scan of all around it has seen what is in it, mostly nothing. False: it is another. */
  #isKnown(): boolean {
    if (this.#byKey.length > 0 || this.#view.text.end > 0 || this.#runFrom < this.#base) return false
    const seen = this.#seen(this.#runFrom, this.#runTo)
    if (seen === undefined) return false
    const from = this.#runFrom - this.#base
    const to = this.#runTo - this.#base
    // Where the window ends nobody sees what stands beside the field.
    if ((from === 0 && this.#base > 0) || (to === this.#window.length && !this.#last)) return false
    const { edges } = this.host
    if (edges.hide(this.#window, from, to) || (seen.length > 0 && edges.refused)) return false
    const isNumber = this.#kind === 'number'
    const mayHide = !isNumber && !this.#hidesNothing(from, to)
    if (mayHide || seen.length > 0 || (!isNumber && holdsDocument(this.#window, from, to, this.#kind)))
      this.#view.readSeen(this.#window.subarray(from, to), this.#runFrom, seen, mayHide)
    if (isNumber && isOtherwise(this.#window, from, to)) this.#readNumber(this.#window.subarray(from, to))
    return true
  }

  /** Does nothing in these bytes of the window, a field, stand for other text? */
  #hidesNothing(from: number, to: number): boolean {
    const { host } = this
    if (host.hidesNothing) return true
    const around = this.#around
    const at = this.#base + from
    const end = this.#base + to
    // asked in growing order, whatever comes of it
    const mayHide = around === undefined ? host.mayHide(at, end) : around.view.mayHideAt(at + around.origin, end + around.origin)
    const isPlain = (!mayHide && standsApart(this.#window, from, to)) || !this.#view.mayHide(this.#window, from, to)
    // tags are no concern of a watch
    return isPlain && !(this.mayHoldTags && firstTag(this.#window, from, to) >= 0)
  }

  /** What the scan of all that this lane reads has seen there. */
  #seen(from: number, to: number): readonly Candidate[] | undefined {
    const around = this.#around
    return around === undefined
      ? this.host.seen(from, to, this.reading)
      : around.view.seen(from + around.origin, to + around.origin)
  }

  tellPacked(packed: Omit<PackedPlace, 'path'>): void {
    this.host.packed({ ...packed, path: this.path() })
  }

  packed(document: PackedDocument, start: number, end: number): void {
    if (this.#around === undefined)
      this.host.packed({ document, start, end, writer: this.reader.writer ?? this.reader, path: this.path() })
  }

  /** Copies the pending plain run into the field's text. */
  #keepRun(): void {
    if (this.#runFrom < 0) return
    this.#view.plain(this.#window, this.#runFrom - this.#base, this.#runTo - this.#base, this.#runFrom)
    this.#runFrom = this.#runTo = -1
  }

  /** A long text that has to be copied is inspected while it comes: what is kept of it stays short, and in the processor's cache. */
  #relieve(): void {
    if (this.#view.text.end - this.#view.scanned < SLICE) return
    this.#advance(false)
    this.#forgetGaps()
  }

  #forgetGaps(): void {
    this.#gaps?.forget(this.#around === undefined ? this.#undecided() : this.host.decided)
  }

  /** Inspects what came of the open field since the last call; `last`: the field ends. */
  #advance(last: boolean): void {
    const view = this.#view
    if (last && view.text.end === 0) {
      // whole in this window: no copy
      if (this.#runFrom < 0) {
        if (this.#byKey.length === 0) return
        this.#runFrom = this.#runTo = this.#fieldAt
      }
      view.map.plain(0, this.#runFrom)
      this.#inspect(this.#window.subarray(this.#runFrom - this.#base, this.#runTo - this.#base), 0, true)
      return
    }
    this.#keepRun()
    if (this.#kind === 'number' && !this.#inPlace && !last) {
      if (view.text.end <= MAX_TOKEN_BYTES) return // a number is edited as a whole, so it is read when it has ended
      this.#inPlace = true
    }
    if (this.#waits && view.text.end > this.host.maxHeldBytes) {
      this.#tellWaiting(undefined)
      this.#waits = false
    }
    this.#inspect(view.text.all(), view.text.base, last)
    if (!last) view.forget(this.#undecidedView())
  }

  #inspect(bytes: Uint8Array, base: number, last: boolean): void {
    const view = this.#view
    const end = base + bytes.length
    // in slices, so that views inside hold no more than one and stay in the processor's cache
    for (let to = view.scanned + SLICE; to < end; to += SLICE) view.advance(bytes, base, to, false)
    view.advance(bytes, base, end, last)
    if (!last || base > 0 || end > MAX_TOKEN_BYTES) return
    if (this.#kind === 'number' && isOtherwise(bytes, 0, bytes.length)) this.#readNumber(bytes)
    if (end === 0 || this.#byKey.length === 0) return
    // White space behind a value is layout: with it gone, what follows in mark-up would touch the mark.
    let stop = end
    while (stop > 1 && bytes[stop - 1] <= 0x20) stop--
    const text = { bytes: bytes.subarray(0, stop), length: stop, base, ended: true }
    for (const rule of this.#byKey) view.judge({ rule, start: 0, end: stop }, text)
  }

  /** The open field is this number, which may be printed otherwise. */
  #readNumber(token: Uint8Array): void {
    const digits = wholeNumber(token)
    if (digits === undefined || digits.length < this.host.leastDigits) return
    this.#number ??= new NumberView(this, this.#view)
    this.#number.read(digits, token.length)
  }

  // ViewField: what the views of the open field ask.

  get viewsAllowed(): boolean {
    return this.#viewsAllowed
  }

  assess(candidate: Candidate, text: FieldText): ReturnType<LaneHost['assess']> {
    return this.host.assess(candidate, text, this)
  }

  report(found: Omit<LaneFinding, 'reading' | 'path' | 'kind' | 'token'>): void {
    if (this.#listed) this.#values!.foundAlone(found.rule)
    const finding: LaneFinding = {
      rule: found.rule,
      confidence: found.confidence,
      start: found.start,
      end: found.end,
      reading: this.reading,
      depth: found.depth,
      path: this.host.wantsPath(found.rule) ? this.path() : '',
      kind: this.#kind,
      value: found.value,
      before: found.before,
      behind: found.behind,
      encoding: found.encoding,
      gaps: this.#gaps,
      why: found.why,
    }
    if (this.#waits) this.#waiting.push(finding)
    else this.host.found(finding)
  }

  place(start: number, end: number, layers: Layer[]): Span | undefined {
    const whole = this.#kind === 'number' && !this.#inPlace
    const kind = whole ? 'number' : this.#kind === 'number' ? 'text' : this.#kind
    layers.push(this.#layerOf(kind))
    const { map } = this.#view
    const span = whole ? { start: this.#fieldAt, end: this.#fieldEnd } : { start: map.start(start), end: map.end(end) }
    return this.toSource(span, layers)
  }

  /** How a text of the open field is written. Most findings of a document stand in fields that are written alike. */
  #layerOf(kind: FieldKind): FieldLayer {
    const writer = this.reader.writer ?? this.reader
    if (this.#layer?.writer !== writer || this.#layer.kind !== kind) this.#layer = new FieldLayer(writer, kind)
    return this.#layer
  }

  get mayHoldTags(): boolean {
    // across the tags of mark-up its flow reads
    return this.#kind === 'string' && this.#gaps === undefined
  }

  passesOver(text: Uint8Array, first: number): boolean {
    const kind = documentKind(first, this.#kind)
    const isShort = kind === 'json' && text.length < LEAST_OVERLOOKED
    if (kind === undefined || (isShort && first !== QUOTE)) return false
    // its values have the names around it too
    if (this.host.byKey(this, Number.POSITIVE_INFINITY).length > 0) return false
    return (first === QUOTE && isProse(text, text.indexOf(QUOTE), text.length)) || (!isShort && this.host.isClean(text, kind))
  }

  openInner(view: View, first: number, origin: number, from: number): InnerReading | undefined {
    const kind = documentKind(first, this.#kind)
    if (kind === undefined || (kind === 'markup' && this.#isLooseSign(view, from))) return undefined
    if (view.depth >= this.host.maxViewDepth || !this.#viewsAllowed) {
      this.host.refuseView()
      return undefined
    }
    const around = { lane: this, view, origin, from }
    // one of each kind
    const place = 2 * view.depth + (kind === 'json' ? 0 : 1)
    const spare = this.#inner[place]
    if (spare?.isDead) {
      spare.#restart(around)
      return spare
    }
    const lane = new Lane(this.host, kind, around)
    if (spare === undefined) {
      lane.#isKept = true
      this.#inner[place] = lane
    }
    return lane
  }

  /** Reads another document. */
  #restart(around: Around): void {
    this.#begin(around, this.reader.restart!())
    const { flow } = this.reader
    if (flow === undefined) return
    this.#flow!.#begin(around, flow)
    flow.connect(this.#flow!)
  }

  #begin(around: Around, reader: Reader): void {
    this.#around = around
    this.reader = reader
    this.#dead = this.#open = this.#listed = false
    this.#fed = 0
    this.#copied = undefined
    if (this.#waiting.length > 0) this.#waiting.length = 0
    this.#gaps?.forget(Number.POSITIVE_INFINITY)
    this.#values?.restart()
  }

  /** Is this a `<` that mark-up's own reader has taken for text? To read it once more would give the same. */
  #isLooseSign(view: View, at: number): boolean {
    if (view !== this.#view || (this.#flow ?? this.#gaps) === undefined || view.map.end(at + 1) - view.map.start(at) > 1)
      return false
    // in an attribute or a CDATA section it may be one of a tag
    return !this.mayHoldTags || isTag(view.bytes, at - view.base, view.bytes.length) === 0
  }

  /** Span of this lane's input → span of the source. */
  toSource(span: Span, layers: Layer[]): Span | undefined {
    const around = this.#around
    if (around !== undefined && span.end + around.origin <= around.from) return undefined
    return around === undefined ? span : around.view.place(span.start + around.origin, span.end + around.origin, layers, true)
  }

  /** Tells the findings that waited for the end of their field. */
  #tellWaiting(token: Token | undefined): void {
    if (this.#waiting.length === 0) return
    for (const finding of this.#waiting) this.host.found({ ...finding, token })
    this.#waiting.length = 0
  }

  /** The whole value with its quotes. */
  #token(): Token | undefined {
    // Where the text is in pieces, what lies between them stays.
    if (this.#waiting.length === 0 || this.#joined) return undefined
    const quote = this.#kind === 'string' && this.reader.quoted ? 1 : 0
    const encoding: Layer[] = this.reader.quoted ? [] : [this.#layerOf(this.#kind)]
    const span = this.toSource({ start: this.#fieldAt - quote, end: this.#fieldEnd + quote }, encoding)
    return span && { ...span, empty: this.reader.quoted ? 'null' : '', encoding }
  }

  /** Lowest view offset of the open field that is still undecided. */
  #undecidedView(): number {
    const length = this.#view.text.end
    if (this.#byKey.length > 0 && length <= MAX_TOKEN_BYTES) return 0
    if (this.#waits || (this.#kind === 'number' && !this.#inPlace)) return 0
    return this.#view.undecided()
  }
}

/** A shorter document is sooner read. */
const LEAST_OVERLOOKED = 64
const NONE: readonly number[] = []
const LINE_END = Uint8Array.of(0x0a)
const QUOTE = 0x22

/** How the document inside a field of `kind` that begins with `first` is read; undefined: there is none. */
function documentKind(first: number, kind: FieldKind): 'json' | 'markup' | undefined {
  if (kind === 'number') return undefined
  if (first === 0x7b || first === 0x5b || (first === 0x22 && kind !== 'text')) return 'json'
  return first === 0x3c ? 'markup' : undefined
}

/** Does a document begin the field? Its tags may divide a value, and its names say what a value is, its lists may be one in pieces: no screen sees that. */
function holdsDocument(bytes: Uint8Array, from: number, to: number, kind: FieldKind): boolean {
  while (from < to && isSpace(bytes[from])) from++
  if (from === to || documentKind(bytes[from], kind) === undefined) return false
  return bytes[from] !== QUOTE || !isProse(bytes, from, to)
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)
}

/** Has the number token a fraction, an exponent or a mark of relaxed JSON, so that its digits may not be those of its value? */
function isOtherwise(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] === 0x2e || bytes[i] >= 0x40) return true
  return false
}
