import type { Codec, Units } from './units.ts'

const TAB = 0x09
const LF = 0x0a
const CR = 0x0d
const BLANK = 0x20

/** Long lines in several (RFC 5545 section 3.1, RFC 6350 section 3.2, RFC 2849): a line break and one blank or tab behind it stand for nothing. A lone LF breaks a line, too. */
export class FoldedCodec implements Codec {
  /** Bytes of a line break that are kept, `CR`, `LF` or both, and where they begin. */
  private length = 0
  private first = 0
  private at = 0

  get held(): number {
    return this.length === 0 ? Number.POSITIVE_INFINITY : this.at
  }

  decode(window: Uint8Array, i: number, base: number, out: Units): number {
    for (; i < window.length && !out.full; i++) {
      const byte = window[i]
      const ends = this.length === 2 || (this.length === 1 && this.first === LF)
      if (ends && (byte === BLANK || byte === TAB)) this.length = 0
      else if (this.length === 1 && this.first === CR && byte === LF) this.length = 2
      else {
        this.giveUp(out)
        if (byte === CR || byte === LF) {
          this.length = 1
          this.first = byte
          this.at = base + i
        } else out.push(byte, base + i, base + i + 1)
      }
    }
    return i
  }

  finish(_end: number, out: Units): void {
    this.giveUp(out)
  }

  encode(text: Uint8Array): Uint8Array {
    return text
  }

  /** What is kept folds no line: it stands for itself. */
  private giveUp(out: Units): void {
    if (this.length > 0) out.push(this.first, this.at, this.at + 1)
    if (this.length === 2) out.push(LF, this.at + 1, this.at + 2)
    this.length = 0
  }
}
