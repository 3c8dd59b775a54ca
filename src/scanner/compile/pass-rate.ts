import { BYTE_FREQUENCY } from './byte-frequency.ts'

/** How likely a byte is followed by one of its kind because of it: digits and letters come in runs. */
const STAYS = 0.6
/** Bytes that make a kind. */
const KIND_BYTES = 6
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

const ONE_EACH = new Uint16Array(256).fill(1)

/**
 * Share of places of ordinary text at which a window passes: the mean over the two ways in which the filter makes pairs of it,
 * which leave out its last place or its first. What may stand at a place is likelier where it may stand before it too.
 * For sets of symbols: their `weights` and `sizes`.
 */
export function passRate(
  sets: readonly Uint8Array[],
  weights: Float64Array = BYTE_FREQUENCY,
  sizes: Uint16Array = ONE_EACH,
): number {
  const last = sets.length - 1
  let withoutLast = 1
  let withoutFirst = 1
  let before = 0
  for (let i = 0; i <= last; i++) {
    const share = Math.min(1, Math.max(probability(sets[i], weights), LEAST))
    const likely = i === 0 ? share : following(sets[i - 1], before, sets[i], share, weights, sizes)
    if (i < last) withoutLast *= likely
    if (i > 0) withoutFirst *= i === 1 ? share : likely
    before = share
  }
  return (withoutLast + withoutFirst) / 2
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

/** How likely a byte of `set` stands `distance` places from one of `before`; `shares` are how often they occur anywhere. */
export function following(
  before: Uint8Array,
  shareBefore: number,
  set: Uint8Array,
  share: number,
  weights: Float64Array,
  sizes: Uint16Array,
  distance = 1,
): number {
  let both = 0
  let bytes = 0
  for (let byte = 0; byte < weights.length; byte++) {
    if (before[byte] === 0) continue
    bytes += sizes[byte]
    if (set[byte]) both += weights[byte]
  }
  const stays = STAYS ** distance
  return bytes < KIND_BYTES || shareBefore <= 0 ? share : Math.min(1, (stays * both) / shareBefore + (1 - stays) * share)
}
