const SHORT = 32
/** Room that a resting queue keeps. */
const TRIMMED = 2048

/** Bytes kept between an absolute `base` and `end`: appended at the end, forgotten from the front. Amortised O(1) a byte. */
export class ByteQueue {
  #bytes = new Uint8Array(0)
  #from = 0
  #to = 0
  #base = 0

  /** Absolute offset of the first byte kept. */
  get base(): number {
    return this.#base
  }

  /** Absolute offset after the last byte. */
  get end(): number {
    return this.#base + (this.#to - this.#from)
  }

  reset(base = 0): void {
    this.#from = this.#to = 0
    this.#base = base
  }

  append(bytes: Uint8Array): void {
    this.appendRange(bytes, 0, bytes.length)
  }

  /** Appends `bytes[from…to)`. */
  appendRange(bytes: Uint8Array, from: number, to: number): void {
    const length = to - from
    if (this.#to + length > this.#bytes.length) {
      const kept = this.#to - this.#from
      if (kept + length <= this.#bytes.length && this.#from >= kept) this.#bytes.copyWithin(0, this.#from, this.#to)
      else {
        // room for as much again as is kept: when that is used up, what is kept moves to the front for its price
        const wider = new Uint8Array(Math.max(256, 2 * kept + length))
        wider.set(this.#bytes.subarray(this.#from, this.#to))
        this.#bytes = wider
      }
      this.#from = 0
      this.#to = kept
    }
    // a few bytes are copied sooner than a view of them is made
    if (length <= SHORT) for (let i = from, at = this.#to; i < to; i++) this.#bytes[at++] = bytes[i]
    else this.#bytes.set(bytes.subarray(from, to), this.#to)
    this.#to += length
  }

  /** The bytes from `from` to `to`, absolute; a view that is valid until the next `append` or `forget`. */
  slice(from: number, to: number): Uint8Array {
    return this.#bytes.subarray(this.#from + (from - this.#base), this.#from + (to - this.#base))
  }

  /** All bytes kept, as `slice`. */
  all(): Uint8Array {
    return this.#bytes.subarray(this.#from, this.#to)
  }

  /** The bytes kept stand in here; the one at absolute offset `at` at `indexOf(at)`. Valid as `slice`. */
  get room(): Uint8Array {
    return this.#bytes
  }

  indexOf(at: number): number {
    return this.#from + (at - this.#base)
  }

  /** Gives back room that is not needed for what is kept. For a queue that rests. */
  trim(): void {
    const kept = this.#to - this.#from
    const room = Math.max(TRIMMED, 2 * kept)
    if (this.#bytes.length <= TRIMMED || this.#bytes.length < 2 * room) return
    const less = new Uint8Array(room)
    less.set(this.#bytes.subarray(this.#from, this.#to))
    this.#bytes = less
    this.#from = 0
    this.#to = kept
  }

  /** Forgets everything before absolute offset `at`. */
  forget(at: number): void {
    const drop = Math.min(Math.max(0, at - this.#base), this.#to - this.#from)
    this.#from += drop
    this.#base += drop
    if (this.#from === this.#to) this.#from = this.#to = 0
  }
}
