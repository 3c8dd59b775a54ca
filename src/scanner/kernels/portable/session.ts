import { WORD } from '../../compile/byte-set.ts'
import { SIGHT, TAIL, TEXT_END, TEXT_START, VALUES, WINDOW } from '../../compile/places.ts'
import { type Prefilter, WINDOWS_PER_BUCKET } from '../../compile/prefilter.ts'
import { PROBES } from '../../compile/probes.ts'
import type { RuleTables } from '../../compile/tables.ts'
import { ANCHOR_AT } from '../../compile/window.ts'
import type { ScanResult, ScanSession } from '../../kernel.ts'
import type { Walk } from './attempts.ts'
import { Deferred } from './deferred.ts'
import { findLongRuns, type LongRunClass, longRunClasses, openLongRun } from './long-runs.ts'
import type { NativeScreen } from './native-screen.ts'
import type { Piece } from './piece.ts'
import { Queues } from './queues.ts'
import { CARRY, type Scratch } from './scratch.ts'
import { earliestAlive, findAlarms, forgetPairs, type LastPairs, laneTables, stepAtEdge } from './screen.ts'
import { StepMeter } from './step-meter.ts'
import { Walker } from './walker.ts'

/** Bytes by which the end of a window lies behind its begin, the byte before a match. */
const REACH = WINDOW - 1

/** Windows of this length and more are screened. */
const SCREENED_BYTES = 512
/** Bytes at the begin of a screened window that the filter sees: whoever looks back from behind them finds CARRY bytes of the window. */
const HEAD = 64
/** Bytes that are made a string at once. */
const SLICE = 32 << 10

/** As `subarray`, which some engines write in JavaScript. */
function part(bytes: Uint8Array, at: number, length: number): Uint8Array {
  return at === 0 && length === bytes.length ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset + at, length)
}

/** Numbers of one place of a bucket's windows. */
const PLACE = 2 * VALUES

/**
 * The scan of one text: shift-or over every pair of bytes, the exact set of rules at the few places that pass, a walk for each.
 * The text is taken in pieces that end with a window or at a multiple of their size; between pieces only open walks and a few bytes
 * are kept: windows that straddle pieces are looked at again. Offsets are absolute unless they are called an index.
 */
export class PortableSession implements ScanSession {
  protected readonly tables: RuleTables
  private readonly scratch: Scratch
  protected readonly piece: Piece
  protected readonly queues: Queues
  protected readonly deferred: Deferred
  protected readonly meter: StepMeter
  protected readonly walker: Walker
  protected position = 0
  private readonly carry = new Uint8Array(CARRY)
  /** The pairs the filter looked at last, for one group at a time. */
  private readonly lastPairs: LastPairs = [0, 0, 0, 0]
  protected readonly longRuns: readonly LongRunClass[]
  private settledAt = 0
  /** Windows begin at most so many bytes behind the start of a match. */
  private readonly mostOffset: number
  /** By rule: offset of the byte that ended its last walk. */
  private readonly diedAt: Float64Array
  private hasDied = false
  protected aliveFrom = 0
  /** Classes of the runs behind which rules are found; where the run at the end of the text begins, and the byte before it. */
  private readonly trails: { readonly set: number; start: number; before: number }[] = []
  private readonly trailOf: Int32Array
  private readonly anchored: number[] = []
  private readonly defer = (walk: Walk) => this.deferred.addWalk(walk)

  /** Carried out in place of the filter where texts are long. */
  private readonly screen: NativeScreen | undefined
  /** Windows of the piece at hand that the screen has found, [foundAt, foundTo); foundTo < 0: the filter has to look. */
  private foundAt = 0
  private foundTo = -1
  /** Add to an index of the window at hand to get that of the piece. */
  private shift = 0

  constructor(tables: RuleTables, scratch: Scratch, screen?: NativeScreen) {
    this.tables = tables
    this.screen = screen
    this.scratch = scratch
    this.piece = { buffer: scratch.buffer, base: 0, begin: CARRY, end: CARRY, last: false }
    this.queues = new Queues(tables.ids.length)
    this.deferred = new Deferred(tables, this.piece, this.queues, scratch)
    this.meter = new StepMeter(this.deferred.active, scratch)
    this.walker = new Walker(tables, this.piece, this.queues, this.meter, scratch)
    this.deferred.connect(this.meter, this.walker)
    this.trailOf = new Int32Array(tables.ids.length).fill(-1)
    tables.anchorRun.forEach((run, rule) => {
      if (run < 0) return
      const set = tables.runSet[run]
      const known = this.trails.findIndex((trail) => trail.set === set)
      this.anchored.push(rule)
      this.trailOf[rule] = known >= 0 ? known : this.trails.push({ set, start: 0, before: -1 }) - 1
    })
    this.longRuns = longRunClasses(tables)
    this.diedAt = new Float64Array(tables.ids.length).fill(-1)
    this.mostOffset = Math.max(...tables.windowOffset)
    this.begin()
  }

  get steps(): number {
    return this.meter.total
  }

  reset(): void {
    this.queues.reset()
    this.walker.reset()
    this.deferred.reset()
    this.begin()
  }

  private begin(): void {
    this.position = 0
    this.settledAt = 0
    this.meter.newBlock()
    if (this.hasDied) this.diedAt.fill(-1)
    this.hasDied = false
    for (const trail of this.trails) {
      trail.start = 0
      trail.before = -1
    }
  }

  feed(window: Uint8Array, last: boolean): ScanResult {
    this.queues.newFeed()
    // What may yet begin is told by a piece of text.
    if (window.length === 0 && !last) return { candidates: this.queues.candidates(), settled: this.settledAt }
    if (last && this.position === 0 && window.length < this.tables.minLength) {
      this.position = window.length
      return { candidates: this.queues.candidates(), settled: this.position }
    }
    if (this.screen === undefined || window.length < SCREENED_BYTES) this.scanAll(window, 0, window.length, last)
    else this.scanScreened(this.screen, window, last)
    return { candidates: this.queues.candidates(), settled: last ? this.position : this.settled() }
  }

  /** Scans [at, end) of the window. */
  private scanAll(window: Uint8Array, at: number, end: number, last: boolean): void {
    do {
      const length = Math.min(end - at, this.upToEnd())
      this.scan(window, at, length, last && at + length === end)
      at += length
    } while (at < end)
  }

  /** Bytes up to the end of the piece that the next byte is of. */
  private upToEnd(): number {
    const most = this.deferred.isIdle ? this.scratch.pieceBytes : this.scratch.block
    return most - (this.position % most)
  }

  /** The same for a whole window, by native searches but for its edges: there windows reach into the one before, and what may begin is told from the filter's state. */
  private scanScreened(screen: NativeScreen, window: Uint8Array, last: boolean): void {
    const end = window.length - SIGHT
    this.scanAll(window, 0, HEAD, false)
    for (let at = HEAD; at < end; at += SLICE) {
      const to = Math.min(at + SLICE, end)
      if (screen.find(window, at, to, HEAD)) this.scanFound(screen, window, at, to)
      else this.scanAll(window, at, to, false)
    }
    this.scanAll(window, end, window.length, last)
  }

  /** Scans [at, end) where the screen has found windows, and passes over what nobody has to see. */
  private scanFound(screen: NativeScreen, window: Uint8Array, at: number, end: number): void {
    let found = 0
    while (at < end) {
      const next = found < screen.count ? screen.endAt(found) : end
      if (next > at && this.isIdle) {
        this.skip(window, at, next - at)
        at = next
        continue
      }
      const length = Math.min(end - at, this.upToEnd())
      this.foundAt = found
      while (found < screen.count && screen.endAt(found) < at + length) found++
      this.foundTo = found
      this.shift = CARRY - at
      this.scan(window, at, length, false)
      at += length
    }
    this.foundTo = -1
  }

  /** No start waits for an answer. */
  private get isIdle(): boolean {
    return this.walker.isIdle && this.queues.isIdle && this.deferred.isIdle
  }

  /** Passes over `length` bytes of the window, from `at` (CARRY or more), in which nothing begins. */
  private skip(window: Uint8Array, at: number, length: number): void {
    const { pieceBytes } = this.scratch
    for (const trail of this.trails) this.followIn(trail, window, at - 1, at + length, this.position - at)
    if (Math.trunc(this.position / pieceBytes) !== Math.trunc((this.position + length) / pieceBytes)) this.meter.newBlock()
    this.position += length
    this.queues.forget(this.position - CARRY)
    this.carry.set(part(window, at + length - CARRY, CARRY))
  }

  /** Scans `length` bytes of the window, from `at`; they do not cross the end of a piece. */
  private scan(window: Uint8Array, at: number, length: number, last: boolean): void {
    this.prepare()
    const { piece, carry } = this
    const { buffer } = piece
    // Before the start of a text nothing is looked at.
    if (this.position > 0) buffer.set(carry)
    if (length < 64) for (let i = 0; i < length; i++) buffer[CARRY + i] = window[at + i]
    else buffer.set(part(window, at, length), CARRY)
    piece.base = this.position - CARRY
    piece.end = CARRY + length
    piece.last = last
    if (this.position % this.scratch.pieceBytes === 0) this.meter.newBlock()

    this.walker.resume(this.defer)
    this.queues.settle()
    this.aliveFrom = piece.end
    this.findStarts()
    this.walker.endPiece()
    this.deferred.endPiece()
    if (last) {
      this.queues.settle()
      this.position += length
      return
    }
    for (const trail of this.trails) this.follow(trail)
    this.position += length
    this.queues.forget(this.position - CARRY)
    carry.set(part(buffer, piece.end - CARRY, CARRY))
  }

  /** Called before the bytes of a piece are put into its buffer. */
  protected prepare(): void {}

  /** Begins every rule whose window ends in the piece, each rule's in order; says where the earliest is that may yet begin. */
  protected findStarts(): void {
    if (this.foundTo >= 0) {
      this.beginFound(this.screen!)
      return
    }
    for (const prefilter of this.tables.prefilters) this.filter(prefilter)
    const { tables, piece } = this
    for (const { set, from, to, before } of this.longRuns) {
      this.beginLongRuns(set, from, to)
      if (!piece.last) this.aliveFrom = Math.min(this.aliveFrom, openLongRun(tables.sets, set, piece) - before)
    }
  }

  private beginLongRuns(set: number, from: number, to: number): void {
    const { tables } = this
    findLongRuns(tables.sets, set, this.piece, (index) => {
      for (let i = from; i < to; i++) this.start(tables.longRunRule[i], index - tables.longRunBefore[i])
    })
  }

  /** Begins the rules of the windows that the screen has found to end in this piece. */
  private beginFound(screen: NativeScreen): void {
    let runs = false
    for (let n = this.foundAt; n < this.foundTo; n++) {
      const group = screen.groupAt(n)
      if (group < 0) runs = true
      else this.verify(this.tables.prefilters[group], screen.bucketsAt(n), screen.endAt(n) + this.shift - (WINDOW - 2))
    }
    if (runs) for (const { set, from, to } of this.longRuns) this.beginLongRuns(set, from, to)
  }

  /** Begins the rules of every window whose last byte is new; windows at the end of the text may reach behind it. */
  private filter(prefilter: Prefilter): void {
    const { lastPairs: pairs } = this
    const { alarms, words } = this.scratch
    const lanes = laneTables(prefilter)
    const { buffer, base, begin, end, last } = this.piece
    const limit = last ? end + REACH : end
    let at = begin - REACH
    let count = 0
    forgetPairs(pairs)
    for (; at < -base; at += 2) count = stepAtEdge(prefilter, lanes, buffer, at, -base, end, pairs, alarms, count)
    if (at < end) {
      count = findAlarms(lanes, words, at, end, pairs, alarms, count)
      at += (end - at) & ~1
    }
    for (; at < limit - 1; at += 2) count = stepAtEdge(prefilter, lanes, buffer, at, -base, end, pairs, alarms, count)
    for (let i = 0; i < count; i += 2) {
      const pair = alarms[i]
      const buckets = alarms[i + 1]
      if (buckets >>> 16 !== 0 && pair + 1 >= begin && pair + 1 < limit) this.verify(prefilter, buckets >>> 16, pair - 6)
      if ((buckets & 0xffff) !== 0 && pair + 2 >= begin && pair + 2 < limit) this.verify(prefilter, buckets & 0xffff, pair - 5)
    }
    if (last) return
    // Windows of rules found behind runs say nothing of where a match begins.
    this.aliveFrom = Math.min(this.aliveFrom, earliestAlive(lanes, pairs, prefilter.plain, at, end))
  }

  /** Finds which rules of these buckets have their window at index `start` (its second value), and begins them. */
  private verify(prefilter: Prefilter, buckets: number, start: number): void {
    const { buffer, base, end } = this.piece
    if (base + start > 0 && start + WINDOW - 2 < end) {
      this.verifyInside(prefilter, buckets, start, buffer)
      return
    }
    const { positions, rules, anchored } = prefilter
    while (buckets !== 0) {
      const k = 31 - Math.clz32(buckets)
      const bit = 1 << k
      buckets ^= bit
      // A plain rule cannot start before the text; the window of one found behind its run may.
      if (base + start < 0 && (anchored & bit) === 0) continue
      let lo = -1
      let hi = -1
      let row = k * WINDOW * VALUES
      for (let index = start - 1; index < start + WINDOW - 1 && (lo | hi) !== 0; index++) {
        const value = index >= end ? TEXT_END : base + index < 0 ? TEXT_START : buffer[index]
        lo &= positions[2 * (row + value)]
        hi &= positions[2 * (row + value) + 1]
        row += VALUES
      }
      this.startAll(rules, k * WINDOWS_PER_BUCKET, lo, hi, start)
    }
  }

  /** The same where all nine places are bytes: most windows die at the first four, of all buckets alike. */
  private verifyInside({ positions, tail, rules, wide }: Prefilter, buckets: number, start: number, buffer: Uint8Array): void {
    const behind = start + WINDOW - 1
    const isTailThere = behind + TAIL <= this.piece.end
    const p1 = PLACE + 2 * buffer[start]
    const p2 = 2 * PLACE + 2 * buffer[start + 1]
    const p3 = 3 * PLACE + 2 * buffer[start + 2]
    const p4 = 4 * PLACE + 2 * buffer[start + 3]
    while (buckets !== 0) {
      const k = 31 - Math.clz32(buckets)
      buckets ^= 1 << k
      const row = k * WINDOW * PLACE
      let lo = positions[row + p1] & positions[row + p2] & positions[row + p3] & positions[row + p4]
      let hi =
        (wide & (1 << k)) === 0
          ? 0
          : positions[row + p1 + 1] & positions[row + p2 + 1] & positions[row + p3 + 1] & positions[row + p4 + 1]
      if ((lo | hi) === 0) continue
      let at = row + 5 * PLACE
      for (let index = start + 4; index < start + 8; index++) {
        lo &= positions[at + 2 * buffer[index]]
        if (hi !== 0) hi &= positions[at + 2 * buffer[index] + 1]
        at += PLACE
      }
      lo &= positions[row + 2 * buffer[start - 1]]
      if (hi !== 0) hi &= positions[row + 2 * buffer[start - 1] + 1]
      if ((lo | hi) === 0) continue
      if (isTailThere) {
        at = 2 * 256 * TAIL * k
        for (let index = behind; index < behind + TAIL; index++) {
          lo &= tail[at + 2 * buffer[index]]
          if (hi !== 0) hi &= tail[at + 2 * buffer[index] + 1]
          at += 2 * 256
        }
      }
      if ((lo | hi) !== 0) this.startAll(rules, k * WINDOWS_PER_BUCKET, lo, hi, start)
    }
  }

  /** Begins the rules whose bits are set, of a bucket's up to 64 from `first` on. */
  private startAll(rules: Int32Array, first: number, lo: number, hi: number, start: number): void {
    for (; lo !== 0; lo &= lo - 1) this.start(rules[first + 31 - Math.clz32(lo & -lo)], start)
    for (; hi !== 0; hi &= hi - 1) this.start(rules[first + 63 - Math.clz32(hi & -hi)], start)
  }

  protected start(rule: number, index: number): void {
    const { tables, piece } = this
    const { buffer, base, end } = piece
    const run = tables.anchorRun[rule]
    let start = base + index
    let state = tables.start[rule]
    if (run >= 0) {
      index += ANCHOR_AT
      start = this.runStart(rule, run, index)
      if (start < 0) return
      state = tables.runNext[run]
    } else {
      index -= tables.windowOffset[rule]
      start = base + index
      if (start < 0 || !this.passesProbes(rule, index)) return
    }
    if (run < 0 && start === 0) {
      if (tables.startRefused[rule] === 1) return
    } else if (run < 0 && tables.guards[tables.beforeRow[rule] + (WORD[buffer[index]] << 8) + buffer[index - 1]] === 1) return
    if (!this.queues.wants(rule, start)) return
    if (!this.fitsShape(rule, base + index)) return
    if (this.meter.isOver(rule)) {
      this.deferred.addStart(rule, start, base + index)
      return
    }
    // Most starts die within a few plain bytes: not worth more than this.
    const { next, classOf } = tables
    const classes = tables.classRow[rule]
    let at = index
    while (at < end && next[state] === 0) {
      state = next[state + 1 + classOf[classes + buffer[at]]]
      at++
      if (state === 0) {
        this.meter.add(rule, at - index)
        this.diedAt[rule] = base + at - 1
        this.hasDied = true
        return
      }
    }
    this.meter.add(rule, at - index)
    this.walker.start(rule, start, state, at)
  }

  /** May a match that goes on as the rule's shape does from offset `from` hold the byte that ended its last walk? */
  private fitsShape(rule: number, from: number): boolean {
    const { shapeFrom, shapeRow, probeSets } = this.tables
    const { base, end, buffer } = this.piece
    const died = this.diedAt[rule]
    const at = shapeFrom[rule] + died - from
    if (died < from || at >= shapeFrom[rule + 1] || died >= base + end) return true
    return probeSets[shapeRow[at] + buffer[died - base]] === 1
  }

  /** Does the text at index `start` have what matches of the rule have at its probes? What is not there yet has. */
  private passesProbes(rule: number, start: number): boolean {
    const { probeAt, probeRow, probeSets } = this.tables
    const { buffer, end, last } = this.piece
    for (let i = rule * PROBES; i < (rule + 1) * PROBES && probeAt[i] !== 0; i++) {
      const at = start + probeAt[i]
      if (at >= end && !last) continue
      if (probeSets[probeRow[i] + (at >= end ? TEXT_END : buffer[at])] === 0) return false
    }
    return true
  }

  /** Where the leading run before index `at` begins, when it is as long as the rule asks and its guard holds; else -1. */
  protected runStart(rule: number, run: number, at: number): number {
    const { buffer, base } = this.piece
    const { sets, runSet, runMin, runMax } = this.tables
    const row = runSet[run] << 8
    const known = this.followedTo()
    let index = at
    while (index > known && sets[row + buffer[index - 1]] === 1) index--
    this.meter.add(rule, at - index)
    let start = base + index
    let before = buffer[index - 1]
    if (index === known) ({ start, before } = this.trails[this.trailOf[rule]])
    const length = base + at - start
    return length < runMin[run] || length > runMax[run] || !this.mayStart(rule, before) ? -1 : start
  }

  /** Index up to which trails were followed before this piece: its last byte may be one behind a run, not answered yet. */
  protected followedTo(): number {
    return this.position === 0 ? this.piece.begin : this.piece.begin - 1
  }

  /** Does the guard before a match allow this byte (-1: the start of the text)? For rules that begin with a run it refuses. */
  private mayStart(rule: number, before: number): boolean {
    return before < 0
      ? this.tables.startRefused[rule] === 0
      : this.tables.guards[this.tables.beforeRow[rule] + 256 + before] === 0
  }

  /** Keeps where the run before the last byte of the piece begins. */
  private follow(trail: { readonly set: number; start: number; before: number }): void {
    const { buffer, base, end } = this.piece
    this.followIn(trail, buffer, this.followedTo(), end, base)
  }

  private followIn(
    trail: { readonly set: number; start: number; before: number },
    bytes: Uint8Array,
    known: number,
    end: number,
    base: number,
  ): void {
    const row = trail.set << 8
    let index = end - 1
    while (index > known && this.tables.sets[row + bytes[index - 1]] === 1) index--
    if (index <= known) return
    trail.start = base + index
    trail.before = bytes[index - 1]
  }

  /** The text ends in a run of a rule that began at `start`, or with the byte behind it, whose window is not answered yet. */
  private isRunOpen(rule: number, start: number): boolean {
    const { sets, runSet, runMin, runMax, runNext, anchorRun, next, classOf, classRow } = this.tables
    const run = anchorRun[rule]
    const byte = this.piece.buffer[this.piece.end - 1]
    const length = this.position - start
    if (sets[(runSet[run] << 8) + byte] === 1) return length <= runMax[run]
    return length > runMin[run] && length - 1 <= runMax[run] && next[runNext[run] + 1 + classOf[classRow[rule] + byte]] !== 0
  }

  /** Nothing that starts before this offset can still appear or change. */
  private settled(): number {
    const { position } = this
    let at = Math.min(
      position,
      this.queues.earliest(),
      this.deferred.earliest(),
      this.piece.base + this.aliveFrom - this.mostOffset,
    )
    for (const rule of this.anchored) {
      const { start, before } = this.trails[this.trailOf[rule]]
      if (start < at && this.mayStart(rule, before) && this.isRunOpen(rule, start)) at = start
    }
    // What was dead once is dead: the filter may see less the next time, when its pairs lie otherwise.
    this.settledAt = Math.max(this.settledAt, at)
    return this.settledAt
  }
}
