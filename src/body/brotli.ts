/**
 * Brotli (RFC 7932) by a small Wasm decoder, as both a `Decoder` and a `Layer`: output in pieces of at most 64 KiB, pulled one
 * at a time. Truncated, corrupt and trailing bytes are `malformed`. The module comes from the adapter and is started at the
 * first br body. Its own memory can reach the stream's window (up to 16 MiB) plus 2 MiB a stream.
 */
import { EMPTY } from '../core/wire.ts'
import type { DecodeFault, Decoder, Layer } from './coding.ts'

/** The decoder module, as an adapter hands it over: `brotliModule(...)`, or the classes of `brotli-dec-wasm/web`. */
export interface BrotliModule {
  /** Instantiates the Wasm module; called once, at the first br body. */
  start(): void
  open(): BrotliStream
}

export interface BrotliStream {
  /**
   * Decodes at most `room` bytes. `code` 1: the stream has ended; 2: input is lacking; 3: there is more to put out.
   * `input_offset`: bytes of `input` taken. @throws on a corrupt stream
   */
  decompress(input: Uint8Array, room: number): BrotliResult
  free(): void
}

export interface BrotliResult {
  readonly buf: Uint8Array
  readonly code: number
  readonly input_offset: number
  free(): void
}

const DONE = 1
const MORE_INPUT = 2
const ROOM = 64 << 10

/** Makes a decoder for one body at each call. */
export function createBrotli(module: BrotliModule): () => Decoder & Layer {
  let started = false
  return () => {
    if (!started) module.start()
    started = true
    return new BrotliDecoder(module)
  }
}

class BrotliDecoder implements Decoder, Layer {
  fault: DecodeFault | undefined
  readonly #module: BrotliModule
  #stream: BrotliStream | undefined
  #input: Uint8Array = EMPTY
  #last = false
  #ended = false
  /** The stream wants input before it can go on. */
  #hungry = true

  constructor(module: BrotliModule) {
    this.#module = module
  }

  feed(input: Uint8Array, last: boolean): void {
    this.#input = input
    this.#last = last
  }

  next(): Uint8Array | undefined {
    while (this.fault === undefined && !this.#ended && (this.#input.length > 0 || !this.#hungry)) {
      const piece = this.#step()
      if (piece.length > 0) return piece
    }
    // No byte at all (no stream was opened) is an empty body under any coding.
    const cut = this.#last && !this.#ended && this.#stream !== undefined
    if (this.fault === undefined && (cut || (this.#ended && this.#input.length > 0))) this.fault = 'malformed'
    if (this.fault !== undefined) this.#close()
    return undefined
  }

  push(chunk: Uint8Array, last: boolean): { pieces: readonly Uint8Array[]; fault?: DecodeFault } {
    const pieces: Uint8Array[] = []
    this.feed(chunk, last)
    for (let piece = this.next(); piece !== undefined; piece = this.next()) pieces.push(piece)
    return this.fault === undefined ? { pieces } : { pieces, fault: this.fault }
  }

  #step(): Uint8Array {
    try {
      this.#stream ??= this.#module.open()
      const result = this.#stream.decompress(this.#input, ROOM)
      const { buf, code, input_offset } = result
      result.free()
      this.#input = this.#input.subarray(input_offset)
      this.#hungry = code === MORE_INPUT
      if (code === DONE) {
        this.#ended = true
        this.#close()
      }
      return buf
    } catch {
      // Corrupt input; its message is not ours to tell.
      this.fault = 'malformed'
      return EMPTY
    }
  }

  #close(): void {
    try {
      this.#stream?.free()
    } catch {
      // A module that failed inside has nothing left to free.
    }
    this.#stream = undefined
  }
}
