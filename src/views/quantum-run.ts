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
  /** Bits of the letters so far, those that are no bytes of the quantum yet the lowest `#spare`. */
  #bits = 0
  #spare = 0
  #letters = 0
  #bytes = 0

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
    while (!this.done && this.at < end) {
      const byte = text[this.at - base]
      const value = values[byte]
      if (value !== 255) {
        if (this.#letters === 0) this.unitAt = this.at
        if (value >= 62) this.sawLast(byte)
        this.#bits = (this.#bits << bits) | value
        this.#spare += bits
        if (this.#spare >= 8) {
          this.#spare -= 8
          this.#quantum[this.#bytes++] = this.#bits >> this.#spare
        }
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
    sink.decoded(quantum, quantum.length, this.unitAt, this.at)
    this.#begin()
    const likeness = this.#likeness
    if (likeness === undefined) return
    for (const byte of quantum) if (!likeness.take(byte)) this.done = true
  }

  /** The run ends: of letters that are left, whole bytes count. */
  #finish(sink: RunSink): void {
    this.done = true
    if (this.#bytes > 0) sink.decoded(this.#quantum, this.#bytes, this.unitAt, this.at)
    this.#begin()
  }

  #begin(): void {
    this.#bits = this.#spare = this.#letters = this.#bytes = 0
    this.unitAt = this.at
  }
}
