import { EMPTY } from '../core/wire.ts'

const WINDOW = 32768
const ROOM = 65536
const FAST_BITS = 10

const LENGTH_BASE = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258]
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
const DISTANCE_BASE = [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577]
const DISTANCE_EXTRA = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13]
const CODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

/** A canonical Huffman code: a direct table for short codes, counting for long ones (RFC 1951 section 3.2.2). */
class Huffman {
  /** Low bits → symbol << 4 | length; 0: longer than the table, or no code. */
  readonly fast = new Uint16Array(1 << FAST_BITS)
  readonly #count = new Uint16Array(16)
  readonly #symbols: Uint16Array
  readonly valid: boolean

  constructor(lengths: Uint8Array) {
    for (const length of lengths) this.#count[length]++
    this.#count[0] = 0
    let left = 1
    for (let bits = 1; bits < 16; bits++) left = (left << 1) - this.#count[bits]
    const codes = lengths.reduce((sum, length) => sum + (length > 0 ? 1 : 0), 0)
    // Over-subscribed is an error; incomplete is allowed only for a single code.
    this.valid = left === 0 || (left > 0 && codes <= 1)
    const offsets = new Uint16Array(16)
    for (let bits = 1; bits < 15; bits++) offsets[bits + 1] = offsets[bits] + this.#count[bits]
    this.#symbols = new Uint16Array(lengths.length)
    const next = new Uint16Array(16)
    let code = 0
    for (let bits = 1; bits < 16; bits++) {
      code = (code + this.#count[bits - 1]) << 1
      next[bits] = code
    }
    lengths.forEach((length, symbol) => {
      if (length === 0) return
      this.#symbols[offsets[length]++] = symbol
      const value = next[length]++
      if (length > FAST_BITS) return
      let reversed = 0
      for (let bit = 0; bit < length; bit++) reversed |= ((value >> bit) & 1) << (length - 1 - bit)
      for (let at = reversed; at < 1 << FAST_BITS; at += 1 << length) this.fast[at] = (symbol << 4) | length
    })
  }

  /** Decodes bit by bit; answers symbol << 4 | length, -1 when `available` bits are too few, -2 when there is no such code. */
  slow(bits: number, available: number): number {
    let code = 0
    let first = 0
    let index = 0
    for (let length = 1; length < 16; length++) {
      if (length > available) return -1
      code |= (bits >> (length - 1)) & 1
      const count = this.#count[length]
      if (code - count < first) return (this.#symbols[index + (code - first)] << 4) | length
      index += count
      first = (first + count) << 1
      code <<= 1
    }
    return -2
  }
}

let fixed: { literals: Huffman; distances: Huffman } | undefined
function fixedCodes() {
  if (fixed === undefined) {
    const lengths = new Uint8Array(288).fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280)
    fixed = { literals: new Huffman(lengths), distances: new Huffman(new Uint8Array(30).fill(5)) }
  }
  return fixed
}

/**
 * Inflates raw DEFLATE (RFC 1951) as it comes. Our own because the members of a gzip body have to be told apart exactly: where
 * one ends, what of the input is left (neither DecompressionStream nor fflate says). Never throws: `failed` is set.
 */
export class Inflater {
  /** The final block has ended; what follows in the input is not ours. */
  done = false
  failed = false

  #input: Uint8Array = EMPTY
  #at = 0
  #bits = 0
  #bitCount = 0
  #finalBlock = false
  #inBlock: 0 | 1 | 2 = 0
  #stored = 0
  #literals: Huffman | undefined
  #distances: Huffman | undefined
  readonly #out = new Uint8Array(WINDOW + ROOM)
  #from = 0
  #to = 0

  /** Decodes as much as `chunk` allows and gives each piece (valid after the call) to `each`. */
  push(chunk: Uint8Array, each: (piece: Uint8Array) => void): void {
    if (this.#at < this.#input.length) {
      const joined = new Uint8Array(this.#input.length - this.#at + chunk.length)
      joined.set(this.#input.subarray(this.#at))
      joined.set(chunk, this.#input.length - this.#at)
      this.#input = joined
    } else this.#input = chunk
    this.#at = 0
    while (!this.done && !this.failed && this.#step(each));
    this.#flush(each)
  }

  /** Input behind the end of the stream, whole bytes; valid when `done`. */
  rest(): Uint8Array {
    return this.#input.subarray(this.#at - (this.#bitCount >> 3))
  }

  /** One block header or the run of a block; false when input is lacking. */
  #step(each: (piece: Uint8Array) => void): boolean {
    if (this.#inBlock === 1) return this.#copyStored(each)
    if (this.#inBlock === 2) return this.#codes(each)
    if (this.#finalBlock) {
      this.done = true
      return false
    }
    const saved = this.#save()
    const ready = this.#header()
    if (!ready) this.#restore(saved)
    return ready
  }

  #header(): boolean {
    if (!this.#need(3)) return false
    const final = this.#take(1) === 1
    const type = this.#take(2)
    if (type === 3) return this.#fail()
    if (type === 0) {
      this.#take(this.#bitCount & 7)
      if (!this.#need(16)) return false
      const length = this.#take(16)
      if (!this.#need(16)) return false
      if (this.#take(16) !== (length ^ 0xffff)) return this.#fail()
      this.#stored = length
      this.#inBlock = 1
    } else if (type === 1) {
      const codes = fixedCodes()
      this.#literals = codes.literals
      this.#distances = codes.distances
      this.#inBlock = 2
    } else if (!this.#dynamic()) return false
    this.#finalBlock = final
    return true
  }

  #dynamic(): boolean {
    if (!this.#need(14)) return false
    const literals = this.#take(5) + 257
    const distances = this.#take(5) + 1
    const codes = this.#take(4) + 4
    if (literals > 286 || distances > 30) return this.#fail()
    const order = new Uint8Array(19)
    for (let i = 0; i < codes; i++) {
      if (!this.#need(3)) return false
      order[CODE_ORDER[i]] = this.#take(3)
    }
    const lengthCode = new Huffman(order)
    if (!lengthCode.valid) return this.#fail()
    const lengths = new Uint8Array(literals + distances)
    for (let i = 0; i < lengths.length; ) {
      const symbol = this.#symbol(lengthCode)
      if (symbol < 0) return symbol === -1 ? false : this.#fail()
      if (symbol < 16) {
        lengths[i++] = symbol
        continue
      }
      const extra = symbol === 16 ? 2 : symbol === 17 ? 3 : 7
      if (!this.#need(extra)) return false
      const repeat = this.#take(extra) + (symbol === 18 ? 11 : 3)
      if (i + repeat > lengths.length || (symbol === 16 && i === 0)) return this.#fail()
      lengths.fill(symbol === 16 ? lengths[i - 1] : 0, i, i + repeat)
      i += repeat
    }
    if (lengths[256] === 0) return this.#fail()
    this.#literals = new Huffman(lengths.subarray(0, literals))
    this.#distances = new Huffman(lengths.subarray(literals))
    if (!this.#literals.valid || !this.#distances.valid) return this.#fail()
    this.#inBlock = 2
    return true
  }

  #copyStored(each: (piece: Uint8Array) => void): boolean {
    while (this.#stored > 0) {
      if (this.#to === this.#out.length) this.#slide(each)
      if (this.#bitCount >= 8) {
        this.#out[this.#to++] = this.#take(8)
        this.#stored--
        continue
      }
      const length = Math.min(this.#stored, this.#input.length - this.#at, this.#out.length - this.#to)
      if (length === 0) return false
      this.#out.set(this.#input.subarray(this.#at, this.#at + length), this.#to)
      this.#at += length
      this.#to += length
      this.#stored -= length
    }
    this.#inBlock = 0
    return true
  }

  #codes(each: (piece: Uint8Array) => void): boolean {
    const literals = this.#literals!
    const distances = this.#distances!
    const out = this.#out
    for (;;) {
      if (this.#to + 258 > out.length) this.#slide(each)
      const at = this.#at
      const bits = this.#bits
      const bitCount = this.#bitCount
      const lacking = () => {
        this.#at = at
        this.#bits = bits
        this.#bitCount = bitCount
        return false
      }
      const symbol = this.#symbol(literals)
      if (symbol < 0) return symbol === -1 ? lacking() : this.#fail()
      if (symbol < 256) {
        out[this.#to++] = symbol
        continue
      }
      if (symbol === 256) {
        this.#inBlock = 0
        return true
      }
      if (symbol > 285) return this.#fail()
      const extra = LENGTH_EXTRA[symbol - 257]
      if (!this.#need(extra)) return lacking()
      const length = LENGTH_BASE[symbol - 257] + this.#take(extra)
      const code = this.#symbol(distances)
      if (code < 0) return code === -1 ? lacking() : this.#fail()
      if (code > 29) return this.#fail()
      if (!this.#need(DISTANCE_EXTRA[code])) return lacking()
      const distance = DISTANCE_BASE[code] + this.#take(DISTANCE_EXTRA[code])
      if (distance > this.#to) return this.#fail()
      let to = this.#to
      for (let from = to - distance, end = to + length; to < end; ) out[to++] = out[from++]
      this.#to = to
    }
  }

  /** The next symbol; -1: input is lacking, -2: no such code. */
  #symbol(code: Huffman): number {
    this.#need(15)
    const quick = code.fast[this.#bits & ((1 << FAST_BITS) - 1)]
    const found = quick !== 0 ? quick : code.slow(this.#bits, this.#bitCount)
    if (found < 0) return found
    const length = found & 15
    if (length > this.#bitCount) return -1
    this.#take(length)
    return found >> 4
  }

  /** Makes at least `count` (≤ 16) bits ready if the input has them. */
  #need(count: number): boolean {
    while (this.#bitCount < count) {
      if (this.#at === this.#input.length) return false
      this.#bits |= this.#input[this.#at++] << this.#bitCount
      this.#bitCount += 8
    }
    return true
  }

  #take(count: number): number {
    const value = this.#bits & ((1 << count) - 1)
    this.#bits >>>= count
    this.#bitCount -= count
    return value
  }

  #save() {
    return { at: this.#at, bits: this.#bits, bitCount: this.#bitCount }
  }

  #restore(saved: { at: number; bits: number; bitCount: number }): void {
    this.#at = saved.at
    this.#bits = saved.bits
    this.#bitCount = saved.bitCount
  }

  #fail(): false {
    this.failed = true
    return false
  }

  /** Hands over what is new and keeps the window that later copies may reach back into. */
  #slide(each: (piece: Uint8Array) => void): void {
    this.#flush(each)
    const keep = Math.min(WINDOW, this.#to)
    this.#out.copyWithin(0, this.#to - keep, this.#to)
    this.#from = this.#to = keep
  }

  #flush(each: (piece: Uint8Array) => void): void {
    if (this.#to > this.#from) each(this.#out.slice(this.#from, this.#to))
    this.#from = this.#to
  }
}
