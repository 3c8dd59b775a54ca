import type { Guard } from './ast.ts'
import { type ByteSet, covers } from './byte-set.ts'
import type { Dfa } from './dfa.ts'
import { Layers } from './layers.ts'
import { commonRate, passRate } from './pass-rate.ts'
import { TEXT_END, TEXT_START, VALUES, WINDOW } from './places.ts'
import { type Probe, probesOf } from './probes.ts'
import { shapeOf } from './shape.ts'

/** What each place of a rule's window may hold: 258 flags (bytes, start and end of text). A superset of the truth. */
export type WindowSets = readonly Uint8Array[]

/** The windows of a rule, all at one distance from its start. */
export interface RuleWindows {
  /** Bytes from the start of a match to the second place of its windows. */
  readonly offset: number
  readonly windows: readonly WindowSets[]
  /** Share of the places of ordinary text at which one passes. */
  readonly rate: number
}

/** Windows begin at most this far behind the start of a match: so many bytes more are looked back at, and held back. */
export const MAX_OFFSET = 30
/** Most windows of one rule. */
export const MAX_WINDOWS = 24
/**
 * Below these rates nothing is to be gained by a split, further on (where the window does not see the guard), or by probes, unless a match is so long that a text
 * made of its beginnings would be walked again and again.
 */
const RARE = 2e-6
const RARE_ENOUGH = 2e-5
const NEVER = 1e-8
const LONG = 64
/** Of the places further on, so many that are rarest unsplit are looked at split. */
const TRIED = 3
/** What a split, or a place further on, must bring the rate down to. */
const WORTH_SPLITTING = 0.7
const WORTH_MOVING = 0.25

/** The bytes that may follow in a state that is no run. */
export function bytesFrom(dfa: Dfa, state: number): ByteSet {
  const set = new Uint8Array(256)
  const { next } = dfa.states[state]
  if (next !== null) for (let b = 0; b < 256; b++) if (next[dfa.classOf[b]] !== 0) set[b] = 1
  return set
}

/**
 * One window for each rule, where it is rarest, and the same split where alternatives would blur each other (a list of words, a
 * number of one to three digits): `whole` and `split` are at the same offset.
 */
export function ruleWindows(
  dfa: Dfa,
  left: Guard | null,
  right: Guard | null,
  minLength: number,
  maxLength: number,
): { whole: RuleWindows; split: RuleWindows; probes: readonly Probe[]; shape: readonly Uint8Array[] } {
  const guard = guardSet(dfa, left)
  const layers = new Layers(dfa, guard, right)
  layers.reach(WINDOW - 1)
  const windowsOf = (offset: number, parts: readonly Part[]): RuleWindows => {
    const windows = parts.map(({ sets }) => sets.map((set) => layers.symbols.expand(set)))
    const common = windows.reduce((sum, sets) => sum + commonRate(sets), 0)
    const rate = parts.reduce((sum, part) => sum + part.rate, 0)
    return { offset, windows, rate: Math.max(common, rate) }
  }
  const whole = (offset: number) => windowsOf(offset, [wholePart(layers, offset, guard)])
  const splitAt = (offset: number) => windowsOf(offset, split(layers, offset, wholePart(layers, offset, guard), MAX_WINDOWS))
  const first = splitAt(0)
  let best = first
  const length = minLength === maxLength ? minLength : -1
  if (first.rate > RARE_ENOUGH) {
    const further: { offset: number; rate: number }[] = []
    for (let offset = 1; offset <= MAX_OFFSET && layers.reach(offset + WINDOW - 1); offset++)
      further.push({ offset, rate: passRate(wholeSets(layers, offset, guard), layers.symbols.weights) })
    further.sort((a, b) => a.rate - b.rate || a.offset - b.offset)
    for (const { offset } of further.slice(0, TRIED)) {
      const one = splitAt(offset)
      if (one.rate < WORTH_MOVING * first.rate && one.rate < best.rate) best = one
    }
  }
  return {
    whole: whole(best.offset),
    split: best,
    probes: best.rate > NEVER || layers.reach(LONG) ? probesOf(layers, best.offset, length) : [],
    shape: shapeOf(layers, minLength),
  }
}

interface Part {
  /** Nodes alive before each place of the window, and behind its last; the byte before a match is no edge of the automaton. */
  readonly nodes: readonly (readonly number[])[]
  /** Sets of symbols. */
  readonly sets: readonly Uint8Array[]
  readonly rate: number
}

function wholePart(layers: Layers, offset: number, guard: Uint8Array): Part {
  const from = Math.max(0, offset - 1)
  const sets = wholeSets(layers, offset, guard)
  const nodes = Array.from({ length: offset === 0 ? WINDOW : WINDOW + 1 }, (_, i) => layers.nodesAt(from + i))
  return { nodes, sets, rate: passRate(sets, layers.symbols.weights) }
}

function wholeSets(layers: Layers, offset: number, guard: Uint8Array): Uint8Array[] {
  const sets = offset === 0 ? [layers.symbols.reduce(guard)] : []
  for (let at = Math.max(0, offset - 1); at < offset + WINDOW - 1; at++) sets.push(layers.allFrom(at))
  return sets
}

/** Splits the window by the automaton's states at the boundary where that brings most, again and again. */
function split(layers: Layers, offset: number, whole: Part, most: number): Part[] {
  const { weights } = layers.symbols
  const from = Math.max(0, offset - 1)
  const guard = offset === 0 ? [whole.sets[0]] : []
  const partOf = (nodes: readonly (readonly number[])[]): Part => {
    const sets = [...guard]
    for (let i = 0; i + 1 < nodes.length; i++) sets.push(layers.symbolsBetween(from + i, nodes[i], nodes[i + 1]))
    return { nodes, sets, rate: passRate(sets, weights) }
  }
  const parts = [whole]
  // What splitting a part brings does not change while others are split.
  const known = new Map<Part, { made: Part[]; gain: number }>()
  const bestOf = (part: Part): { made: Part[]; gain: number } => {
    let best: { made: Part[]; gain: number } = { made: [], gain: 0 }
    if (part.rate <= RARE) return best
    for (let boundary = 0; boundary < part.nodes.length; boundary++) {
      const choices = part.nodes[boundary]
      if (choices.length < 2 || choices.length > most) continue
      const made = choices.map((node) => partOf(layers.restrict(part.nodes, from, boundary, node)))
      const rate = made.reduce((sum, one) => sum + one.rate, 0)
      if (rate <= WORTH_SPLITTING * part.rate && part.rate - rate > best.gain) best = { made, gain: part.rate - rate }
    }
    return best
  }
  for (;;) {
    let victim = -1
    for (let i = 0; i < parts.length; i++) {
      if (!known.has(parts[i])) known.set(parts[i], bestOf(parts[i]))
      const { made, gain } = known.get(parts[i])!
      if (gain === 0 || parts.length - 1 + made.length > most) continue
      if (victim < 0 || gain > known.get(parts[victim])!.gain) victim = i
    }
    if (victim < 0) return parts
    parts.splice(victim, 1, ...known.get(parts[victim])!.made)
  }
}

/** From the second place of a window to the byte behind the leading run, of rules that are found there. */
export const ANCHOR_AT = WINDOW - 3

/**
 * The window of a rule found at the byte behind its leading run: bytes of the run, as many as there must be, that byte, and the
 * one after it. That byte is where the filter sees it whatever pairs it makes.
 */
export function anchorWindow(dfa: Dfa, anchor: number): WindowSets {
  const { run, after } = dfa.states[anchor]
  const sets: Uint8Array[] = []
  for (let place = 0; place < ANCHOR_AT; place++) {
    const set = new Uint8Array(VALUES)
    if (ANCHOR_AT - place < run!.min) set.set(run!.set)
    else set.fill(1)
    sets.push(set)
  }
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
