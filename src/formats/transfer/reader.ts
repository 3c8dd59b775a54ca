import { EMPTY } from '../../core/wire.ts'
import type { FieldKind } from '../../core/words.ts'
import type { EditPlace, FieldSink, FieldWriter, FlowReader, FlowSink, Reader } from '../reader.ts'
import { Channel, type Places } from './channel.ts'
import { type Codec, Units } from './units.ts'

/**
 * Reads a document that is spelled in other bytes (base64, quoted-printable, another charset): decodes it and gives the decoded text
 * to the reader that `open` makes, whose fields then get the spans of the source. Edits are spelled the same way again.
 */
export function createTransferReader(sink: FieldSink, codec: Codec, open: (sink: FieldSink) => Reader): Reader {
  return new TransferReader(sink, codec, open)
}

/** What both channels of a reader behind a codec have. */
abstract class Decoded implements Reader {
  abstract readonly places: SourcePlaces
  abstract readonly inner: Reader
  readonly droppable = false

  get held(): number {
    return this.places.held(this.inner.held)
  }

  get depthLimitAt(): number {
    const at = this.inner.depthLimitAt
    return at < 0 ? -1 : this.places.source(at)
  }

  get passedOver(): Reader['passedOver'] {
    return this.inner.passedOver
  }

  get key(): string {
    return this.inner.key
  }

  get list(): number {
    return this.inner.list ?? 0
  }

  keys(): readonly string[] {
    return this.inner.keys()
  }

  path(): string {
    return this.inner.path()
  }

  get writer(): FieldWriter {
    const { codec } = this.places
    const writer = this.inner.writer ?? this.inner
    return { encode: (text, kind, place) => codec.encode(writer.encode(text, kind), place) }
  }

  encode(text: Uint8Array, kind: FieldKind, place?: EditPlace): Uint8Array {
    return this.writer.encode(text, kind, place)
  }

  abstract feed(window: Uint8Array, last: boolean): void
}

class TransferReader extends Decoded {
  readonly places: SourcePlaces
  readonly inner: Reader
  readonly flow: FlowReader | undefined

  constructor(sink: FieldSink, codec: Codec, open: (sink: FieldSink) => Reader) {
    super()
    this.places = new SourcePlaces(codec)
    this.inner = open(new Channel(this.places, sink))
    this.flow = this.inner.flow && new TransferFlow(this.places, this.inner.flow)
  }

  feed(window: Uint8Array, last: boolean): void {
    const { places, inner } = this
    const { codec, units } = places
    places.window = window
    for (let i = 0; i < window.length; ) {
      i = codec.decode(window, i, places.base, units)
      if (units.length > units.fresh) {
        inner.feed(units.bytes.subarray(units.fresh, units.length), false)
        units.settle()
      }
    }
    const end = places.base + window.length
    if (last) {
      codec.finish(end, units)
      inner.feed(units.bytes.subarray(units.fresh, units.length), true)
      units.settle()
    }
    places.base = end
    places.window = EMPTY
  }
}

class TransferFlow extends Decoded implements FlowReader {
  readonly places: SourcePlaces
  readonly inner: FlowReader

  constructor(places: SourcePlaces, inner: FlowReader) {
    super()
    this.places = places
    this.inner = inner
  }

  connect(sink: FlowSink): void {
    this.inner.connect(new Channel(this.places, sink))
  }

  feed(): void {}
}

class SourcePlaces implements Places {
  readonly codec: Codec
  readonly units = new Units()
  window = EMPTY
  base = 0

  constructor(codec: Codec) {
    this.codec = codec
  }

  source(at: number): number {
    const { units, codec } = this
    const i = units.index(at)
    if (i < units.length) return units.from[i]
    // Not decoded yet: it begins with what the codec keeps, which may be bits of a byte already given.
    if (codec.held < Number.POSITIVE_INFINITY) return codec.held
    // Nothing was decoded at all: what there was has left.
    return units.length > 0 ? units.to(units.length - 1) : this.base + this.window.length
  }

  /** Source offset from which on nothing is decided, where that is `at` of the decoded text. */
  held(at: number): number {
    const { units } = this
    const own = Math.min(this.codec.held, this.base)
    return at >= units.first + units.length ? own : Math.min(own, units.from[units.index(at)])
  }
}
