import { MAX_NAME_BYTES } from '../utf8.ts'

/** Tells whether a name is the one before, its digits aside: `n` and `n`, `card1` and `card2`, `n[0]` and `n[1]`. */
export class NameStem {
  readonly #stem = new Uint8Array(MAX_NAME_BYTES)
  #length = -1

  /** Is `bytes[from…to)` like the name that was given last? The first name is like none. */
  follows(bytes: Uint8Array, from: number, to: number): boolean {
    const end = Math.min(to, from + MAX_NAME_BYTES)
    let length = 0
    let same = true
    for (let i = from; i < end; i++) {
      const byte = bytes[i]
      if (byte >= 0x30 && byte <= 0x39) continue
      same &&= length < this.#length && this.#stem[length] === byte
      this.#stem[length++] = byte
    }
    same &&= length === this.#length
    this.#length = length
    return same
  }
}
