import type { Prefilter } from './prefilter.ts'

/** May a match end inside a run? Nowhere before its end, anywhere from `min` on, or where the guard after the match allows. */
export const INSIDE_NEVER = 0
export const INSIDE_ALWAYS = 1
export const INSIDE_GUARDED = 2

/**
 * What the scanner needs of a set of rules. Immutable; built by `compileRules` or `decodeTables`. Indexes of rules are those of
 * its argument. All numbers are in flat arrays, so that one format serves every kernel.
 *
 * An automaton state is the offset of its row in `next`: `next[state]` is 0, 1 when a match may end here, or -(run + 1) when the
 * state is a run; `next[state + 1 + class]` is the state after a byte of that class, 0 when there is none. Row 0 is never a state.
 */
export interface RuleTables {
  readonly ids: readonly string[]
  readonly next: Int32Array
  /** Rows of rule r: `states[r]` of them from `rowsFrom[r]`, `classes[r] + 1` numbers each. */
  readonly rowsFrom: Int32Array
  readonly states: Int32Array
  readonly classes: Int32Array
  readonly start: Int32Array
  /** `classRow[rule] + byte` → class. Rules that tell the same bytes apart share a row. */
  readonly classOf: Uint8Array
  readonly classRow: Int32Array
  /** `beforeRow[rule] + (own byte beside it is a word byte) * 256 + neighbour` → 1 refused; so `afterRow`. Rows are shared. */
  readonly guards: Uint8Array
  readonly beforeRow: Int32Array
  readonly afterRow: Int32Array
  /** 1: the edge of the text is refused as neighbour. */
  readonly startRefused: Uint8Array
  readonly endRefused: Uint8Array
  /** Runs of all rules: class of the run among `sets`, bounds, the state behind it, whether a match may end inside. */
  readonly runSet: Int32Array
  readonly runMin: Int32Array
  readonly runMax: Int32Array
  readonly runNext: Int32Array
  readonly runInside: Uint8Array
  /** `set * 256 + byte` → 1 when it belongs to the run's class. */
  readonly sets: Uint8Array
  /** A rule that begins with a run and is found at the byte behind it: the run's index, else -1. */
  readonly anchorRun: Int32Array
  /**
   * Rules that have no windows: by entry, a class among `sets`, a rule, and how many bytes before the begin of a run of LONG_RUN bytes of the class its match
   * may start. Ordered by class, then from the most bytes to the least.
   */
  readonly longRunSet: Int32Array
  readonly longRunRule: Int32Array
  readonly longRunBefore: Uint8Array
  /** Bytes from the start of a match to the second place of the rule's windows. */
  readonly windowOffset: Uint8Array
  /** `rule * 4 + i`: a place behind the start of a match, 0 for none, and where in `probeSets` the 258 flags of what may stand there are. */
  readonly probeAt: Uint8Array
  readonly probeRow: Int32Array
  readonly probeSets: Uint8Array
  /** The shape of a rule's matches, [`shapeFrom[rule]`, `shapeFrom[rule + 1]`) of `shapeRow`: by place behind their start (of rules found behind a leading run: behind that), where in `probeSets` what may stand there is. */
  readonly shapeFrom: Int32Array
  readonly shapeRow: Int32Array
  readonly prefilters: readonly Prefilter[]
  readonly costs: readonly RuleCost[]
  /** Bytes of the longest match of any rule. */
  readonly maxLength: number
  /** Bytes of the shortest match of any rule: a shorter text needs no look. */
  readonly minLength: number
  /** Of the rules' ids and patterns (`fingerprintOf`): tells whether the tables are of certain rules. */
  readonly fingerprint: number
}

/** What one rule costs the scanner, for `edge-dlp rules --cost`. */
export interface RuleCost {
  readonly id: string
  readonly states: number
  /** Bytes of its own tables. */
  readonly tableBytes: number
  readonly minLength: number
  readonly maxLength: number
  /** Table look-ups of the longest walk: its bytes, with each run counted as one. */
  readonly maxSteps: number
  /** Starts per 1,000 bytes of ordinary text that its own window lets through, bytes taken as independent. */
  readonly candidatesPerKB: number
}

/** Bytes of one rule's own tables, for `RuleCost`. */
export function tableBytesOf(states: number, classes: number, runs: number): number {
  return 4 * states * (classes + 1) + 256 + 2 * 512 + 17 * runs
}
