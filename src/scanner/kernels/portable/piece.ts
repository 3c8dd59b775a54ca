/** The bytes at hand: index `i` of `buffer` stands at offset `base + i`; new ones are [`begin`, `end`). */
export interface Piece {
  buffer: Uint8Array
  base: number
  begin: number
  end: number
  /** The text ends at `end`. */
  last: boolean
}
