import { EMPTY } from '../../core/wire.ts'
import type { FieldKind } from '../../core/words.ts'
import type { EditPlace, FieldSink, FieldWriter, Reader } from '../reader.ts'
import { type Codec, Units } from './units.ts'

/**
 * Reads a document that is spelled in other bytes (base64, quoted-printable, another charset): decodes it and gives the decoded text
 * to the reader that `open` makes, whose fields then get the spans of the source. Edits are spelled the same way again.
 */
export function createTransferReader(sink: FieldSink, codec: Codec, open: (sink: FieldSink) => Reader): Reader {
  return new TransferReader(sink, codec, open)
}

class TransferReader implements Reader, FieldSink {
  readonly droppable = false
  private readonly sink: FieldSink
  private readonly codec: Codec
  private readonly inner: Reader
  private readonly units = new Units()
  private window = EMPTY
  private base = 0
  /** The source up to here was given to the sink. */
  private cursor = 0
  private isOpen = false

  constructor(sink: FieldSink, codec: Codec, open: (sink: FieldSink) => Reader) {
    this.sink = sink
    this.codec = codec
    this.inner = open(this)
  }

  get held(): number {
    const { units, inner } = this
    const known = units.first + units.length
    const own = Math.min(this.codec.held, this.base)
    return inner.held >= known ? own : Math.min(own, units.from[units.index(inner.held)])
  }

  get depthLimitAt(): number {
    const at = this.inner.depthLimitAt
    return at < 0 ? -1 : this.source(at)
  }

  get passedOver(): Reader['passedOver'] {
    return this.inner.passedOver
  }

  get key(): string {
    return this.inner.key
  }

  keys(): readonly string[] {
    return this.inner.keys()
  }

  path(): string {
    return this.inner.path()
  }

  get writer(): FieldWriter {
    const { codec, inner } = this
    const writer = inner.writer ?? inner
    return { encode: (text, kind, place) => codec.encode(writer.encode(text, kind), place) }
  }

  encode(text: Uint8Array, kind: FieldKind, place?: EditPlace): Uint8Array {
    return this.codec.encode(this.inner.encode(text, kind), place)
  }

  feed(window: Uint8Array, last: boolean): void {
    const { codec, units, inner } = this
    this.window = window
    for (let i = 0; i < window.length; ) {
      i = codec.decode(window, i, this.base, units)
      if (units.length > units.fresh) {
        inner.feed(units.bytes.subarray(units.fresh, units.length), false)
        units.settle()
      }
    }
    const end = this.base + window.length
    if (last) {
      codec.finish(end, units)
      inner.feed(units.bytes.subarray(units.fresh, units.length), true)
      units.settle()
    }
    this.base = end
    this.window = EMPTY
  }

  // What the inner reader gives, in its own offsets.

  open(kind: FieldKind, at: number): void {
    this.cursor = this.source(at)
    this.isOpen = true
    this.sink.open(kind, this.cursor)
  }

  plain(from: number, to: number): void {
    const { units, window, base, sink } = this
    const end = units.index(to)
    let i = units.index(from)
    while (i < end) {
      const start = units.from[i]
      this.skipTo(start)
      let k = i + 1
      if (isItself(units, i, window, base)) {
        while (k < end && isItself(units, k, window, base) && units.from[k] === units.to[k - 1]) k++
        sink.plain(start, units.to[k - 1])
      } else {
        while (k < end && units.from[k] === start) k++
        sink.decoded(units.bytes.subarray(i, k), k - i, start, units.to[i])
      }
      this.cursor = units.to[k - 1]
      i = k
    }
  }

  decoded(bytes: Uint8Array, length: number, from: number, to: number): void {
    const { units } = this
    const start = this.source(from)
    this.skipTo(start)
    const end = units.to[Math.max(0, units.index(to - 1))]
    this.cursor = Math.max(end, start)
    this.sink.decoded(bytes, length, start, this.cursor)
  }

  close(_at: number): void {
    this.isOpen = false
    this.sink.close(this.cursor)
  }

  remark(remark: 'malformed' | 'ambiguous'): void {
    this.sink.remark(remark)
  }

  /** Source bytes between two units stand for nothing. */
  private skipTo(at: number): void {
    if (this.isOpen && at > this.cursor) this.sink.decoded(EMPTY, 0, this.cursor, at)
  }

  private source(at: number): number {
    const { units } = this
    const i = units.index(at)
    if (i < units.length) return units.from[i]
    // Not decoded yet: it begins with what the codec keeps, which may be bits of a byte already given.
    if (this.codec.held < Number.POSITIVE_INFINITY) return this.codec.held
    return units.length > 0 ? units.to[units.length - 1] : 0
  }
}

/** The unit is a whole character, a byte of the present window that stands for itself. */
function isItself({ bytes, from, to, length }: Units, i: number, window: Uint8Array, base: number): boolean {
  const at = from[i]
  if (to[i] !== at + 1 || at < base || window[at - base] !== bytes[i]) return false
  return (i === 0 || from[i - 1] !== at) && (i + 1 === length || from[i + 1] !== at)
}
