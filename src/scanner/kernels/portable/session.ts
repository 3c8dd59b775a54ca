import { WORD } from '../../compile/byte-set.ts'
import { type Prefilter, WINDOWS_PER_BUCKET } from '../../compile/prefilter.ts'
import type { RuleTables } from '../../compile/tables.ts'
import { TEXT_END, TEXT_START, VALUES, WINDOW } from '../../compile/window.ts'
import type { ScanResult, ScanSession } from '../../kernel.ts'
import { Deferred } from './deferred.ts'
import type { Piece } from './piece.ts'
import { Queues } from './queues.ts'
import { CARRY, type Scratch } from './scratch.ts'
import { findAlarms, findAlarmsAtEnd } from './screen.ts'
import { StepMeter } from './step-meter.ts'
import { Walker } from './walker.ts'

/** Bytes by which the end of a window lies behind the start it stands for. */
const REACH = WINDOW - 2

/** Positions after which a single rule that is left need not be looked at further. */
const ENOUGH = 4

/**
 * The scan of one text: pair shift-and over every byte, the exact set of rules at the few places that pass, a walk for each.
 * The text is taken in pieces that end with a window or at a multiple of 4 KiB; between pieces only open walks, the
 * prefilter's words and a few bytes are kept. Offsets are absolute unless they are called an index.
 */
export class PortableSession implements ScanSession {
  private readonly tables: RuleTables
  private readonly scratch: Scratch
  private readonly piece: Piece
  private readonly queues: Queues
  private readonly deferred: Deferred
  private readonly meter: StepMeter
  private readonly walker: Walker
  private position = 0
  private readonly carry = new Uint8Array(CARRY)
  /** Low half, high half, class of the last byte: of each group. */
  private readonly filters: Int32Array[]
  /** Classes of the runs behind which rules are found; where the run at the end of the text begins, and the byte before it. */
  private readonly trails: { readonly set: number; start: number; before: number }[] = []
  private readonly trailOf: Int32Array

  constructor(tables: RuleTables, scratch: Scratch) {
    this.tables = tables
    this.scratch = scratch
    this.piece = { buffer: scratch.buffer, base: 0, begin: CARRY, end: CARRY, last: false }
    this.queues = new Queues(tables.ids.length)
    this.deferred = new Deferred(tables, this.piece, this.queues, scratch)
    this.meter = new StepMeter(this.deferred.active, scratch)
    this.walker = new Walker(tables, this.piece, this.queues, this.meter, scratch)
    this.deferred.connect(this.meter, this.walker)
    this.filters = tables.prefilters.map(() => new Int32Array(3))
    this.trailOf = new Int32Array(tables.ids.length).fill(-1)
    tables.anchorRun.forEach((run, rule) => {
      if (run < 0) return
      const set = tables.runSet[run]
      const known = this.trails.findIndex((trail) => trail.set === set)
      this.trailOf[rule] = known >= 0 ? known : this.trails.push({ set, start: 0, before: -1 }) - 1
    })
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
    this.meter.newBlock()
    this.filters.forEach((state, group) => {
      const { anchored, classOf } = this.tables.prefilters[group]
      // A window that ends with an anchor may begin before the text.
      state[0] = state[1] = anchored * 0x01010101
      state[2] = classOf[TEXT_START]
    })
    for (const trail of this.trails) {
      trail.start = 0
      trail.before = -1
    }
  }

  feed(window: Uint8Array, last: boolean): ScanResult {
    this.queues.candidates = []
    if (last && this.position === 0 && window.length < this.tables.minLength) {
      this.position = window.length
      return { candidates: this.queues.candidates, settled: this.position }
    }
    const { block } = this.scratch
    let at = 0
    do {
      const length = Math.min(window.length - at, block - (this.position % block))
      this.scan(window, at, length, last && at + length === window.length)
      at += length
    } while (at < window.length)
    return { candidates: this.queues.candidates, settled: last ? this.position : this.settled() }
  }

  /** Scans `length` bytes of the window, from `at`; they do not cross the end of a block. */
  private scan(window: Uint8Array, at: number, length: number, last: boolean): void {
    const { piece, carry } = this
    const { buffer } = piece
    buffer.set(carry)
    if (length < 64) for (let i = 0; i < length; i++) buffer[CARRY + i] = window[at + i]
    else buffer.set(window.subarray(at, at + length), CARRY)
    piece.base = this.position - CARRY
    piece.end = CARRY + length
    piece.last = last
    if (this.position % this.scratch.block === 0) this.meter.newBlock()

    this.walker.resume((walk) => this.deferred.addWalk(walk))
    this.queues.settle()
    for (let group = 0; group < this.filters.length; group++) this.filter(group)
    this.walker.endPiece()
    this.deferred.endPiece()
    if (last) this.queues.settle()

    for (const trail of this.trails) this.follow(trail)
    this.position += length
    carry.set(buffer.subarray(piece.end - CARRY, piece.end))
  }

  private filter(group: number): void {
    const prefilter = this.tables.prefilters[group]
    const state = this.filters[group]
    const { alarms } = this.scratch
    const { buffer, begin, end, last } = this.piece
    const count = findAlarms(prefilter, buffer, begin, end, state, alarms)
    for (let i = 0; i < count; i += 2) this.verify(prefilter, alarms[i + 1], alarms[i] - REACH)
    if (!last) return
    // Values past the end complete the windows of matches there.
    const more = findAlarmsAtEnd(prefilter, TEXT_END, REACH, end, state, alarms)
    for (let i = 0; i < more; i += 2) this.verify(prefilter, alarms[i + 1], alarms[i] - REACH)
  }

  /** Finds which rules of these buckets have their window at index `start` (its second value), and begins them. */
  private verify(prefilter: Prefilter, buckets: number, start: number): void {
    const { positionLo, positionHi, rules, anchored, exact, wide } = prefilter
    const { buffer, base, end } = this.piece
    while (buckets !== 0) {
      const k = 31 - Math.clz32(buckets)
      const bit = 1 << k
      buckets ^= bit
      // A plain rule cannot start before the text; the window of one found behind its run may.
      if (base + start < 0 && (anchored & bit) === 0) continue
      const first = k * WINDOWS_PER_BUCKET
      if ((exact & bit) !== 0) {
        this.start(rules[first], start)
        continue
      }
      // A single rule left after a few is walked: that looks at the bytes itself. `start` looks at the guard.
      let lo = -1
      let hi = (wide & bit) === 0 ? 0 : -1
      let row = (k * WINDOW + 1) * VALUES
      const inside = base + start >= 0 && start + REACH < end
      for (let index = start; index < start + WINDOW - 1 && (lo | hi) !== 0; index++) {
        if (index - start >= ENOUGH && hi === 0 && (lo & (lo - 1)) === 0) break
        const value = inside ? buffer[index] : index >= end ? TEXT_END : base + index < 0 ? TEXT_START : buffer[index]
        lo &= positionLo[row + value]
        if (hi !== 0) hi &= positionHi[row + value]
        row += VALUES
      }
      for (; lo !== 0; lo &= lo - 1) this.start(rules[first + 31 - Math.clz32(lo & -lo)], start)
      for (; hi !== 0; hi &= hi - 1) this.start(rules[first + 63 - Math.clz32(hi & -hi)], start)
    }
  }

  private start(rule: number, index: number): void {
    const { tables, piece } = this
    const { buffer, base, end } = piece
    const run = tables.anchorRun[rule]
    let start = base + index
    let state = tables.start[rule]
    if (run >= 0) {
      index += REACH
      start = this.runStart(rule, run, index)
      if (start < 0) return
      state = tables.runNext[run]
    } else if (start === 0) {
      if (tables.startRefused[rule] === 1) return
    } else if (tables.before[(rule << 9) + (WORD[buffer[index]] << 8) + buffer[index - 1]] === 1) return
    if (!this.queues.wants(rule, start)) return
    if (this.meter.isOver(rule)) {
      this.deferred.addStart(rule, start, base + index)
      return
    }
    // Most starts die within a few plain bytes: not worth more than this.
    const { next, classOf } = tables
    const classes = rule << 8
    let at = index
    while (at < end && next[state] === 0) {
      state = next[state + 1 + classOf[classes + buffer[at]]]
      at++
      if (state === 0) {
        this.meter.add(rule, at - index)
        return
      }
    }
    this.meter.add(rule, at - index)
    this.walker.start(rule, start, state, at)
  }

  /** Where the leading run before index `at` begins, when it is as long as the rule asks and its guard holds; else -1. */
  private runStart(rule: number, run: number, at: number): number {
    const { buffer, base, begin } = this.piece
    const { sets, runSet, runMin, runMax } = this.tables
    const row = runSet[run] << 8
    let index = at
    while (index > begin && sets[row + buffer[index - 1]] === 1) index--
    this.meter.add(rule, at - index)
    let start = base + index
    let before = buffer[index - 1]
    if (index === begin) ({ start, before } = this.trails[this.trailOf[rule]])
    const length = base + at - start
    return length < runMin[run] || length > runMax[run] || !this.mayStart(rule, before) ? -1 : start
  }

  /** Does the guard before a match allow this byte (-1: the start of the text)? For rules that begin with a run it refuses. */
  private mayStart(rule: number, before: number): boolean {
    return before < 0 ? this.tables.startRefused[rule] === 0 : this.tables.before[(rule << 9) + 256 + before] === 0
  }

  /** Keeps where the run at the end of the piece begins. */
  private follow(trail: { readonly set: number; start: number; before: number }): void {
    const { buffer, base, begin, end } = this.piece
    const row = trail.set << 8
    let index = end
    while (index > begin && this.tables.sets[row + buffer[index - 1]] === 1) index--
    if (index === begin) return
    trail.start = base + index
    trail.before = buffer[index - 1]
  }

  /** Nothing that starts before this offset can still appear or change. */
  private settled(): number {
    const { tables, position } = this
    let at = Math.min(position, this.queues.earliest(), this.deferred.earliest())
    for (let group = 0; group < this.filters.length; group++) {
      // Lane j: a window that began j bytes before the last byte is alive. Windows of rules found behind runs say nothing.
      const plain = ~(tables.prefilters[group].anchored * 0x01010101)
      const lo = this.filters[group][0] & plain
      const hi = this.filters[group][1] & plain & 0x00ffffff
      const lanes = hi !== 0 ? 7 - (Math.clz32(hi) >> 3) : lo !== 0 ? 3 - (Math.clz32(lo) >> 3) : -1
      if (lanes >= 0) at = Math.min(at, position - 1 - lanes)
    }
    for (let rule = 0; rule < this.trailOf.length; rule++) {
      if (this.trailOf[rule] < 0) continue
      const { start, before } = this.trails[this.trailOf[rule]]
      const length = position - start
      if (length > 0 && length <= tables.runMax[tables.anchorRun[rule]] && this.mayStart(rule, before)) at = Math.min(at, start)
    }
    return Math.max(0, at)
  }
}
