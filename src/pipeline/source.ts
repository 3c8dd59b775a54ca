import type { ByteReader } from '../core/streams.ts'

/** How a platform's streams are best read and made. Without them: the plain way of web streams. */
export interface StreamPowers {
  readonly openReader: (stream: ReadableStream) => ByteReader
  /** A stream to write into. `length`: its bytes, where they are known and must stay known; it then fails when they are not as many. */
  readonly pipe: (length: number | undefined) => Pipe
}

/** The writing end of a stream and the stream itself. What is written may be written over once `write` has settled. */
export interface Pipe {
  readonly readable: ReadableStream
  /** Settles when the receiver has taken the bytes; rejects when it is gone. */
  write(bytes: Uint8Array): Promise<void>
  close(): Promise<void>
  /** Ends the stream without its proper end. */
  abort(reason: unknown): Promise<void>
}

const DRAIN_BYTES = 64 << 10
const DRAIN_MS = 100

declare function setTimeout(then: () => void, ms: number): unknown
declare function clearTimeout(timer: unknown): void

const plainReader: StreamPowers['openReader'] = (stream) => stream.getReader() as unknown as ByteReader

/** A body as a pulled sequence of chunks, whatever it is held in. Reads nothing before it is asked. */
export class Source {
  #reader: ByteReader | undefined
  /** No stream is read (any more): what there is is in `#bytes`. */
  #ended = false
  #bytes: Uint8Array | undefined
  #readAll: (() => Promise<ArrayBuffer>) | undefined
  readonly #stream: ReadableStream | undefined
  readonly #open: StreamPowers['openReader']

  constructor(body: Uint8Array | ReadableStream, open = plainReader) {
    this.#open = open
    if (body instanceof Uint8Array) {
      this.#bytes = body
      this.#ended = true
    } else this.#stream = body
  }

  /** The body is known to be short: the next read gets it all at once, by the platform's own way. */
  takeAll(readAll: () => Promise<ArrayBuffer>): void {
    if (this.#stream !== undefined && this.#reader === undefined) this.#readAll = readAll
  }

  /** The next chunk that is not empty, or undefined at the end. Rejects when the sender fails. */
  async read(): Promise<Uint8Array | undefined> {
    if (this.#readAll !== undefined && this.#bytes === undefined) {
      const readAll = this.#readAll
      this.#readAll = undefined
      this.#ended = true
      this.#bytes = new Uint8Array(await readAll())
    }
    if (this.#ended) {
      const bytes = this.#bytes
      this.#bytes = undefined
      return bytes !== undefined && bytes.length > 0 ? bytes : undefined
    }
    this.#reader ??= this.#open(this.#stream!)
    for (;;) {
      const { done, value } = await this.#reader.read()
      if (done) return undefined
      if (value !== undefined && value.length > 0) return value
    }
  }

  /** The chunk that was read last, to be kept: a small piece does not keep a large buffer. */
  keep(chunk: Uint8Array): Uint8Array {
    if (chunk.length * 2 > chunk.buffer.byteLength) return chunk
    const copy = new Uint8Array(chunk)
    this.recycle(chunk)
    return copy
  }

  /** Nothing comes any more, as far as is known without asking. */
  get isOver(): boolean {
    return this.#ended && this.#bytes === undefined
  }

  /** Says that a chunk this source gave is no longer looked at. */
  recycle(chunk: Uint8Array): void {
    this.#reader?.recycle?.(chunk)
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
