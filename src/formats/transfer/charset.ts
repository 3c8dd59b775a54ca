import type { CodecCharset } from '../../core/charsets.ts'
import { encodeScalar } from '../utf8.ts'
import type { Codec, Units } from './units.ts'

/** The codec of a charset. */
export function createCharsetCodec(charset: CodecCharset): Codec {
  const wide = WIDE[charset]
  return wide === undefined ? new SingleByteCodec() : new WideCodec(wide.width, wide.little)
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

/** What 0x80 to 0x9f say in windows-1252 (WHATWG Encoding, index-windows-1252); the upper bytes behind them are Latin-1. */
const C1 = [
  0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0x8d, 0x17d, 0x8f, 0x90,
  0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d, 0x17e, 0x178,
]

/** windows-1252, by which Latin-1 is read too. The table is ours, because not every runtime's decoder knows the label. */
class SingleByteCodec implements Codec {
  readonly held = Number.POSITIVE_INFINITY
  private readonly utf8 = new Uint8Array(4)

  decode(window: Uint8Array, i: number, base: number, out: Units): number {
    const { utf8 } = this
    while (i < window.length && !out.full) {
      const byte = window[i]
      const at = base + i++
      if (byte < 0x80) out.push(byte, at, at + 1)
      else {
        const length = encodeScalar(byte < 0xa0 ? C1[byte - 0x80] : byte, utf8)
        for (let k = 0; k < length; k++) out.push(utf8[k], at, at + 1)
      }
    }
    return i
  }

  finish(): void {}

  encode(text: Uint8Array): Uint8Array {
    return Uint8Array.from(new TextDecoder().decode(text), (character) => {
      const scalar = character.codePointAt(0)!
      if (scalar < 0x80 || (scalar >= 0xa0 && scalar < 0x100)) return scalar
      const at = C1.indexOf(scalar)
      return at < 0 ? QUESTION : at + 0x80
    })
  }
}
