import type { Guard } from './ast.ts'
import { BYTE_FREQUENCY } from './byte-frequency.ts'
import { type ByteSet, covers } from './byte-set.ts'
import type { Dfa } from './dfa.ts'

/** Positions a window looks at: the byte before a match and its first eight; or the eight before an anchor, and it. */
export const WINDOW = 9
/** Values a position can have beyond the 256 bytes. */
export const TEXT_START = 256
export const TEXT_END = 257
export const VALUES = 258

/** What each position of a rule's window may hold: 258 flags (bytes, start and end of text). A superset of the truth. */
export type WindowSets = readonly Uint8Array[]

/** Share of the bytes of ordinary text that are in the set. */
export function probability(set: Uint8Array): number {
  let sum = 0
  for (let b = 0; b < 256; b++) if (set[b]) sum += BYTE_FREQUENCY[b]
  return sum
}

/** Share of positions of ordinary text at which a window passes, taking bytes as independent. */
export function passRate(window: WindowSets): number {
  let share = 1
  for (const set of window) share *= Math.min(1, Math.max(probability(set), 1e-6))
  return share
}

/** The bytes that may follow in a state that is no run. */
export function bytesFrom(dfa: Dfa, state: number): ByteSet {
  const set = new Uint8Array(256)
  const { next } = dfa.states[state]
  if (next !== null) for (let b = 0; b < 256; b++) if (next[dfa.classOf[b]] !== 0) set[b] = 1
  return set
}

/** Most windows of one rule. */
const MAX_WINDOWS = 8
/** Splitting is worth it from this pass rate on, and where it comes down to this share. */
const SPLIT_FROM = 1e-4
const SPLIT_SHARE = 0.5

/**
 * The windows of a rule found at its start: one, or one for each group of first bytes where alternatives would blur each other
 * (a list of key words). No two of a rule share a first byte, so at most one passes at a place.
 */
export function startWindows(dfa: Dfa, left: Guard | null): WindowSets[] {
  const whole = startWindow(dfa, left, null)
  if (passRate(whole) < SPLIT_FROM) return [whole]
  const targets = new Set(dfa.states[dfa.start].next)
  targets.delete(0)
  const parts = Array.from(targets, (target) => startWindow(dfa, left, target))
  const joint = (a: WindowSets, b: WindowSets): WindowSets => a.map((set, i) => set.map((x, v) => x | b[i][v]))
  const rise = (a: WindowSets, b: WindowSets): number => passRate(joint(a, b)) - passRate(a) - passRate(b)
  const rises = parts.map((a, i) => parts.map((b, j) => (j < i ? rise(a, b) : 0)))
  while (parts.length > MAX_WINDOWS) {
    let [x, y] = [1, 0]
    for (let i = 1; i < parts.length; i++) for (let j = 0; j < i; j++) if (rises[i][j] < rises[x][y]) [x, y] = [i, j]
    parts[y] = joint(parts[x], parts[y])
    parts.splice(x, 1)
    rises.splice(x, 1)
    for (const row of rises) row.splice(x, 1)
    for (let i = 0; i < parts.length; i++) if (i !== y) rises[Math.max(i, y)][Math.min(i, y)] = rise(parts[i], parts[y])
  }
  return parts.reduce((sum, part) => sum + passRate(part), 0) <= SPLIT_SHARE * passRate(whole) ? parts : [whole]
}

/** The window of matches whose first byte leads to state `first`, or of all. */
function startWindow(dfa: Dfa, left: Guard | null, first: number | null): WindowSets {
  const sets: Uint8Array[] = [guardSet(dfa, left)]
  // A place is a state, and in a run how many of its bytes are read.
  let places = new Set<number>([dfa.start])
  const RUN = dfa.states.length
  let over = false
  for (let position = 1; position < WINDOW; position++) {
    const set = new Uint8Array(VALUES)
    const following = new Set<number>()
    const step = (state: number) => {
      const { next, accept } = dfa.states[state]
      over ||= accept
      if (next === null) return
      for (let b = 0; b < 256; b++) {
        const target = next[dfa.classOf[b]]
        if (target === 0 || (first !== null && position === 1 && target !== first)) continue
        set[b] = 1
        following.add(dfa.states[target].run === null ? target : RUN + target)
      }
    }
    for (const place of places) {
      const count = Math.floor(place / RUN)
      const state = place % RUN
      const { run, after } = dfa.states[state]
      if (run === null) step(state)
      else {
        if (count < run.max) {
          for (let b = 0; b < 256; b++) if (run.set[b]) set[b] = 1
          following.add(place + RUN)
        }
        if (count >= run.min) step(after)
      }
    }
    // Once the match may be over, anything may stand here.
    if (over) set.fill(1)
    sets.push(set)
    places = following
  }
  return sets
}

/** Offset of the byte behind the leading run in the windows of rules that are found there. */
export const ANCHOR_OFFSET = WINDOW - 2

/**
 * The window of a rule found at the byte behind its leading run: the last byte of the run, that byte, and the one after it. All
 * three are where the filter sees them whatever pairs it makes, but for the last.
 */
export function anchorWindow(dfa: Dfa, anchor: number): WindowSets {
  const { run, after } = dfa.states[anchor]
  const sets: Uint8Array[] = []
  for (let offset = 0; offset < ANCHOR_OFFSET - 1; offset++) sets.push(new Uint8Array(VALUES).fill(1))
  for (const bytes of [run!.set, bytesFrom(dfa, after)]) {
    const set = new Uint8Array(VALUES)
    set.set(bytes)
    sets.push(set)
  }
  const behind = new Uint8Array(VALUES)
  for (const target of new Set(dfa.states[after].next)) {
    if (target === 0) continue
    const { accept, run: next } = dfa.states[target]
    if (accept || (next !== null && next.min <= 1)) behind.fill(1)
    else behind.set((next?.set ?? bytesFrom(dfa, target)).map((x, b) => x | behind[b]))
  }
  sets.push(behind)
  return sets
}

function guardSet(dfa: Dfa, left: Guard | null): Uint8Array {
  const set = new Uint8Array(VALUES).fill(1)
  set[TEXT_END] = 0
  if (left === null) return set
  // A guard that depends on the first byte of the match is looked at again before a walk.
  if (covers(left.when, bytesFrom(dfa, dfa.start))) for (let b = 0; b < 256; b++) if (left.reject[b]) set[b] = 0
  if (!left.edge) set[TEXT_START] = 0
  return set
}
