import type { Reason } from '../../core/reasons.ts'
import type { FieldSink, PackedDocument, Reader } from '../reader.ts'

export interface PackedOptions {
  /** Bytes that are kept until the document is whole; what is longer is passed over. */
  readonly maxBytes: number
  /** The document that the bytes stand for, or why it is not read. */
  unpack(bytes: Uint8Array): PackedDocument | Reason
  /** Why a document beyond `maxBytes` is not read. */
  readonly tooLong: Reason
}

/**
 * Reads content that can be read and written only whole (compressed): keeps it to its end and gives its sink the document. Without a
 * sink that takes one it is passed over.
 */
export function createPackedReader(sink: FieldSink, options: PackedOptions): Reader {
  return new PackedReader(sink, options)
}

class PackedReader implements Reader {
  readonly depthLimitAt = -1
  readonly key = ''
  readonly #sink: FieldSink
  readonly #options: PackedOptions
  #kept: Uint8Array[] | undefined = []
  #length = 0
  #reason: Reason | undefined

  constructor(sink: FieldSink, options: PackedOptions) {
    this.#sink = sink
    this.#options = options
  }

  get held(): number {
    return this.#kept === undefined ? this.#length : 0
  }

  get passedOver(): Reader['passedOver'] {
    return this.#reason === undefined ? undefined : { [this.#reason]: this.#length }
  }

  keys(): readonly string[] {
    return []
  }

  path(): string {
    return ''
  }

  encode(text: Uint8Array): Uint8Array {
    return text
  }

  feed(window: Uint8Array, last: boolean): void {
    this.#length += window.length
    if (this.#kept !== undefined) {
      if (this.#length > this.#options.maxBytes) this.#passOver(this.#options.tooLong)
      else if (window.length > 0) this.#kept.push(window.slice())
    }
    if (!last || this.#kept === undefined) return
    const bytes = new Uint8Array(this.#length)
    let at = 0
    for (const piece of this.#kept) {
      bytes.set(piece, at)
      at += piece.length
    }
    const document = this.#options.unpack(bytes)
    if (typeof document === 'string') this.#passOver(document)
    else if (this.#sink.packed === undefined) this.#passOver(this.#options.tooLong)
    else {
      this.#sink.packed(document, 0, this.#length)
      this.#kept = undefined
    }
  }

  #passOver(reason: Reason): void {
    this.#reason = reason
    this.#kept = undefined
  }
}
