import type { ByteReader } from '../core/streams.ts'

/** Opens a platform's stream for reading; an adapter may give one that reads in bigger pieces. */
export type OpenReader = (stream: ReadableStream) => ByteReader

const DRAIN_BYTES = 64 << 10
const DRAIN_MS = 100

declare function setTimeout(then: () => void, ms: number): unknown
declare function clearTimeout(timer: unknown): void

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

  /** Reads on and forgets, for a little: at most DRAIN_BYTES, at most DRAIN_MS, so that nobody who sends slowly is waited for. Never rejects. */
  async drain(): Promise<void> {
    const all = async () => {
      for (let left = DRAIN_BYTES; left > 0; ) {
        const chunk = await this.read()
        if (chunk === undefined) return
        left -= chunk.length
      }
    }
    let timer: unknown
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, DRAIN_MS)
    })
    try {
      await Promise.race([all(), late])
    } catch {
      // The sender is gone.
    }
    clearTimeout(timer)
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
