import { BYTE_FREQUENCY } from './byte-frequency.ts'
import { BYTE_WEIGHTS, FOLLOWS, KIND_SHARES, KINDS, type KindWeights, type Weights } from './weights.ts'

/** Even what never occurs in ordinary text does now and then. */
const LEAST = 1e-6

/**
 * What ordinary text holds far oftener than its bytes say, and how often at any place (the benign development corpora, rounded;
 * November 2026). `9` is any digit.
 */
const COMMON: readonly (readonly [text: string, share: number])[] = [
  ['https://', 2e-3],
  ['http://', 5e-4],
  ['www.', 5e-4],
  ['99:99:99', 2e-3],
  ['9999-99-99', 1e-3],
  ['99/99/9999', 2e-4],
]

/** Share of the bytes of ordinary text that are in the set. */
export function probability(set: Uint8Array, weights: Float64Array = BYTE_FREQUENCY): number {
  let sum = 0
  for (let b = 0; b < weights.length; b++) if (set[b]) sum += weights[b]
  return sum
}

/** Share of the bytes of a kind that are in the set. */
function shareOf(set: Uint8Array, { symbols, shares }: KindWeights): number {
  let sum = 0
  for (let i = 0; i < symbols.length; i++) if (set[symbols[i]]) sum += shares[i]
  return sum
}

/** How likely the next byte is in `set`, by its kind, where that of the byte before is distributed as `before` says. */
function step(before: readonly number[], set: Uint8Array, { ofKind }: Weights): number[] {
  const next: number[] = []
  for (let kind = 0; kind < KINDS; kind++) {
    let likely = 0
    for (let from = 0; from < KINDS; from++) likely += before[from] * FOLLOWS[from][kind]
    next.push(likely === 0 ? 0 : likely * shareOf(set, ofKind[kind]))
  }
  return next
}

const sumOf = (shares: readonly number[]): number => shares.reduce((sum, share) => sum + share, 0)

/** How often bytes in `sets` stand one behind the other; where never, as seldom as the rarest byte of each. */
function chance(sets: readonly Uint8Array[], weights: Weights): number {
  let likely: number[] = KIND_SHARES.map((share, kind) => share * shareOf(sets[0], weights.ofKind[kind]))
  let least = LEAST
  for (let i = 1; i < sets.length; i++) {
    likely = step(likely, sets[i], weights)
    least *= LEAST
  }
  return Math.max(sumOf(likely), least)
}

/**
 * Share of places of ordinary text at which a window passes: the mean over the two ways in which the filter makes pairs of it,
 * which leave out its last place or its first. For sets of symbols: their `weights`.
 */
export function passRate(sets: readonly Uint8Array[], weights: Weights = BYTE_WEIGHTS): number {
  return (chance(sets.slice(0, -1), weights) + chance(sets.slice(1), weights)) / 2
}

/** How often the window passes because it lies on something common, wherever on it that is likeliest. */
export function commonRate(sets: readonly Uint8Array[]): number {
  const share = sets.map((set) => probability(set))
  let most = 0
  for (const [text, rate] of COMMON) {
    for (let shift = 1 - text.length; shift < sets.length; shift++) {
      let one = rate
      for (let i = 0; i < sets.length && one > most; i++) {
        const char = text[i - shift]
        if (char === undefined) one *= share[i]
        else if (char === '9') one *= digitShare(sets[i])
        else if (sets[i][char.charCodeAt(0)] === 0) one = 0
      }
      most = Math.max(most, one)
    }
  }
  return most
}

function digitShare(set: Uint8Array): number {
  let digits = 0
  for (let b = 0x30; b <= 0x39; b++) digits += set[b]
  return digits / 10
}

/** How likely a byte of `set` stands `distance` places from one of `before`. */
export function following(before: Uint8Array, set: Uint8Array, weights: Weights, distance: number): number {
  let kinds: readonly number[] = KIND_SHARES.map((share, kind) => share * shareOf(before, weights.ofKind[kind]))
  const all = sumOf(kinds)
  if (all === 0) return probability(set, weights.all)
  for (let i = 1; i < distance; i++) {
    const from = kinds
    kinds = FOLLOWS.map((_, kind) => FOLLOWS.reduce((sum, row, before) => sum + from[before] * row[kind], 0))
  }
  return sumOf(step(kinds, set, weights)) / all
}
