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

const COMMON_CODES = COMMON.map(([text, share]) => [Array.from(text, (char) => char.charCodeAt(0)), share] as const)
const ANY_DIGIT = '9'.charCodeAt(0)

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

/** By kind: how likely a byte is of it. */
type Kinds = Float64Array<ArrayBuffer>

/** How likely a byte is in `set`, by its kind. */
const startOf = (set: Uint8Array, { ofKind }: Weights): Kinds =>
  Float64Array.from(KIND_SHARES, (share, kind) => share * shareOf(set, ofKind[kind]))

/** How likely the next byte is in `set` (in any, without one), by its kind, where that of the byte before is distributed as `before` says. */
function step(before: Kinds, next: Kinds, set: Uint8Array | null, { ofKind }: Weights): Kinds {
  for (let kind = 0; kind < KINDS; kind++) {
    let likely = 0
    for (let from = 0; from < KINDS; from++) likely += before[from] * FOLLOWS[from][kind]
    next[kind] = likely === 0 || set === null ? likely : likely * shareOf(set, ofKind[kind])
  }
  return next
}

function sumOf(shares: Kinds): number {
  let sum = 0
  for (let kind = 0; kind < KINDS; kind++) sum += shares[kind]
  return sum
}

/** How often bytes in the sets from one to before another stand one behind the other; where never, as seldom as the rarest byte of each. */
function chance(sets: readonly Uint8Array[], first: number, end: number, weights: Weights): number {
  let likely = startOf(sets[first], weights)
  let spare = new Float64Array(KINDS)
  let least = LEAST
  for (let i = first + 1; i < end; i++) {
    const next = step(likely, spare, sets[i], weights)
    spare = likely
    likely = next
    least *= LEAST
  }
  return Math.max(sumOf(likely), least)
}

/**
 * Share of places of ordinary text at which a window passes: the mean over the two ways in which the filter makes pairs of it,
 * which leave out its last place or its first. For sets of symbols: their `weights`.
 */
export function passRate(sets: readonly Uint8Array[], weights: Weights = BYTE_WEIGHTS): number {
  return (chance(sets, 0, sets.length - 1, weights) + chance(sets, 1, sets.length, weights)) / 2
}

/** How often the window passes because it lies on something common, wherever on it that is likeliest. */
export function commonRate(sets: readonly Uint8Array[]): number {
  const share = sets.map((set) => probability(set))
  const digits = sets.map(digitShare)
  let most = 0
  for (const [text, rate] of COMMON_CODES) {
    for (let shift = 1 - text.length; shift < sets.length; shift++) {
      let one = rate
      for (let i = 0; i < sets.length && one > most; i++) {
        const at = i - shift
        if (at < 0 || at >= text.length) one *= share[i]
        else if (text[at] === ANY_DIGIT) one *= digits[i]
        else if (sets[i][text[at]] === 0) one = 0
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

/** What may stand some places from a byte of `before`. */
export class Following {
  readonly #weights: Weights
  readonly #all: number
  /** By distance: how likely each kind stands there. */
  readonly #kinds: Kinds[]

  constructor(before: Uint8Array, weights: Weights) {
    this.#weights = weights
    this.#kinds = [startOf(before, weights)]
    this.#all = sumOf(this.#kinds[0])
  }

  /** How likely a byte of `set` stands `distance` places (1 or more) away. */
  rate(set: Uint8Array, distance: number): number {
    if (this.#all === 0) return probability(set, this.#weights.all)
    const kinds = this.#kinds
    while (kinds.length < distance) kinds.push(step(kinds[kinds.length - 1], new Float64Array(KINDS), null, this.#weights))
    return sumOf(step(kinds[distance - 1], new Float64Array(KINDS), set, this.#weights)) / this.#all
  }
}
