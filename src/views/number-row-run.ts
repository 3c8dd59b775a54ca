import { HEX_VALUE } from '../core/utf8.ts'
import type { EncodedRun, RunSink } from './encoded-run.ts'
import { isAlnum } from './escapes.ts'
import { TextLikeness } from './text-likeness.ts'

/** A row of numbers that are the bytes of a text (`NumberRow`), read from the first digit of a number: two digits of hexadecimal, up to three of decimal. */
export class NumberRowRun implements EncodedRun {
  readonly unitBytes = 1
  done = false
  at: number
  unitAt: number
  readonly #isHex: boolean
  readonly #gap: Uint8Array
  #first = true
  #upper = false
  readonly #likeness = new TextLikeness()
  readonly #byte = new Uint8Array(1)

  constructor(at: number, isHex: boolean, gap: Uint8Array) {
    this.at = this.unitAt = at
    this.#isHex = isHex
    this.#gap = gap
  }

  pull(text: Uint8Array, base: number, end: number, last: boolean, sink: RunSink): void {
    const stop = end - base
    while (!this.done) {
      let i = this.at - base
      // every number but the first stands behind a gap
      if (!this.#first) {
        for (let k = 0; k < this.#gap.length; k++, i++) {
          if (i >= stop) {
            this.done = last
            return
          }
          if (text[i] !== this.#gap[k]) {
            this.done = true
            return
          }
        }
      }
      const from = i
      while (i < stop && i - from < 3 && this.#isDigit(text[i])) i++
      const digits = i - from
      // a letter behind it makes it another word; what is waited for are digits
      const isOther = i < stop && isAlnum(text[i])
      if (isOther || digits > (this.#isHex ? 2 : 3) || (i < stop && digits < (this.#isHex ? 2 : 1))) this.done = true
      else if (i === stop && !last) return
      else if (digits < (this.#isHex ? 2 : 1)) this.done = true
      const byte = this.done ? -1 : this.#value(text, from, i)
      if (byte < 0 || byte > 0xff) {
        this.done = true
        return
      }
      for (let k = from; k < i; k++) if (text[k] >= 0x41 && text[k] <= 0x46) this.#upper = true
      this.#first = false
      this.#byte[0] = byte
      sink.decoded(this.#byte, 1, from + base, i + base)
      this.at = this.unitAt = i + base
      if (!this.#likeness.take(byte)) this.done = true
    }
  }

  blanks(): number {
    return 0
  }

  encode(lead: Uint8Array, text: Uint8Array, trail: Uint8Array): Uint8Array {
    const out: number[] = []
    for (const bytes of [lead, text, trail]) {
      for (const byte of bytes) {
        if (out.length > 0) out.push(...this.#gap)
        const digits = this.#isHex ? byte.toString(16).padStart(2, '0') : String(byte)
        for (const digit of this.#upper ? digits.toUpperCase() : digits) out.push(digit.charCodeAt(0))
      }
    }
    return Uint8Array.from(out)
  }

  #isDigit(byte: number): boolean {
    return this.#isHex ? HEX_VALUE[byte] !== 255 : byte >= 0x30 && byte <= 0x39
  }

  #value(text: Uint8Array, from: number, to: number): number {
    let value = 0
    for (let i = from; i < to; i++) value = value * (this.#isHex ? 16 : 10) + HEX_VALUE[text[i]]
    return value
  }
}
