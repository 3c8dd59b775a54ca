import { WORD } from '../../compile/byte-set.ts'
import { INSIDE_ALWAYS, INSIDE_GUARDED, type RuleTables } from '../../compile/tables.ts'
import { newWalk, type Walk } from './attempts.ts'
import type { Piece } from './piece.ts'
import type { Queues } from './queues.ts'
import { CARRY, type Scratch } from './scratch.ts'
import type { StepMeter } from './step-meter.ts'
import type { Walker } from './walker.ts'

/** A rule goes back to plain walks when the starts left to it could not cost more than this many steps a byte. */
const LEAVE_STEPS_PER_BYTE = 2

/**
 * The fall-back for rules that cost too much: their starts wait until two blocks of text are there; a pass from right to left
 * says which of them can be completed, and only those are walked, no further than their match goes. Same answer, and a
 * constant number of steps a byte whatever the rule's bounds are.
 */
export class Deferred {
  /** 1: the rule is in fall-back. */
  readonly active: Uint8Array
  private readonly rules: number[] = []
  /** By rule: pairs of start and place where its walk begins, offsets, in order. */
  private readonly starts: (number[] | null)[]
  private readonly walks: (Walk[] | null)[]
  /** The text since the first block that waits, from offset `base`. */
  private text: Uint8Array = new Uint8Array(0)
  private base = 0
  private length = 0
  /** By index of the text: a set of `LiveSets`, of the rule at hand. */
  private live = new Int32Array(0)

  private readonly tables: RuleTables
  private readonly piece: Piece
  private readonly queues: Queues
  private readonly scratch: Scratch
  private meter!: StepMeter
  private walker!: Walker

  // What `complete` leaves behind.
  private longest = -1
  private state = 0
  private at = 0
  private looked = 0
  private allowed = -1

  constructor(tables: RuleTables, piece: Piece, queues: Queues, scratch: Scratch) {
    this.tables = tables
    this.piece = piece
    this.queues = queues
    this.scratch = scratch
    const rules = tables.ids.length
    this.active = new Uint8Array(rules)
    this.starts = new Array(rules).fill(null)
    this.walks = new Array(rules).fill(null)
  }

  connect(meter: StepMeter, walker: Walker): void {
    this.meter = meter
    this.walker = walker
  }

  reset(): void {
    if (this.rules.length === 0) return
    for (const rule of this.rules) this.close(rule)
    this.rules.length = 0
    this.length = 0
  }

  /** A start of a rule in fall-back: its match would begin at offset `start`, its walk at offset `at`. */
  addStart(rule: number, start: number, at: number): void {
    this.open(rule)
    this.starts[rule]!.push(start, at)
  }

  addWalk(walk: Walk): void {
    this.open(walk.rule)
    this.walks[walk.rule]!.push(walk)
  }

  /** Rules in fall-back. */
  eachRule(visit: (rule: number) => void): void {
    for (const rule of this.rules) visit(rule)
  }

  /** No rule is in fall-back. */
  get isIdle(): boolean {
    return this.rules.length === 0
  }

  /** Earliest start that waits here, or Infinity. */
  earliest(): number {
    let at = Number.POSITIVE_INFINITY
    for (const rule of this.rules) if (this.starts[rule]!.length > 0) at = Math.min(at, this.starts[rule]![0])
    return at
  }

  /** To be called when the piece is scanned: keeps its bytes while a rule waits, and answers when enough are there. */
  endPiece(): void {
    if (this.rules.length === 0) return
    const { buffer, base, begin, end, last } = this.piece
    const { block } = this.scratch
    if (this.length === 0) {
      if (this.text.length === 0) {
        this.text = new Uint8Array(CARRY + 2 * block + this.scratch.pieceBytes)
        this.live = this.scratch.live(this.text.length + 1)
      }
      // Starts may lie a window's reach before the piece.
      this.text.set(buffer.subarray(0, end))
      this.base = base
      this.length = end
    } else {
      this.text.set(buffer.subarray(begin, end), this.length)
      this.length += end - begin
    }
    const to = this.base + this.length
    // The last whole block is kept, for what begins before it.
    const cut = Math.floor(to / block) * block - block
    if (last) this.answer(to, true)
    else if (to % block === 0 && cut > this.base + CARRY) {
      this.answer(cut, false)
      const keepFrom = cut - CARRY
      this.text.copyWithin(0, keepFrom - this.base, this.length)
      this.length = to - keepFrom
      this.base = keepFrom
    }
    if (this.rules.length === 0) this.length = 0
  }

  private open(rule: number): void {
    if (this.active[rule] === 1) return
    this.active[rule] = 1
    this.rules.push(rule)
    this.starts[rule] = []
    this.walks[rule] = []
  }

  private close(rule: number): void {
    this.active[rule] = 0
    this.starts[rule] = this.walks[rule] = null
  }

  /** Decides what begins before offset `cut`, of each rule; rules with little left go back to plain walks. */
  private answer(cut: number, last: boolean): void {
    let kept = 0
    for (const rule of this.rules) {
      const starts = this.starts[rule]!
      let left = 0
      for (let i = 1; i < starts.length; i += 2) if (starts[i] >= cut) left++
      const leaves = last || left * this.tables.costs[rule].maxSteps <= LEAVE_STEPS_PER_BYTE * this.scratch.block
      this.answerRule(rule, leaves ? Number.POSITIVE_INFINITY : cut, last)
      if (leaves) this.close(rule)
      else this.rules[kept++] = rule
    }
    this.rules.length = kept
  }

  private answerRule(rule: number, cut: number, last: boolean): void {
    const starts = this.starts[rule]!
    const walks = this.walks[rule]!
    const sets = this.scratch.liveSetsOf(this.tables, rule)
    const { base, length, live, queues } = this
    let low = length
    for (const walk of walks) low = Math.min(low, walk.at - base)
    for (let i = 1; i < starts.length; i += 2) low = Math.min(low, starts[i] - base)
    const before = sets.steps
    sets.pass(this.text, low, length, last, live)
    this.meter.addDeferred(sets.steps - before)
    const keptWalks: Walk[] = []
    for (const walk of walks) {
      if (walk.waiting <= 0) continue
      if (walk.at >= cut) {
        keptWalks.push(walk)
        continue
      }
      const index = walk.at - base
      if (!sets.has(live[index], walk.state) && !this.endsAt(rule, walk.state, index, last)) {
        walk.done = true
        queues.settleRule(rule)
        continue
      }
      const decided = this.complete(rule, walk.state, index, last)
      if (this.longest >= 0) walk.last = this.longest
      if (decided) {
        walk.done = true
        queues.settleRule(rule)
      } else this.suspend(walk, cut, keptWalks)
    }
    const first = this.firstState(rule)
    let i = 0
    for (; i < starts.length && starts[i + 1] < cut; i += 2) {
      const start = starts[i]
      const index = starts[i + 1] - base
      this.meter.addDeferred(1)
      if (!queues.wants(rule, start) || !sets.has(live[index], first)) continue
      if (this.complete(rule, first, index, last)) {
        if (this.longest >= 0) queues.decided(rule, start, this.longest)
        continue
      }
      const walk = newWalk(rule, 0, 0, this.longest)
      queues.undecided(rule, start, -1, 0, walk)
      this.suspend(walk, cut, keptWalks)
    }
    this.starts[rule] = starts.slice(i)
    this.walks[rule] = keptWalks
  }

  private firstState(rule: number): number {
    const anchor = this.tables.anchorRun[rule]
    return anchor < 0 ? this.tables.start[rule] : this.tables.runNext[anchor]
  }

  /** Does a match end right where the walk waits? */
  private endsAt(rule: number, state: number, index: number, last: boolean): boolean {
    if (this.tables.next[state] !== 1) return false
    if (index < this.length) return this.allows(rule, index)
    return !last || this.tables.endRefused[rule] === 0
  }

  private allows(rule: number, index: number): boolean {
    const { text } = this
    return this.tables.guards[this.tables.afterRow[rule] + (WORD[text[index - 1]] << 8) + text[index]] === 0
  }

  /** Leaves a walk at the end of the text so far: here while its rule is in fall-back, else with the others. */
  private suspend(walk: Walk, cut: number, kept: Walk[]): void {
    walk.state = this.state
    walk.at = this.at
    if (cut === Number.POSITIVE_INFINITY || this.tables.next[walk.state] < 0) this.walker.putBack(walk, this.looked, this.allowed)
    else kept.push(walk)
  }

  /** Walks to the end of the match and no further; false when that may lie behind the text so far. */
  private complete(rule: number, state: number, index: number, last: boolean): boolean {
    const { next, classOf, endRefused, runSet, runMin, runMax, runNext, runInside, sets } = this.tables
    const classes = this.tables.classRow[rule]
    const { text, base, length, live } = this
    const liveSets = this.scratch.liveSetsOf(this.tables, rule)
    let longest = -1
    let steps = 0
    let decided = true
    let at = index
    for (;;) {
      const kind = next[state]
      if (kind < 0) {
        const run = -kind - 1
        const entry = at - 1
        const max = runMax[run]
        const row = runSet[run] << 8
        const stop = Math.min(length, entry + max + 1)
        let to = at
        while (to < stop && sets[row + text[to]] === 1) to++
        steps += to - entry
        const open = to === length && !last && to - entry <= max
        const least = entry + runMin[run]
        const most = Math.min(to - 1, entry + max)
        let allowed = -1
        if (runInside[run] === INSIDE_ALWAYS && most >= least && !open) longest = most
        else if (runInside[run] === INSIDE_GUARDED) {
          for (let i = most; i >= least; i--) {
            steps++
            if (!this.allows(rule, i)) continue
            allowed = i
            break
          }
          if (allowed >= 0 && !open) longest = allowed
        }
        if (open) {
          decided = false
          this.at = base + entry
          this.looked = base + length - 1
          this.allowed = allowed < 0 ? -1 : base + allowed
          break
        }
        if (to - entry < runMin[run] || to - entry > max) break
        state = runNext[run]
        at = to
      } else if (at < length) {
        if (kind === 1 && this.allows(rule, at)) longest = at
        if (!liveSets.has(live[at], state)) break
        state = next[state + 1 + classOf[classes + text[at]]]
        steps++
        if (state === 0) break
        at++
      } else {
        if (last) {
          if (kind === 1 && endRefused[rule] === 0) longest = at
        } else {
          decided = false
          this.at = base + at
        }
        break
      }
    }
    this.meter.addDeferred(steps)
    this.state = state
    this.longest = longest < 0 ? -1 : base + longest
    return decided
  }
}
