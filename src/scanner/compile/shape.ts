import type { Layers } from './layers.ts'

/** Rules with shorter matches have none: few of their starts are open at a time. */
const LEAST = 24
/** Where matches go on in more ways than this at a time, a shape would hold whatever follows. */
const MOST_WAYS = 64

/**
 * What may stand at each place of a match, from its first byte (or the one behind its leading run, where it is found there) to the one behind the shortest; ends earlier where matches spread. A byte that ended one walk of the
 * rule ends, by one look, each start of which a match would have to hold it.
 */
export function shapeOf(layers: Layers, minLength: number): Uint8Array[] {
  const shape: Uint8Array[] = []
  if (minLength < LEAST) return shape
  for (let at = 0; at <= minLength && layers.reach(at + 1) && layers.countAt(at) <= MOST_WAYS; at++)
    shape.push(layers.allFrom(at))
  const { symbols } = layers
  const expanded = new Map<string, Uint8Array>()
  return shape.map((set) => {
    const key = set.join()
    const known = expanded.get(key) ?? symbols.expand(set)
    expanded.set(key, known)
    return known
  })
}
