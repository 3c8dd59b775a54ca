import type { Layers } from './layers.ts'
import { following, probability } from './pass-rate.ts'
import { WINDOW } from './window.ts'

/** Most probes of a rule, and how far behind the start of a match they may lie. */
export const PROBES = 4
export const MAX_PROBE = 44

/** A place behind the start of a match, 1 or more, outside the rule's window, and the values that may stand there. */
export interface Probe {
  readonly at: number
  readonly set: Uint8Array
}

/** A probe that more than this pass is not worth its look. */
const WORTH = 0.75

/**
 * Places that tell most where a window has passed, the most telling first: one byte each, looked at before a walk. For a long
 * repeat of a class that is its end, and places far from each other; for a number of digits, the guard behind it.
 */
export function probesOf(layers: Layers, offset: number): Probe[] {
  const { symbols } = layers
  const shares: number[] = []
  for (let at = 0; at <= MAX_PROBE && layers.reach(at + 1); at++)
    shares.push(probability(layers.allFrom(at), symbols.weights.all))
  const known: number[] = []
  for (let at = Math.max(0, offset - 1); at < offset + WINDOW - 1 && at < shares.length; at++) known.push(at)
  const probes: Probe[] = []
  while (probes.length < PROBES) {
    let best = -1
    let least = WORTH
    for (let at = 1; at < shares.length; at++) {
      if (known.includes(at)) continue
      const near = known.reduce((a, b) => (Math.abs(b - at) < Math.abs(a - at) ? b : a))
      const rate = following(layers.allFrom(near), layers.allFrom(at), symbols.weights, Math.abs(near - at))
      if (rate >= least) continue
      best = at
      least = rate
    }
    if (best < 0) break
    known.push(best)
    probes.push({ at: best, set: symbols.expand(layers.allFrom(best)) })
  }
  return probes
}
