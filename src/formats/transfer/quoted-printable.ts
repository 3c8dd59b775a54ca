import { HEX_VALUE } from '../utf8.ts'
import type { Codec, Units } from './units.ts'

const EQUALS = 0x3d
const LF = 0x0a
const CR = 0x0d
/** White space of a soft line break that is waited for. */
const MAX_FRAGMENT = 80
const HEX = '0123456789ABCDEF'

/**
 * Quoted-printable (RFC 2045 section 6.7): `=XX` is a byte, `=` at the end of a line (white space may stand between) joins it with the
 * next. An `=` that is neither stands for itself, as lenient decoders have it.
 */
export class QuotedPrintableCodec implements Codec {
  private readonly fragment = new Uint8Array(MAX_FRAGMENT)
  private length = 0
  private at = 0

  get held(): number {
    return this.length === 0 ? Number.POSITIVE_INFINITY : this.at
  }

  decode(window: Uint8Array, i: number, base: number, out: Units): number {
    while (i < window.length && !out.full) {
      const byte = window[i]
      if (this.length === 0) {
        if (byte === EQUALS) this.start(base + i)
        else out.push(byte, base + i, base + i + 1)
        i++
      } else if (this.take(byte, base + i, out)) i++
      else this.giveUp(out)
    }
    return i
  }

  finish(_end: number, out: Units): void {
    this.giveUp(out)
  }

  encode(text: Uint8Array): Uint8Array {
    const out: number[] = []
    for (const byte of text) {
      if (byte >= 0x20 && byte < 0x7f && byte !== EQUALS) out.push(byte)
      else out.push(EQUALS, HEX.charCodeAt(byte >> 4), HEX.charCodeAt(byte & 15))
    }
    return Uint8Array.from(out)
  }

  private start(at: number): void {
    this.fragment[0] = EQUALS
    this.length = 1
    this.at = at
  }

  /** The next byte behind an `=`; false when it does not go on with what is kept. */
  private take(byte: number, at: number, out: Units): boolean {
    const { fragment, length } = this
    const last = fragment[length - 1]
    const blank = byte === 0x20 || byte === 0x09
    if (length === 2 && HEX_VALUE[last] < 16 && HEX_VALUE[byte] < 16) {
      this.length = 0
      out.push((HEX_VALUE[last] << 4) | HEX_VALUE[byte], this.at, at + 1)
      return true
    }
    if (last === CR) {
      // A lone CR ends a line, too.
      this.length = 0
      if (byte === LF) return true
      return this.again(byte, at, out)
    }
    if (byte === LF && (length === 1 || last === 0x20 || last === 0x09)) {
      this.length = 0
      return true
    }
    const goesOn =
      (length === 1 && (HEX_VALUE[byte] < 16 || blank || byte === CR)) ||
      (length > 1 && (last === 0x20 || last === 0x09) && (blank || byte === CR) && length < MAX_FRAGMENT)
    if (!goesOn) return false
    fragment[this.length++] = byte
    return true
  }

  /** The byte behind a line that was joined. */
  private again(byte: number, at: number, out: Units): boolean {
    if (byte === EQUALS) this.start(at)
    else out.push(byte, at, at + 1)
    return true
  }

  /** What is kept is no escape: it stands for itself. */
  private giveUp(out: Units): void {
    for (let i = 0; i < this.length; i++) out.push(this.fragment[i], this.at + i, this.at + i + 1)
    this.length = 0
  }
}
