import type { Guard } from './ast.ts'
import { addAll, type ByteSet, covers, emptySet } from './byte-set.ts'
import type { Dfa } from './dfa.ts'
import { TEXT_END, VALUES } from './window.ts'

interface Edge {
  readonly to: number
  readonly bytes: Uint8Array
}

/** Layers end before one of more nodes than this. */
const MAX_NODES = 512

/**
 * Where a match may be after each number of bytes: layer n has a node for every state (inside a run: with how much of it is read)
 * that n bytes can lead to, one for "the match is over", and the bytes that lead from node to node.
 */
export class Layers {
  /** Bytes that are covered: less than asked for where the automaton spreads too far. */
  readonly depth: number
  private readonly edges: Edge[][][] = []

  constructor(dfa: Dfa, right: Guard | null, depth: number) {
    const { states, classOf, classes } = dfa
    const bytesOf = Array.from({ length: classes }, () => new Uint8Array(VALUES))
    for (let b = 0; b < 256; b++) bytesOf[classOf[b]][b] = 1
    const anything = new Uint8Array(VALUES).fill(1)
    const behind = allowedBehind(dfa, right)
    const RUN = states.length
    const OVER = -1
    let places = [dfa.start]
    for (let layer = 0; layer < depth; layer++) {
      const known = new Map<number, number>()
      const following: number[] = []
      const nodeOf = (place: number): number => {
        let node = known.get(place)
        if (node === undefined) {
          node = following.push(place) - 1
          known.set(place, node)
        }
        return node
      }
      const rows = places.map((place) => {
        const bytes = new Map<number, Uint8Array>()
        const add = (to: number, some: Uint8Array) => {
          const node = nodeOf(to)
          let set = bytes.get(node)
          if (set === undefined) {
            set = new Uint8Array(VALUES)
            bytes.set(node, set)
          }
          for (let value = 0; value < VALUES; value++) set[value] |= some[value]
        }
        const step = (state: number) => {
          const { next, accept } = states[state]
          if (accept) add(OVER, behind)
          if (next === null) return
          for (let c = 0; c < classes; c++) {
            const target = next[c]
            if (target !== 0) add(states[target].run === null ? target : RUN + target, bytesOf[c])
          }
        }
        if (place === OVER) add(OVER, anything)
        else {
          const count = Math.floor(place / RUN)
          const state = place % RUN
          const { run, after } = states[state]
          if (run === null) step(state)
          else {
            if (count < run.max) {
              const set = new Uint8Array(VALUES)
              set.set(run.set)
              add(place + RUN, set)
            }
            if (count >= run.min) step(after)
          }
        }
        return Array.from(bytes, ([to, set]) => ({ to, bytes: set }))
      })
      if (following.length > MAX_NODES) break
      this.edges.push(rows)
      places = following
    }
    this.depth = this.edges.length
  }

  nodesAt(layer: number): number[] {
    const count = layer === 0 ? 1 : 1 + Math.max(...this.edges[layer - 1].flatMap((row) => row.map(({ to }) => to)))
    return Array.from({ length: count }, (_, node) => node)
  }

  /** Values that lead from one of `from`, nodes of `layer`, to one of `to` in the next. */
  bytesBetween(layer: number, from: readonly number[], to: readonly number[]): Uint8Array {
    const set = new Uint8Array(VALUES)
    for (const node of from) {
      for (const edge of this.edges[layer][node]) {
        if (to.includes(edge.to)) for (let value = 0; value < VALUES; value++) set[value] |= edge.bytes[value]
      }
    }
    return set
  }

  /** `nodes` (those of layers from `first` on) on the ways that pass `node` at `boundary`. */
  restrict(nodes: readonly (readonly number[])[], first: number, boundary: number, node: number): number[][] {
    const out = nodes.map((some) => [...some])
    out[boundary] = [node]
    for (let i = boundary; i + 1 < out.length; i++) {
      const reached = new Set(out[i].flatMap((from) => this.edges[first + i][from].map(({ to }) => to)))
      out[i + 1] = out[i + 1].filter((to) => reached.has(to))
    }
    for (let i = boundary - 1; i >= 0; i--) {
      const after = new Set(out[i + 1])
      out[i] = out[i].filter((from) => this.edges[first + i][from].some(({ to }) => after.has(to)))
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
