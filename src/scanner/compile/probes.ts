import type { Layers } from './layers.ts'
import { Following, probability } from './pass-rate.ts'
import { WINDOW } from './places.ts'

/** Most probes of a rule. */
export const PROBES = 4
/** How far behind the start of a match they may lie: as far as this, or further where a match has few ways to go on. */
const NEAR = 44
export const MAX_PROBE = 120
const FEW = 4

/** A place behind the start of a match, 1 or more, outside the rule's window, and the values that may stand there. */
export interface Probe {
  readonly at: number
  readonly set: Uint8Array
}

/** A probe that more than this pass is not worth its look. */
const WORTH = 0.75
/** Places so far from each other, or further, tell nothing of each other. */
const RELATED = 12

/**
 * Places that tell most where a window has passed, the most telling first: one byte each, looked at before a walk. For a long
 * repeat of a class that is its end, and places far from each other; for a number of digits, the guard behind it.
 * `length`: of all matches, where they have but one; else -1.
 */
export function probesOf(layers: Layers, offset: number, length: number): Probe[] {
  const { symbols } = layers
  const shares: number[] = []
  for (let at = 0; at <= MAX_PROBE && (at <= NEAR || layers.countAt(at) <= FEW) && layers.reach(at + 1); at++)
    shares.push(probability(layers.allFrom(at), symbols.weights.all))
  // By place: the nearest that is known, and how often the place passes where that does.
  const nearest = new Array<number>(shares.length).fill(Number.NEGATIVE_INFINITY)
  const rates = shares.slice()
  const know = (place: number) => {
    const following = new Following(layers.allFrom(place), symbols.weights)
    for (let at = 1; at < shares.length; at++) {
      const distance = Math.abs(at - place)
      if (distance >= Math.abs(at - nearest[at])) continue
      nearest[at] = place
      if (distance > 0 && distance <= RELATED) rates[at] = following.rate(layers.allFrom(at), distance)
    }
  }
  for (let at = Math.max(0, offset - 1); at < offset + WINDOW - 1 && at < shares.length; at++) know(at)
  const probes: Probe[] = []
  const take = (at: number) => {
    know(at)
    probes.push({ at, set: symbols.expand(layers.allFrom(at)) })
  }
  // In a longer run of the same bytes, this place alone is another than in a match.
  if (nearest[length] !== length && shares[length] < WORTH) take(length)
  while (probes.length < PROBES) {
    let best = -1
    let least = WORTH
    for (let at = 1; at < shares.length; at++) {
      if (nearest[at] === at || rates[at] >= least) continue
      best = at
      least = rates[at]
    }
    if (best < 0) break
    take(best)
  }
  return probes
}
