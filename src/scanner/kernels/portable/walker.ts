import { WORD } from '../../compile/byte-set.ts'
import { INSIDE_ALWAYS, INSIDE_GUARDED, INSIDE_NEVER, type RuleTables } from '../../compile/tables.ts'
import { mergeInto, newWalk, tail, type Walk } from './attempts.ts'
import type { Piece } from './piece.ts'
import type { Queues } from './queues.ts'
import type { RunMemo } from './run-memo.ts'
import type { Scratch } from './scratch.ts'
import type { StepMeter } from './step-meter.ts'

/** How a walk over a piece stopped: decided; at the end of the piece, in a state or in a run; or where another goes on for it. */
const DECIDED = 0
const SUSPENDED = 1
const ASLEEP = 2
const JOINED = 3

/** Walks that sleep in one open run of one rule, ordered by where they entered it. */
interface Sleepers {
  readonly rule: number
  readonly run: number
  readonly walks: Walk[]
  /** For INSIDE_GUARDED: offsets up to here are looked at; the last at which the guard allowed an end, or -1. */
  looked: number
  allowed: number
}

/**
 * Walks the automata over one piece after another. No byte is walked twice by a walk; a run's end is found once for all walks
 * inside it, and what follows it once for all that get there; walks in an open run cost nothing until it ends.
 */
export class Walker {
  /** Walks that stand at the end of the piece. */
  private awake: Walk[] = []
  private asleep: Sleepers[] = []
  /** By run. */
  private readonly sleepersOf = new Map<number, Sleepers>()

  /** No walk goes on in the next piece. */
  get isIdle(): boolean {
    return this.awake.length === 0 && this.asleep.length === 0
  }

  // What `walk` leaves behind.
  private state = 0
  private entry = 0
  private longest = -1
  private joined: Walk | null = null
  private joinedAt = 0
  private passed = 0
  private readonly passedRun: number[] = []
  private readonly passedAt: number[] = []

  /** Number of the piece at hand: what is remembered of another is void. */
  private epoch = 0
  private readonly memo: RunMemo

  private readonly tables: RuleTables
  private readonly piece: Piece
  private readonly queues: Queues
  private readonly meter: StepMeter
  private readonly scratch: Scratch

  constructor(tables: RuleTables, piece: Piece, queues: Queues, meter: StepMeter, scratch: Scratch) {
    this.tables = tables
    this.scratch = scratch
    this.piece = piece
    this.queues = queues
    this.meter = meter
    this.memo = scratch.memoOf(tables)
  }

  reset(): void {
    if (this.awake.length > 0) this.awake = []
    if (this.asleep.length === 0) return
    this.sleepersOf.clear()
    this.asleep = []
  }

  /** Takes up the walks that wait, at the begin of a new piece. Those of rules in fall-back are handed to `defer`. */
  resume(defer: (walk: Walk) => void): void {
    this.epoch = this.scratch.nextEpoch()
    const awake = this.awake
    if (awake.length === 0 && this.asleep.length === 0) return
    this.awake = []
    this.wake(defer)
    for (const walk of awake) {
      if (walk.waiting <= 0) continue
      if (this.meter.isOver(walk.rule)) {
        defer(walk)
        continue
      }
      const status = this.walk(walk.rule, walk.state, this.piece.begin)
      this.proceed(walk, status)
    }
  }

  /** A start found at index `at`: offset `start` (before `at` when it is found behind a leading run), in `state`. */
  start(rule: number, start: number, state: number, at: number): void {
    const status = this.walk(rule, state, at)
    const { queues } = this
    if (status === DECIDED) {
      this.remember(null)
      if (this.longest >= 0) queues.decided(rule, start, this.longest)
      return
    }
    if (status === JOINED) {
      const walk = this.joined!
      tail(walk).waiting++
      this.remember(walk)
      queues.undecided(rule, start, this.longest, this.joinedAt, walk)
      return
    }
    const walk = newWalk(rule, this.state, 0, this.longest)
    queues.undecided(rule, start, -1, 0, walk)
    this.suspend(walk, status)
    this.remember(walk)
  }

  /** Puts a walk back that stands at the end of the piece, in a state or in a run (entered at `walk.at`). */
  putBack(walk: Walk, looked: number, allowed: number): void {
    if (this.tables.next[walk.state] >= 0) this.awake.push(walk)
    else this.sleep(walk, looked, allowed)
  }

  /** At the end of a piece: looks once at the bytes of open runs in which a match may end where its guard allows. */
  endPiece(): void {
    const { base, end } = this.piece
    for (const sleepers of this.asleep) {
      if (this.tables.runInside[sleepers.run] === INSIDE_GUARDED) this.lookInside(sleepers, base + end - 1)
    }
  }

  private proceed(walk: Walk, status: number): void {
    if (this.longest >= 0) walk.last = this.longest
    if (status === DECIDED) {
      walk.done = true
      this.remember(null)
    } else if (status === JOINED) {
      mergeInto(walk, this.joined!, this.joinedAt)
      this.remember(this.joined)
    } else {
      walk.state = this.state
      this.suspend(walk, status)
      this.remember(walk)
    }
  }

  private suspend(walk: Walk, status: number): void {
    const { base, end } = this.piece
    if (status === SUSPENDED) {
      walk.at = base + end
      this.awake.push(walk)
      return
    }
    walk.at = base + this.entry
    // Its own share of the run so far is looked at now: the bytes are gone with the piece.
    const run = -this.tables.next[walk.state] - 1
    let looked = 0
    let allowed = -1
    if (this.tables.runInside[run] === INSIDE_GUARDED) {
      looked = end - 1
      const least = this.entry + this.tables.runMin[run]
      if (looked >= least) {
        allowed = this.lastAllowed(walk.rule, run, least, looked, end)
        if (allowed >= 0) allowed += base
      }
      looked += base
      if (allowed >= 0) walk.last = allowed
    } else if (this.tables.runInside[run] === INSIDE_ALWAYS && end - 1 >= this.entry + this.tables.runMin[run]) {
      // It will match, and at least so far: that spares the starts behind it.
      walk.last = base + end - 1
    }
    this.sleep(walk, looked, allowed)
  }

  private sleep(walk: Walk, looked: number, allowed: number): void {
    const run = -this.tables.next[walk.state] - 1
    let sleepers = this.sleepersOf.get(run)
    if (sleepers === undefined) {
      sleepers = { rule: walk.rule, run, walks: [], looked, allowed }
      this.sleepersOf.set(run, sleepers)
      this.asleep.push(sleepers)
    } else {
      this.lookInside(sleepers, looked)
      sleepers.allowed = Math.max(sleepers.allowed, allowed)
    }
    const { walks } = sleepers
    let place = walks.length
    while (place > 0 && walks[place - 1].at > walk.at) place--
    // What either finds from now on ends behind the run's first byte.
    if (place > 0 && walks[place - 1].at === walk.at) mergeInto(walk, walks[place - 1], walk.at + 1)
    else walks.splice(place, 0, walk)
  }

  /** Looks at the guard of ends inside an open run up to offset `to`, which must be in the piece. */
  private lookInside(sleepers: Sleepers, to: number): void {
    const { base, buffer } = this.piece
    if (to <= sleepers.looked) return
    const { rule } = sleepers
    const { guards, afterRow } = this.tables
    const guard = afterRow[rule]
    let at = sleepers.looked + 1 - base
    const end = to - base
    this.meter.add(rule, end - at + 1)
    for (; at <= end; at++) if (guards[guard + (WORD[buffer[at - 1]] << 8) + buffer[at]] === 0) sleepers.allowed = base + at
    sleepers.looked = to
  }

  /** Follows open runs into the piece: ends the walks whose run is too long, wakes all when it has ended. */
  private wake(defer: (walk: Walk) => void): void {
    const { tables, piece } = this
    const { base, begin, end, last } = piece
    const asleep = this.asleep
    this.asleep = []
    // Kept ones first: a woken walk may fall asleep again in the same run of its rule, further on.
    const closed: Sleepers[] = []
    for (const sleepers of asleep) {
      const { run, walks } = sleepers
      const to = this.runEnd(tables.runSet[run], begin, sleepers.rule)
      const inside = tables.runInside[run]
      let gone = 0
      for (; gone < walks.length && walks[gone].at + tables.runMax[run] < base + to; gone++) {
        const walk = walks[gone]
        const most = walk.at + tables.runMax[run]
        if (inside === INSIDE_GUARDED) this.lookInside(sleepers, most)
        this.endInside(walk, sleepers, inside, most)
        walk.done = true
      }
      if (gone > 0) walks.splice(0, gone)
      if (walks.length === 0) this.sleepersOf.delete(run)
      else if (to === end && !last) {
        if (inside === INSIDE_GUARDED) this.lookInside(sleepers, base + end - 1)
        this.endInside(walks[0], sleepers, inside, base + end - 1)
        this.asleep.push(sleepers)
      } else {
        this.sleepersOf.delete(run)
        closed.push(sleepers)
      }
    }
    for (const sleepers of closed) {
      const { run, walks } = sleepers
      const inside = tables.runInside[run]
      const to = this.runEnd(tables.runSet[run], begin, sleepers.rule)
      if (inside === INSIDE_GUARDED) this.lookInside(sleepers, base + to - 1)
      let first: Walk | null = null
      for (const walk of walks) {
        if (walk.waiting <= 0) continue
        if (base + to - walk.at < tables.runMin[run]) {
          walk.done = true
          continue
        }
        this.endInside(walk, sleepers, inside, base + to - 1)
        if (first === null) first = walk
        else mergeInto(walk, first, base + to)
      }
      if (first === null) continue
      first.state = tables.runNext[run]
      first.at = base + to
      if (this.meter.isOver(first.rule)) {
        defer(first)
        continue
      }
      this.proceed(first, this.goOn(first.rule, run, to))
    }
  }

  /** A match that ends inside the run, at most at offset `most`. */
  private endInside(walk: Walk, sleepers: Sleepers, inside: number, most: number): void {
    const least = walk.at + this.tables.runMin[sleepers.run]
    if (inside === INSIDE_NEVER || most < least) return
    if (inside === INSIDE_ALWAYS) walk.last = most
    else if (sleepers.allowed >= least) walk.last = sleepers.allowed
  }

  /** Goes on behind `run`, which ended at index `to`. */
  private goOn(rule: number, run: number, to: number): number {
    const { memo } = this
    if (memo.thenEpoch[run] === this.epoch && memo.thenAt[run] === to) {
      this.passed = 0
      this.longest = memo.thenLast[run]
      this.joined = memo.thenWalk[run]
      this.joinedAt = this.piece.base + to
      return this.joined === null ? DECIDED : JOINED
    }
    const status = this.walk(rule, this.tables.runNext[run], to)
    this.pass(run, to)
    return status
  }

  private pass(run: number, to: number): void {
    this.passedRun[this.passed] = run
    this.passedAt[this.passed++] = to
  }

  /** Keeps what came of the runs the last walk passed: `walk` goes on, or nothing does. */
  private remember(walk: Walk | null): void {
    const { passedRun, passedAt, memo } = this
    const { base } = this.piece
    for (let i = 0; i < this.passed; i++) {
      const run = passedRun[i]
      memo.thenEpoch[run] = this.epoch
      memo.thenAt[run] = passedAt[i]
      memo.thenLast[run] = this.longest >= base + passedAt[i] ? this.longest : -1
      memo.thenWalk[run] = walk
    }
  }

  /**
   * Walks in `state` from index `at`. Leaves the longest end behind (an offset, -1 for none), and when it did not decide, the
   * state and where it entered the run it is in, or the walk that goes on for it.
   */
  private walk(rule: number, state: number, at: number): number {
    const { next, classOf, classRow, guards, afterRow, runSet, runMin, runMax, runNext, runInside } = this.tables
    const { buffer, base, end, last } = this.piece
    const { memo } = this
    const classes = classRow[rule]
    const guard = afterRow[rule]
    this.passed = 0
    let longest = -1
    let steps = 0
    let status = DECIDED
    for (;;) {
      const kind = next[state]
      if (kind < 0) {
        const run = -kind - 1
        const entry = at - 1
        const to = this.runEnd(runSet[run], at, rule)
        const max = runMax[run]
        steps++
        if (to === end && !last && end - entry <= max) {
          this.entry = entry
          status = ASLEEP
          break
        }
        const length = to - entry
        if (length < runMin[run]) break
        const least = entry + runMin[run]
        const most = Math.min(to - 1, entry + max)
        if (most >= least) {
          if (runInside[run] === INSIDE_ALWAYS) longest = most
          else if (runInside[run] === INSIDE_GUARDED) {
            const allowed = this.lastAllowed(rule, run, least, most, to)
            if (allowed >= 0) longest = allowed
          }
        }
        if (length > max) break
        if (memo.thenEpoch[run] === this.epoch && memo.thenAt[run] === to) {
          if (memo.thenWalk[run] !== null) {
            this.joined = memo.thenWalk[run]
            this.joinedAt = base + to
            status = JOINED
          }
          // What it found behind the run holds here too.
          if (memo.thenLast[run] >= 0) longest = memo.thenLast[run] - base
          break
        }
        this.pass(run, to)
        state = runNext[run]
        at = to
        continue
      }
      if (at >= end) {
        if (!last) status = SUSPENDED
        else if (kind === 1 && this.tables.endRefused[rule] === 0) longest = at
        break
      }
      const byte = buffer[at]
      if (kind === 1 && guards[guard + (WORD[buffer[at - 1]] << 8) + byte] === 0) longest = at
      state = next[state + 1 + classOf[classes + byte]]
      steps++
      if (state === 0) break
      at++
    }
    this.meter.add(rule, steps)
    this.state = state
    this.longest = longest < 0 ? -1 : base + longest
    return status
  }

  /** Index of the end of the run of `set` in which `at` stands: no byte of a piece is looked at twice for it. */
  private runEnd(set: number, at: number, rule: number): number {
    const { buffer, end } = this.piece
    const ends = this.scratch.runEnds(set, this.epoch, end)
    if (ends[at] !== 0) return ends[at]
    const { sets } = this.tables
    const row = set << 8
    let to = at
    while (to < end && ends[to] === 0 && sets[row + buffer[to]] === 1) to++
    this.meter.add(rule, to - at)
    const found = to < end && ends[to] !== 0 ? ends[to] : to
    ends.fill(found, at, to + 1)
    return found
  }

  /** The last index in [least, most], inside the run that ends at `to`, at which the guard allows an end; or -1. */
  private lastAllowed(rule: number, run: number, least: number, most: number, to: number): number {
    const { guards, afterRow } = this.tables
    const { buffer } = this.piece
    const { memo } = this
    const guard = afterRow[rule]
    let from = least
    let allowed = -1
    if (
      memo.insideEpoch[run] === this.epoch &&
      memo.insideTo[run] === to &&
      memo.insideFrom[run] <= least &&
      memo.insideLooked[run] <= most
    ) {
      from = Math.max(least, memo.insideLooked[run] + 1)
      allowed = memo.insideAllowed[run]
    } else {
      memo.insideEpoch[run] = this.epoch
      memo.insideTo[run] = to
      memo.insideFrom[run] = least
    }
    this.meter.add(rule, Math.max(0, most - from + 1))
    for (let at = from; at <= most; at++) if (guards[guard + (WORD[buffer[at - 1]] << 8) + buffer[at]] === 0) allowed = at
    memo.insideLooked[run] = most
    memo.insideAllowed[run] = allowed
    return allowed >= least ? allowed : -1
  }
}
