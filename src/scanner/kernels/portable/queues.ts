import type { Candidate } from '../../../core/words.ts'
import { type Attempt, endOf, type Walk } from './attempts.ts'

/**
 * What makes matches of one rule leftmost and not overlapping: while a start is undecided, all later ones of its rule wait
 * behind it, in order; a match drops those it covers.
 */
export class Queues {
  /** The next match of each rule starts here or later. */
  readonly from: Float64Array
  private hasFound = false
  /** What was found since `newFeed`: arrays that are full, and one with room. To grow one array costs as much again as what is put into it (V8). */
  private full: Candidate[][] = []
  private some: Candidate[] = []
  private inSome = 0
  /** Rules whose last match ends behind what `forget` was last told. */
  private recent: number[] = []
  private readonly isRecent: Uint8Array
  private readonly queues: (Attempt[] | null)[]
  /** Rules with a queue. */
  private open: number[] = []
  private readonly isOpen: Uint8Array

  constructor(rules: number) {
    this.from = new Float64Array(rules)
    this.queues = new Array(rules).fill(null)
    this.isOpen = new Uint8Array(rules)
    this.isRecent = new Uint8Array(rules)
  }

  // Most texts are short and nothing is found in them: what was not used is not made anew.

  reset(): void {
    if (this.hasFound) this.from.fill(0)
    this.hasFound = false
    for (const rule of this.open) {
      this.queues[rule] = null
      this.isOpen[rule] = 0
    }
    if (this.open.length > 0) this.open = []
    this.newFeed()
    if (this.recent.length > 0) this.forget(Number.POSITIVE_INFINITY)
  }

  newFeed(): void {
    if (this.inSome === 0) return
    this.full = []
    this.some = []
    this.inSome = 0
  }

  /** What was found since `newFeed`, to be asked once. */
  candidates(): Candidate[] {
    const { full, some } = this
    // V8 leaves compiled code to set a length, also to what it is
    if (some.length > this.inSome) some.length = this.inSome
    return full.length === 0 ? some : full[0].concat(...full.slice(1), some)
  }

  /** Forgets the matches that end at `offset` or before: `eachRecent` does not tell of them any more. */
  forget(offset: number): void {
    if (this.recent.length === 0) return
    let kept = 0
    for (const rule of this.recent) {
      if (this.from[rule] > offset) this.recent[kept++] = rule
      else this.isRecent[rule] = 0
    }
    this.recent.length = kept
  }

  /** Rules with a match that was not forgotten, and where the last of each ends. */
  eachRecent(visit: (rule: number, end: number) => void): void {
    for (const rule of this.recent) visit(rule, this.from[rule])
  }

  /** False when a match, found or certain, covers this start. */
  wants(rule: number, start: number): boolean {
    const queue = this.queues[rule]
    if (queue === null) return start >= this.from[rule]
    return start >= endOf(queue[0])
  }

  /** A match that is one unless another covers its start. */
  match(rule: number, start: number, end: number): void {
    const queue = this.queues[rule]
    if (queue !== null) {
      if (start >= endOf(queue[0])) queue.push({ start, own: end, since: 0, walk: null })
    } else if (start >= this.from[rule]) this.found(rule, start, end)
  }

  /** A start that is decided: `end` of its match. Its rule's earlier starts may still wait. */
  decided(rule: number, start: number, end: number): void {
    const queue = this.queues[rule]
    if (queue === null) this.found(rule, start, end)
    else queue.push({ start, own: end, since: 0, walk: null })
  }

  /** A start that is not decided; `walk` goes on for it from offset `since`. */
  undecided(rule: number, start: number, own: number, since: number, walk: Walk): void {
    const attempt: Attempt = { start, own, since, walk }
    const queue = this.queues[rule]
    if (queue !== null) queue.push(attempt)
    else this.queues[rule] = [attempt]
    if (this.isOpen[rule] === 1) return
    this.isOpen[rule] = 1
    this.open.push(rule)
  }

  /** Takes all answers that are due. */
  settle(): void {
    if (this.open.length === 0) return
    let kept = 0
    for (const rule of this.open) {
      if (this.settleRule(rule)) this.open[kept++] = rule
      else this.isOpen[rule] = 0
    }
    this.open.length = kept
  }

  /** Rules wait, or matches are near: a new piece depends on those before it. */
  get isBusy(): boolean {
    return this.open.length > 0 || this.recent.length > 0
  }

  /** No start waits. */
  get isIdle(): boolean {
    return this.open.length === 0
  }

  /** Rules of which starts wait. */
  eachOpen(visit: (rule: number) => void): void {
    for (const rule of this.open) if (this.queues[rule] !== null) visit(rule)
  }

  /** Earliest undecided start of any rule, or Infinity. */
  earliest(): number {
    let at = Number.POSITIVE_INFINITY
    for (const rule of this.open) {
      const queue = this.queues[rule]
      if (queue !== null) at = Math.min(at, queue[0].start)
    }
    return at
  }

  /** Answers what is due of one rule; true while something waits. Leaves the rule among the open ones. */
  settleRule(rule: number): boolean {
    const queue = this.queues[rule]
    if (queue === null) return false
    let first = 0
    for (; first < queue.length; first++) {
      const attempt = queue[first]
      if (attempt.start < this.from[rule]) {
        release(attempt)
        continue
      }
      const end = endOf(attempt)
      if (attempt.walk === null || attempt.walk.done) {
        if (end >= 0) this.found(rule, attempt.start, end)
        continue
      }
      if (end >= 0) {
        // It will match, and at least so far: the starts it covers are out.
        let covered = first + 1
        while (covered < queue.length && queue[covered].start < end) release(queue[covered++])
        queue.splice(first + 1, covered - first - 1)
      }
      break
    }
    if (first === queue.length) {
      this.queues[rule] = null
      return false
    }
    if (first > 0) queue.splice(0, first)
    return true
  }

  private makeRoom(): void {
    if (this.inSome > 0) this.full.push(this.some)
    this.some = new Array(Math.min(MOST_ROOM, Math.max(FIRST_ROOM, 4 * this.inSome)))
    this.inSome = 0
  }

  private found(rule: number, start: number, end: number): void {
    this.hasFound = true
    this.from[rule] = end
    if (this.inSome === this.some.length) this.makeRoom()
    this.some[this.inSome++] = { rule, start, end }
    if (this.isRecent[rule] === 1) return
    this.isRecent[rule] = 1
    this.recent.push(rule)
  }
}

/** Room for found matches: at first, and most that is made at once. */
const FIRST_ROOM = 32
const MOST_ROOM = 1024

function release(attempt: Attempt): void {
  endOf(attempt)
  if (attempt.walk !== null) attempt.walk.waiting--
}
