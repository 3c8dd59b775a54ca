import { encodeBase32, FIVE_BITS, QUANTUM_BYTES, QUANTUM_LETTERS } from './base32.ts'
import { PAD } from './base64.ts'
import type { EncodedRun, RunSink } from './encoded-run.ts'
import { continues, WAIT } from './line-break.ts'
import { TextLikeness } from './text-likeness.ts'

const BLANK = 0x20
/** Letters in each half of a quantum, whose twenty bits are kept as one number. */
const HALF = QUANTUM_LETTERS / 2

/** A run of base32 (RFC 4648, section 6), with or without padding, perhaps over several lines, read from a letter at which a quantum begins. */
export class Base32Run implements EncodedRun {
  readonly unitBytes = QUANTUM_BYTES
  done = false
  at: number
  unitAt: number
  private high = 0
  private low = 0
  private letters = 0
  private padded = false
  private readonly likeness = new TextLikeness()
  private readonly quantum = new Uint8Array(QUANTUM_BYTES)

  constructor(at: number) {
    this.at = this.unitAt = at
  }

  pull(text: Uint8Array, base: number, end: number, last: boolean, sink: RunSink): void {
    while (!this.done && this.at < end) {
      const byte = text[this.at - base]
      const value = FIVE_BITS[byte]
      if (value !== 255) {
        if (this.letters === 0) this.unitAt = this.at
        this.take(value)
        this.at++
        if (this.letters === QUANTUM_LETTERS) this.giveQuantum(sink)
        continue
      }
      if (byte === PAD && this.letters >= 2) {
        const to = this.at + QUANTUM_LETTERS - this.letters
        if (to > end && !last) return
        this.padded = true
        while (this.at < Math.min(to, end) && text[this.at - base] === PAD) this.at++
        this.finish(sink)
        return
      }
      const next = continues(text, this.at - base, end - base, last, isLetter)
      if (next === WAIT) return
      if (next < 0) this.finish(sink)
      else this.at = next + base
    }
    if (last && !this.done) this.finish(sink)
  }

  blanks(length: number, replaced: number): number {
    return (((replaced - length) % QUANTUM_BYTES) + QUANTUM_BYTES) % QUANTUM_BYTES
  }

  encode(lead: Uint8Array, text: Uint8Array, trail: Uint8Array, replaced: number, atEnd: boolean): Uint8Array {
    const length = lead.length + text.length + trail.length
    const bytes = new Uint8Array(length + this.blanks(length, replaced)).fill(BLANK)
    bytes.set(lead)
    bytes.set(text, lead.length)
    bytes.set(trail, bytes.length - trail.length)
    return encodeBase32(bytes, atEnd && this.padded)
  }

  private take(value: number): void {
    if (this.letters++ < HALF) this.high = (this.high << 5) | value
    else this.low = (this.low << 5) | value
  }

  /** Bytes of the quantum as it stands, missing letters read as zeros. */
  private fill(): void {
    while (this.letters < QUANTUM_LETTERS) this.take(0)
    const { quantum, high, low } = this
    quantum[0] = high >> 12
    quantum[1] = high >> 4
    quantum[2] = (high << 4) | (low >> 16)
    quantum[3] = low >> 8
    quantum[4] = low
    this.high = this.low = this.letters = 0
  }

  private giveQuantum(sink: RunSink): void {
    this.fill()
    sink.decoded(this.quantum, QUANTUM_BYTES, this.unitAt, this.at)
    this.unitAt = this.at
    for (const byte of this.quantum) if (!this.likeness.take(byte)) this.done = true
  }

  /** The run ends: 2, 4, 5 or 7 letters are left of 1 to 4 bytes; a letter that fills no byte says nothing. */
  private finish(sink: RunSink): void {
    this.done = true
    const count = (this.letters * 5) >> 3
    if (count > 0) {
      this.fill()
      sink.decoded(this.quantum, count, this.unitAt, this.at)
    }
    this.high = this.low = this.letters = 0
    this.unitAt = this.at
  }
}

function isLetter(byte: number): boolean {
  return FIVE_BITS[byte] !== 255
}
