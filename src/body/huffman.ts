const FAST_BITS = 10

/**
 * A canonical Huffman code (RFC 1951 section 3.2.2): a direct table for codes of up to 10 bits, counting for longer ones.
 * Rebuilt in place, since every dynamic block brings two.
 */
export class Huffman {
  /** Low bits of the stream → symbol << 4 | length; 0: the code is longer, or there is none. */
  readonly fast = new Uint16Array(1 << FAST_BITS)
  /** Every bit sequence has a meaning. */
  complete = false
  readonly #count = new Uint16Array(16)
  readonly #symbols = new Uint16Array(320)

  /**
   * Builds the code of `count` lengths (0 to 15) from `lengths[from]` on. False when it is over-subscribed, or incomplete and of
   * more than one code; as in zlib, one code of one bit, or none at all, may stand alone.
   */
  build(lengths: Uint8Array, from: number, count: number): boolean {
    const counts = this.#count.fill(0)
    for (let i = 0; i < count; i++) counts[lengths[from + i]]++
    const codes = count - counts[0]
    counts[0] = 0
    let left = 1
    for (let length = 1; length < 16; length++) {
      left = (left << 1) - counts[length]
      if (left < 0) return false
    }
    this.complete = left === 0
    if (left > 0 && codes > 0 && !(codes === 1 && counts[1] === 1)) return false
    const slots = new Uint16Array(16)
    const next = new Uint16Array(16)
    for (let length = 1; length < 15; length++) {
      slots[length + 1] = slots[length] + counts[length]
      next[length + 1] = (next[length] + counts[length]) << 1
    }
    this.fast.fill(0)
    for (let symbol = 0; symbol < count; symbol++) {
      const length = lengths[from + symbol]
      if (length === 0) continue
      this.#symbols[slots[length]++] = symbol
      const code = next[length]++
      if (length > FAST_BITS) continue
      let reversed = 0
      for (let bit = 0; bit < length; bit++) reversed |= ((code >> bit) & 1) << (length - 1 - bit)
      for (let at = reversed; at < this.fast.length; at += 1 << length) this.fast[at] = (symbol << 4) | length
    }
    return true
  }

  /** The symbol at the low end of `hold`, as symbol << 4 | length; -1 when `bits` are too few to tell, -2 when there is no such code. */
  look(hold: number, bits: number): number {
    const quick = this.fast[hold & (this.fast.length - 1)]
    if (quick !== 0 && (quick & 15) <= bits) return quick
    let code = 0
    let first = 0
    let index = 0
    for (let length = 1; length < 16; length++) {
      if (length > bits) return -1
      code |= (hold >>> (length - 1)) & 1
      const count = this.#count[length]
      if (code - first < count) return (this.#symbols[index + code - first] << 4) | length
      index += count
      first = (first + count) << 1
      code <<= 1
    }
    return -2
  }
}
