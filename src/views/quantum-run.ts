import { PAD } from './base64.ts'
import type { EncodedRun, RunSink } from './encoded-run.ts'
import { continues, WAIT } from './line-break.ts'
import { TextLikeness } from './text-likeness.ts'

const BLANK = 0x20

/** An alphabet of RFC 4648: so many letters together stand for so many bytes. */
export interface Alphabet {
  /** The bits of each byte; 255 for a byte outside of it. */
  readonly values: Uint8Array
  readonly bits: 5 | 6
  readonly letters: number
  readonly bytes: number
}

/** A run of letters that stand for bytes by the quantum, with or without padding, perhaps over several lines, read from a letter at which a quantum begins. */
export abstract class QuantumRun implements EncodedRun {
  done = false
  at: number
  unitAt: number
  protected padded = false
  readonly #alphabet: Alphabet
  readonly #isLetter: (byte: number) => boolean
  /** Undefined where the run need not be text. */
  readonly #likeness: TextLikeness | undefined
  readonly #quantum: Uint8Array
  /** Bits of the letters of each half of a quantum, which are more than one number has. */
  #high = 0
  #low = 0
  #letters = 0

  constructor(at: number, alphabet: Alphabet, binary: boolean) {
    this.at = this.unitAt = at
    this.#alphabet = alphabet
    this.#isLetter = (byte) => alphabet.values[byte] !== 255
    this.#likeness = binary ? undefined : new TextLikeness()
    this.#quantum = new Uint8Array(alphabet.bytes)
  }

  get unitBytes(): number {
    return this.#alphabet.bytes
  }

  pull(text: Uint8Array, base: number, end: number, last: boolean, sink: RunSink): void {
    const { values, bits, letters } = this.#alphabet
    const half = letters >> 1
    while (!this.done && this.at < end) {
      const byte = text[this.at - base]
      const value = values[byte]
      if (value !== 255) {
        if (this.#letters === 0) this.unitAt = this.at
        if (value >= 62) this.sawLast(byte)
        if (this.#letters < half) this.#high = (this.#high << bits) | value
        else this.#low = (this.#low << bits) | value
        this.at++
        if (++this.#letters === letters) this.#giveQuantum(sink)
        continue
      }
      if (byte === PAD && this.#letters >= 2) {
        const to = this.at + letters - this.#letters
        if (to > end && !last) return
        this.padded = true
        while (this.at < Math.min(to, end) && text[this.at - base] === PAD) this.at++
        this.#finish(sink)
        return
      }
      const next = continues(text, this.at - base, end - base, last, this.#isLetter)
      if (next === WAIT) return
      if (next < 0) this.#finish(sink)
      else this.at = next + base
    }
    if (last && !this.done) this.#finish(sink)
  }

  /** The remainder stays, and with it the padding, also where that is written elsewhere or not at all. */
  blanks(length: number, replaced: number): number {
    const { bytes } = this.#alphabet
    return (((replaced - length) % bytes) + bytes) % bytes
  }

  encode(lead: Uint8Array, text: Uint8Array, trail: Uint8Array, replaced: number, atEnd: boolean): Uint8Array {
    const length = lead.length + text.length + trail.length
    const bytes = new Uint8Array(length + this.blanks(length, replaced)).fill(BLANK)
    bytes.set(lead)
    bytes.set(text, lead.length)
    bytes.set(trail, bytes.length - trail.length)
    return this.write(bytes, atEnd && this.padded)
  }

  /** `bytes` in letters; a last quantum that is not whole is padded when `padded`. */
  protected abstract write(bytes: Uint8Array, padded: boolean): Uint8Array

  /** One of the last two of 64 letters was read, by which the alphabets of base64 differ. */
  protected sawLast(_byte: number): void {}

  #giveQuantum(sink: RunSink): void {
    const quantum = this.#quantum
    this.#give(sink, quantum.length)
    const likeness = this.#likeness
    if (likeness === undefined) return
    for (let i = 0; i < quantum.length; i++) if (!likeness.take(quantum[i])) this.done = true
  }

  /** The run ends: of letters that are left, whole bytes count. */
  #finish(sink: RunSink): void {
    this.done = true
    const { bits, letters } = this.#alphabet
    const count = (this.#letters * bits) >> 3
    for (; this.#letters < letters; this.#letters++) {
      if (this.#letters < letters >> 1) this.#high <<= bits
      else this.#low <<= bits
    }
    this.#give(sink, count)
  }

  #give(sink: RunSink, count: number): void {
    const quantum = this.#quantum
    const half = 4 * quantum.length
    for (let i = 0; i < count; i++) {
      // bits of the first half behind this byte; negative: so many of its bits are the second half's
      const behind = half - 8 * (i + 1)
      const first = behind >= 0 ? this.#high >> behind : this.#high << -behind
      quantum[i] = behind >= 0 ? first : behind > -8 ? first | (this.#low >> (half + behind)) : this.#low >> (half + behind)
    }
    if (count > 0) sink.decoded(quantum, count, this.unitAt, this.at)
    this.#high = this.#low = this.#letters = 0
    this.unitAt = this.at
  }
}
