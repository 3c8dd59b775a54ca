import type { ByteReader } from '../core/streams.ts'

/** Opens a platform's stream for reading; an adapter may give one that reads in bigger pieces. */
export type OpenReader = (stream: ReadableStream) => ByteReader

const plainReader: OpenReader = (stream) => stream.getReader() as unknown as ByteReader

/** A body as a pulled sequence of chunks, whatever it is held in. Reads nothing before it is asked. */
export class Source {
  #reader: ByteReader | undefined
  #bytes: Uint8Array | undefined
  readonly #stream: ReadableStream | undefined
  readonly #open: OpenReader

  constructor(body: Uint8Array | ReadableStream, open: OpenReader = plainReader) {
    this.#open = open
    if (body instanceof Uint8Array) this.#bytes = body
    else this.#stream = body
  }

  /** The next chunk that is not empty, or undefined at the end. Rejects when the sender fails. */
  async read(): Promise<Uint8Array | undefined> {
    if (this.#stream === undefined) {
      const bytes = this.#bytes
      this.#bytes = undefined
      return bytes !== undefined && bytes.length > 0 ? bytes : undefined
    }
    this.#reader ??= this.#open(this.#stream)
    for (;;) {
      const { done, value } = await this.#reader.read()
      if (done) return undefined
      if (value !== undefined && value.length > 0) return value
    }
  }

  /** Tells the sender that no more is wanted. Never rejects. */
  async cancel(reason?: unknown): Promise<void> {
    try {
      if (this.#reader !== undefined) await this.#reader.cancel(reason)
      else if (this.#stream !== undefined) await this.#stream.cancel(reason)
    } catch {
      // The sender is gone already; there is nobody left to tell.
    }
  }
}

export function concat(pieces: readonly Uint8Array[], length = pieces.reduce((sum, piece) => sum + piece.length, 0)): Uint8Array {
  if (pieces.length === 1 && pieces[0].length === length) return pieces[0]
  const all = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}
