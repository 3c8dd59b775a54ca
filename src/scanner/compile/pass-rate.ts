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
export function probability(set: Uint8Array): number {
  let sum = 0
  for (let b = 0; b < 256; b++) if (set[b]) sum += BYTE_FREQUENCY[b]
  return sum
}

/**
 * Share of places of ordinary text at which a window passes: the mean over the two ways in which the filter makes pairs of it,
 * which leave out its last place or its first. What may stand at a place is likelier where it may stand before it too.
 */
export function passRate(sets: readonly Uint8Array[]): number {
  const last = sets.length - 1
  const share = sets.map((set) => Math.min(1, Math.max(probability(set), LEAST)))
  const likely = sets.map((set, i) => (i === 0 ? share[0] : following(sets[i - 1], share[i - 1], set, share[i])))
  let withoutLast = 1
  for (let i = 0; i < last; i++) withoutLast *= likely[i]
  let withoutFirst = share[1]
  for (let i = 2; i <= last; i++) withoutFirst *= likely[i]
  return (withoutLast + withoutFirst) / 2
}

/** How often the window passes because it lies on something common, wherever on it that is likeliest. */
export function commonRate(sets: readonly Uint8Array[]): number {
  const share = sets.map(probability)
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

/** How likely a byte of `set` stands behind one of `before`; `shares` are how often they occur anywhere. */
function following(before: Uint8Array, shareBefore: number, set: Uint8Array, share: number): number {
  let both = 0
  let bytes = 0
  for (let byte = 0; byte < 256; byte++) {
    if (before[byte] === 0) continue
    bytes++
    if (set[byte]) both += BYTE_FREQUENCY[byte]
  }
  return bytes < KIND_BYTES ? share : Math.min(1, (STAYS * both) / shareBefore + (1 - STAYS) * share)
}
