/**
 * Content codings as streams of windows. A decoder is pushed encoded chunks and answers decoded bytes; an encoder the reverse.
 * Errors are outcomes, not exceptions.
 */
export type CodingName = 'gzip' | 'deflate' | 'br'

export type DecodeFault = 'coding-unsupported' | 'decode-limit' | 'malformed'

export interface Decoder {
  /**
   * Takes encoded bytes, answers decoded pieces (each at most 64 KiB), and says when something is wrong:
   * `malformed` (truncated, corrupt, bytes behind the end of br), `decode-limit` (ratio or size).
   * What comes before the fault is answered with it; after a fault nothing more is decoded. `last`: the encoded body ends here.
   * A push can answer `maxRatio` times what it is given: whoever bounds memory pushes slices (4 KiB).
   */
  push(chunk: Uint8Array, last: boolean): { pieces: readonly Uint8Array[]; fault?: DecodeFault }
  /** Something came behind the end of a coding, and was passed over as most receivers do. It is no part of the content, and must not be sent on. */
  readonly hasTail?: boolean
}

/**
 * One coding, pulled piece by piece, so that a bomb is stopped where its limit is and not where its chunk ends. What comes out
 * for the first k encoded bytes does not depend on how they were cut; except that br drops what it made of the last bytes
 * before a corrupt place (at most what one step of 256 encoded bytes gives), and that its decoder sees some faults at some cuts only.
 */
export interface Layer {
  /** Lends the next encoded bytes; `next` has answered undefined for those before. `last`: the encoded body ends with them. */
  feed(input: Uint8Array, last: boolean): void
  /** Decoded bytes (at most 64 KiB, valid until the next call); undefined when the input is used up or a fault was met. */
  next(): Uint8Array | undefined
  readonly fault: DecodeFault | undefined
  /** As of a `Decoder`. */
  readonly hasTail?: boolean
}

export interface Encoder {
  push(chunk: Uint8Array, last: boolean): readonly Uint8Array[]
}

/** What an adapter gives: which codings it can read. br comes as a synchronous decoder made of a small Wasm module, instantiated at the first br body. */
export interface CodingPowers {
  /** A `Layer` besides where it can be: then its output is bounded inside a push as well. */
  readonly br?: () => Decoder | (Decoder & Layer)
}
