import { encodeBase64, isUrlOnly, PAD, SIX_BITS } from './base64.ts'
import type { EncodedRun, RunSink } from './encoded-run.ts'
import { continues, WAIT } from './line-break.ts'
import { TextLikeness } from './text-likeness.ts'

const BLANK = 0x20

/**
 * A run of base64 or base64url (RFC 4648), with or without padding, perhaps over several lines (RFC 2045, section 6.8), read from a letter at which a quantum begins.
 */
export class Base64Run implements EncodedRun {
  readonly unitBytes = 3
  done = false
  at: number
  unitAt: number
  private bits = 0
  private letters = 0
  private url = false
  private padded = false
  /** Undefined where the run need not be text. */
  private readonly likeness: TextLikeness | undefined
  private readonly quantum = new Uint8Array(3)

  constructor(at: number, binary = false) {
    this.at = this.unitAt = at
    this.likeness = binary ? undefined : new TextLikeness()
  }

  pull(text: Uint8Array, base: number, end: number, last: boolean, sink: RunSink): void {
    while (!this.done && this.at < end) {
      const byte = text[this.at - base]
      const value = SIX_BITS[byte]
      if (value !== 255) {
        if (this.letters === 0) this.unitAt = this.at
        if (isUrlOnly(byte)) this.url = true
        this.bits = (this.bits << 6) | value
        this.at++
        if (++this.letters === 4) this.giveQuantum(sink)
        continue
      }
      if (byte === PAD && this.letters >= 2) {
        const to = this.at + 4 - this.letters
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

  /** The remainder stays, and with it the padding, also where that is written elsewhere or not at all. */
  blanks(length: number, replaced: number): number {
    return (((replaced - length) % 3) + 3) % 3
  }

  encode(lead: Uint8Array, text: Uint8Array, trail: Uint8Array, replaced: number, atEnd: boolean): Uint8Array {
    const length = lead.length + text.length + trail.length
    const bytes = new Uint8Array(length + this.blanks(length, replaced)).fill(BLANK)
    bytes.set(lead)
    bytes.set(text, lead.length)
    bytes.set(trail, bytes.length - trail.length)
    return encodeBase64(bytes, this.url, atEnd && this.padded)
  }

  /** Writes `bytes` in place of the whole run, padded as it was or, if that does not show, as its alphabet has it. */
  encodeWhole(bytes: Uint8Array, replaced: number): Uint8Array {
    return encodeBase64(bytes, this.url, this.padded || (replaced % 3 === 0 && !this.url))
  }

  private giveQuantum(sink: RunSink): void {
    const { quantum, bits } = this
    quantum[0] = bits >> 16
    quantum[1] = bits >> 8
    quantum[2] = bits
    this.bits = this.letters = 0
    sink.decoded(quantum, 3, this.unitAt, this.at)
    this.unitAt = this.at
    const { likeness } = this
    if (likeness === undefined) return
    if (!(likeness.take(quantum[0]) && likeness.take(quantum[1]) && likeness.take(quantum[2]))) this.done = true
  }

  /** The run ends: two letters are left of one byte, three of two; one alone says nothing. */
  private finish(sink: RunSink): void {
    this.done = true
    if (this.letters >= 2) {
      const bits = this.bits << (6 * (4 - this.letters))
      this.quantum[0] = bits >> 16
      this.quantum[1] = bits >> 8
      sink.decoded(this.quantum, this.letters - 1, this.unitAt, this.at)
    }
    this.letters = 0
    this.unitAt = this.at
  }
}

function isLetter(byte: number): boolean {
  return SIX_BITS[byte] !== 255
}
