import type { Prefilter } from './prefilter.ts'

/** What the scanner needs of a set of rules. Immutable; built by `compileRules`. Indexes of rules are those of its argument. */
export interface RuleTables {
  readonly ids: readonly string[]
  /** A state is the offset of its row: `next[state]` 1 when it accepts, `next[state + 1 + class]` the next state, 0 dead, -(run + 1). */
  readonly next: Int32Array
  readonly start: Int32Array
  /** `rule * 256 + byte` → class. */
  readonly classOf: Uint8Array
  /** `(rule * 2 + own edge byte is a word byte) * 256 + neighbour` → 1 refused. */
  readonly before: Uint8Array
  readonly after: Uint8Array
  /** 1: the edge of the text is refused as neighbour. */
  readonly startRefused: Uint8Array
  readonly endRefused: Uint8Array
  /** Runs of all rules; `runSet` is the class of the run among `sets`. */
  readonly runSet: Int32Array
  readonly runMin: Int32Array
  readonly runMax: Int32Array
  readonly runNext: Int32Array
  /** `set * 256 + byte` → 1 when it belongs to the run's class. */
  readonly sets: Uint8Array
  readonly setCount: number
  /** A rule that begins with a run and is found at the byte behind it: the run's index, else -1. */
  readonly anchorRun: Int32Array
  readonly prefilters: readonly Prefilter[]
  readonly costs: readonly RuleCost[]
  /** Bytes of the longest match of any rule. */
  readonly maxLength: number
  /** Bytes of the shortest match of any rule: a shorter text needs no look. */
  readonly minLength: number
}

/** What one rule costs the scanner. */
export interface RuleCost {
  readonly id: string
  readonly states: number
  /** Bytes of its own tables. */
  readonly tableBytes: number
  readonly minLength: number
  readonly maxLength: number
  /** Starts per 1,000 bytes of ordinary text that its own window lets through, bytes taken as independent. */
  readonly candidatesPerKB: number
}
