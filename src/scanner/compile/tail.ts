import { overlaps, WORD } from './byte-set.ts'
import type { RuleTables } from './tables.ts'

/** More ways to go on than this at a time: what follows is not followed. */
const MAX_WAYS = 1024
/** More bytes of a run than are followed. */
const READ = 64
/** Of a way: its last byte may be one of a word, or another. */
const BY_WORD = 1
const BY_OTHER = 2

/** What there is of rules before their windows are. */
export type Automata = Pick<
  RuleTables,
  | 'next'
  | 'classes'
  | 'start'
  | 'classOf'
  | 'classRow'
  | 'guards'
  | 'afterRow'
  | 'sets'
  | 'runSet'
  | 'runMin'
  | 'runMax'
  | 'runNext'
>

/**
 * What may stand at the places from `from` to before `to` behind the start of a match of the rule, 256 flags each, as its automaton tells: fewer, where a match may be over
 * before, or the automaton spreads. The byte behind a match is one that its guard allows. `window`: flags of the places before, where those are known; only what they let
 * through is followed.
 */
export function placesOf(
  automata: Automata,
  rule: number,
  from: number,
  to: number,
  window: (place: number) => Uint8Array | undefined = () => undefined,
): Uint8Array[] {
  const { next, classes, classOf, classRow, guards, afterRow, sets, runSet, runMin, runMax, runNext } = automata
  const classOfByte = classOf.subarray(classRow[rule], classRow[rule] + 256)
  const byOfClass = new Uint8Array(classes[rule])
  for (let byte = 0; byte < 256; byte++) byOfClass[classOfByte[byte]] |= WORD[byte] === 1 ? BY_WORD : BY_OTHER
  const places: Uint8Array[] = []
  /** By state and, of runs, how many bytes of them are read: how they were come by. */
  let ways = new Map<number, number>([[READ * automata.start[rule], 0]])
  for (let at = 0; at < to; at++) {
    const allowed = new Uint8Array(256)
    const ofClass = new Uint8Array(byOfClass.length)
    const following = new Map<number, number>()
    const lead = (way: number, by: number) => void following.set(way, (following.get(way) ?? 0) | by)
    let over = false
    const given = window(at)
    const open = given && classesIn(given, classOfByte, ofClass.length)
    /** From a state that reads; a match that ends there is over. */
    const leave = (state: number, by: number) => {
      for (let c = 0; c < ofClass.length; c++) {
        const target = next[state + 1 + c]
        if (target === 0 || (open !== undefined && open[c] === 0)) continue
        ofClass[c] = 1
        lead(READ * target + (next[target] < 0 ? 1 : 0), byOfClass[c])
      }
      if (next[state] === 0) return
      over = true
      const row = afterRow[rule]
      for (let byte = 0; byte < 256; byte++) {
        if ((by & BY_WORD) !== 0 && guards[row + 256 + byte] === 0) allowed[byte] = 1
        if ((by & BY_OTHER) !== 0 && guards[row + byte] === 0) allowed[byte] = 1
      }
    }
    for (const [way, by] of ways) {
      const state = Math.floor(way / READ)
      const read = way % READ
      if (read === 0) {
        leave(state, by)
        continue
      }
      const run = -next[state] - 1
      if (read >= runMin[run]) leave(runNext[run], by)
      if (read >= runMax[run]) continue
      const set = sets.subarray(256 * runSet[run], 256 * runSet[run] + 256)
      if (given !== undefined && !overlaps(given, set)) continue
      lead(READ * state + Math.min(read + 1, READ - 1), byOf(set))
      for (let byte = 0; byte < 256; byte++) allowed[byte] |= set[byte]
    }
    if (at >= from) {
      for (let byte = 0; byte < 256; byte++) allowed[byte] |= ofClass[classOfByte[byte]]
      places.push(allowed)
    }
    if (over || following.size > MAX_WAYS) return places
    ways = following
  }
  return places
}

/** The classes of which some byte is in the set. */
function classesIn(set: Uint8Array, classOf: Uint8Array, count: number): Uint8Array {
  const classes = new Uint8Array(count)
  for (let byte = 0; byte < 256; byte++) if (set[byte] === 1) classes[classOf[byte]] = 1
  return classes
}

function byOf(set: Uint8Array): number {
  let by = 0
  for (let byte = 0; byte < 256; byte++) if (set[byte] === 1) by |= WORD[byte] === 1 ? BY_WORD : BY_OTHER
  return by
}
