import type { Candidate } from '../../core/words.ts'
import type { ScanResult, ScanSession } from '../kernel.ts'
import { ACCEPT, LAST, STATE_SHIFT } from './automaton.ts'
import { IS_WORD, mayBegin, type TermTables } from './compile-terms.ts'
import { headBit, headHash, LONG_HEAD, longHeadPasses } from './heads.ts'

/** A window is looked through in parts of so many bytes. */
const PART = 4096
/** Of the part at hand, where terms may begin. Nothing outlives a call. */
const places = new Int32Array(PART)

/** A start that waits: for the text to go on, or for an earlier start that does. */
interface Waiting {
  readonly start: number
  /** By which edge the walk came to where it is; 0: to its end. */
  edge: number
  /** Where its longest match so far ends, -1 without one. */
  best: number
}

/**
 * Finds the terms of a list, as the kernels find a rule: leftmost-longest, not overlapping, guarded by `\b` on both sides. Words are looked up where they begin:
 * hashes of their first bytes in bitmaps (`Heads`), and only what is there is walked. A walk that comes to the end of a window goes on with the next.
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
  #edge = 0
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
      if (one.edge === 0) continue
      this.#walk(window, 0, one.edge, one.best, this.#before, last)
      one.edge = this.#edge
      one.best = this.#best
    }
    this.#settle(found)
    this.#scan(window, last, found)
    this.#fed += window.length
    if (window.length > 0) this.#before = this.#tables.kind[window[window.length - 1]]
    return { candidates: found, settled: this.#waiting.length === 0 ? this.#fed : this.#waiting[0].start }
  }

  /** In three passes over a part at a time, the first two without a branch that a processor could guess wrong: a word begins every few bytes. */
  #scan(window: Uint8Array, last: boolean, found: Candidate[]): void {
    const { kind, fold, heads } = this.#tables
    const { mask } = heads
    const length = window.length
    // Behind it what stands there is not looked at before it is walked.
    const looked = length - LONG_HEAD
    let before = this.#before
    for (let part = 0; part < length; part += PART) {
      const end = Math.min(length, part + PART)
      let starts = 0
      for (let at = part; at < end; at++) {
        const own = kind[window[at]]
        places[starts] = at
        starts += mayBegin(own, before)
        before = own
      }
      let passed = 0
      let i = 0
      for (; i < starts && places[i] <= looked; i++) {
        const at = places[i]
        places[passed] = at
        passed += headBit(heads, headHash(fold, window, at, mask))
      }
      for (let j = 0; j < passed; j++) {
        const at = places[j]
        if (longHeadPasses(heads, headHash(fold, window, at, mask), fold, window, at)) this.#begin(window, at, last, found)
      }
      for (; i < starts; i++) this.#begin(window, places[i], last, found)
    }
  }

  /** A term may begin at `at`. */
  #begin(window: Uint8Array, at: number, last: boolean, found: Candidate[]): void {
    const { kind, fold, first } = this.#tables
    const waiting = this.#waiting
    const start = this.#fed + at
    // The first that waits will match, and at least so far.
    if (start < this.#from || (waiting.length > 0 && start < waiting[0].best)) return
    this.#walk(window, at + 1, first[fold[window[at]]], -1, kind[window[at]], last)
    if (this.#edge !== 0 || (waiting.length > 0 && this.#best >= 0)) {
      waiting.push({ start, edge: this.#edge, best: this.#best })
    } else if (this.#best >= 0) {
      found.push({ rule: this.#rule, start, end: this.#best })
      this.#from = this.#best
    }
  }

  /** Goes on from `at` of the window as far as it goes; leaves edge and best match. `before`: the kind of the byte in front. */
  #walk(window: Uint8Array, at: number, edge: number, best: number, before: number, last: boolean): void {
    const { edges, kind, fold } = this.#tables
    const from = at
    for (; edge !== 0 && at < window.length; at++) {
      const byte = window[at]
      if ((edge & ACCEPT) !== 0 && (kind[byte] & before & IS_WORD) === 0) best = this.#fed + at
      const wanted = fold[byte]
      let next = edge >>> STATE_SHIFT
      edge = 0
      // Nothing follows in state 0.
      while (next !== 0) {
        const one = edges[next++]
        if ((one & 0xff) === wanted) edge = one
        if ((one & 0xff) >= wanted || (one & LAST) !== 0) break
      }
      before = kind[byte]
    }
    this.steps += at - from + 1
    if (edge !== 0 && last) {
      if ((edge & ACCEPT) !== 0) best = this.#fed + window.length
      edge = 0
    }
    this.#edge = edge
    this.#best = best
  }

  /** Answers what is due, up to the first start that is not decided. */
  #settle(found: Candidate[]): void {
    const waiting = this.#waiting
    let done = 0
    for (; done < waiting.length; done++) {
      const { start, edge, best } = waiting[done]
      if (start < this.#from) continue
      if (edge !== 0) break
      if (best < 0) continue
      found.push({ rule: this.#rule, start, end: best })
      this.#from = best
    }
    if (done > 0) waiting.splice(0, done)
  }
}
