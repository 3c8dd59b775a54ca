import { SAMPLE_TEXT } from './sample-text.ts'

/** Words of a set of bytes as bits. */
export const SET = 8

export function charactersOf(sets: Uint32Array, at: number): number {
  // As the engine's expressions tell them apart: by their lower seven bits.
  let count = 0
  for (let i = 0; i < 4; i++) count += ones(sets[at + i] | sets[at + i + 4])
  return count
}

function ones(x: number): number {
  x -= (x >>> 1) & 0x55555555
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333)
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** Digits, capitals, other letters, and the rest of a set, each that is not empty. */
export function kindsApart(set: Uint8Array): Uint8Array[] {
  const kindOf = (b: number) => (b >= 0x30 && b <= 0x39 ? 0 : b >= 0x41 && b <= 0x5a ? 1 : b >= 0x61 && b <= 0x7a ? 2 : 3)
  return [0, 1, 2, 3].map((kind) => set.map((x, b) => (kindOf(b) === kind ? x : 0))).filter((part) => part.includes(1))
}

/** What a byte becomes where a text of windows-1252 is made lower case; what some decoders leave as it is stands for itself as well. */
function lower(b: number): number {
  if ((b >= 0x41 && b <= 0x5a) || (b >= 0xc0 && b <= 0xde && b !== 0xd7)) return b + 32
  return b === 0x8a || b === 0x8c || b === 0x8e ? b + 16 : b === 0x9f ? 0xff : b
}

/** The sample of ordinary text, for counting how often what stands in it: a row has a bit for each of its places. */
export class Sample {
  readonly bytes: Uint8Array
  readonly folded: boolean
  /** The row of a set of all bytes. */
  readonly anything: Uint32Array
  private readonly words: number
  private readonly share = new Float64Array(256)
  /** By eight bytes in a row and which of them: their share. */
  private readonly shares = new Float64Array(32 * 256)
  private readonly rows = new WeakMap<Uint8Array, Uint32Array>()
  private readonly folds = new WeakMap<Uint8Array, Uint8Array>()
  private readonly all: Uint32Array

  constructor(folded: boolean) {
    this.folded = folded
    this.bytes = new TextEncoder().encode(folded ? SAMPLE_TEXT.toLowerCase() : SAMPLE_TEXT)
    this.words = (this.bytes.length + 63) >> 5
    this.all = new Uint32Array(this.words)
    this.anything = new Uint32Array(this.words).fill(0xffffffff)
    for (const byte of this.bytes) {
      this.share[byte] += 1 / this.bytes.length
      for (let bits = 0; bits < 256; bits++)
        if (bits & (1 << (byte & 7))) this.shares[(byte >> 3) * 256 + bits] += 1 / this.bytes.length
    }
  }

  /** A set as it is looked for in this sample's text. */
  fold(set: Uint8Array): Uint8Array {
    if (!this.folded) return set
    let folded = this.folds.get(set)
    if (folded === undefined) {
      folded = new Uint8Array(256)
      for (let b = 0; b < 256; b++) {
        if (set[b] === 0) continue
        folded[lower(b)] = 1
        if (b >= 0x80) folded[b] = 1
      }
      this.folds.set(set, folded)
    }
    return folded
  }

  bitsOf(set: Uint8Array): Uint32Array {
    const bits = new Uint32Array(SET)
    for (let b = 0; b < 256; b++) if (set[b]) bits[b >> 5] |= 1 << (b & 31)
    return bits
  }

  shareOf(sets: Uint32Array, at: number): number {
    const { shares } = this
    let share = 0
    for (let i = 0; i < SET; i++) {
      const x = sets[at + i]
      const row = i * 1024
      share +=
        shares[row + (x & 255)] +
        shares[row + 256 + ((x >>> 8) & 255)] +
        shares[row + 512 + ((x >>> 16) & 255)] +
        shares[row + 768 + (x >>> 24)]
    }
    return share
  }

  /** Share of the bytes that have the bits which all of a set have alike. */
  quickShare(sets: Uint32Array, at: number): number {
    let [set, clear] = [255, 255]
    for (let b = 0; b < 256; b++) {
      if (((sets[at + (b >> 5)] >>> (b & 31)) & 1) === 0) continue
      set &= b
      clear &= ~b
      if ((set | clear) === 0) return 1
    }
    let share = 0
    for (let b = 0; b < 256; b++) if ((b & set) === set && (b & clear) === 0) share += this.share[b]
    return share
  }

  rowOf(set: Uint8Array): Uint32Array {
    let row = this.rows.get(set)
    if (row === undefined) {
      row = new Uint32Array(this.words)
      for (let at = 0; at < this.bytes.length; at++) if (set[this.bytes[at]]) row[at >> 5] |= 1 << (at & 31)
      this.rows.set(set, row)
    }
    return row
  }

  /** Both sets as one. */
  join(a: Uint8Array, b: Uint8Array): Uint8Array {
    if (a === b) return a
    const both = new Uint8Array(256)
    for (let i = 0; i < 256; i++) both[i] = a[i] | b[i]
    const [one, other] = [this.rowOf(a), this.rowOf(b)]
    const row = new Uint32Array(this.words)
    for (let i = 0; i < row.length; i++) row[i] = one[i] | other[i]
    this.rows.set(both, row)
    return both
  }

  /** At how many places these sets pass in a row, and how many a byte would if bytes were independent. */
  rate(places: readonly Uint8Array[]): { count: number; product: number } {
    const { all } = this
    all.fill(0xffffffff)
    let product = 1
    places.forEach((set, i) => {
      const row = this.rowOf(set)
      this.and(row, row, i)
      product *= Math.min(1, this.shareOf(this.bitsOf(set), 0) + 1e-4)
    })
    return { count: this.count(), product }
  }

  /** At how many places pass, in a row, what either the one or the other rows hold at the places [from, to), the others moved on by `shift`. */
  countBoth(rows: readonly Uint32Array[], others: readonly Uint32Array[], shift: number, from: number, to: number): number {
    this.all.fill(0xffffffff)
    for (let place = from; place < to; place++) {
      const other = others[place - shift]
      if (other !== undefined && other !== this.anything && rows[place] !== this.anything)
        this.and(rows[place], other, place - from)
    }
    return this.count()
  }

  private and(row: Uint32Array, other: Uint32Array, ahead: number): void {
    const { all } = this
    const words = ahead >> 5
    const bits = ahead & 31
    const end = this.words - words - 1
    for (let i = 0; i < end; i++) {
      const low = row[i + words] | other[i + words]
      all[i] &= bits === 0 ? low : (low >>> bits) | ((row[i + words + 1] | other[i + words + 1]) << (32 - bits))
    }
  }

  private count(): number {
    let count = 0
    for (let i = 0; i < this.words - 1; i++) count += ones(this.all[i])
    return count
  }
}

export const RAW = new Sample(false)
/** In lower case: an engine makes that of a text in a tenth of what a search costs, and letters of either case are one. */
export const FOLDED = new Sample(true)
