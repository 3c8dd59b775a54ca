/**
 * Content codings as streams of windows. A decoder is pushed encoded chunks and answers decoded bytes; an encoder the reverse.
 * Errors are outcomes, not exceptions.
 */
export type CodingName = 'gzip' | 'deflate' | 'br'

export type DecodeFault = 'coding-unsupported' | 'decode-limit' | 'malformed'

export interface Decoder {
  /**
   * Takes encoded bytes, answers decoded pieces (each at most 64 KiB), and says when something is wrong:
   * `malformed` (truncated, corrupt, trailing garbage after the last member), `decode-limit` (ratio or size).
   * After a fault nothing more is decoded. `last`: the encoded body ends here.
   */
  push(chunk: Uint8Array, last: boolean): { pieces: readonly Uint8Array[]; fault?: DecodeFault }
}

export interface Encoder {
  push(chunk: Uint8Array, last: boolean): readonly Uint8Array[]
}

/** What an adapter gives: which codings it can read. br comes as a synchronous decoder made of a small Wasm module, instantiated at the first br body. */
export interface CodingPowers {
  readonly br?: () => Decoder
}
