import type { TrackJson } from '../core/json-track.ts'
import { type Limits, MAX_CLUSTER_BYTES } from '../core/limits.ts'
import type { Reason, Remark } from '../core/reasons.ts'
import { EMPTY } from '../core/wire.ts'
import type { Candidate, EvidenceNote, FindingRecord, Span } from '../core/words.ts'
import type { FieldContext, FieldText } from '../evidence/evidence.ts'
import { explainFinding } from '../evidence/explain.ts'
import type { ReaderKind, ReaderOptions } from '../formats/choose-reader.ts'
import { eachFormList, eachJsonList } from '../formats/list-scout.ts'
import { MAX_FRAGMENT, plainFragment } from '../formats/markup/plain-fragment.ts'
import type { EditPlace } from '../formats/reader.ts'
import type { SidePlan } from '../policy/policy.ts'
import type { FieldEdges } from '../scanner/field-edges.ts'
import type { ScanSession } from '../scanner/kernel.ts'
import { KeyedValues } from '../transform/keyed-values.ts'
import { keptBeside, maskValue, redactMark } from '../transform/marks.ts'
import { isMoreSevere } from '../transform/severity.ts'
import type { EditAction, Keyer } from '../transform/transform.ts'
import { isPlain } from '../views/glance.ts'
import { Alarms } from './alarms.ts'
import { ByteQueue } from './byte-queue.ts'
import { chooseUnpacked } from './choose-reading.ts'
import { bare, type Encoding, encodeMark, joinEncodings } from './encoding.ts'
import type { Engine } from './engine.ts'
import { Lane, type LaneFinding, type LaneHost, type PackedPlace } from './lane.ts'
import { compareCandidates, Seen } from './seen.ts'
import { type PendingEdit, SourcePlace, splice } from './splice.ts'
import { Tally } from './tally.ts'

export type Reading = ReaderKind | 'binary-message'

export interface InspectorOptions {
  readonly engine: Engine
  readonly plan: SidePlan
  readonly limits: Limits
  readonly reading: Reading
  /** What the body's reader has to know beside its kind. */
  readonly reader?: Omit<ReaderOptions, 'maxDepth'>
  /** Other ways in which a receiver may read the body: what is found in any of them is found. */
  readonly also?: readonly { readonly reading: ReaderKind; readonly reader?: Omit<ReaderOptions, 'maxDepth'> }[]
  /** Absent: hash falls back to mask, remark `key-missing`. */
  readonly keyer?: Keyer
  /** Policy says what an enforced block means once bytes have left: an edit (`redact`), or the end (`abort`). `hold`: nothing leaves before the verdict. */
  readonly onBlock: 'hold' | 'redact' | 'abort'
  /** Where beside the body this text stands, as records tell it. Absent: it is the body. */
  readonly place?: string
  /** Path of the packed document that this is, within the body. Default ''. */
  readonly path?: string
  /** Packed documents around this one; as many are read one in another as views are. Default 0. */
  readonly nesting?: number
  /** Findings told one by one; all are counted. Default 128, some 30 KiB. */
  readonly maxRecords?: number
  /** Records tell why each finding counted. Default false. */
  readonly explain?: boolean
}

const RECORDS = 128
/**
 * Readings over whose bytes a screen runs. In a multipart body names may be spelled in ways that it does not see, and parts must be
 * told apart whatever it says, and in mark-up tags may divide a value; so there it only saves a second look at fields in which it saw nothing.
 */
const SCREENED: ReadonlySet<Reading> = new Set<Reading>(['json', 'json-sequence', 'form', 'csv', 'multipart', 'html', 'xml'])
/** Formats in which a reader has to look whatever the screen says. */
const ALWAYS_READ: ReadonlySet<Reading> = new Set<Reading>(['multipart', 'html', 'xml'])
/** Of these it is known to the byte where a watch has to look: their text is not in short strings. */
const SPANNED: ReadonlySet<Reading> = new Set<Reading>(['multipart', 'html', 'xml'])
const QUOTE = 0x22
const AMPERSAND = 0x26
const EQUALS = 0x3d
const NOTHING = {}
/** Bytes of a stream that its readers are given at once: what they keep of them is bounded, however long the chunks are that come. */
const SLICE = 4 << 10
/** A rest of no more is no slice of its own. */
const REST = 2 << 10
/** Bytes before a place of a stream that are seen with it. */
const LOOK_BACK = 128
/** What a mask keeps where nothing may stay. */
const ALL_STARS = { keepFirst: 0, keepLast: 0 } as const
const DECODED: EvidenceNote = { kind: 'decoded', what: '' }

/**
 * Inspects one body: windows in, scrubbed bytes out. Knows every stage and no message.
 *
 * Contract: findings, edits, remarks and the bytes that leave depend on the body and the plan alone, never on the cut into
 * windows; no byte of a span leaves before it is certain that the span is not edited; memory is the hold-back of the rules.
 */
export class Inspector implements LaneHost {
  readonly records: FindingRecord[] = []
  /** All findings, also those beyond the records kept. */
  findings = 0
  edits = 0
  readonly remarks: Partial<Record<Remark, number>> = {}
  /** Set when an enforced rule blocks. */
  blockedBy: string[] = []
  /** Bytes fed so far. */
  fed = 0
  /** Windows given to the readers, and those in which they had a field to read. */
  windows = 0
  windowsRead = 0
  /** Bytes from which on the steps budget was spent, or -1. */
  stoppedAt = -1

  readonly holdFields: boolean
  readonly maxViewDepth: number
  readonly maxDepth: number
  readonly maxHeldBytes: number
  readonly #maxRecords: number

  readonly #options: InspectorOptions
  readonly #tally = new Tally()
  /** Opened when a reader has to look: the lane of the reading, then those of other readings. */
  #lanes: readonly Lane[] | undefined
  readonly #source = new ByteQueue()
  readonly #queue: QueuedFinding[] = []
  #queueIsSorted = true
  /** What stands for text declared before it, within the reach of that. */
  readonly #copies: { readonly from: number; readonly to: number; readonly spans: readonly Span[] }[] = []
  readonly #keyed: KeyedValues | undefined
  readonly #opened: ScanSession[] = []
  #cluster: Cluster | undefined
  #ready: PendingEdit[] = []
  #released = 0
  #decided = 0
  #viewBytes = 0
  #viewRefused = false
  #stepsBefore = 0
  readonly #structured: boolean
  #screen: ScanSession | undefined
  /** Of the text of fragments, while a window is read. */
  #fragmentScan: ScanSession | undefined
  /** What the screen has seen, by reading. */
  readonly #seen: readonly Seen[]
  /** Where a field has to be read. */
  readonly #alarms = new Alarms()
  #screened = -1
  /** Fields are passed over in which nothing was seen. Up to where the stream was looked over for what hides something, and read. */
  #passes = false
  #lookedTo = 0
  #readTo = 0
  #keysMatter = true
  #hidesNothing = false
  /** Places of a body at hand that may stand for other text, where they are known. */
  #hiding: Alarms | undefined
  #whole: Uint8Array | undefined
  /** Packed documents up to here were looked at, and those up to there written anew. */
  #packedTo = 0
  #rewrittenTo = 0

  constructor(options: InspectorOptions) {
    this.#options = options
    this.holdFields = options.plan.rules.some((rule) => rule?.mode === 'enforce' && rule.action === 'drop')
    this.maxViewDepth = options.limits.maxViewDepth
    this.maxDepth = options.limits.maxDepth
    this.maxHeldBytes = options.limits.maxHeldBytes
    this.#maxRecords = options.maxRecords ?? RECORDS
    this.#structured = isScreened(options)
    this.#seen = [options, ...(options.also ?? [])].map(() => new Seen())
    this.#keyed = options.keyer && new KeyedValues(options.keyer)
  }

  #openLanes(): readonly Lane[] {
    const { reading, reader, also = [] } = this.#options
    return [
      new Lane(this, reading === 'binary-message' ? 'text' : reading, undefined, { reader }),
      ...also.map((other, i) => new Lane(this, other.reading, undefined, { reader: other.reader, reading: i + 1 })),
    ]
  }

  /** Offset from which on the document was too deep to be read as structure, or -1. */
  get depthLimitAt(): number {
    return this.#lanes?.[0].reader.depthLimitAt ?? -1
  }

  /** Bytes of parts that were passed over, by reason. */
  get passedOver(): Readonly<Partial<Record<Reason, number>>> {
    return this.#lanes?.[0].reader.passedOver ?? NOTHING
  }

  /** Counts by rule, action, confidence and whether it was enforced: `rule|action|confidence|1`. */
  get counts(): ReadonlyMap<string, number> {
    return this.#tally.named((rule) => this.#options.engine.rules[rule].rule.id)
  }

  /** True when what leaves differs from what came. Certain for a prefix only until the end. */
  get edited(): boolean {
    return this.edits > 0
  }

  /** Inspects a body at hand from its first to its last byte; the screen (`overlook`) says which fields need a second look. */
  inspectWhole(whole: Uint8Array, seen = overlook(this.#options, whole)): void {
    const body = plainBytes(whole)
    this.#whole = body
    if (seen !== undefined) {
      this.#stepsBefore += seen.steps
      if (seen.clean) {
        this.fed = this.#decided = body.length
        return
      }
      this.#keysMatter = seen.keysMatter
      this.#hidesNothing = seen.hidesNothing
      this.#passes = passesOver(this.#options)
      this.#raise(seen.candidates, body.length, this.#passes ? seen.hiding : undefined)
      if (seen.hiding !== undefined && SPANNED.has(this.#options.reading)) this.#hiding = alarmsAt(seen.hiding)
    }
    this.push(body, true)
  }

  /** Inspects the next window. Never throws on content. */
  push(chunk: Uint8Array, last: boolean): void {
    const window = plainBytes(chunk)
    if (this.#whole === undefined) {
      this.#source.append(window)
      if (this.#structured && this.stoppedAt < 0) this.#screenWindow(window, last)
    }
    this.fed += window.length
    const lanes = (this.#lanes ??= this.#openLanes())
    if (this.stoppedAt < 0) {
      this.#read(window, last, lanes)
      if (this.#options.limits.maxSteps > 0 && this.#steps() > this.#options.limits.maxSteps && !last) this.stoppedAt = this.fed
    }
    const over = last || this.stoppedAt >= 0
    let settled = this.fed
    if (!over) for (const lane of lanes) settled = Math.min(settled, lane.undecided())
    this.#settle(settled, over)
    if (this.#fragmentScan !== undefined) this.closeScan(this.#fragmentScan)
    this.#fragmentScan = undefined
    if (last) for (const lane of lanes) lane.dispose()
  }

  /** Gives the lanes what came, with what they left of it before. */
  #read(window: Uint8Array, last: boolean, lanes: readonly Lane[]): void {
    const { fed } = this
    const from = fed - window.length
    const slice = this.#whole === undefined ? SLICE : window.length
    for (;;) {
      const at = this.#readTo
      const end = fed - at <= slice + REST ? fed : at + slice
      const part =
        at < from ? this.#source.slice(at, end) : at === from && end === fed ? window : window.subarray(at - from, end - from)
      let left = 0
      for (const lane of lanes) {
        lane.hasRead = false
        left = lane.feed(part, last && end === fed)
      }
      this.#readTo = end - left
      this.windows++
      if (lanes[0].hasRead || !this.#passes) this.windowsRead++
      if (end < fed) continue
      this.#forgetRead()
      return
    }
  }

  /** A stream keeps nothing of what its readers are done with. */
  #forgetRead(): void {
    if (this.#whole !== undefined) return
    this.#alarms.settle(this.#readTo)
    this.#alarms.trim()
    const seen = this.#seen[0].behind(this.#readTo)
    for (const of of this.#seen) of.tell(seen, this.#screened)
  }

  /**
   * What may leave by now, in order. Asynchronous only where a keyed edit waits for its digest. The pieces are valid until
   * the next push.
   */
  take(): Uint8Array[] | Promise<Uint8Array[]> {
    const ready = this.#ready
    this.#ready = []
    const keyed = ready.filter((edit) => edit.keyed !== undefined)
    const until = this.#decided
    const late = ready.filter((edit) => edit.later !== undefined)
    if (keyed.length + late.length === 0) return this.#splice(ready, until)
    return this.#finish(keyed, late).then(() => this.#splice(ready, until))
  }

  async #finish(keyed: PendingEdit[], late: PendingEdit[]): Promise<void> {
    if (keyed.length > 0) await this.#digest(keyed)
    for (const edit of late) edit.bytes = await edit.later!
  }

  async #digest(edits: PendingEdit[]): Promise<void> {
    try {
      await this.#keyed!.compute(edits.map((edit) => edit.keyed!.of))
    } catch {
      // A key that fails is a key that is missing: the value is masked, never passed.
      this.remark('key-missing')
    }
    for (const edit of edits) {
      const { of, encoding } = edit.keyed!
      const mark = of.mark ?? maskValue(of.value, ALL_STARS)
      edit.bytes = encodeMark(mark, encoding, this.#place(edit.start, edit.end))
    }
  }

  #splice(edits: readonly PendingEdit[], until: number): Uint8Array[] {
    const pieces = splice(this.#bytesOf, edits, this.#released, until)
    this.#released = Math.max(this.#released, until, edits.length === 0 ? 0 : edits[edits.length - 1].end)
    if (this.#whole === undefined) {
      this.#source.forget(this.#released)
      this.#source.trim()
    }
    return pieces
  }

  readonly #bytesOf = (from: number, to: number): Uint8Array =>
    this.#whole === undefined ? this.#source.slice(from, to) : this.#whole.subarray(from, to)

  #place(start: number, end: number): EditPlace {
    return new SourcePlace(start, end, this.#bytesOf)
  }

  // Screen

  /** Looks over the next window before the reader does. What it has settled and not alarmed at needs no second look. */
  #screenWindow(window: Uint8Array, last: boolean): void {
    const { engine } = this.#options
    if (this.#screen === undefined) {
      this.#screen = engine.openScreen()
      this.#stepsBefore -= this.#screen.steps
      this.#opened.push(this.#screen)
      this.#keysMatter = false
      this.#passes = passesOver(this.#options)
    }
    const { candidates, settled } = this.#screen.feed(window, last)
    this.#keysMatter ||= mayNameKeys(this.#options, candidates, engine.stemsFrom, window)
    if (this.#passes) {
      const hiding: number[] = []
      this.#lookOver(this.fed + window.length, last, hiding)
      this.#raise(candidates, Math.min(settled, this.#lookedTo), hiding)
    } else this.#raise(candidates, settled)
    if (!last) return
    this.#opened.splice(this.#opened.indexOf(this.#screen), 1)
    this.#stepsBefore += this.#screen.steps
    engine.closeScreen(this.#screen)
    this.#screen = undefined
  }

  /** Looks for what hides characters in the stream, whose end so far is `to`. */
  #lookOver(to: number, last: boolean, places: number[]): void {
    const from = Math.max(this.#source.base, this.#lookedTo - LOOK_BACK)
    const text = this.#source.slice(from, to)
    const find = findHiding(this.#options.engine, this.#options.reading)!
    this.#lookedTo = from + find(text, Math.max(0, this.#lookedTo - from), last, from, places)
  }

  /** `hiding`: start, end, … of what may hide something, where fields are passed over in which nothing was seen; names count too, then. */
  #raise(candidates: readonly Candidate[], settled: number, hiding?: readonly number[]): void {
    const { stemsFrom } = this.#options.engine
    // Nobody asks for what was read any more.
    const seen = this.#seen[0].behind(this.#readTo)
    for (const { rule, start, end } of candidates) {
      if (rule < stemsFrom) seen.push({ rule, start, end })
      if (hiding !== undefined) this.#alarms.add(start, end)
    }
    for (let i = 0; hiding !== undefined && i < hiding.length; i += 2) this.#alarms.add(hiding[i], hiding[i + 1])
    this.#alarms.settle(this.#readTo)
    this.#screened = settled
    seen.sort(compareCandidates)
    for (const of of this.#seen) of.tell(seen, settled)
  }

  // LaneHost

  seen(from: number, to: number, reading: number): readonly Candidate[] | undefined {
    return this.#seen[reading].in(from, to)
  }

  get edges(): FieldEdges {
    return this.#options.engine.edges
  }

  get seenTo(): number {
    return this.#screened
  }

  quietTo(at: number): number {
    if (!this.#passes || at >= this.#screened) return at
    return Math.max(at, Math.min(this.#alarms.next(at), this.#screened))
  }

  get track(): TrackJson | undefined {
    return this.#passes ? this.#options.engine.track : undefined
  }

  get hidesNothing(): boolean {
    return this.#hidesNothing
  }

  mayHide(from: number, to: number): boolean {
    return this.#hiding === undefined || this.#hiding.next(from) < to
  }

  get leastDigits(): number {
    return this.#options.engine.leastDigits
  }

  get hidingSpans(): Engine['hidingSpans'] {
    return this.#options.engine.hidingSpans
  }

  openScan(): ScanSession {
    const session = this.#options.engine.openScan()
    this.#stepsBefore -= session.steps
    this.#opened.push(session)
    return session
  }

  closeScan(session: ScanSession): void {
    this.#stepsBefore += session.steps
    this.#opened.splice(this.#opened.indexOf(session), 1)
    this.#options.engine.closeScan(session)
  }

  byKey(context: FieldContext, at: number): readonly number[] {
    return this.#keysMatter || at > this.#screened ? this.#options.engine.evidence.byKey(context) : []
  }

  assess(candidate: Candidate, text: FieldText, context: FieldContext): ReturnType<LaneHost['assess']> {
    const { plan, engine, explain } = this.#options
    if (plan.rules[candidate.rule] === undefined) return undefined
    const finding = engine.evidence.assess(candidate, text, context)
    if (explain !== true || finding === undefined) return finding
    return { ...finding, why: explainFinding(engine.rules[finding.rule].rule, candidate, finding, text, context) }
  }

  remark(remark: Remark): void {
    this.remarks[remark] = (this.remarks[remark] ?? 0) + 1
  }

  isClean(document: Uint8Array, kind: 'json' | 'markup'): boolean {
    const { engine } = this.#options
    if (kind === 'markup') return this.#isCleanFragment(document)
    const { clean, steps } = overlook({ engine, reading: 'json' }, document)!
    this.#stepsBefore += steps
    return clean
  }

  /** Is there nothing in the text across the tags of a fragment of a page, in which nothing else was seen? */
  #isCleanFragment(fragment: Uint8Array): boolean {
    const length = this.edges.among('<>').length > 0 ? -1 : plainFragment(fragment, fragmentText)
    if (length <= 0) return length === 0
    if (this.#fragmentScan === undefined) this.#fragmentScan = this.openScan()
    else this.#fragmentScan.reset()
    const { candidates } = this.#fragmentScan.feed(fragmentText.subarray(0, length), true)
    return candidates.length === 0 && isPlain(fragmentText, 0, length)
  }

  spendView(bytes: number): void {
    this.#viewBytes += bytes
  }

  get decided(): number {
    return this.#decided
  }

  /** Remarked once a body: how often depends on how far views were read before. */
  refuseView(): void {
    if (!this.#viewRefused) this.remark('ambiguous')
    this.#viewRefused = true
  }

  get viewsLeft(): boolean {
    return this.#viewBytes < this.#options.limits.maxViewBytes
  }

  /** Once no more records are kept, a path is of use only where policy suppresses findings by it. */
  wantsPath(rule: number): boolean {
    return this.records.length < this.#maxRecords || this.#options.plan.rules[rule]?.suppressed !== undefined
  }

  wantsValue(rule: number): boolean {
    const action = this.#options.plan.rules[rule]?.action
    return action === 'mask' || action === 'hash'
  }

  wantsBeside(rule: number): boolean {
    return this.#options.plan.rules[rule]?.action === 'mask'
  }

  copied(from: number, to: number, spans: readonly Span[]): void {
    if (this.#copies.at(-1)?.from !== from) this.#copies.push({ from, to, spans })
  }

  found(finding: LaneFinding): void {
    const copies = this.#copies
    if (copies.length > 0 && finding.start < copies[copies.length - 1].to) this.#takeOriginals(finding)
    const pieces = finding.pieces ?? finding.gaps?.split(finding.start, finding.end)
    if (pieces === undefined) this.#enqueue(finding)
    else pieces.forEach((piece, i) => void this.#enqueue({ ...finding, ...piece, continues: i > 0, pieces }))
  }

  /** Inspects a packed document as a body of its own; when it is edited, the whole of it is written anew. */
  packed({ document, start, end, writer, path }: PackedPlace): void {
    const choice = chooseUnpacked(document.contentType, document.bytes)
    // Another reading of the body may give it again.
    if (choice === undefined || start < this.#packedTo) return
    this.#packedTo = end
    const nesting = (this.#options.nesting ?? 0) + 1
    if (nesting > this.maxViewDepth) {
      this.refuseView()
      return
    }
    const { reading, reader, also } = choice
    const inner = new Inspector({ ...this.#options, reading, reader, also, nesting, path: this.#fullPath(path) })
    inner.inspectWhole(document.bytes)
    const place = { start, end, bytes: this.#bytesOf(start, end).slice() }
    const write = (pieces: readonly Uint8Array[]) => writer.encode(document.pack(pieces), 'text', place)
    const pieces = inner.edits === 0 ? undefined : inner.take()
    const edit = Array.isArray(pieces) ? write(pieces) : pieces?.then(write)
    this.#enqueue({ ...WHOLE, start, end, path: this.#safePath(path), packed: { inner, edit } })
  }

  #settlePacked({ start, end, path }: QueuedFinding, { inner, edit }: NonNullable<QueuedFinding['packed']>): void {
    this.#adopt(inner, start, end, path)
    if (edit === undefined) return
    if (this.#cluster !== undefined) {
      this.#cluster.end = Math.min(this.#cluster.end, start)
      this.#closeCluster()
    }
    this.#rewrittenTo = end
    this.#ready.push(edit instanceof Uint8Array ? { start, end, bytes: edit } : { start, end, bytes: EMPTY, later: edit })
  }

  /** What was found in a packed document is told of the place where it stands. */
  #adopt(inner: Inspector, start: number, end: number, path: string): void {
    this.findings += inner.findings
    this.edits += inner.edits
    this.#stepsBefore += inner.#steps()
    this.#tally.addAll(inner.#tally)
    for (const [remark, count] of Object.entries(inner.remarks) as [Remark, number][])
      this.remarks[remark] = (this.remarks[remark] ?? 0) + count
    for (const rule of inner.blockedBy) if (!this.blockedBy.includes(rule)) this.blockedBy.push(rule)
    const room = this.#maxRecords - this.records.length
    // Places within it mean nothing outside.
    for (const { pieces: _, ...record } of inner.records.slice(0, room))
      this.records.push({ ...record, start, end, path: path + record.path })
  }

  /** What a finding is a copy of goes with it. */
  #takeOriginals(finding: LaneFinding): void {
    for (const { from, to, spans } of this.#copies) {
      if (to <= finding.start || from >= finding.end) continue
      for (const span of spans) if (span.start >= this.#decided) this.#enqueue({ ...finding, ...span, continues: true })
    }
  }

  #enqueue(finding: QueuedFinding): void {
    const queue = this.#queue
    if (queue.length > 0 && compareFindings(queue[queue.length - 1], finding) > 0) this.#queueIsSorted = false
    queue.push(finding)
  }

  // Findings → records, clusters, edits

  #steps(): number {
    let steps = this.#stepsBefore
    for (const session of this.#opened) steps += session.steps
    return steps
  }

  /** Nothing that starts before `settled` can still be found. */
  #settle(settled: number, last: boolean): void {
    const queue = this.#queue
    // Lanes tell one after another, each in order: a stable sort merges what they told.
    if (!this.#queueIsSorted) queue.sort(compareFindings)
    this.#queueIsSorted = true
    let done = 0
    while (done < queue.length && (last || queue[done].start < settled)) {
      let finding = queue[done++]
      // A text and a text inside or across it may find the same thing; the deeper comes first and knows the place better.
      while (done < queue.length && isSame(queue[done], finding)) {
        const { confidence } = queue[done++]
        if (rank(confidence) > rank(finding.confidence)) finding = { ...finding, confidence }
      }
      this.#record(finding)
    }
    if (done === queue.length) {
      if (done > 0) queue.length = 0
    } else if (done > 0) queue.splice(0, done)
    if (this.#cluster !== undefined && (last || settled >= this.#cluster.end)) this.#closeCluster()
    let decided = settled
    if (this.#cluster !== undefined) decided = Math.min(decided, this.#cluster.start)
    if (queue.length > 0) decided = Math.min(decided, queue[0].start)
    this.#decided = Math.max(this.#decided, decided)
  }

  #record(finding: QueuedFinding): void {
    if (finding.packed !== undefined) return void this.#settlePacked(finding, finding.packed)
    // What stood there is gone already.
    if (finding.start < this.#rewrittenTo) return
    const { engine, plan } = this.#options
    const rulePlan = plan.rules[finding.rule]!
    const { rule } = engine.rules[finding.rule]
    if (rank(finding.confidence) < rank(rulePlan.minConfidence)) return
    const enforced = rulePlan.mode === 'enforce'
    const suppressed = rulePlan.suppressed?.(this.#fullPath(finding.path), this.#options.place) === true
    if (finding.continues !== true) this.#tell(finding, suppressed)
    if (!enforced || rulePlan.action === 'allow' || suppressed) return
    if (rulePlan.action === 'block') {
      if (!this.blockedBy.includes(rule.id)) this.blockedBy.push(rule.id)
      if (this.#options.onBlock !== 'redact') return
    }
    this.#join(finding)
  }

  #fullPath(path: string): string {
    return (this.#options.path ?? '') + path
  }

  #tell(finding: QueuedFinding, suppressed: boolean): void {
    const { engine, plan } = this.#options
    const rulePlan = plan.rules[finding.rule]!
    const { rule } = engine.rules[finding.rule]
    const enforced = rulePlan.mode === 'enforce' && !suppressed
    this.findings++
    this.#tally.add(finding.rule, rulePlan.action, finding.confidence, enforced, suppressed)
    if (this.records.length < this.#maxRecords) {
      this.records.push({
        rule: rule.id,
        label: rule.label,
        start: finding.start,
        end: finding.end,
        confidence: finding.confidence,
        path: this.#safePath(finding.path),
        action: rulePlan.action,
        enforced,
        ...(finding.why === undefined ? {} : explained(finding, finding.why)),
        ...(suppressed ? { suppressed } : {}),
      })
    }
  }

  #join(finding: QueuedFinding): void {
    const drop = this.#options.plan.rules[finding.rule]!.action === 'drop' && finding.token !== undefined
    let start = drop ? finding.token!.start : finding.start
    const end = drop ? finding.token!.end : finding.end
    const open = this.#cluster
    if (open !== undefined) {
      if (start < open.end && start < open.start + MAX_CLUSTER_BYTES) {
        open.members.push(finding)
        open.end = Math.max(open.end, end)
        return
      }
      this.#closeCluster()
      // What the closed edit covered is gone already; the rest of this finding goes too.
      start = Math.max(start, open.end)
      if (start >= end) return
    }
    this.#cluster = { start, end, members: [finding] }
  }

  /** Makes one edit of the open cluster, in the manner of its leader. */
  #closeCluster(): void {
    const cluster = this.#cluster!
    this.#cluster = undefined
    const { engine, plan } = this.#options
    // The rest of a value whose mark stands before a gap leaves nothing, which some encodings have to spell.
    let leader: QueuedFinding | undefined
    for (const member of cluster.members)
      if (member.continues !== true && (leader === undefined || this.#leads(member, leader))) leader = member
    if (leader === undefined) {
      const { start, end } = cluster
      const encoding = encodingOf(cluster, cluster.members[0])
      this.#ready.push({ start, end, bytes: encodeMark(EMPTY, encoding, this.#place(start, end)) })
      return
    }
    const { rule } = engine.rules[leader.rule]
    const rulePlan = plan.rules[leader.rule]!
    const type = rule.label.toUpperCase()
    // A number is replaced with its sign and digits as one token; a wider cluster cannot be written as one.
    const exact = cluster.start === leader.start && cluster.end === leader.end
    const action: EditAction = rulePlan.action === 'block' || rulePlan.action === 'allow' ? 'redact' : rulePlan.action
    this.edits++
    const { start, end } = cluster
    const encoding = encodingOf(cluster, leader)
    const edit = (mark: Uint8Array, through = encoding) =>
      this.#ready.push({ start, end, bytes: encodeMark(mark, through, this.#place(start, end)) })
    if (this.#options.reading === 'binary-message') {
      this.#ready.push({ start, end, bytes: new Uint8Array(end - start).fill(0x2a) })
      return
    }
    if (leader.kind === 'number' && exact && rulePlan.options.numbers !== 'mark' && action !== 'drop') {
      const digits = rulePlan.options.numbers === 'zero' ? ascii('0') : ascii('null')
      // As text, so that the format puts no quotes around it.
      edit(digits, bare(encoding))
      return
    }
    switch (action) {
      case 'redact':
        return void edit(redactMark(type))
      case 'mask':
        return void edit(
          exact ? maskValue(leader.value, keptBeside(rulePlan.options, leader)) : maskValue(leader.value, ALL_STARS),
        )
      case 'drop': {
        // In text there is no field to drop, and what stood on both sides must not join into a new value.
        const token = leader.token
        if (token === undefined) edit(redactMark(type))
        else edit(ascii(token.empty), token.encoding)
        return
      }
      case 'hash': {
        const of = this.#keyed?.admit(type, leader.value, leader.start)
        if (of !== undefined) {
          this.#ready.push({ start, end, bytes: EMPTY, keyed: { of, encoding } })
          return
        }
        this.remark(this.#keyed === undefined ? 'key-missing' : 'keyed-budget')
        edit(maskValue(leader.value, ALL_STARS))
      }
    }
  }

  #leads(a: LaneFinding, b: LaneFinding): boolean {
    const { engine, plan } = this.#options
    const actionA = plan.rules[a.rule]!.action
    const actionB = plan.rules[b.rule]!.action
    if (actionA !== actionB) return isMoreSevere(actionA, actionB)
    const byLength = a.end - a.start - (b.end - b.start)
    if (byLength !== 0) return byLength > 0
    const selectorA = engine.rules[a.rule].group.split('/').length
    const selectorB = engine.rules[b.rule].group.split('/').length
    if (selectorA !== selectorB) return selectorA > selectorB
    return engine.rules[a.rule].rule.id < engine.rules[b.rule].rule.id
  }

  /** A path whose names hold no value: a name in which a rule finds something is replaced. */
  #safePath(path: string): string {
    const { evidence } = this.#options.engine
    if (path === '') return path
    const names = path.split('/').map((name) => {
      if (name.length < 4) return name
      const bytes = UTF8.encode(name)
      const session = this.#options.engine.openScan()
      const found = session.feed(bytes, true).candidates.some((candidate) => {
        const text = { bytes, length: bytes.length, base: 0, ended: true }
        return evidence.assess(candidate, text, { kind: 'key', key: '', keys: () => [] }) !== undefined
      })
      this.#options.engine.closeScan(session)
      return found ? '[redacted]' : name
    })
    const safe = names.join('/')
    return safe.length <= 512 ? safe : `${safe.slice(0, 509)}...`
  }
}

/** What the screen saw in a body at hand. */
export interface Overview {
  /** Nothing, and nothing that can hide something: no reader has to look, and what would be remarked of the body's form is not. */
  readonly clean: boolean
  /** Nothing in it may stand for other text. */
  readonly hidesNothing: boolean
  readonly candidates: readonly Candidate[]
  /** Start, end, … of what may stand for other text, where that is of use to know. */
  readonly hiding?: readonly number[]
  readonly keysMatter: boolean
  readonly steps: number
}

function alarmsAt(places: readonly number[]): Alarms {
  const alarms = new Alarms()
  for (let i = 0; i < places.length; i += 2) alarms.add(places[i], places[i + 1])
  alarms.settle(0)
  return alarms
}

/** Runs the screen over a body at hand; undefined where the reading is one that it says nothing of. */
export function overlook(
  options: Pick<InspectorOptions, 'engine' | 'reading' | 'reader' | 'also'>,
  body: Uint8Array,
): Overview | undefined {
  if (!isScreened(options)) return undefined
  const { engine, reading, also } = options
  const screen = engine.openScreen()
  const before = screen.steps
  const { candidates } = screen.feed(body, true)
  let steps = screen.steps - before
  engine.closeScreen(screen)
  const isMarkup = reading === 'html' || reading === 'xml'
  // its tags may
  const hidesNothing = !isMarkup && !engine.mayHide(body, reading === 'form' && also === undefined ? AMPERSAND : undefined)
  if (
    also === undefined &&
    candidates.length === 0 &&
    hidesNothing &&
    !needsReader(reading, body) &&
    !edgesHide(engine.edges, reading, body)
  ) {
    const joined = mayJoin(engine, body, reading === 'form')
    steps += joined.steps
    if (!joined.found) return { ...CLEAN, steps }
  }
  const keysMatter = mayNameKeys(options, candidates, engine.stemsFrom, body)
  let hiding: number[] | undefined
  if (passesOver(options) || (isMarkup && also === undefined && engine.hidingSpans !== undefined)) {
    hiding = []
    if (!hidesNothing) findHiding(engine, reading)!(body, 0, true, 0, hiding)
  }
  return { clean: false, hidesNothing, candidates, hiding, keysMatter, steps }
}

/** Who finds in such a text what may stand for other text; undefined where the kernel cannot. */
function findHiding(engine: Engine, reading: Reading): Engine['placesOfHiding'] {
  if (!SPANNED.has(reading)) return engine.placesOfHiding
  const find = engine.hidingSpans
  // values of a form may hold fragments of a page
  return find && reading === 'multipart' ? (text, from, ended, shift, spans) => find(text, from, ended, shift, spans, true) : find
}

/** Can fields in which nothing was seen be passed over? In JSON and multipart bodies, where the kernel can, and where no sign beside a field hides something from the screen. */
function passesOver({ engine, reading, also }: Pick<InspectorOptions, 'engine' | 'reading' | 'also'>): boolean {
  const isJson = reading === 'json' || reading === 'json-sequence'
  if ((!isJson && reading !== 'multipart') || also !== undefined) return false
  if (isJson && engine.track === undefined) return false
  return findHiding(engine, reading) !== undefined && signsThatMatter(engine.edges, reading).length === 0
}

const CLEAN = { clean: true, hidesNothing: true, candidates: [], keysMatter: false } as const

/** Whether a list in a text in which nothing hides may be one value in pieces (`Reader.list`), and the scanner's steps for the answer. */
function mayJoin(engine: Engine, text: Uint8Array, isForm = false): { readonly found: boolean; readonly steps: number } {
  if (!isForm && engine.nextList(text, 0) === text.length) return NOTHING_JOINED
  const session = engine.openScan()
  const before = session.steps
  const visit = (joined: Uint8Array): boolean => {
    session.reset()
    return session.feed(joined, true).candidates.length > 0 || engine.mayHide(joined)
  }
  const found = (isForm && eachFormList(text, visit)) || eachJsonList(text, engine.nextList, visit)
  const steps = session.steps - before
  engine.closeScan(session)
  return { found, steps }
}

const NOTHING_JOINED = { found: false, steps: 0 } as const

/** What a reader has to see though nothing was found and nothing hides: a plus sign of a form, the doubled quote of CSV, the parts of a multipart body. */
function needsReader(reading: Reading, body: Uint8Array): boolean {
  if (reading === 'form') return body.indexOf(0x2b) >= 0
  return ALWAYS_READ.has(reading) || (reading === 'csv' && body.indexOf(QUOTE) >= 0)
}

/** Signs that may stand beside a field of the format. */
const BESIDE: Readonly<Partial<Record<Reading, string>>> = {
  json: '"[]{},: \t\n\r',
  'json-sequence': '"[]{},: \t\n\r\x1e',
  form: '&=',
  csv: '",;\t|\n\r',
  multipart: '"; \r\n',
}

const signsThatMatter = (edges: FieldEdges, reading: Reading) => edges.among(BESIDE[reading] ?? '')

/** May a field hide something at its edges? In forms every field is looked at; elsewhere any sign that may hide something counts. */
function edgesHide(edges: FieldEdges, reading: Reading, body: Uint8Array): boolean {
  const signs = signsThatMatter(edges, reading)
  if (signs.length === 0) return false
  if (reading !== 'form') return signs.some((sign) => body.indexOf(sign) >= 0)
  for (let from = 0, at = 0; at <= body.length; at++) {
    if (at < body.length && body[at] !== AMPERSAND && body[at] !== EQUALS) continue
    if (edges.hide(body, from, at)) return true
    from = at + 1
  }
  return false
}

type Readings = Pick<InspectorOptions, 'reading' | 'reader' | 'also'>

/** The screen speaks of bytes as they are. */
function isScreened({ reading, reader, also = [] }: Readings): boolean {
  if (!SCREENED.has(reading) || reader?.charset !== undefined) return false
  return also.every((other) => SCREENED.has(other.reading) && other.reader?.charset === undefined)
}

/** May a key be evidence by itself? An escape may hide a letter of one, a plus sign a separator. */
function mayNameKeys(
  { reading, also = [] }: Readings,
  candidates: readonly Candidate[],
  stemsFrom: number,
  window: Uint8Array,
): boolean {
  for (const { rule } of candidates) if (rule >= stemsFrom) return true
  return mayHideNames(reading, window) || also.some((other) => mayHideNames(other.reading, window))
}

function mayHideNames(reading: Reading, window: Uint8Array): boolean {
  if (reading === 'multipart') return true
  if (reading === 'html' || reading === 'xml') return false
  return reading === 'form' ? window.indexOf(0x25) >= 0 || window.indexOf(0x2b) >= 0 : window.indexOf(0x5c) >= 0
}

interface Cluster {
  start: number
  end: number
  members: QueuedFinding[]
}

/** A finding, or (`continues`) a further piece of one that reaches across gaps. */
interface QueuedFinding extends LaneFinding {
  readonly continues?: boolean
  /** A packed document that stands there, and what is written instead of it if it was edited. */
  readonly packed?: { readonly inner: Inspector; readonly edit: Uint8Array | Promise<Uint8Array> | undefined }
}

/** What a record tells where it is asked to explain. */
function explained({ depth, pieces }: QueuedFinding, why: readonly EvidenceNote[]): Pick<FindingRecord, 'why' | 'pieces'> {
  return {
    why: depth > 0 ? [DECODED, ...why] : why,
    ...(pieces === undefined || pieces.length < 2 ? {} : { pieces: pieces.map(({ start, end }) => ({ start, end })) }),
  }
}

const WHOLE: Omit<QueuedFinding, 'start' | 'end'> = {
  rule: -1,
  confidence: 'high',
  reading: 0,
  depth: 0,
  path: '',
  kind: 'text',
  value: EMPTY,
  before: EMPTY,
  behind: EMPTY,
  encoding: [],
}

/** How one edit for the whole cluster is written. */
function encodingOf({ members }: Cluster, leader: LaneFinding): Encoding {
  if (members.length === 1) return leader.encoding
  let first = members[0]
  let last = first
  for (const member of members) {
    if (member.start < first.start) first = member
    if (member.end > last.end) last = member
  }
  return joinEncodings(first.encoding, last.encoding, leader.encoding)
}

const UTF8 = new TextEncoder()
const fragmentText = new Uint8Array(MAX_FRAGMENT)

/** The same bytes without what a subclass makes of them: a part of Node's `Buffer` costs several times as much, and its `slice` is no copy. */
function plainBytes(bytes: Uint8Array): Uint8Array {
  return bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
}

function ascii(text: string): Uint8Array {
  return UTF8.encode(text)
}

/**
 * Of equal findings the one comes first whose reading was chosen by the bytes themselves, then the deeper one, then the one of a number, which is written so that its document stays one, then that of the
 * longer path: whatever order they were told in.
 */
function compareFindings(a: LaneFinding, b: LaneFinding): number {
  return (
    a.start - b.start || b.end - a.end || a.rule - b.rule || b.reading - a.reading || b.depth - a.depth || compareFields(a, b)
  )
}

function compareFields(a: LaneFinding, b: LaneFinding): number {
  if (a.kind !== b.kind && (a.kind === 'number' || b.kind === 'number')) return a.kind === 'number' ? -1 : 1
  return b.path.length - a.path.length || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)
}

function isSame(a: LaneFinding, b: LaneFinding): boolean {
  return a.rule === b.rule && a.start === b.start && a.end === b.end
}

function rank(confidence: 'low' | 'medium' | 'high'): number {
  return confidence === 'low' ? 0 : confidence === 'medium' ? 1 : 2
}
