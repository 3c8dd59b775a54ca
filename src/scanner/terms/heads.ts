/**
 * How terms begin, as bits for hashes: of the first bytes of all terms (four, or as many as the shortest has), and of eight bytes, or of the first ones where a
 * term has no eight. A walk begins where both have their bit.
 */
export interface Heads {
  /** Of four bytes, the first in the lowest place, those that count. */
  readonly mask: number
  readonly shift: number
  readonly bits: Int32Array
  readonly longShift: number
  readonly longBits: Int32Array
}

/** Bytes that must be there for heads to be looked at. */
export const LONG_HEAD = 8

/** Hash of the first bytes of what stands at `at`. */
export const headHash = (fold: Uint8Array, text: Uint8Array, at: number, mask: number): number =>
  Math.imul(
    (fold[text[at]] | (fold[text[at + 1]] << 8) | (fold[text[at + 2]] << 16) | (fold[text[at + 3]] << 24)) & mask,
    0x9e3779b1,
  )

/** Hash of the first eight bytes, by that of the first ones. */
const longHash = (hash: number, fold: Uint8Array, text: Uint8Array, at: number): number =>
  Math.imul(
    hash ^ (fold[text[at + 4]] | (fold[text[at + 5]] << 8) | (fold[text[at + 6]] << 16) | (fold[text[at + 7]] << 24)),
    0x85ebca6b,
  )

const bitOf = (bits: Int32Array, index: number): number => (bits[index >>> 5] >>> (index & 31)) & 1

/** 1 where a term may have this hash of its first bytes. */
export const headBit = ({ bits, shift }: Heads, hash: number): number => bitOf(bits, hash >>> shift)

/** Where one has, may a term stand at `at`? */
export const longHeadPasses = (
  { longBits, longShift }: Heads,
  hash: number,
  fold: Uint8Array,
  text: Uint8Array,
  at: number,
): boolean => bitOf(longBits, hash >>> longShift) === 1 || bitOf(longBits, longHash(hash, fold, text, at) >>> longShift) === 1

/** Of words and the length of the shortest. Sixteen bits for each beginning, so that few others meet one of them; 128 and 256 KiB at most. */
export function buildHeads(words: readonly Uint8Array[], shortest: number): Heads {
  const mask = shortest < 4 ? (1 << (8 * shortest)) - 1 : -1
  const asTheyAre = Uint8Array.from({ length: 256 }, (_, b) => b)
  const hashes = new Set<number>()
  const longHashes = new Set<number>()
  for (const word of words) {
    const hash = headHash(asTheyAre, word, 0, mask)
    hashes.add(hash)
    longHashes.add(word.length < LONG_HEAD ? hash : longHash(hash, asTheyAre, word, 0))
  }
  const bitsFor = (some: ReadonlySet<number>, most: number) => {
    const log = Math.min(most, Math.max(8, Math.ceil(Math.log2(some.size * 16))))
    const bits = new Int32Array(1 << (log - 5))
    for (const hash of some) bits[hash >>> (37 - log)] |= 1 << ((hash >>> (32 - log)) & 31)
    return { bits, shift: 32 - log }
  }
  const { bits, shift } = bitsFor(hashes, 20)
  const { bits: longBits, shift: longShift } = bitsFor(longHashes, 21)
  return { mask, shift, bits, longShift, longBits }
}
