import { EMPTY } from '../../core/wire.ts'
import type { FieldKind } from '../../core/words.ts'
import type { FieldSink, FlowSink, PackedDocument } from '../reader.ts'
import type { Units } from './units.ts'

/** Where decoded bytes come from. */
export interface Places {
  readonly units: Units
  /** The source window at hand, and its offset. */
  readonly window: Uint8Array
  readonly base: number
  /** Source offset of a decoded byte, by its number. */
  source(at: number): number
}

/** Bytes of one character, by their number. */
const SCRATCH = Array.from({ length: 5 }, (_, length) => new Uint8Array(length))

/** Takes what the inner reader gives, in its own offsets, and gives it to `sink` in those of the source. */
export class Channel implements FlowSink {
  readonly #places: Places
  readonly #sink: FieldSink | FlowSink
  /** The source up to here was given to the sink. */
  #cursor = 0
  #isOpen = false

  constructor(places: Places, sink: FieldSink | FlowSink) {
    this.#places = places
    this.#sink = sink
  }

  open(kind: FieldKind, at: number): void {
    this.#cursor = this.#places.source(at)
    this.#isOpen = true
    this.#sink.open(kind, this.#cursor)
  }

  plain(from: number, to: number): void {
    const { units, window, base } = this.#places
    const sink = this.#sink
    const end = units.index(to)
    let i = units.index(from)
    while (i < end) {
      const start = units.from[i]
      this.#skipTo(start)
      let k = i + 1
      if (isItself(units, i, window, base)) {
        while (k < end && isItself(units, k, window, base) && units.from[k] === units.to(k - 1)) k++
        sink.plain(start, units.to(k - 1))
      } else {
        while (k < end && units.from[k] === start) k++
        const bytes = SCRATCH[k - i]
        for (let n = i; n < k; n++) bytes[n - i] = units.bytes[n]
        sink.decoded(bytes, k - i, start, units.to(i))
      }
      this.#cursor = units.to(k - 1)
      i = k
    }
  }

  decoded(bytes: Uint8Array, length: number, from: number, to: number): void {
    const { units } = this.#places
    if (to === from + 1 && length === 1) {
      const i = units.index(from)
      // A byte that the reader had kept, of a character of several: the character is given with its first, as `plain` gives it.
      if (units.bytes[i] === bytes[0] && isShared(units, i)) {
        if (i === 0 || units.from[i - 1] !== units.from[i]) this.plain(from, from + countOf(units, i))
        return
      }
    }
    const start = this.#places.source(from)
    this.#skipTo(start)
    this.#cursor = Math.max(units.to(Math.max(0, units.index(to - 1))), start)
    this.#sink.decoded(bytes, length, start, this.#cursor)
  }

  /** A gap begins where the text before it ends. */
  gap(_from: number, to: number, divides: boolean): void {
    const end = this.#places.source(to)
    if (end <= this.#cursor) return
    if ('gap' in this.#sink) this.#sink.gap(this.#cursor, end, divides)
    this.#cursor = end
  }

  close(_at: number): void {
    this.#isOpen = false
    this.#sink.close(this.#cursor)
  }

  remark(remark: 'malformed' | 'ambiguous'): void {
    this.#sink.remark(remark)
  }

  /** A packed document is all that is decoded. */
  packed(document: PackedDocument, _from: number, to: number): void {
    const { units } = this.#places
    this.#sink.packed?.(document, 0, units.to(Math.max(0, units.index(to - 1))))
  }

  /** Source bytes between two units stand for nothing. */
  #skipTo(at: number): void {
    if (this.#isOpen && at > this.#cursor) this.#sink.decoded(EMPTY, 0, this.#cursor, at)
  }
}

/** Bytes from the `i`-th on that one character stands for. */
function countOf({ from, length }: Units, i: number): number {
  let k = i + 1
  while (k < length && from[k] === from[i]) k++
  return k - i
}

function isShared({ from, length }: Units, i: number): boolean {
  return (i > 0 && from[i - 1] === from[i]) || (i + 1 < length && from[i + 1] === from[i])
}

/** The unit is a whole character, a byte of the present window that stands for itself. */
function isItself(units: Units, i: number, window: Uint8Array, base: number): boolean {
  const { bytes, from, length } = units
  const at = from[i]
  if (units.to(i) !== at + 1 || at < base || window[at - base] !== bytes[i]) return false
  return (i === 0 || from[i - 1] !== at) && (i + 1 === length || from[i + 1] !== at)
}
