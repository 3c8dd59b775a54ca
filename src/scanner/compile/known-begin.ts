import { WORD } from './byte-set.ts'
import { WINDOW } from './places.ts'
import type { WindowSets } from './window.ts'

/** How many bytes of a match a window settles, and the state behind them; and whether it lets nothing through that the guard before a match refuses. */
export interface KnownBegin {
  readonly bytes: number
  readonly state: number
  readonly guarded: boolean
}

/** More states than this at a time: what follows is not followed. */
const MAX_STATES = 8

/**
 * Where a window begins with the match, all texts it lets through mostly lead to one state: from there a walk goes on. Never past a state in which a match may end or
 * a run begins: there is more to do than to step on.
 * @param next rows of states, as in tables.ts; `classOf` and `guard` (before a match) are rows of one rule
 */
export function knownBegin(
  next: readonly number[],
  classOf: Uint8Array,
  guard: Uint8Array,
  start: number,
  window: WindowSets,
): KnownBegin {
  const guarded = !isRefused(guard, window)
  let known: KnownBegin = { bytes: 0, state: start, guarded }
  let states: readonly number[] = [start]
  // The first place is the byte before the match.
  for (let place = 1; place < WINDOW; place++) {
    if (states.some((state) => next[state] !== 0)) break
    const classes = new Set<number>()
    for (let byte = 0; byte < 256; byte++) if (window[place][byte]) classes.add(classOf[byte])
    const reached = new Set<number>()
    for (const state of states) for (const one of classes) reached.add(next[state + 1 + one])
    if (reached.has(0) || reached.size === 0 || reached.size > MAX_STATES) break
    states = [...reached]
    if (states.length === 1) known = { bytes: place, state: states[0], guarded }
  }
  return known
}

/** Does the window let any two bytes through, one before a match and its first, of which the guard refuses the one beside the other? */
function isRefused(guard: Uint8Array, [before, first]: WindowSets): boolean {
  for (let own = 0; own < 256; own++) {
    if (first[own] === 0) continue
    for (let byte = 0; byte < 256; byte++) if (before[byte] === 1 && guard[256 * WORD[own] + byte] === 1) return true
  }
  return false
}
