import type { Candidate } from '../../core/words.ts'
import type { ScanResult, ScanSession } from '../kernel.ts'
import { BEGINS, hashOf, IS_WORD, type TermTables } from './compile-terms.ts'

/** A start that waits: for the text to go on, or for an earlier start that does. */
interface Waiting {
  readonly start: number
  /** 0: walked to its end. */
  state: number
  /** Where its longest match so far ends, -1 without one. */
  best: number
}

/**
 * Finds the terms of a list, as the kernels find a rule: leftmost-longest, not overlapping, guarded by `\b` on both sides. Words are looked up where they begin:
 * the hash of their first bytes in a bitmap, and only what is there is walked. A walk that comes to the end of a window goes on with the next.
 */
export class TermSession implements ScanSession {
  steps = 0
  readonly #tables: TermTables
  readonly #rule: number
  #fed = 0
  /** Of the last byte fed; 0 at the start of the text. */
  #before = 0
  /** The next match starts here or later. */
  #from = 0
  /** By start; the first is not decided. */
  readonly #waiting: Waiting[] = []
  // What the last walk came to.
  #state = 0
  #best = -1

  /** `rule`: what its candidates say. */
  constructor(tables: TermTables, rule: number) {
    this.#tables = tables
    this.#rule = rule
  }

  reset(): void {
    this.#fed = 0
    this.#before = 0
    this.#from = 0
    this.#waiting.length = 0
  }

  feed(window: Uint8Array, last: boolean): ScanResult {
    const found: Candidate[] = []
    for (const one of this.#waiting) {
      if (one.state === 0) continue
      this.#walk(window, 0, one.state, one.best, this.#before, last)
      one.state = this.#state
      one.best = this.#best
    }
    this.#settle(found)
    this.#scan(window, last, found)
    this.#fed += window.length
    if (window.length > 0) this.#before = this.#tables.kind[window[window.length - 1]]
    return { candidates: found, settled: this.#waiting.length === 0 ? this.#fed : this.#waiting[0].start }
  }

  #scan(window: Uint8Array, last: boolean, found: Candidate[]): void {
    const { kind, fold, heads, head, hashShift, start } = this.#tables
    const base = this.#fed
    const length = window.length
    const waiting = this.#waiting
    let at = Math.max(0, this.#from - base)
    let before = at === 0 ? this.#before : kind[window[at - 1]]
    for (; at < length; at++) {
      const own = kind[window[at]]
      const begins = (own & BEGINS) !== 0 && (own & before & IS_WORD) === 0
      before = own
      if (!begins) continue
      if (at + head <= length) {
        let beginning = fold[window[at]]
        for (let i = 1; i < head; i++) beginning = (beginning << 8) | fold[window[at + i]]
        const hash = hashOf(beginning, hashShift)
        if ((heads[hash >>> 5] & (1 << (hash & 31))) === 0) continue
      }
      // The first that waits will match, and at least so far.
      if (waiting.length > 0 && base + at < waiting[0].best) continue
      this.#walk(window, at, start, -1, 0, last)
      if (this.#state !== 0 || (waiting.length > 0 && this.#best >= 0)) {
        waiting.push({ start: base + at, state: this.#state, best: this.#best })
      } else if (this.#best >= 0) {
        found.push({ rule: this.#rule, start: base + at, end: this.#best })
        this.#from = this.#best
        at = this.#best - base - 1
        before = kind[window[at]]
      }
    }
  }

  /** From `at` of the window as far as it goes; leaves state and best match. `before`: the kind of the byte in front, 0 where a walk begins. */
  #walk(window: Uint8Array, at: number, state: number, best: number, before: number, last: boolean): void {
    const { from, edges, accept, kind, fold } = this.#tables
    const begin = at
    for (; at < window.length; at++) {
      const byte = window[at]
      if (accept[state] === 1 && (kind[byte] & before & IS_WORD) === 0) best = this.#fed + at
      const wanted = fold[byte]
      let low = from[state]
      let high = from[state + 1]
      state = 0
      while (low < high) {
        const middle = (low + high) >>> 1
        const edge = edges[middle]
        const there = edge & 0xff
        if (there === wanted) {
          state = edge >>> 8
          break
        }
        if (there < wanted) low = middle + 1
        else high = middle
      }
      if (state === 0) break
      before = kind[byte]
    }
    this.steps += at - begin + 1
    if (state !== 0 && last) {
      if (accept[state] === 1) best = this.#fed + window.length
      state = 0
    }
    this.#state = state
    this.#best = best
  }

  /** Answers what is due, up to the first start that is not decided. */
  #settle(found: Candidate[]): void {
    const waiting = this.#waiting
    let done = 0
    for (; done < waiting.length; done++) {
      const { start, state, best } = waiting[done]
      if (start < this.#from) continue
      if (state !== 0) break
      if (best < 0) continue
      found.push({ rule: this.#rule, start, end: best })
      this.#from = best
    }
    waiting.splice(0, done)
  }
}
