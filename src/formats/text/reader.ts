import type { FieldKind } from '../../core/words.ts'
import type { FieldSink, Reader } from '../reader.ts'

/** Reads a body without structure: all of it is one text field, a UTF-8 byte-order mark included (it is no part of any rule). */
export class TextReader implements Reader {
  readonly depthLimitAt = -1
  readonly key = ''

  readonly #sink: FieldSink
  #at = 0
  #open = false

  constructor(sink: FieldSink) {
    this.#sink = sink
  }

  get held(): number {
    return this.#at
  }

  keys(): readonly string[] {
    return []
  }

  path(): string {
    return ''
  }

  encode(text: Uint8Array, _kind: FieldKind): Uint8Array {
    return text
  }

  feed(window: Uint8Array, last: boolean): void {
    const from = this.#at
    this.#at += window.length
    if (window.length > 0) {
      if (!this.#open) this.#sink.open('text', from)
      this.#open = true
      this.#sink.plain(from, this.#at)
    }
    if (last && this.#open) this.#sink.close(this.#at)
  }
}
