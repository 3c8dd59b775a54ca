/**
 * Inflates raw DEFLATE (RFC 1951), pull by pull: `feed` lends input, `next` answers the output of at most 32 KiB until that
 * input is used up. What is decoded from the first k bytes of input does not depend on how they were cut. Memory: 32 KiB of
 * window and two code tables. Never throws on input: `failed` is set, and everything before the fault has been answered.
 *
 * Our own because gzip needs to know where a member ends and what is left behind it (DecompressionStream does not say), because
 * fflate accepts broken code tables and stored lengths, and because neither lets a bomb be stopped in the middle of a push.
 */
import { EMPTY } from '../core/wire.ts'
import { Huffman } from './huffman.ts'

const WINDOW = 32768
const MASK = WINDOW - 1

// RFC 1951 section 3.2.5.
const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
]
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
const DISTANCE_BASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289,
  16385, 24577,
]
const DISTANCE_EXTRA = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13]
// Section 3.2.7.
const CODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

// What comes next in the stream. Each state needs few enough bits that it either happens as a whole or waits.
const BLOCK = 0
const STORED_LENGTH = 1
const STORED_CHECK = 2
const STORED = 3
const TABLE_SIZES = 4
const CODE_LENGTHS = 5
const LENGTHS = 6
const REPEAT = 7
const SYMBOL = 8
const LENGTH_BITS = 9
const DISTANCE = 10
const DISTANCE_BITS = 11
const COPY = 12
const END = 13

let fixed: { literals: Huffman; distances: Huffman } | undefined
function fixedCodes() {
  if (fixed === undefined) {
    const lengths = new Uint8Array(288).fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280)
    fixed = { literals: new Huffman(), distances: new Huffman() }
    fixed.literals.build(lengths, 0, 288)
    fixed.distances.build(new Uint8Array(32).fill(5), 0, 32)
  }
  return fixed
}

export class Inflater {
  /** The final block has ended; `rest` says what of the input is left. */
  done = false
  /** The stream is corrupt. */
  failed = false
  #state = BLOCK
  #input: Uint8Array = EMPTY
  #at = 0
  #hold = 0
  #bits = 0
  #final = false
  readonly #window = new Uint8Array(WINDOW)
  #pos = 0
  // Where in the window the present piece starts, and how many bytes (at most a window) came out before it.
  #from = 0
  #before = 0
  #literals: Huffman | undefined
  #distances: Huffman | undefined
  readonly #ownLiterals = new Huffman()
  readonly #ownDistances = new Huffman()
  readonly #lengths = new Uint8Array(320)
  #literalCount = 0
  #distanceCount = 0
  #codeCount = 0
  #filled = 0
  // Length of a copy or stored run still to come, and the distance of the copy.
  #length = 0
  #distance = 0
  // The length or distance symbol, or repeat code, whose extra bits come next.
  #symbol = 0

  /** Lends the next input; what was lent before must be used up (`next` answered undefined). */
  feed(input: Uint8Array): void {
    this.#input = input
    this.#at = 0
  }

  /** Output (valid until the next call), or undefined: the input is used up, the stream is done, or has failed. */
  next(): Uint8Array | undefined {
    if (this.done || this.failed) return undefined
    this.#before = this.#reachable()
    if (this.#pos === WINDOW) this.#pos = 0
    this.#from = this.#pos
    this.#run()
    return this.#pos > this.#from ? this.#window.subarray(this.#from, this.#pos) : undefined
  }

  /** The input behind the end of the stream, in whole bytes; valid once `done`. */
  rest(): Uint8Array {
    return this.#input.subarray(this.#at - (this.#bits >> 3))
  }

  /** Bytes are taken from the input only as bits are needed, so this many bits are there, or the input is used up. */
  #need(count: number): boolean {
    while (this.#bits < count) {
      if (this.#at === this.#input.length) return false
      this.#hold |= this.#input[this.#at++] << this.#bits
      this.#bits += 8
    }
    return true
  }

  #take(count: number): number {
    const value = this.#hold & ((1 << count) - 1)
    this.#hold >>>= count
    this.#bits -= count
    return value
  }

  /** The next symbol of `code`; -1: input is lacking, -2: there is no such code. */
  #read(code: Huffman): number {
    this.#need(15)
    const found = code.look(this.#hold, this.#bits)
    if (found < 0) return found
    this.#take(found & 15)
    return found >> 4
  }

  /** Runs until input is lacking, the window's end is reached, or the stream ends. */
  #run(): void {
    for (;;) {
      switch (this.#state) {
        case BLOCK: {
          if (!this.#need(3)) return
          this.#final = this.#take(1) === 1
          const type = this.#take(2)
          if (type === 3) {
            this.failed = true
            return
          }
          if (type === 0) {
            this.#take(this.#bits & 7)
            this.#state = STORED_LENGTH
          } else if (type === 1) {
            this.#literals = fixedCodes().literals
            this.#distances = fixedCodes().distances
            this.#state = SYMBOL
          } else this.#state = TABLE_SIZES
          break
        }
        case STORED_LENGTH:
          if (!this.#need(16)) return
          this.#length = this.#take(16)
          this.#state = STORED_CHECK
          break
        case STORED_CHECK:
          if (!this.#need(16)) return
          if (this.#take(16) !== (this.#length ^ 0xffff)) {
            this.failed = true
            return
          }
          this.#state = STORED
          break
        case STORED:
          if (!this.#stored()) return
          this.#endBlock()
          break
        case TABLE_SIZES:
          if (!this.#need(14)) return
          this.#literalCount = this.#take(5) + 257
          this.#distanceCount = this.#take(5) + 1
          this.#codeCount = this.#take(4) + 4
          if (this.#literalCount > 286 || this.#distanceCount > 30) {
            this.failed = true
            return
          }
          this.#lengths.fill(0)
          this.#filled = 0
          this.#state = CODE_LENGTHS
          break
        case CODE_LENGTHS:
          while (this.#filled < this.#codeCount) {
            if (!this.#need(3)) return
            this.#lengths[CODE_ORDER[this.#filled++]] = this.#take(3)
          }
          // An incomplete code of code lengths is an error (as in zlib).
          if (!this.#ownLiterals.build(this.#lengths, 0, 19) || !this.#ownLiterals.complete) {
            this.failed = true
            return
          }
          this.#lengths.fill(0)
          this.#filled = 0
          this.#state = LENGTHS
          break
        case LENGTHS:
          if (this.#filled === this.#literalCount + this.#distanceCount) {
            if (!this.#tables()) {
              this.failed = true
              return
            }
            this.#state = SYMBOL
            break
          }
          this.#symbol = this.#read(this.#ownLiterals)
          if (this.#symbol === -1) return
          if (this.#symbol < 0) {
            this.failed = true
            return
          }
          if (this.#symbol < 16) this.#lengths[this.#filled++] = this.#symbol
          else this.#state = REPEAT
          break
        case REPEAT: {
          const extra = this.#symbol === 16 ? 2 : this.#symbol === 17 ? 3 : 7
          if (!this.#need(extra)) return
          const to = this.#filled + this.#take(extra) + (this.#symbol === 18 ? 11 : 3)
          if (to > this.#literalCount + this.#distanceCount || (this.#symbol === 16 && this.#filled === 0)) {
            this.failed = true
            return
          }
          this.#lengths.fill(this.#symbol === 16 ? this.#lengths[this.#filled - 1] : 0, this.#filled, to)
          this.#filled = to
          this.#state = LENGTHS
          break
        }
        case SYMBOL: {
          const symbol = this.#symbols()
          if (symbol === -1) return
          if (symbol === 256) this.#endBlock()
          else if (symbol < 0 || symbol > 285) {
            this.failed = true
            return
          } else {
            this.#symbol = symbol - 257
            this.#state = LENGTH_BITS
          }
          break
        }
        case LENGTH_BITS:
          if (!this.#need(LENGTH_EXTRA[this.#symbol])) return
          this.#length = LENGTH_BASE[this.#symbol] + this.#take(LENGTH_EXTRA[this.#symbol])
          this.#state = DISTANCE
          break
        case DISTANCE:
          this.#symbol = this.#read(this.#distances!)
          if (this.#symbol === -1) return
          if (this.#symbol < 0 || this.#symbol > 29) {
            this.failed = true
            return
          }
          this.#state = DISTANCE_BITS
          break
        case DISTANCE_BITS:
          if (!this.#need(DISTANCE_EXTRA[this.#symbol])) return
          this.#distance = DISTANCE_BASE[this.#symbol] + this.#take(DISTANCE_EXTRA[this.#symbol])
          if (this.#distance > this.#reachable()) {
            this.failed = true
            return
          }
          this.#state = COPY
          break
        case COPY:
          if (!this.#copy()) return
          this.#state = SYMBOL
          break
        default:
          this.done = true
          return
      }
    }
  }

  /** How far a copy may reach back: to the first byte of this stream, at most a window. */
  #reachable(): number {
    return Math.min(WINDOW, this.#before + this.#pos - this.#from)
  }

  #endBlock(): void {
    this.#state = this.#final ? END : BLOCK
  }

  /** Literals and lengths: copies literals until something else comes; answers that symbol, or -1: input is lacking or the window full. */
  #symbols(): number {
    const code = this.#literals!
    const fast = code.fast
    const window = this.#window
    const input = this.#input
    const end = input.length
    let at = this.#at
    let hold = this.#hold
    let bits = this.#bits
    let pos = this.#pos
    let symbol = -1
    while (pos < WINDOW) {
      while (bits < 15 && at < end) {
        hold |= input[at++] << bits
        bits += 8
      }
      let found = fast[hold & (fast.length - 1)]
      if (found === 0 || (found & 15) > bits) {
        found = code.look(hold, bits)
        if (found < 0) {
          symbol = found
          break
        }
      }
      hold >>>= found & 15
      bits -= found & 15
      if (found >= 4096) {
        symbol = found >> 4
        break
      }
      window[pos++] = found >> 4
    }
    this.#at = at
    this.#hold = hold
    this.#bits = bits
    this.#pos = pos
    return symbol
  }

  #copy(): boolean {
    const window = this.#window
    let to = this.#pos
    let from = (to - this.#distance) & MASK
    const end = Math.min(WINDOW, to + this.#length)
    this.#length -= end - to
    while (to < end) {
      window[to++] = window[from]
      from = (from + 1) & MASK
    }
    this.#pos = to
    return this.#length === 0
  }

  #stored(): boolean {
    while (this.#length > 0) {
      if (this.#pos === WINDOW) return false
      if (this.#bits >= 8) {
        this.#window[this.#pos++] = this.#take(8)
        this.#length--
        continue
      }
      const count = Math.min(this.#length, this.#input.length - this.#at, WINDOW - this.#pos)
      if (count === 0) return false
      this.#window.set(this.#input.subarray(this.#at, this.#at + count), this.#pos)
      this.#at += count
      this.#pos += count
      this.#length -= count
    }
    return true
  }

  #tables(): boolean {
    // Without an end-of-block code the block could never end.
    if (this.#lengths[256] === 0) return false
    if (!this.#ownLiterals.build(this.#lengths, 0, this.#literalCount)) return false
    if (!this.#ownDistances.build(this.#lengths, this.#literalCount, this.#distanceCount)) return false
    this.#literals = this.#ownLiterals
    this.#distances = this.#ownDistances
    return true
  }
}
