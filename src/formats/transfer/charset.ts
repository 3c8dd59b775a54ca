import { type CodecCharset, isDoubleByte, type SingleByteCharset } from '../../core/charsets.ts'
import { encodeScalar } from '../utf8.ts'
import { UPPER_HALVES } from './charset-data.ts'
import { DoubleByteCodec } from './double-byte.ts'
import type { Codec, Units } from './units.ts'

/** The codec of a charset. */
export function createCharsetCodec(charset: CodecCharset): Codec {
  const wide = WIDE[charset]
  if (wide !== undefined) return new WideCodec(wide.width, wide.little)
  return isDoubleByte(charset) ? new DoubleByteCodec(charset) : new SingleByteCodec(charset as SingleByteCharset)
}

const WIDE: Readonly<Partial<Record<CodecCharset, { width: 2 | 4; little: boolean }>>> = {
  'utf-16le': { width: 2, little: true },
  'utf-16be': { width: 2, little: false },
  'utf-32le': { width: 4, little: true },
  'utf-32be': { width: 4, little: false },
}

const REPLACEMENT = 0xfffd
const QUESTION = 0x3f

/** UTF-16 and UTF-32. Half a character, a lone surrogate and what is no character read as U+FFFD; untouched they leave as they came. */
class WideCodec implements Codec {
  private readonly width: 2 | 4
  private readonly little: boolean
  private readonly kept = new Uint8Array(4)
  private length = 0
  /** A high surrogate whose other half has not come; 0 if none. */
  private high = 0
  private at = 0
  private readonly utf8 = new Uint8Array(4)

  constructor(width: 2 | 4, little: boolean) {
    this.width = width
    this.little = little
  }

  get held(): number {
    return this.length > 0 || this.high > 0 ? this.at : Number.POSITIVE_INFINITY
  }

  decode(window: Uint8Array, i: number, base: number, out: Units): number {
    const { width, kept } = this
    while (i < window.length && !out.full) {
      if (this.length === 0 && this.high === 0) this.at = base + i
      kept[this.length++] = window[i++]
      if (this.length < width) continue
      this.length = 0
      const end = base + i
      if (width === 4) this.give(this.little ? read(kept, 3, -1, 4) : read(kept, 0, 1, 4), this.at, end, out)
      else this.unit(this.little ? read(kept, 1, -1, 2) : read(kept, 0, 1, 2), end, out)
    }
    return i
  }

  finish(end: number, out: Units): void {
    if (this.high > 0 || this.length > 0) this.give(REPLACEMENT, this.at, end, out)
    this.high = this.length = 0
  }

  encode(text: Uint8Array): Uint8Array {
    const out: number[] = []
    const put = (value: number) => {
      for (let k = 0; k < this.width; k++) out.push((value / 256 ** (this.little ? k : this.width - 1 - k)) & 255)
    }
    for (const character of new TextDecoder().decode(text)) {
      if (this.width === 4) put(character.codePointAt(0)!)
      else for (let k = 0; k < character.length; k++) put(character.charCodeAt(k))
    }
    return Uint8Array.from(out)
  }

  private unit(unit: number, end: number, out: Units): void {
    const low = unit >= 0xdc00 && unit < 0xe000
    if (this.high > 0) {
      if (low) {
        this.give(0x10000 + ((this.high - 0xd800) << 10) + (unit - 0xdc00), this.at, end, out)
        this.high = 0
        return
      }
      this.give(REPLACEMENT, this.at, end - 2, out)
      this.high = 0
      this.at = end - 2
    }
    if (unit >= 0xd800 && unit < 0xdc00) this.high = unit
    else this.give(low ? REPLACEMENT : unit, this.at, end, out)
  }

  private give(scalar: number, from: number, to: number, out: Units): void {
    const { utf8 } = this
    const length = encodeScalar(scalar > 0x10ffff || (scalar >= 0xd800 && scalar < 0xe000) ? REPLACEMENT : scalar, utf8)
    for (let k = 0; k < length; k++) out.push(utf8[k], from, to)
  }
}

function read(bytes: Uint8Array, at: number, step: 1 | -1, count: number): number {
  let value = 0
  for (let k = 0; k < count; k++) value = value * 256 + bytes[at + k * step]
  return value
}

/** One byte a character. The tables are ours, because not every runtime's decoder knows the labels. */
class SingleByteCodec implements Codec {
  readonly held = Number.POSITIVE_INFINITY
  private readonly upper: string
  private readonly utf8 = new Uint8Array(4)

  constructor(charset: SingleByteCharset) {
    this.upper = UPPER_HALVES[charset]
  }

  decode(window: Uint8Array, i: number, base: number, out: Units): number {
    const { utf8, upper } = this
    while (i < window.length && !out.full) {
      const byte = window[i]
      const at = base + i++
      if (byte < 0x80) out.push(byte, at, at + 1)
      else {
        const length = encodeScalar(upper.charCodeAt(byte - 0x80), utf8)
        for (let k = 0; k < length; k++) out.push(utf8[k], at, at + 1)
      }
    }
    return i
  }

  finish(): void {}

  encode(text: Uint8Array): Uint8Array {
    return Uint8Array.from(new TextDecoder().decode(text), (character) => {
      const scalar = character.codePointAt(0)!
      if (scalar < 0x80) return scalar
      const at = this.upper.indexOf(character)
      return at < 0 ? QUESTION : at + 0x80
    })
  }
}
