import type { ByteReader } from '../../src/core/streams.ts'
import type { Pipe, StreamPowers } from '../../src/pipeline/source.ts'

/**
 * Bytes read at once. A stream of JavaScript's own costs workerd ten times what its native ones do, and each chunk that it
 * allocates stays until the next collection: so bodies are read into one buffer a message and written into a native pipe.
 */
const READ_BYTES = 64 << 10

/** Streams as workerd does them best: BYOB reads into a buffer that comes back, IdentityTransformStream for what leaves. */
export const workersStreams: StreamPowers = {
  openReader(stream) {
    try {
      return new BufferReader((stream as unknown as globalThis.ReadableStream).getReader({ mode: 'byob' }))
    } catch {
      // A stream made in JavaScript reads no bytes into a buffer of ours.
      return stream.getReader() as unknown as ByteReader
    }
  },
  pipe(length): Pipe {
    const { readable, writable } = length === undefined ? new IdentityTransformStream() : new FixedLengthStream(length)
    const writer = writable.getWriter()
    return {
      readable: readable as never,
      write: (bytes) => writer.write(bytes),
      close: () => writer.close(),
      abort: (reason) => writer.abort(reason),
    }
  },
}

class BufferReader implements ByteReader {
  readonly #reader: ReadableStreamBYOBReader
  #buffer: ArrayBufferLike | undefined

  constructor(reader: ReadableStreamBYOBReader) {
    this.#reader = reader
  }

  async read() {
    const buffer = this.#buffer ?? new ArrayBuffer(READ_BYTES)
    this.#buffer = undefined
    const { done, value } = await this.#reader.read(new Uint8Array(buffer))
    return done || value === undefined ? { done: true } : { done: false, value: value as Uint8Array }
  }

  recycle(chunk: Uint8Array): void {
    if (chunk.buffer.byteLength === READ_BYTES) this.#buffer = chunk.buffer
  }

  cancel(reason?: unknown): Promise<void> {
    return this.#reader.cancel(reason)
  }

  releaseLock(): void {
    this.#reader.releaseLock()
  }
}
