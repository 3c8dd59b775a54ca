import type { ScanResult, ScanSession } from '../kernel.ts'
import type { TermTables } from './compile-terms.ts'
import { TermSession } from './session.ts'

/** A list of terms, and the rule that its candidates are of. */
export interface TermList {
  readonly rule: number
  readonly tables: TermTables
}

/** A kernel's session with lists of terms beside it, as one. Each rule is found by one of them, so their answers only need to be put together. */
export class SessionWithTerms implements ScanSession {
  /** Undefined where all rules are lists. */
  readonly kernelSession: ScanSession | undefined
  readonly #ruleOf: ArrayLike<number>
  readonly #lists: readonly TermSession[]

  /** `ruleOf`: for each rule of the kernel's tables the one that its candidates are of. */
  constructor(kernelSession: ScanSession | undefined, ruleOf: ArrayLike<number>, lists: readonly TermList[]) {
    this.kernelSession = kernelSession
    this.#ruleOf = ruleOf
    this.#lists = lists.map(({ rule, tables }) => new TermSession(tables, rule))
  }

  get steps(): number {
    return this.#lists.reduce((sum, list) => sum + list.steps, this.kernelSession?.steps ?? 0)
  }

  feed(window: Uint8Array, last: boolean): ScanResult {
    const result = this.kernelSession?.feed(window, last)
    const candidates = result?.candidates.map(({ rule, start, end }) => ({ rule: this.#ruleOf[rule], start, end })) ?? []
    let settled = result?.settled ?? Number.POSITIVE_INFINITY
    for (const list of this.#lists) {
      const own = list.feed(window, last)
      for (const candidate of own.candidates) candidates.push(candidate)
      settled = Math.min(settled, own.settled)
    }
    return { candidates, settled }
  }

  reset(): void {
    this.kernelSession?.reset()
    for (const list of this.#lists) list.reset()
  }
}
