import { giveKept } from '../kept.ts'
import type { FieldSink, Reader } from '../reader.ts'
import { BYTE_ORDER_MARK } from '../utf8.ts'

/** Reads a body without structure: all of it, after a UTF-8 byte-order mark, is one `text` field, also when it is empty. */
export function createTextReader(sink: FieldSink): Reader {
  return new TextReader(sink)
}

class TextReader implements Reader {
  private readonly sink: FieldSink
  private base = 0
  /** Bytes of a byte-order mark seen so far; meaningful until the field is open. */
  private mark = 0
  private open = false

  readonly depthLimitAt = -1
  readonly key = ''

  constructor(sink: FieldSink) {
    this.sink = sink
  }

  get held(): number {
    return this.open ? this.base : 0
  }

  feed(window: Uint8Array, last: boolean): void {
    let i = 0
    if (!this.open) {
      while (i < window.length && this.mark < 3 && window[i] === BYTE_ORDER_MARK[this.mark]) {
        i++
        this.mark++
      }
      if (this.mark === 3) this.start(3)
      else if (i < window.length || last) {
        this.start(0)
        giveKept(this.sink, BYTE_ORDER_MARK, this.mark - i, 0)
        i = 0
      }
    }
    const end = this.base + window.length
    if (i < window.length && this.open) this.sink.plain(this.base + i, end)
    this.base = end
    if (last) this.sink.close(end)
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

  private start(at: number): void {
    this.open = true
    this.sink.open('text', at)
  }
}
