import { encodeScalar, HEX_VALUE } from '../utf8.ts'

const BACKSLASH = 0x5c
const U = 0x75
const REPLACEMENT = 0xfffd

/** What a two-character escape stands for, by its second byte; 0 when it is none. */
export const SIMPLE_ESCAPE = new Uint8Array(256)
for (const [character, stands] of Object.entries({
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
})) {
  SIMPLE_ESCAPE[character.charCodeAt(0)] = stands.charCodeAt(0)
}

/** The value of four hexadecimal digits at `at`, or −1. */
export function readHex4(bytes: Uint8Array, at: number): number {
  const a = HEX_VALUE[bytes[at]]
  const b = HEX_VALUE[bytes[at + 1]]
  const c = HEX_VALUE[bytes[at + 2]]
  const d = HEX_VALUE[bytes[at + 3]]
  return (a | b | c | d) > 15 ? -1 : (a << 12) | (b << 8) | (c << 4) | d
}

/** Who hears what the escapes of a string are. */
export interface EscapeListener {
  /** Source bytes `from`…`to` stand for `bytes[0…length)`. */
  stands(bytes: Uint8Array, length: number, from: number, to: number): void
  /** Source bytes from offset `at` on, which are `bytes[0…count)`, are no escape and stand for themselves. */
  itself(bytes: Uint8Array, count: number, at: number): void
  /** RFC 8259 (7) or UTF-16 was broken: an unknown escape, a surrogate without its other half. */
  flaw(): void
}

/**
 * One escape taken byte by byte, so that it can be cut anywhere: at most the 12 bytes of a surrogate pair. A lone surrogate
 * stands for U+FFFD (as `JSON.parse` into UTF-8 gives); of a bad escape the bytes stand for themselves.
 */
export class EscapeFragment {
  length = 0
  start = 0
  private readonly bytes = new Uint8Array(12)
  private readonly scalar = new Uint8Array(4)

  /** The next byte, at source offset `at`. False: the escape is over and the byte does not belong to it. `length` 0: it is over. */
  take(byte: number, at: number, listener: EscapeListener): boolean {
    const { bytes } = this
    if (this.length === 0) {
      this.start = at
      bytes[this.length++] = byte
      return true
    }
    // The second half of a pair is read like an escape of its own behind the first.
    let place = this.length < 6 ? this.length : this.length - 6
    if (this.length >= 6 && (place === 0 ? byte !== BACKSLASH : place === 1 ? byte !== U : HEX_VALUE[byte] === 255)) {
      this.giveUpHigh(listener)
      if (this.length === 0) return false
      place = this.length
    }
    if (place === 1 && this.length === 1 && byte !== U) {
      const stands = SIMPLE_ESCAPE[byte]
      if (stands === 0) return this.giveUp(listener)
      this.length = 0
      this.scalar[0] = stands
      listener.stands(this.scalar, 1, this.start, this.start + 2)
      return true
    }
    if (place > 1 && HEX_VALUE[byte] === 255) return this.giveUp(listener)
    bytes[this.length++] = byte
    if (this.length === 12) this.endSecond(listener)
    else if (this.length === 6) this.endFirst(listener)
    return true
  }

  /** The document ends inside the escape. */
  finish(listener: EscapeListener): void {
    if (this.length >= 6) this.giveUpHigh(listener)
    if (this.length > 0) this.giveUp(listener)
  }

  private endFirst(listener: EscapeListener): void {
    const unit = readHex4(this.bytes, 2)
    if (unit >= 0xd800 && unit < 0xdc00) return
    if (unit >= 0xdc00 && unit < 0xe000) this.giveUpHigh(listener)
    else this.end(unit, 6, listener)
  }

  private endSecond(listener: EscapeListener): void {
    const unit = readHex4(this.bytes, 8)
    if (unit >= 0xdc00 && unit < 0xe000) {
      this.end(0x10000 + ((readHex4(this.bytes, 2) - 0xd800) << 10) + (unit - 0xdc00), 12, listener)
      return
    }
    this.giveUpHigh(listener)
    this.endFirst(listener)
  }

  private end(scalar: number, count: number, listener: EscapeListener): void {
    this.length = 0
    listener.stands(this.scalar, encodeScalar(scalar, this.scalar), this.start, this.start + count)
  }

  /** The first six bytes are a surrogate without its other half; what follows them is an escape of its own. */
  private giveUpHigh(listener: EscapeListener): void {
    listener.flaw()
    listener.stands(this.scalar, encodeScalar(REPLACEMENT, this.scalar), this.start, this.start + 6)
    this.bytes.copyWithin(0, 6, this.length)
    this.length -= 6
    this.start += 6
  }

  private giveUp(listener: EscapeListener): false {
    const count = this.length
    this.length = 0
    listener.flaw()
    listener.itself(this.bytes, count, this.start)
    return false
  }
}
