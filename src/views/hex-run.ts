import { HEX_VALUE } from '../core/utf8.ts'
import type { EncodedRun, RunSink } from './encoded-run.ts'
import { continues, WAIT } from './line-break.ts'
import { TextLikeness } from './text-likeness.ts'

const LOWER = '0123456789abcdef'
const UPPER = '0123456789ABCDEF'

/** A run of hexadecimal pairs (RFC 4648, section 8), perhaps over several lines, read from the first digit of a pair. */
export class HexRun implements EncodedRun {
  readonly unitBytes = 1
  done = false
  at: number
  unitAt: number
  private upper = false
  private readonly likeness = new TextLikeness()
  private readonly byte = new Uint8Array(1)

  constructor(at: number) {
    this.at = this.unitAt = at
  }

  pull(text: Uint8Array, base: number, end: number, last: boolean, sink: RunSink): void {
    while (!this.done) {
      let i = this.at - base
      const stop = end - base
      if (i >= stop) {
        this.done = last
        return
      }
      if (HEX_VALUE[text[i]] === 255) {
        const next = continues(text, i, stop, last, isDigit)
        if (next === WAIT) return
        if (next < 0) {
          this.done = true
          return
        }
        i = next
      }
      // What is waited for are digits: nothing that may be something else, like an escape, waits with them.
      if (i < stop && HEX_VALUE[text[i]] === 255) this.done = true
      else if (i + 1 < stop && HEX_VALUE[text[i + 1]] === 255) this.done = true
      else if (i + 2 > stop) {
        if (!last) return
        this.done = true
      }
      if (this.done) return
      if (isCapital(text[i]) || isCapital(text[i + 1])) this.upper = true
      const byte = (HEX_VALUE[text[i]] << 4) | HEX_VALUE[text[i + 1]]
      this.byte[0] = byte
      sink.decoded(this.byte, 1, i + base, i + 2 + base)
      this.at = this.unitAt = i + 2 + base
      if (!this.likeness.take(byte)) this.done = true
    }
  }

  blanks(): number {
    return 0
  }

  encode(lead: Uint8Array, text: Uint8Array, trail: Uint8Array): Uint8Array {
    const digits = this.upper ? UPPER : LOWER
    const out: number[] = []
    for (const bytes of [lead, text, trail])
      for (const byte of bytes) out.push(digits.charCodeAt(byte >> 4), digits.charCodeAt(byte & 15))
    return Uint8Array.from(out)
  }
}

function isDigit(byte: number): boolean {
  return HEX_VALUE[byte] !== 255
}

function isCapital(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x46
}
