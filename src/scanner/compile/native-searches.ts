import { LONG_RUN } from './long-runs.ts'
import { byLiteral, hasToken, isOfTokens, type NativeGate, TOKEN_GATE } from './native-gates.ts'
import { FOLDED, RAW, type Sample } from './native-sample.ts'
import { joinShapes, type Shape, windowShapes } from './native-shapes.ts'
import { classSource, runSource, sequence } from './native-source.ts'
import { isNumber, trieSearch } from './native-trie.ts'
import { placed, type Union } from './native-union.ts'
import type { RuleTables } from './tables.ts'

/**
 * What the filter looks for, as regular expressions for an engine whose own are fast and whose script is slow (stock Fastly: some nanoseconds a byte against ten and more an operation). Each finds
 * every place where one of its windows stands, all of them every window. What they find is looked at again exactly, so they may find more.
 */
export interface NativeSearches {
  /** Of the tables that they are made of. */
  readonly fingerprint: number
  readonly gates: readonly NativeGate[]
  readonly groups: readonly NativeGroup[]
  /** For each class of long runs: matched where a search stands (`y`), ends where a run of LONG_RUN bytes begins or none is left; and what ends a run. */
  readonly runs: readonly { readonly source: string; readonly outside: string; readonly needs: readonly number[] }[]
}

/** Searches that are let loose where all of their gates are open. */
export interface NativeGroup {
  /** Which of the gates. */
  readonly needs: readonly number[]
  readonly searches: readonly NativeSearch[]
}

export interface NativeSearch {
  /** Over text of one character a byte, as a decoder of windows-1252 makes it (native-source.ts). */
  readonly source: string
  /** Bytes of a match. */
  readonly length: number
  /** A match ends before one of these places of a window. */
  readonly ends: readonly number[]
  /** Which group of windows, and which buckets of it, the windows are of. */
  readonly group: number
  readonly buckets: number
  /** The text is looked at in lower case. */
  readonly folded: boolean
}

/** Most parts in which what a search has found is looked at: bounds what a hostile byte costs. */
const MOST_PARTS = 12
/** Nanoseconds a byte that a window of numbers costs where it shares a search. */
const WINDOW_JOINED = 0.3
/** Places by which windows of one rule are moved against each other, so that what is rare in them lies together. */
const SHIFTS = [0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5]

/** Makes the searches for what tables look for. Deterministic. */
export function nativeSearches(tables: RuleTables): NativeSearches {
  const gates: NativeGate[] = []
  const groups: NativeGroup[] = []
  const add = (needs: readonly NativeGate[], shapes: readonly Shape[], group: number) => {
    const searches = searchesFor(shapes, group)
    if (searches.length > 0) groups.push({ needs: needs.map((gate) => indexOf(gates, gate)), searches })
  }
  tables.prefilters.forEach((prefilter, group) => {
    const shapes = windowShapes(tables, prefilter)
    for (const inToken of [false, true]) {
      const token = inToken ? [TOKEN_GATE] : []
      const { gated, rest } = byLiteral(
        tables,
        shapes.filter((shape) => hasToken(tables, shape) === inToken),
      )
      add(token, rest, group)
      for (const { gates: more, shapes: some } of gated) add([...token, ...more], some, group)
    }
  })
  const runs = [...new Set(tables.longRunSet)].map((set) => {
    const bytes = tables.sets.subarray(set * 256, set * 256 + 256)
    const needs = isOfTokens(bytes) ? [indexOf(gates, TOKEN_GATE)] : []
    return { source: runSource(bytes, LONG_RUN), outside: classSource(bytes.map((x) => x ^ 1)), needs }
  })
  // Where a gate is closed, so are all behind it.
  groups.sort((a, b) => (a.needs[0] ?? -1) - (b.needs[0] ?? -1))
  return { fingerprint: tables.fingerprint, gates, groups, runs }
}

function searchesFor(shapes: readonly Shape[], group: number): NativeSearch[] {
  const numbers = shapes.filter(isNumber)
  const one = numbers.length > 1 ? trieSearch(numbers, group) : undefined
  const isOne = one !== undefined && one.cost < WINDOW_JOINED * numbers.length
  const others = isOne ? shapes.filter((shape) => !isNumber(shape)) : shapes
  return [...(isOne ? [one.search] : []), ...joinedUnions(others).map((union) => searchOf(union, group))]
}

function joinedUnions(shapes: readonly Shape[]): Union[] {
  const unions = shapes.flatMap(placed)
  return [RAW, FOLDED].flatMap((sample) => joined(unions.filter((union) => union.sample === sample)))
}

function indexOf(gates: NativeGate[], gate: NativeGate): number {
  const known = gates.findIndex(({ source, folded }) => source === gate.source && folded === gate.folded)
  return known >= 0 ? known : gates.push(gate) - 1
}

/** Joins windows into searches as long as one search costs less than two, the best pair first. */
function joined(alone: readonly Union[]): Union[] {
  const unions: (Union | undefined)[] = [...alone]
  // What joining union i with an earlier one j brings.
  const gains: Float64Array[] = []
  const look = (i: number) => {
    gains[i] = new Float64Array(i)
    for (let j = 0; j < i; j++) if (unions[j] !== undefined) gains[i][j] = bestJoin(unions[i]!, unions[j]!).gain
  }
  unions.forEach((_, i) => {
    look(i)
  })
  for (;;) {
    let [a, b, best] = [0, 0, 0]
    for (let i = 0; i < unions.length; i++) {
      if (unions[i] === undefined) continue
      for (let j = 0; j < i; j++) if (gains[i][j] > best && unions[j] !== undefined) [a, b, best] = [i, j, gains[i][j]]
    }
    if (best === 0) return unions.filter((union) => union !== undefined)
    unions.push(unions[a]!.with(unions[b]!, bestJoin(unions[a]!, unions[b]!).shift))
    unions[a] = unions[b] = undefined
    look(unions.length - 1)
  }
}

function bestJoin(a: Union, b: Union): { shift: number; gain: number } {
  const both = a.core.cost + b.core.cost
  let best = { shift: 0, gain: 0 }
  for (const shift of a.sharesRule(b) ? SHIFTS : [0]) {
    const cost = a.costWith(b, shift, both - best.gain)
    if (both - cost > best.gain) best = { shift, gain: both - cost }
  }
  return best
}

function searchOf(union: Union, group: number): NativeSearch {
  const { from, to } = union.core
  const { folded } = union.sample
  let buckets = 0
  const ends = new Set<number>()
  for (const { shape, at } of union.members) {
    buckets |= 1 << shape.bucket
    ends.add(to - at)
  }
  const parts = partsOf(union)
  // Behind its core a search looks at whole windows, once for all that begin at the same place.
  const rest = [...new Set(parts.map(({ at }) => at))].map((at) => {
    const whole = parts
      .filter((part) => part.at === at)
      .map(({ places, probes }) => {
        const refused = probes.map(
          ([place, set]) => `(?!${`[^]{${place - places.length}}`}${classSource(set.map((x) => x ^ 1))})`,
        )
        return sequence(places) + refused.join('')
      })
    const ahead = `(?=${'[^]'.repeat(Math.max(0, at - to))}${whole.length === 1 ? whole[0] : `(?:${whole.join('|')})`})`
    return at < to ? `(?<=${ahead}${'[^]'.repeat(to - at)})` : ahead
  })
  const core = sequence(Array.from({ length: to - from }, (_, i) => union.setAt(from + i)))
  // Most cores that are none are told from the byte before them.
  const before = from > 0 ? union.setAt(from - 1) : EVERY
  const told = before.includes(0) && rest.length > 1 ? `(?<=${classSource(before)}${'[^]'.repeat(to - from)})` : ''
  const source = core + told + (rest.length === 1 ? rest[0] : `(?:${rest.join('|')})`)
  return { source, length: to - from, ends: [...ends], group, buckets, folded }
}

const EVERY = new Uint8Array(256).fill(1)

interface Part {
  readonly at: number
  readonly places: readonly Uint8Array[]
  readonly probes: readonly (readonly [number, Uint8Array])[]
}

/** The windows of a search in few parts, so that these let little more through than the windows do. */
function partsOf({ sample, members }: Union): Part[] {
  const parts: (Part & { rate: number })[] = members.map(({ shape, at }) => {
    const places = shape.places.map((set) => sample.fold(set))
    const probes = shape.probes.map(([place, set]) => [place, sample.fold(set)] as const)
    return { at, places, probes, rate: rateOf(sample, places) }
  })
  const losses = new Map<Part, Map<Part, { made: (typeof parts)[number]; loss: number }>>()
  const lossOf = (a: (typeof parts)[number], b: (typeof parts)[number]) => {
    let row = losses.get(a)
    if (row === undefined) losses.set(a, (row = new Map()))
    let known = row.get(b)
    if (known === undefined) {
      const joint = joinShapes(a, b)
      const made = { ...joint, rate: rateOf(sample, joint.places) }
      row.set(b, (known = { made, loss: made.rate - a.rate - b.rate }))
    }
    return known
  }
  for (;;) {
    let best: { a: Part; b: Part; made: (typeof parts)[number]; loss: number } | undefined
    for (let i = 0; i < parts.length; i++) {
      for (let j = 0; j < i; j++) {
        if (parts[i].at !== parts[j].at) continue
        const { made, loss } = lossOf(parts[i], parts[j])
        if (best === undefined || loss < best.loss) best = { a: parts[i], b: parts[j], made, loss }
      }
    }
    if (best === undefined || (best.loss > 0 && parts.length <= MOST_PARTS)) return parts
    const { a, b, made } = best
    parts.splice(0, parts.length, ...parts.filter((part) => part !== a && part !== b), made)
  }
}

/** How often something passes: as counted in the sample, and a tenth of what the shares of bytes say for what does not occur there. */
function rateOf(sample: Sample, places: readonly Uint8Array[]): number {
  const { count, product } = sample.rate(places)
  return count / sample.bytes.length + product / 10
}
