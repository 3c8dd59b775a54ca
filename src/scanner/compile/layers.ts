import type { Guard } from './ast.ts'
import { addAll, type ByteSet, covers, emptySet } from './byte-set.ts'
import type { Dfa } from './dfa.ts'
import { TEXT_END, VALUES, WINDOW } from './places.ts'
import { type Symbols, symbolsOf } from './symbols.ts'

/** Values, as symbols, that lead to a node of the next layer. */
export interface Edge {
  readonly to: number
  readonly symbols: Uint8Array
}

/** Behind the first window, layers end before one of more nodes than this. */
const MAX_NODES = 256
const OVER = -1

/**
 * Where a match may be after each number of bytes: layer n has a node for every state (inside a run: with how much of it is read)
 * that n bytes can lead to, one for "the match is over", and the values, as symbols, that lead from node to node.
 */
export class Layers {
  readonly symbols: Symbols
  /** Bytes that are covered so far. */
  depth = 0
  private readonly dfa: Dfa
  private readonly edges: Edge[][][] = []
  private readonly counts = [1]
  private readonly nodes: number[][] = []
  private readonly whole: Uint8Array[] = []
  private readonly symbolsOfClass: number[][]
  private readonly symbolsOfRun: Map<Uint8Array, number[]>
  private readonly anything: number[]
  private readonly behind: number[]
  /** States of the last layer's nodes, by number; run states with the bytes read, times the states. */
  private places: number[]

  /** `guard`: a set that symbols must tell apart as well. */
  constructor(dfa: Dfa, guard: Uint8Array, right: Guard | null) {
    const { states, classOf, classes } = dfa
    this.dfa = dfa
    const behind = allowedBehind(dfa, right)
    const runSets = new Set(states.flatMap(({ run }) => (run === null ? [] : [run.set])))
    this.symbols = symbolsOf(VALUES, classOf, [...runSets, behind, guard])
    const ofClass = Array.from({ length: classes }, () => new Set<number>())
    for (let b = 0; b < 256; b++) ofClass[classOf[b]].add(this.symbols.of[b])
    this.symbolsOfClass = ofClass.map((set) => [...set])
    this.symbolsOfRun = new Map(Array.from(runSets, (set) => [set, this.listOf(set)]))
    this.anything = this.symbols.all
    this.behind = this.listOf(behind)
    this.places = [dfa.start]
  }

  private listOf(set: Uint8Array): number[] {
    const symbols = this.symbols.reduce(set)
    return this.symbols.all.filter((s) => symbols[s] === 1)
  }

  /** Covers `depth` bytes; false where the automaton spreads too far for that. */
  reach(depth: number): boolean {
    while (this.depth < depth) if (!this.addLayer()) return false
    return true
  }

  private addLayer(): boolean {
    const { states, classes } = this.dfa
    const RUN = states.length
    const known = new Map<number, number>()
    const following: number[] = []
    const rows = this.places.map((place) => {
      const row: Edge[] = []
      const add = (to: number, some: readonly number[]) => {
        let node = known.get(to)
        if (node === undefined) {
          node = following.push(to) - 1
          known.set(to, node)
        }
        let edge = row.find((one) => one.to === node)
        if (edge === undefined) {
          edge = { to: node, symbols: new Uint8Array(this.symbols.count) }
          row.push(edge)
        }
        for (const symbol of some) edge.symbols[symbol] = 1
      }
      const step = (state: number) => {
        const { next, accept } = states[state]
        if (accept) add(OVER, this.behind)
        if (next === null) return
        for (let c = 0; c < classes; c++) {
          const target = next[c]
          if (target !== 0) add(states[target].run === null ? target : RUN + target, this.symbolsOfClass[c])
        }
      }
      if (place === OVER) add(OVER, this.anything)
      else {
        const count = Math.floor(place / RUN)
        const state = place % RUN
        const { run, after } = states[state]
        if (run === null) step(state)
        else {
          if (count < run.max) add(place + RUN, this.symbolsOfRun.get(run.set)!)
          if (count >= run.min) step(after)
        }
      }
      return row
    })
    if (following.length > MAX_NODES && this.depth >= WINDOW) return false
    this.edges.push(rows)
    this.counts.push(following.length)
    this.places = following
    this.depth++
    return true
  }

  countAt(layer: number): number {
    return this.counts[layer]
  }

  nodesAt(layer: number): readonly number[] {
    const known = this.nodes[layer]
    if (known !== undefined) return known
    const nodes: number[] = []
    for (let node = 0; node < this.counts[layer]; node++) nodes.push(node)
    this.nodes[layer] = nodes
    return nodes
  }

  edgesFrom(layer: number, node: number): readonly Edge[] {
    return this.edges[layer][node]
  }

  /** Symbols that lead from any node of `layer` on. */
  allFrom(layer: number): Uint8Array {
    return (this.whole[layer] ??= this.symbolsBetween(layer, this.nodesAt(layer), this.nodesAt(layer + 1)))
  }

  /** Symbols that lead from one of `from`, nodes of `layer`, to one of `to` in the next. */
  symbolsBetween(layer: number, from: readonly number[], to: readonly number[]): Uint8Array {
    const wanted = new Uint8Array(this.counts[layer + 1])
    for (const node of to) wanted[node] = 1
    const set = new Uint8Array(this.symbols.count)
    for (const node of from) {
      for (const edge of this.edges[layer][node]) {
        if (wanted[edge.to]) for (let s = 0; s < set.length; s++) set[s] |= edge.symbols[s]
      }
    }
    return set
  }

  /** `nodes` (those of layers from `first` on) on the ways that pass `node` at `boundary`. */
  restrict(nodes: readonly (readonly number[])[], first: number, boundary: number, node: number): number[][] {
    const out: number[][] = nodes.map((some) => some as number[])
    out[boundary] = [node]
    for (let i = boundary; i + 1 < out.length; i++) {
      const reached = new Uint8Array(this.counts[first + i + 1])
      for (const from of out[i]) for (const { to } of this.edges[first + i][from]) reached[to] = 1
      out[i + 1] = out[i + 1].filter((to) => reached[to] === 1)
    }
    for (let i = boundary - 1; i >= 0; i--) {
      const after = new Uint8Array(this.counts[first + i + 1])
      for (const to of out[i + 1]) after[to] = 1
      out[i] = out[i].filter((from) => this.edges[first + i][from].some(({ to }) => after[to] === 1))
    }
    return out
  }
}

/** What may stand behind a match; anything where that depends on its last byte. */
function allowedBehind(dfa: Dfa, right: Guard | null): Uint8Array {
  const set = new Uint8Array(VALUES).fill(1)
  if (right === null) return set
  if (!right.edge) set[TEXT_END] = 0
  if (covers(right.when, lastBytes(dfa))) for (let b = 0; b < 256; b++) if (right.reject[b]) set[b] = 0
  return set
}

/** Bytes a match may end with. */
function lastBytes({ states, classOf }: Dfa): ByteSet {
  const set = emptySet()
  for (const { next, run, after } of states) {
    if (next !== null) for (let b = 0; b < 256; b++) if (states[next[classOf[b]]].accept) set[b] = 1
    if (run !== null && states[after].accept) addAll(set, run.set)
  }
  return set
}
