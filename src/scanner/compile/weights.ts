import { BYTE_FREQUENCY } from './byte-frequency.ts'

/** Kinds of bytes in the sense of what follows what: digits, upper case, lower case, blanks and controls, the other ASCII, beyond ASCII. */
export const KINDS = 6

function kindOf(byte: number): number {
  if (byte >= 0x80) return 5
  if (byte <= 0x20) return 3
  if (byte >= 0x30 && byte <= 0x39) return 0
  if (byte >= 0x41 && byte <= 0x5a) return 1
  return byte >= 0x61 && byte <= 0x7a ? 2 : 4
}

/**
 * How often a byte of one kind is followed by one of another, by row: digits, letters and blanks come in runs (the benign development corpora, each text weighted
 * alike; November 2026). Like byte frequencies it only steers where rules are looked for.
 */
export const FOLLOWS: readonly (readonly number[])[] = [
  [0.515, 0.035, 0.033, 0.089, 0.328, 1e-5],
  [0.075, 0.286, 0.484, 0.054, 0.101, 1e-5],
  [0.006, 0.018, 0.772, 0.067, 0.136, 1e-4],
  [0.036, 0.049, 0.222, 0.528, 0.162, 0.003],
  [0.148, 0.043, 0.305, 0.173, 0.33, 0.001],
  [1e-4, 1e-4, 1e-4, 0.043, 0.011, 0.945],
]

/** How often values, or what stands for several (symbols.ts), occur in ordinary text: shares of all bytes, and of the bytes of each kind. */
export interface Weights {
  readonly all: Float64Array
  readonly ofKind: readonly KindWeights[]
}

/** Symbols of which bytes are of the kind, and their shares. */
export interface KindWeights {
  readonly symbols: readonly number[]
  readonly shares: readonly number[]
}

/** By kind: its share of all bytes. */
export const KIND_SHARES: readonly number[] = Array.from({ length: KINDS }, (_, kind) =>
  BYTE_FREQUENCY.reduce((sum, share, byte) => (kindOf(byte) === kind ? sum + share : sum), 0),
)

/** Weights of `count` symbols; `of[byte]` is a byte's. */
export function weightsOf(count: number, of: ArrayLike<number>): Weights {
  const all = new Float64Array(count)
  const ofKind = Array.from({ length: KINDS }, () => new Map<number, number>())
  for (let byte = 0; byte < 256; byte++) {
    const kind = kindOf(byte)
    all[of[byte]] += BYTE_FREQUENCY[byte]
    ofKind[kind].set(of[byte], (ofKind[kind].get(of[byte]) ?? 0) + BYTE_FREQUENCY[byte] / KIND_SHARES[kind])
  }
  return { all, ofKind: ofKind.map((shares) => ({ symbols: [...shares.keys()], shares: [...shares.values()] })) }
}

export const BYTE_WEIGHTS: Weights = weightsOf(
  256,
  Array.from({ length: 256 }, (_, byte) => byte),
)
