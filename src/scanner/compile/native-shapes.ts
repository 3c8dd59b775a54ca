import { WORD } from './byte-set.ts'
import { RAW } from './native-sample.ts'
import { SIGHT, VALUES, WINDOW } from './places.ts'
import { type Prefilter, WINDOWS_PER_BUCKET } from './prefilter.ts'
import { PROBES } from './probes.ts'
import type { RuleTables } from './tables.ts'

/** A window, or a part of one, with what must stand behind it. */
export interface Shape {
  readonly rule: number
  readonly bucket: number
  /** What may stand at its places and at those behind it, as far as that tells something. */
  readonly places: readonly Uint8Array[]
  /** Places further on, and what may stand there. */
  readonly probes: readonly (readonly [number, Uint8Array])[]
}

/** Places behind a window that are looked at. */
const FURTHER = 12
/** Parts of a window that are looked at, about. */
const MOST_LEAVES = 40
const MOST_WORDS = 60

/** What the windows of a filter look for, each with more of what follows it than the filter sees. */
export function windowShapes(tables: RuleTables, { positions, rules, anchored }: Prefilter): Shape[] {
  const shapes: Shape[] = []
  rules.forEach((rule, index) => {
    if (rule < 0) return
    const bucket = Math.trunc(index / WINDOWS_PER_BUCKET)
    const bit = index % WINDOWS_PER_BUCKET
    const places = Array.from({ length: WINDOW }, (_, place) =>
      Uint8Array.from(
        { length: 256 },
        (_, byte) => (positions[2 * ((bucket * WINDOW + place) * VALUES + byte) + (bit >> 5)] >>> (bit & 31)) & 1,
      ),
    )
    if ((anchored & (1 << bucket)) !== 0) shapes.push({ rule, bucket, places, probes: [] })
    else shapes.push(...split(tables, { rule, bucket, places, probes: probesOf(tables, rule) }))
  })
  return shapes
}

function probesOf({ probeAt, probeRow, probeSets, windowOffset }: RuleTables, rule: number): [number, Uint8Array][] {
  const probes: [number, Uint8Array][] = []
  for (let i = rule * PROBES; i < (rule + 1) * PROBES && probeAt[i] !== 0; i++) {
    const place = 1 + probeAt[i] - windowOffset[rule]
    if (place >= WINDOW) probes.push([place, probeSets.slice(probeRow[i], probeRow[i] + 256)])
  }
  return probes
}

/** A window in the parts by which its automaton tells apart what the sample holds of it, as few as tell as much. */
function split(tables: RuleTables, window: Shape): Shape[] {
  const { shape: whole } = extended(tables, window)
  const count = countOf(whole)
  if (count === 0) return [whole]
  const leaves: Shape[] = []
  const descend = (part: Shape, place: number): void => {
    const { shape, groups } = extended(tables, part)
    if (place === WINDOW || leaves.length > MOST_LEAVES || countOf(shape) === 0) leaves.push(shape)
    else if (groups[place].length < 2) descend(part, place + 1)
    else
      for (const set of groups[place])
        descend({ ...part, places: part.places.map((own, i) => (i === place ? set : own)) }, place + 1)
  }
  descend(window, 0)
  if (leaves.length > 2 * MOST_LEAVES || leaves.reduce((sum, leaf) => sum + countOf(leaf), 0) >= count) return [whole]
  return fewParts(leaves)
}

/** Few parts tell as much: each joins the one with which it stays rarest, as long as no more passes. */
export function fewParts(leaves: readonly Shape[]): Shape[] {
  const parts: Shape[] = []
  for (const leaf of leaves) {
    let best: { at: number; made: Shape; product: number } | undefined
    parts.forEach((part, at) => {
      const made = joinShapes(leaf, part)
      const { count: passing, product } = RAW.rate(made.places)
      if (passing <= countOf(leaf) + countOf(part) && (best === undefined || product < best.product)) best = { at, made, product }
    })
    if (best === undefined) parts.push(leaf)
    else parts[best.at] = best.made
  }
  return parts
}

/** A window in parts where it allows what few texts hold, the returns and the bytes of no ASCII: without them, and with one at each place. */
export function rareApart(tables: RuleTables, window: Shape): Shape[] {
  const isRare = (b: number) => b === 0x0d || b >= 0x80
  const plainOf = (set: Uint8Array) => set.map((x, b) => (isRare(b) ? 0 : x))
  const rareOf = (set: Uint8Array) => [...set.keys()].filter((b) => set[b] === 1 && isRare(b))
  const isMixed = (set: Uint8Array) => rareOf(set).length > 0 && rareOf(set).length <= 4 && plainOf(set).includes(1)
  if (tables.anchorRun[window.rule] >= 0) return [window]
  const mixed = window.places.flatMap((set, i) => (i > 0 && i < WINDOW && isMixed(set) ? [i] : []))
  if (mixed.length === 0) return [window]
  const plain = { ...window, places: window.places.map((set, i) => (mixed.includes(i) ? plainOf(set) : set)) }
  const rare = mixed.flatMap((at) =>
    rareOf(window.places[at]).map((byte) => ({
      ...window,
      places: window.places.map((set, i) => (i === at ? set.map((_, b) => (b === byte ? 1 : 0)) : set)),
    })),
  )
  return [plain, ...rare]
    .map((part) => extended(tables, part).shape)
    .filter(({ places }) => places.every((set) => set.includes(1)))
}

/** A window in the words that it is a blur of, as its automaton tells them apart; undefined where they are many or no words. */
export function wordsOf(tables: RuleTables, window: Shape): Shape[] | undefined {
  if (tables.anchorRun[window.rule] >= 0) return undefined
  const words: Shape[] = []
  const descend = (part: Shape, place: number): boolean => {
    if (words.length > MOST_WORDS) return false
    const { shape, groups } = extended(tables, part)
    let at = place
    while (at < WINDOW && groups[at].length < 2) at++
    if (at === WINDOW) {
      // A way that leads nowhere is none.
      if (shape.places.every((set) => set.includes(1))) words.push(shape)
      return true
    }
    return groups[at].every((set) => descend({ ...part, places: part.places.map((own, i) => (i === at ? set : own)) }, at + 1))
  }
  return descend(window, 0) ? words : undefined
}

const counts = new WeakMap<Shape, number>()
function countOf(shape: Shape): number {
  let count = counts.get(shape)
  if (count === undefined) counts.set(shape, (count = RAW.rate(shape.places).count))
  return count
}

/** What either of two parts of a rule allows. */
export function joinShapes<Part extends Pick<Shape, 'places' | 'probes'>>(a: Part, b: Part): Part {
  const length = Math.min(a.places.length, b.places.length)
  const places = Array.from({ length }, (_, i) => RAW.join(a.places[i], b.places[i]))
  const probes = a.probes.flatMap(([place, set]) => {
    const other = b.probes.find(([there]) => there === place)
    return other === undefined ? [] : [[place, set.map((x, byte) => x | other[1][byte])] as const]
  })
  return { ...a, places, probes }
}

/** States with how much of their run is read, up to its least: `state * RUN + bytes`. */
const RUN = 65_536

/** Follows the automaton through a window: what may stand there and behind it, and by place which of its bytes lead to the same states. */
function extended(tables: RuleTables, window: Shape): { shape: Shape; groups: Uint8Array[][] } {
  const { rule } = window
  const offset = tables.windowOffset[rule]
  const groups: Uint8Array[][] = window.places.map(() => [])
  let states: readonly number[] = [tables.start[rule] * RUN]
  for (let i = 1; i < offset; i++) states = follow(tables, rule, states, undefined).states
  const places = window.places.slice()
  let last = window.places[0]
  for (let place = offset > 0 ? 0 : 1; place < WINDOW + FURTHER; place++) {
    const step = follow(tables, rule, states, places[place])
    const set = step.bytes
    const over = states.some((state) => mayEnd(tables, state))
    if (over) allowBehind(tables, rule, last, set)
    const probe = window.probes.find(([at]) => at === place)?.[1] ?? places[place]
    places[place] = probe === undefined ? set : set.map((x, byte) => x & probe[byte])
    if (place < WINDOW && !over) groups[place] = groupsOf(tables, rule, states, step.bytes)
    // What comes behind a match may be anything.
    if (over) break
    last = places[place]
    states = step.states
  }
  while (places.length > WINDOW && !places[places.length - 1].includes(0)) places.pop()
  const probes = window.probes.filter(([place]) => place >= places.length)
  return { shape: { ...window, places, probes }, groups }
}

/** What may stand in a match around a window: from its start (of one that is found behind a run: from the window's) on, as far as every match goes and a search sees. */
export function surroundings(tables: RuleTables, { rule, places }: Shape): readonly Uint8Array[] {
  if (tables.anchorRun[rule] >= 0) return places
  const offset = tables.windowOffset[rule]
  const sets: Uint8Array[] = offset > 0 ? [] : [places[0]]
  let states: readonly number[] = [tables.start[rule] * RUN]
  for (let place = 1 - offset; place < WINDOW + SIGHT; place++) {
    // As far as the window goes; what stands behind it follows.
    const step = follow(tables, rule, states, place < 0 || place >= WINDOW ? undefined : places[place])
    sets.push(step.bytes)
    states = step.states
    if (states.length === 0 || states.some((state) => mayEnd(tables, state))) break
  }
  return sets
}

/** Must every match around a window have this byte, as far as a search sees? */
export function isRequired(tables: RuleTables, { rule, places }: Shape, byte: number): boolean {
  if (tables.anchorRun[rule] >= 0) return places.some((set) => set[byte] === 1 && set.indexOf(1) === set.lastIndexOf(1))
  const others = EVERY.map((_, b) => (b === byte ? 0 : 1))
  let states: readonly number[] = [tables.start[rule] * RUN]
  for (let place = 1 - tables.windowOffset[rule]; place < WINDOW + SIGHT; place++) {
    states = follow(
      tables,
      rule,
      states,
      place < 0 || place >= WINDOW ? others : places[place].map((x, b) => x & others[b]),
    ).states
    if (states.length === 0) return true
    if (states.some((state) => mayEnd(tables, state))) return false
  }
  return false
}

const EVERY = new Uint8Array(256).fill(1)

/** May a match end in this state? */
function mayEnd({ next, runMin, runNext }: RuleTables, node: number): boolean {
  let state = Math.trunc(node / RUN)
  let read = node % RUN
  while (next[state] < 0) {
    const run = -next[state] - 1
    if (read < runMin[run]) return false
    state = runNext[run]
    read = 0
  }
  return next[state] === 1
}

interface Step {
  readonly states: readonly number[]
  readonly bytes: Uint8Array
}

/** Where a byte leads from states, of a rule. */
function follow(tables: RuleTables, rule: number, nodes: readonly number[], allowed: Uint8Array | undefined): Step {
  const bytes = new Uint8Array(256)
  const reached = new Set<number>()
  for (const node of nodes) {
    const row = targetsOf(tables, rule, node)
    let last = 0
    for (let byte = 0; byte < 256; byte++) {
      const to = row[byte]
      if (to === 0 || (allowed !== undefined && allowed[byte] === 0)) continue
      bytes[byte] = 1
      if (to !== last) reached.add((last = to))
    }
  }
  return { states: [...reached].sort((a, b) => a - b), bytes }
}

/** Of a step's bytes those that lead to the same states. */
function groupsOf(tables: RuleTables, rule: number, nodes: readonly number[], bytes: Uint8Array): Uint8Array[] {
  const rows = nodes.map((node) => targetsOf(tables, rule, node))
  const groups = new Map<string, Uint8Array>()
  for (let byte = 0; byte < 256; byte++) {
    if (bytes[byte] === 0) continue
    // Of bytes that lead to the same states, those of words tell the guard behind a match something else.
    let key = `${WORD[byte]}`
    for (const row of rows) key += `,${row[byte]}`
    let group = groups.get(key)
    if (group === undefined) groups.set(key, (group = new Uint8Array(256)))
    group[byte] = 1
  }
  return [...groups.values()]
}

const targetRows = new WeakMap<RuleTables, Map<number, Float64Array>>()

/** Where each byte leads from a state; 0: nowhere. */
function targetsOf(tables: RuleTables, rule: number, node: number): Float64Array {
  const { next, classOf, classRow, sets, runSet, runMin, runNext } = tables
  let rows = targetRows.get(tables)
  if (rows === undefined) targetRows.set(tables, (rows = new Map()))
  const key = node * tables.ids.length + rule
  let row = rows.get(key)
  if (row === undefined) {
    rows.set(key, (row = new Float64Array(256)))
    for (let byte = 0; byte < 256; byte++) row[byte] = target(byte)
  }
  return row

  function target(byte: number): number {
    let state = Math.trunc(node / RUN)
    let read = node % RUN
    while (next[state] < 0) {
      const run = -next[state] - 1
      if (sets[(runSet[run] << 8) + byte] === 1) return state * RUN + Math.min(read + 1, runMin[run])
      if (read < runMin[run]) return 0
      state = runNext[run]
      read = 0
    }
    const to = next[state + 1 + classOf[classRow[rule] + byte]]
    return to === 0 ? 0 : to * RUN + (next[to] < 0 ? 1 : 0)
  }
}

/** Adds what may follow a match whose last byte is one of `last`. */
function allowBehind({ guards, afterRow }: RuleTables, rule: number, last: Uint8Array, set: Uint8Array): void {
  let [word, other] = [false, false]
  for (let b = 0; b < 256; b++) {
    if (last[b] === 0) continue
    if (WORD[b] === 1) word = true
    else other = true
  }
  for (let b = 0; b < 256; b++) {
    if ((word && guards[afterRow[rule] + 256 + b] === 0) || (other && guards[afterRow[rule] + b] === 0)) set[b] = 1
  }
}
