import type { Automaton } from './automaton.ts'
import { type ByteSet, type Guard, WORD } from './dialect.ts'

/** Positions a window looks at: the byte before the match and its first eight. */
export const WINDOW = 9
/** Values a position can have beyond the 256 bytes. */
export const TEXT_START = 256
export const TEXT_END = 257
export const VALUES = 258

/** What each position of a rule's window may hold: 258 flags (bytes, start and end of text). A superset of the truth. */
export type WindowSets = readonly Uint8Array[]

/** Automaton items reachable after n bytes: a state, or a place inside a run. */
interface Place {
  readonly state: number
  readonly run: number
  readonly count: number
}

/** The window of a rule whose match begins in state `from` (its start, or the state behind a leading run). */
export function windowOf(dfa: Automaton, from: number, before: Guard): WindowSets {
  const sets: Uint8Array[] = []
  let places: Place[] = [{ state: from, run: -1, count: 0 }]
  let open = false
  for (let position = 1; position < WINDOW; position++) {
    const set = new Uint8Array(VALUES)
    // Once the match may be over, anything may stand here.
    open ||= places.some((place) => acceptsAt(dfa, place))
    if (open) set.fill(1)
    const next = new Map<string, Place>()
    for (const place of places) {
      if (place.run >= 0) {
        const run = dfa.runs[place.run]
        if (place.count < run.max) {
          for (let byte = 0; byte < 256; byte++) if (run.set[byte]) set[byte] = 1
          put(next, { state: 0, run: place.run, count: place.count + 1 })
        }
        if (place.count >= run.min) step(dfa, run.next, set, next)
      } else step(dfa, place.state, set, next)
    }
    sets.push(set)
    places = [...next.values()]
  }
  return [guardSet(dfa, from, before), ...sets]
}

function acceptsAt(dfa: Automaton, place: Place): boolean {
  if (place.run < 0) return dfa.accepting[place.state]
  const run = dfa.runs[place.run]
  return place.count >= run.min && dfa.accepting[run.next]
}

function step(dfa: Automaton, state: number, set: Uint8Array, next: Map<string, Place>): void {
  for (let byte = 0; byte < 256; byte++) {
    const to = dfa.next[state * dfa.classes + dfa.classOf[byte]]
    if (to === 0) continue
    set[byte] = 1
    put(next, to > 0 ? { state: to, run: -1, count: 0 } : { state: 0, run: -to - 1, count: 1 })
  }
}

function put(places: Map<string, Place>, place: Place): void {
  places.set(`${place.state},${place.run},${place.count}`, place)
}

/** Bytes that may begin a match in state `from`. */
export function firstBytes(dfa: Automaton, from: number): ByteSet {
  const set = new Uint8Array(256)
  for (let byte = 0; byte < 256; byte++) if (dfa.next[from * dfa.classes + dfa.classOf[byte]] !== 0) set[byte] = 1
  return set
}

function guardSet(dfa: Automaton, from: number, guard: Guard): Uint8Array {
  const set = new Uint8Array(VALUES).fill(1)
  const always = guard.kind === 'word' && firstBytes(dfa, from).every((flag, byte) => !flag || WORD[byte] === 1)
  for (let byte = 0; byte < 256; byte++) {
    if (guard.kind === 'not' ? guard.set[byte] : guard.kind === 'is' ? !guard.set[byte] : always && WORD[byte]) set[byte] = 0
  }
  if (guard.kind === 'is') set[TEXT_START] = 0
  set[TEXT_END] = 0
  return set
}
