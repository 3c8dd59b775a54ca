import type { Decoder } from './coding.ts'

/** The decoder module of `brotli-dec-wasm`, as an adapter hands it over. */
export interface BrotliModule {
  /** Instantiates the Wasm module; called once, at the first br body. */
  start(): void
  open(): BrotliStream
}

export interface BrotliStream {
  /** Decodes at most `room` bytes. @throws on a corrupt stream */
  decompress(input: Uint8Array, room: number): { readonly buf: Uint8Array; readonly code: number; readonly input_offset: number; free(): void }
  free(): void
}

const DONE = 1
const MORE_INPUT = 2
const ROOM = 65536

/** Brotli (RFC 7932) by a small Wasm decoder, output in pieces of 64 KiB at most. */
export function createBrotli(module: BrotliModule): () => Decoder {
  let started = false
  return () => {
    if (!started) module.start()
    started = true
    let stream: BrotliStream | undefined = module.open()
    let over = false
    let any = false
    return {
      push(chunk, last) {
        const pieces: Uint8Array[] = []
        let input = chunk
        any ||= chunk.length > 0
        try {
          while (!over && stream !== undefined && any) {
            const result = stream.decompress(input, ROOM)
            if (result.buf.length > 0) pieces.push(result.buf)
            const { code } = result
            input = input.subarray(result.input_offset)
            if (code === DONE) over = true
            else if (code === MORE_INPUT) break
          }
        } catch {
          stream = undefined
          return { pieces, fault: 'malformed' }
        }
        if (over && stream !== undefined) {
          stream.free()
          stream = undefined
        }
        if ((over && input.length > 0) || (last && any && !over)) return { pieces, fault: 'malformed' }
        return { pieces }
      },
    }
  }
}
