import type { TrackJson } from '../core/json-track.ts'
import type { Candidate } from '../core/words.ts'
import type { RuleTables } from './compile/tables.ts'

/**
 * The seam between scanner and pipeline. One contract, several kernels, one suite.
 *
 * Semantics: for each rule on its own, leftmost-longest matches that do not overlap (after a match the rule's next start
 * is its end), guards looked at on the bytes before and after; the start and the end of the text satisfy every negative guard.
 */
export interface Kernel {
  readonly name: 'portable' | 'wasm'
  open(tables: RuleTables): ScanSession
  /** Makes what it keeps of tables now, and not at the first text: where a build takes a snapshot, a request finds it there. */
  load?(tables: RuleTables): void
  /**
   * Where a text may stand for another text. Answers the offset of the first place from `from` on at which is a byte beyond ASCII, a control that is no
   * line break between other things than letters, one of \\ % & <, twelve or more letters of the base64 alphabets in a row that
   * may be encoded, or four pairs of hexadecimal digits with separators; the length of the text where nothing is. A text is asked for from 0 on, each time further
   * on. `apart`: it is asked of parts that begin and end in no run, and in no line of one: it need not stop at `<` (unless `tags`), nor at a line break between letters
   * that are not encoded. Absent: the kernel has no quick way.
   */
  readonly look?: (text: Uint8Array, from: number, apart?: boolean, tags?: boolean) => number
  /**
   * Where a list of values may begin: answers the offset of the first `[` from `from` on behind which stands, after blanks, what begins a string, a number or a literal of JSON, or of a quote
   * behind a digit with a colon behind it, as numbered names end; or what is there is not seen; the length of the text where none is. A text is asked for from 0 on, each time further on. Absent: the script's own search is as fast.
   */
  readonly nextList?: (text: Uint8Array, from: number) => number
  /** Follows JSON in which nothing has to be told. Absent: the kernel has no quick way. */
  readonly track?: TrackJson
}

export interface ScanResult {
  /** Candidates completed by this feed, offsets absolute since `reset`. In no promised order. Valid until the next call. */
  readonly candidates: readonly Candidate[]
  /** Nothing that starts before this offset can still appear or change. Equals the length fed once `last` was given. */
  readonly settled: number
}

export interface ScanSession {
  /** Scans the next window of the text. `last`: the text ends here. Synchronous. The window may be reused by the caller afterwards. */
  feed(window: Uint8Array, last: boolean): ScanResult
  /** Forgets the text; the next feed starts a new one at offset 0. */
  reset(): void
  /** Steps spent since the session was opened (table look-ups by walks and fall-back, not bytes screened). Grows only. */
  readonly steps: number
}
