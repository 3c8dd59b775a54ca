/** The longest fragment a reader keeps is a header line of a part (8 KiB). */
const HISTORY = 8192 + 256
const CHUNK = 2048
const ROOM = 128

/**
 * Decoded bytes, each with the source bytes it was decoded from. Bytes of one character share one span; spans of neighbours may
 * share a source byte. The last 8,448 stay known, because a reader may keep a fragment that long.
 */
export class Units {
  readonly bytes = new Uint8Array(HISTORY + CHUNK)
  readonly from = new Float64Array(HISTORY + CHUNK)
  /** Source bytes of the unit, from `from` on. */
  private readonly width = new Uint32Array(HISTORY + CHUNK)
  /** Units at hand, those of the past included. */
  length = 0
  /** First unit that is not of the past. */
  fresh = 0
  /** Number, counted from the first ever, of the unit at index 0. */
  first = 0

  /** No room for what one step of a codec may give, which is at most ROOM. */
  get full(): boolean {
    return this.length > HISTORY + CHUNK - ROOM
  }

  push(byte: number, from: number, to: number): void {
    const at = this.length++
    this.bytes[at] = byte
    this.from[at] = from
    this.width[at] = to - from
  }

  /** Source offset just behind the unit. */
  to(i: number): number {
    return this.from[i] + this.width[i]
  }

  /** What is fresh becomes the past. */
  settle(): void {
    this.fresh = this.length
    if (this.length < HISTORY + CHUNK / 2) return
    const drop = this.length - HISTORY
    this.bytes.copyWithin(0, drop, this.length)
    this.from.copyWithin(0, drop, this.length)
    this.width.copyWithin(0, drop, this.length)
    this.first += drop
    this.length = this.fresh = HISTORY
  }

  /** Index of unit number `at`; the oldest known where that is forgotten. */
  index(at: number): number {
    return Math.max(0, at - this.first)
  }
}

/** A way of spelling bytes by bytes, read as a stream. */
export interface Codec {
  /** Decodes `window[i…)`, whose first byte has source offset `base`, until the window ends or `out` is full; answers where it stopped. */
  decode(window: Uint8Array, i: number, base: number, out: Units): number
  /** The source ends at `end`: gives what is left. */
  finish(end: number, out: Units): void
  /** Source offset of a unit that is not whole yet; Infinity if none. */
  readonly held: number
  /** Spells `text` so that it can stand at `place`. */
  encode(text: Uint8Array, place?: { readonly start: number; readonly end: number; readonly bytes: Uint8Array }): Uint8Array
}
