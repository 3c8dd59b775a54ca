import type { Candidate } from '../../../core/words.ts'
import { MAX_ANCHOR_RUN } from '../../compile/compile.ts'
import { WORD } from '../../compile/dialect.ts'
import { BUCKETS, CLASS_BITS, type Prefilter, RULES_PER_BUCKET } from '../../compile/prefilter.ts'
import type { RuleTables } from '../../compile/tables.ts'
import { TEXT_END, TEXT_START, VALUES, WINDOW } from '../../compile/window.ts'
import type { ScanResult, ScanSession } from '../../kernel.ts'

/** A start that is not decided yet. Offsets are absolute. */
interface Walk {
  readonly rule: number
  readonly start: number
  state: number
  /** Where the longest match so far ends, or -1. */
  last: number
  /** The run it waits in, or -1, where that began, and where it was found to end. */
  run: number
  runAt: number
  runEnd: number
  done: boolean
}

/** How a walk stopped. */
const DECIDED = 0
const SUSPENDED = 1
const SLEEPING = 2

const CLASS_MASK = (1 << CLASS_BITS) - 1
const PAIR_MASK = (1 << (2 * CLASS_BITS)) - 1
/** Bytes by which the end of a window lies behind its start. */
const REACH = WINDOW - 2
/** Bytes screened before the starts found in them are looked at. */
const BLOCK = 4096

const NO_CANDIDATES: readonly Candidate[] = []

/**
 * The scan of one text: pair shift-and over every byte, exact rule sets at the few starts that pass, one automaton walk for
 * each rule left. A walk that meets the end of a window is suspended and resumed, never walked again; walks inside an open run
 * sleep until the run ends, so that a window of one byte costs O(1).
 */
export class PortableSession implements ScanSession {
  steps = 0

  readonly #tables: RuleTables
  /** Bytes kept from window to window: the prefilter's reach, a guard, and the longest run an anchor is behind. */
  readonly #history: number
  readonly #hasAnchors: boolean

  // The text at hand: #buffer[0] stands at absolute offset #base; valid up to index #end.
  #buffer: Uint8Array = new Uint8Array(0)
  #own: Uint8Array = new Uint8Array(0)
  #base = 0
  #end = 0
  #last = false
  /** Index at which the present window begins: where suspended walks go on. */
  #windowAt = 0

  // Prefilter state, one entry a group.
  readonly #lo: Int32Array
  readonly #hi: Int32Array
  readonly #class: Int32Array
  readonly #filterState = new Int32Array(3)
  /** Index and buckets of each start that passed in a block. */
  readonly #alarms = new Int32Array(2 * BLOCK)

  // Per rule: where the next match may start, and the walks in order of start while one of them is undecided.
  readonly #from: Float64Array
  readonly #queues: (Walk[] | undefined)[]
  #waiting: number[] = []
  /** Suspended walks, and walks asleep by run. */
  #live: Walk[] = []
  readonly #asleep = new Map<number, Walk[]>()

  // Per class of a run: the last closed run looked at, [from, to), and the one that reaches the end of the text so far.
  readonly #runFrom: Float64Array
  readonly #runTo: Float64Array
  readonly #openFrom: Float64Array
  readonly #openTo: Float64Array
  /** 1 while the open run may go on. */
  readonly #open: Uint8Array

  // What `#walk` answers beside its status.
  #state = 0
  #longest = -1
  #run = -1
  #runAt = 0

  #candidates: Candidate[] = []

  constructor(tables: RuleTables) {
    const rules = tables.ids.length
    this.#tables = tables
    this.#hasAnchors = tables.anchorRun.some((run) => run >= 0)
    this.#history = this.#hasAnchors ? MAX_ANCHOR_RUN + WINDOW + 2 : WINDOW + 1
    this.#lo = new Int32Array(tables.prefilters.length)
    this.#hi = new Int32Array(tables.prefilters.length)
    this.#class = new Int32Array(tables.prefilters.length)
    this.#from = new Float64Array(rules)
    this.#queues = new Array(rules).fill(undefined)
    this.#runFrom = new Float64Array(tables.setCount)
    this.#runTo = new Float64Array(tables.setCount)
    this.#openFrom = new Float64Array(tables.setCount)
    this.#openTo = new Float64Array(tables.setCount)
    this.#open = new Uint8Array(tables.setCount)
    this.#begin()
  }

  reset(): void {
    this.#base = this.#end = 0
    this.#last = false
    this.#from.fill(0)
    for (const rule of this.#waiting) this.#queues[rule] = undefined
    this.#waiting.length = 0
    this.#live.length = 0
    this.#asleep.clear()
    this.#begin()
  }

  #begin(): void {
    this.#lo.fill(0)
    this.#hi.fill(0)
    for (let group = 0; group < this.#class.length; group++)
      this.#class[group] = this.#tables.prefilters[group].classOf[TEXT_START]
    this.#runFrom.fill(-1)
    this.#runTo.fill(-1)
    this.#openFrom.fill(-1)
    this.#openTo.fill(-1)
    this.#open.fill(0)
  }

  feed(window: Uint8Array, last: boolean): ScanResult {
    this.#candidates = []
    this.#windowAt = this.#take(window)
    this.#last = last
    if (last && this.#base === 0 && this.#end < this.#tables.minLength) return { candidates: NO_CANDIDATES, settled: this.#end }
    this.#wake()
    this.#resume()
    for (let group = 0; group < this.#tables.prefilters.length; group++)
      this.#filter(group, this.#tables.prefilters[group], this.#windowAt)
    if (this.#waiting.length > 0) this.#drain()
    const settled = last ? this.#base + this.#end : this.#undecided()
    if (!last) this.#keep()
    return { candidates: this.#candidates, settled }
  }

  // The text

  /** Puts the window behind what is kept; answers the index of its first byte. */
  #take(window: Uint8Array): number {
    const kept = this.#end
    if (kept === 0) {
      this.#buffer = window
      this.#end = window.length
      return 0
    }
    const length = kept + window.length
    if (this.#own.length < length) {
      const wider = new Uint8Array(Math.max(1024, 2 * length))
      wider.set(this.#buffer.subarray(0, kept))
      this.#own = wider
    }
    this.#own.set(window, kept)
    this.#buffer = this.#own
    this.#end = length
    return kept
  }

  /** Keeps the last bytes for the next window; the caller may reuse the window. */
  #keep(): void {
    const keep = Math.min(this.#history, this.#end)
    if (this.#own.length < keep) this.#own = new Uint8Array(1024)
    if (this.#buffer === this.#own) {
      // Moving costs as much as the history is long; wait until it pays.
      if (this.#end < 4 * this.#history) return
      this.#own.copyWithin(0, this.#end - keep, this.#end)
    } else this.#own.set(this.#buffer.subarray(this.#end - keep, this.#end))
    this.#buffer = this.#own
    this.#base += this.#end - keep
    this.#end = keep
  }

  // Prefilter

  #filter(group: number, prefilter: Prefilter, from: number): void {
    const state = this.#filterState
    state[0] = this.#lo[group]
    state[1] = this.#hi[group]
    state[2] = this.#class[group]
    for (let at = from; at < this.#end; at += BLOCK) {
      const count = findAlarms(prefilter, this.#buffer, at, Math.min(this.#end, at + BLOCK), state, this.#alarms)
      for (let i = 0; i < count; i += 2) this.#verify(prefilter, this.#alarms[i + 1], this.#alarms[i] - REACH)
    }
    if (this.#last) {
      // Bytes that are not there complete the windows of matches at the end.
      const { classOf, lo, hi } = prefilter
      for (let at = 0; at < REACH; at++) {
        const pair = ((state[2] << CLASS_BITS) | classOf[TEXT_END]) & PAIR_MASK
        state[1] = ((state[1] << 8) | (state[0] >>> 24)) & hi[pair]
        state[0] = ((state[0] << 8) | 0xff) & lo[pair]
        state[2] = classOf[TEXT_END]
        if (state[1] >>> 24 !== 0) this.#verify(prefilter, state[1] >>> 24, this.#end + at - REACH)
      }
    }
    this.#lo[group] = state[0]
    this.#hi[group] = state[1]
    this.#class[group] = state[2]
  }

  /** Finds out which rules of the buckets can really start at buffer index `start`, and begins them. */
  #verify(prefilter: Prefilter, buckets: number, start: number): void {
    if (start < 0 && this.#base + start < 0) return
    for (let k = 0; k < BUCKETS; k++) {
      if ((buckets & (1 << k)) === 0) continue
      let rules = -1
      let row = k * WINDOW * VALUES
      for (let offset = -1; offset < WINDOW - 1 && rules !== 0; offset++) {
        const at = start + offset
        const value = at >= this.#end ? TEXT_END : at < 0 ? TEXT_START : this.#buffer[at]
        rules &= prefilter.position[row + value]
        row += VALUES
      }
      while (rules !== 0) {
        const bit = 31 - Math.clz32(rules & -rules)
        rules &= rules - 1
        this.#start(prefilter.rules[k * RULES_PER_BUCKET + bit], start)
      }
    }
  }

  // Walks

  #start(rule: number, at: number): void {
    const tables = this.#tables
    const anchor = tables.anchorRun[rule]
    let index = at
    let state = tables.start[rule]
    if (anchor >= 0) {
      index = this.#runStart(anchor, at)
      if (index < 0) return
      state = tables.runNext[anchor]
    }
    const start = this.#base + index
    const queue = this.#queues[rule]
    if (queue === undefined && start < this.#from[rule]) return
    if (index === 0 && this.#base === 0) {
      if (tables.startRefused[rule]) return
    } else if (tables.before[(rule * 2 + WORD[this.#buffer[index]]) * 256 + this.#buffer[index - 1]]) return
    const status = this.#walk(rule, state, at, -1)
    if (status === DECIDED && queue === undefined) {
      if (this.#longest >= 0) this.#found(rule, start, this.#longest)
      return
    }
    if (status === DECIDED && this.#longest < 0) return
    const walk: Walk = {
      rule,
      start,
      state: this.#state,
      last: this.#longest,
      run: this.#run,
      runAt: this.#runAt,
      runEnd: -1,
      done: status === DECIDED,
    }
    if (queue === undefined) {
      this.#queues[rule] = [walk]
      this.#waiting.push(rule)
    } else queue.push(walk)
    if (status === SUSPENDED) this.#live.push(walk)
    else if (status === SLEEPING) this.#sleep(walk)
  }

  /** Index at which the run that ends before `at` begins, or -1 when it is too short or too long. */
  #runStart(run: number, at: number): number {
    const set = this.#tables.runSet[run] * 256
    const max = this.#tables.runMax[run]
    let index = at
    while (index > 0 && at - index <= max && this.#tables.sets[set + this.#buffer[index - 1]]) index--
    this.steps += at - index
    const length = at - index
    return length < this.#tables.runMin[run] || length > max ? -1 : index
  }

  /** Walks from buffer index `index` in `state`. Leaves state, longest end and run behind. */
  #walk(rule: number, state: number, index: number, longest: number): number {
    const { next, classOf, after, runSet, runMin, runMax, runNext } = this.#tables
    const buffer = this.#buffer
    const end = this.#end
    const classes = rule * 256
    let at = index
    for (;;) {
      this.steps++
      if (at >= end) {
        this.#run = -1
        this.#state = state
        if (!this.#last) {
          this.#longest = longest
          return SUSPENDED
        }
        this.#longest = next[state] === 1 && this.#tables.endRefused[rule] === 0 ? this.#base + at : longest
        return DECIDED
      }
      const byte = buffer[at]
      if (next[state] === 1 && after[(rule * 2 + WORD[buffer[at - 1]]) * 256 + byte] === 0) longest = this.#base + at
      const to = next[state + 1 + classOf[classes + byte]]
      if (to > 0) {
        state = to
        at++
        continue
      }
      this.#longest = longest
      if (to === 0) return DECIDED
      const run = -to - 1
      const runEnd = this.#runEnd(runSet[run], at)
      const length = runEnd - at
      if (runEnd === end && length <= runMax[run] && !this.#last) {
        this.#state = state
        this.#run = run
        this.#runAt = this.#base + at
        return SLEEPING
      }
      if (length < runMin[run]) return DECIDED
      at += Math.min(length, runMax[run])
      state = runNext[run]
    }
  }

  /** Index of the end of the run of `set` that `at` stands in: looked for once, remembered for every start inside it. */
  #runEnd(set: number, at: number): number {
    const absolute = this.#base + at
    if (this.#open[set] === 1 && this.#openFrom[set] <= absolute) return this.#end
    if (this.#runFrom[set] <= absolute && absolute < this.#runTo[set]) return this.#runTo[set] - this.#base
    const row = set * 256
    const { sets } = this.#tables
    const buffer = this.#buffer
    const end = this.#end
    let to = at
    while (to < end && sets[row + buffer[to]] === 1) to++
    this.steps += to - at
    if (to === end && !this.#last) {
      this.#openFrom[set] = absolute
      this.#openTo[set] = this.#base + to
      this.#open[set] = 1
    } else {
      this.#runFrom[set] = absolute
      this.#runTo[set] = this.#base + to
    }
    return to
  }

  #sleep(walk: Walk): void {
    const asleep = this.#asleep.get(walk.run)
    if (asleep === undefined) this.#asleep.set(walk.run, [walk])
    else asleep.push(walk)
  }

  /** Follows open runs into the new window, and wakes the walks whose run has ended or is full. */
  #wake(): void {
    const { sets, runSet, runMax } = this.#tables
    for (let set = 0; set < this.#open.length; set++) {
      if (this.#open[set] === 0) continue
      let to = this.#openTo[set] - this.#base
      const began = to
      while (to < this.#end && sets[set * 256 + this.#buffer[to]] === 1) to++
      this.steps += to - began
      this.#openTo[set] = this.#base + to
      if (to === this.#end && !this.#last) continue
      this.#open[set] = 0
      this.#runFrom[set] = this.#openFrom[set]
      this.#runTo[set] = this.#openTo[set]
    }
    for (const [run, walks] of this.#asleep) {
      const set = runSet[run]
      const to = this.#openTo[set]
      let woken = 0
      while (woken < walks.length && (this.#open[set] === 0 || to - walks[woken].runAt > runMax[run])) woken++
      if (woken === 0) continue
      for (const walk of walks.splice(0, woken)) {
        walk.runEnd = to
        this.#live.push(walk)
      }
      if (walks.length === 0) this.#asleep.delete(run)
    }
  }

  #resume(): void {
    const { runMin, runMax, runNext } = this.#tables
    const live = this.#live
    let kept = 0
    for (let i = 0; i < live.length; i++) {
      const walk = live[i]
      // An earlier match of the rule has swallowed this start.
      if (walk.start < this.#from[walk.rule]) {
        walk.done = true
        continue
      }
      let index: number
      if (walk.run >= 0) {
        const length = walk.runEnd - walk.runAt
        if (length < runMin[walk.run]) {
          walk.done = true
          continue
        }
        index = walk.runAt + Math.min(length, runMax[walk.run]) - this.#base
        walk.state = runNext[walk.run]
        walk.run = -1
      } else index = this.#windowAt
      const status = this.#walk(walk.rule, walk.state, index, walk.last)
      walk.state = this.#state
      walk.last = this.#longest
      if (status === DECIDED) walk.done = true
      else if (status === SUSPENDED) live[kept++] = walk
      else {
        walk.run = this.#run
        walk.runAt = this.#runAt
        this.#sleep(walk)
      }
    }
    live.length = kept
  }

  // Answers

  #found(rule: number, start: number, end: number): void {
    this.#from[rule] = end
    this.#candidates.push({ rule, start, end })
  }

  /** Decides the walks of rules that had one undecided, in order of start. */
  #drain(): void {
    let kept = 0
    for (const rule of this.#waiting) {
      const queue = this.#queues[rule]!
      let done = 0
      while (done < queue.length && queue[done].done) {
        const walk = queue[done++]
        if (walk.last >= 0 && walk.start >= this.#from[rule]) this.#found(rule, walk.start, walk.last)
      }
      if (done === queue.length) this.#queues[rule] = undefined
      else {
        if (done > 0) queue.splice(0, done)
        this.#waiting[kept++] = rule
      }
    }
    this.#waiting.length = kept
  }

  /** The earliest start that may still become a match. */
  #undecided(): number {
    let at = this.#end
    for (let group = 0; group < this.#lo.length; group++) {
      // Lane j set: a window that began j bytes before the last byte is alive.
      const hi = this.#hi[group] & 0x00ffffff
      const lanes = hi !== 0 ? 7 - (Math.clz32(hi) >> 3) : this.#lo[group] !== 0 ? 3 - (Math.clz32(this.#lo[group]) >> 3) : -1
      if (lanes >= 0) at = Math.min(at, this.#end - 1 - lanes)
    }
    if (this.#hasAnchors) at = this.#undecidedAnchors(at)
    let offset = this.#base + Math.max(0, at)
    for (const rule of this.#waiting) offset = Math.min(offset, Math.max(this.#queues[rule]![0].start, 0))
    return offset
  }

  /** An anchored rule may begin with the run at the end of the text, or with one whose anchor the prefilter has not passed yet. */
  #undecidedAnchors(alive: number): number {
    const { anchorRun, runSet, runMax, sets } = this.#tables
    let earliest = alive
    for (let rule = 0; rule < anchorRun.length; rule++) {
      const run = anchorRun[rule]
      if (run < 0) continue
      const row = runSet[run] * 256
      for (let anchor = this.#end; anchor >= alive; anchor--) {
        let index = anchor
        while (index > 0 && anchor - index <= runMax[run] && sets[row + this.#buffer[index - 1]] === 1) index--
        if (index < anchor && anchor - index <= runMax[run]) earliest = Math.min(earliest, index)
      }
    }
    return earliest
  }
}

/**
 * Runs the pair shift-and over buffer[from … to) and writes index and buckets of each window that ends there; answers how many
 * numbers it wrote. A function of its own, without a call inside: that is what makes it four times as fast.
 */
function findAlarms(
  prefilter: Prefilter,
  buffer: Uint8Array,
  from: number,
  to: number,
  state: Int32Array,
  alarms: Int32Array,
): number {
  const { classOf, lo: low, hi: high } = prefilter
  let lo = state[0]
  let hi = state[1]
  let pair = state[2]
  let count = 0
  for (let at = from; at < to; at++) {
    pair = ((pair << CLASS_BITS) | classOf[buffer[at]]) & PAIR_MASK
    hi = ((hi << 8) | (lo >>> 24)) & high[pair]
    lo = ((lo << 8) | 0xff) & low[pair]
    if (hi >>> 24 !== 0) {
      alarms[count++] = at
      alarms[count++] = hi >>> 24
    }
  }
  state[0] = lo
  state[1] = hi
  state[2] = pair & CLASS_MASK
  return count
}
