import { type Weights, weightsOf } from './weights.ts'

/** Values that none of the sets at hand tells apart, as one symbol: sets of symbols are a tenth as long as sets of values. */
export interface Symbols {
  readonly count: number
  readonly all: number[]
  /** By value: its symbol. */
  readonly of: Uint16Array
  readonly weights: Weights
  /** A set of values as one of symbols: of those it holds any value of. */
  reduce(set: Uint8Array): Uint8Array
  expand(symbols: Uint8Array): Uint8Array
}

/** Symbols for `values` values (the first 256 are bytes) that come in `classOf` classes and are told apart further by `sets`. */
export function symbolsOf(values: number, classOf: Uint8Array, sets: readonly Uint8Array[]): Symbols {
  const of = new Uint16Array(values)
  let count = 0
  const refine = (key: (value: number) => number) => {
    const known = new Map<number, number>()
    count = 0
    for (let value = 0; value < values; value++) {
      const name = of[value] * 512 + key(value)
      let symbol = known.get(name)
      if (symbol === undefined) {
        symbol = count++
        known.set(name, symbol)
      }
      of[value] = symbol
    }
  }
  // Each value that is no byte is a symbol of its own.
  refine((value) => (value < 256 ? classOf[value] : value))
  for (const set of sets) refine((value) => set[value] ?? 0)
  return {
    count,
    all: Array.from({ length: count }, (_, symbol) => symbol),
    of,
    weights: weightsOf(count, of),
    reduce(set) {
      const symbols = new Uint8Array(count)
      for (let value = 0; value < values; value++) if (set[value]) symbols[of[value]] = 1
      return symbols
    },
    expand(symbols) {
      const set = new Uint8Array(values)
      for (let value = 0; value < values; value++) set[value] = symbols[of[value]]
      return set
    },
  }
}
