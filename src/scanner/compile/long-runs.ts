import type { Guard } from './ast.ts'
import { addAll, type ByteSet, covers, emptySet } from './byte-set.ts'
import type { Dfa } from './dfa.ts'
import { Layers } from './layers.ts'

/** A run of so many bytes of a class covers sixteen at a multiple of sixteen, wherever it begins. */
export const LONG_RUN = 32
/** Most bytes of a match before its run. */
export const MAX_BEFORE_RUN = 4

/** A rule whose every match holds a run of LONG_RUN bytes of `set` that begins where a run of the text does, `before` (one of them) bytes behind its start. */
export interface LongRun {
  readonly set: ByteSet
  readonly before: readonly number[]
}

/**
 * The long run that every match has near its start, or null. Such rules (forty letters of base64, thirty-two hexadecimal digits) have no window that tells them from
 * words: they are looked for by their length.
 */
export function longRunOf(dfa: Dfa, left: Guard | null): LongRun | null {
  const layers = new Layers(dfa, new Uint8Array(256), null)
  const depth = MAX_BEFORE_RUN + LONG_RUN
  if (!layers.reach(depth)) return null
  const { symbols } = layers
  // Whatever stands in the middle of the run of the latest begin, and of the earliest.
  const set = emptySet()
  for (let at = MAX_BEFORE_RUN; at < LONG_RUN; at++) addAll(set, symbols.expand(layers.allFrom(at)).subarray(0, 256))
  if (!isNibbled(set)) return null
  const inside = symbols.reduce(set)
  if (symbols.expand(inside).some((flag, value) => flag === 1 && (value > 255 || set[value] === 0))) return null

  // By layer and node: how many bytes at least are in the class from there on.
  const lengths: number[][] = []
  for (let layer = depth; layer >= 0; layer--) {
    lengths[layer] = layers.nodesAt(layer).map((node) => {
      if (layer === depth) return 0
      let least = Number.POSITIVE_INFINITY
      for (const { to, symbols: some } of layers.edgesFrom(layer, node)) {
        least = Math.min(least, some.every((flag, s) => flag === 0 || inside[s] === 1) ? 1 + lengths[layer + 1][to] : 0)
      }
      return least
    })
  }
  const before = new Set<number>()
  /** Do all matches on the ways from this node have such a run? `fresh`: no byte of the class stands before it. */
  const holds = (layer: number, node: number, fresh: boolean): boolean =>
    layer <= MAX_BEFORE_RUN &&
    layers.edgesFrom(layer, node).every(({ to, symbols: some }) => {
      const enters = some.some((flag, s) => flag === 1 && inside[s] === 1)
      const leaves = some.some((flag, s) => flag === 1 && inside[s] === 0)
      if (enters && fresh && lengths[layer + 1][to] >= LONG_RUN - 1) before.add(layer)
      else if (enters && !holds(layer + 1, to, false)) return false
      return !leaves || holds(layer + 1, to, true)
    })
  const guarded = left !== null && covers(left.reject, set) && covers(left.when, set)
  return holds(0, 0, guarded) ? { set, before: [...before].sort((a, b) => b - a) } : null
}

/** Can two tables of sixteen bytes tell the class, one by either half of a byte? (kernels/wasm/image.ts makes them.) */
function isNibbled(set: ByteSet): boolean {
  const rows = new Set<string>()
  for (let high = 0; high < 16; high++) {
    const row = set.subarray(16 * high, 16 * high + 16)
    if (row.includes(1)) rows.add(row.join())
  }
  return rows.size <= 8
}
