import { LONG_RUN } from '../../compile/long-runs.ts'
import type { RuleTables } from '../../compile/tables.ts'
import type { Piece } from './piece.ts'

/** Entries [from, to) of the tables' long runs, which are of one class; the most bytes by which a match begins before its run. */
export interface LongRunClass {
  readonly set: number
  readonly from: number
  readonly to: number
  readonly before: number
}

/** The classes of a set of rules' long runs. */
export function longRunClasses({ longRunSet, longRunBefore }: RuleTables): LongRunClass[] {
  const classes: LongRunClass[] = []
  for (let from = 0; from < longRunSet.length; ) {
    const set = longRunSet[from]
    let to = from + 1
    while (to < longRunSet.length && longRunSet[to] === set) to++
    classes.push({ set, from, to, before: longRunBefore[from] })
    from = to
  }
  return classes
}

/**
 * Calls `found` with the index at which a run of the class begins for each that becomes LONG_RUN bytes long in the piece, in order. Of every thirty-two bytes the last is looked at
 * first: in ordinary text a run ends a few bytes before it, and the bytes in front of that need no look.
 */
export function findLongRuns(
  sets: Uint8Array,
  set: number,
  { buffer, base, begin, end }: Piece,
  found: (index: number) => void,
): void {
  const row = set << 8
  const origin = -base
  // Runs that begin here or before were long enough in an earlier piece.
  const known = begin - LONG_RUN
  let start = Math.max(origin, known)
  for (;;) {
    const last = start + LONG_RUN - 1
    if (last >= end) return
    let at = last
    while (at >= start && sets[row + buffer[at]] === 1) at--
    if (at >= start) {
      start = at + 1
      continue
    }
    if (start > known) found(start)
    at = last + 1
    while (at < end && sets[row + buffer[at]] === 1) at++
    start = at + 1
  }
}

/** Index from which a run at the end of the piece may yet become long enough; `end` without one. */
export function openLongRun(sets: Uint8Array, set: number, { buffer, base, end }: Piece): number {
  const row = set << 8
  const stop = Math.max(-base, end - LONG_RUN)
  let start = end
  while (start > stop && sets[row + buffer[start - 1]] === 1) start--
  return end - start >= LONG_RUN ? end : start
}
