import { HEX_VALUE } from '../core/utf8.ts'
import { EMPTY } from '../core/wire.ts'
import { SIX_BITS } from './base64.ts'
import { TEXT_BYTE, TextLikeness } from './text-likeness.ts'

/** Numbers in a row that must read as text. */
export const ROW_NUMBERS = 6
/** Of decimal ones, those of two digits, of three from 100 to 199, that are next to one another: by these a kernel's look finds a row. */
const TWO_ALIKE = 4
const THREE_ALIKE = 3
/** Bytes within which the numbers of a row are looked at. */
const ROW_SIGHT = 56
const MOST_NUMBERS = ROW_SIGHT / 3 + 1

const DASH = 0x2d
const ZERO = 0x30
const ONE = 0x31
const TWO = 0x32
const X = 0x78

/** 1 at what values are made of: of decimal numbers only rows of these are read, as figures below 127 come in rows everywhere. */
const VALUE_BYTE = new Uint8Array(256)
for (const character of '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz @.-_')
  VALUE_BYTE[character.charCodeAt(0)] = 1

/**
 * Rows of numbers that may be the bytes of a text, as programs, dumps and mail write them: `34 31`, `0x34, 0x31`, `=34=31` in hexadecimal, `52,49`, `109 97` in
 * decimal, with the same one or two bytes between all of them.
 */
export class NumberRow {
  /** What stands between the numbers of the row, `0x` included. */
  gap: Uint8Array = EMPTY
  /** Index of the first digit of the row, if it is one of hexadecimal numbers, of decimal ones; -1: it is none. */
  hexStart = -1
  decimalStart = -1
  /** Numbers beyond sight stand before them. */
  cut = false
  // The last numbers, the last one first.
  private readonly starts = new Int32Array(MOST_NUMBERS)
  private readonly ends = new Int32Array(MOST_NUMBERS)
  private text: Uint8Array = EMPTY
  private dashed = false
  /** More than a byte stands between them. */
  private apart = false

  /** Does such a row stand before `text[at]`, with which the next gap begins? */
  endsAt(text: Uint8Array, at: number): boolean {
    this.text = text
    this.dashed = text[at] === DASH
    const last = this.numberStart(at)
    if (last < 0) return false
    const isPrefixed = this.isPrefixed(last)
    const behindGap = isPrefixed ? last - 2 : last
    let gapAt = behindGap - 1
    if (!this.dashed && gapAt > 0 && SIX_BITS[text[gapAt - 1]] === 255) gapAt--
    if (gapAt <= 0 || text[gapAt] !== text[at]) return false
    const { starts, ends } = this
    const length = last - gapAt
    this.apart = length > 1
    let mayBeHex = true
    let mayBeDecimal = true
    let count = 0
    let start = last
    for (let end = at; ; ) {
      starts[count] = start
      ends[count++] = end
      // figures are dismissed by the last of them
      if (count <= ROW_NUMBERS) {
        mayBeHex &&= isText(this.hex(count - 1))
        mayBeDecimal &&= !isPrefixed && VALUE_BYTE[this.decimal(count - 1)] === 1
        if (!mayBeHex && !mayBeDecimal) return false
      }
      const before = start - length
      if (before < 2 || !this.isGap(gapAt, before, length)) break
      start = this.numberStart(before)
      if (start < 0 || this.isPrefixed(start) !== isPrefixed) break
      if (at - start > ROW_SIGHT) break
      end = before
    }
    if (count < ROW_NUMBERS) return false
    this.hexStart = this.hexFrom(count)
    this.decimalStart = isPrefixed ? -1 : this.decimalFrom(count, mayBeDecimal)
    if (this.hexStart < 0 && this.decimalStart < 0) return false
    const first = starts[count - 1]
    this.cut = (this.hexStart === first || this.decimalStart === first) && this.goesOnBefore(first, gapAt, length)
    this.gap = text.slice(gapAt, last)
    return true
  }

  /** Index of the first digit of the number that ends before `end`; -1: there is none. */
  private numberStart(end: number): number {
    const { text } = this
    if (end < 2 || (HEX_VALUE[text[end - 1]] | HEX_VALUE[text[end - 2]]) > 15) return -1
    if (end === 2 || this.divides(text[end - 3])) return end - 2
    if (end >= 4 && (text[end - 3] | 0x20) === X)
      return text[end - 4] === ZERO && (end === 4 || this.divides(text[end - 5])) ? end - 2 : -1
    const isThree = (text[end - 3] === ONE || text[end - 3] === TWO) && isDecimal(text[end - 2]) && isDecimal(text[end - 1])
    return isThree && !this.dashed && (end === 3 || this.divides(text[end - 4])) ? end - 3 : -1
  }

  private divides(byte: number): boolean {
    return this.dashed ? byte === DASH || SIX_BITS[byte] === 255 : SIX_BITS[byte] === 255
  }

  private isPrefixed(start: number): boolean {
    return start >= 2 && (this.text[start - 1] | 0x20) === X
  }

  /** Does the gap at `gapAt` stand at `at` as well? */
  private isGap(gapAt: number, at: number, length: number): boolean {
    const { text } = this
    for (let i = 0; i < length; i++) if (text[gapAt + i] !== text[at + i]) return false
    return true
  }

  private goesOnBefore(start: number, gapAt: number, length: number): boolean {
    return start - length >= 2 && this.isGap(gapAt, start - length, length) && this.numberStart(start - length) >= 0
  }

  /** The byte that the number is in hexadecimal; -1: it has three digits. */
  private hex(number: number): number {
    const { text, starts, ends } = this
    const at = starts[number]
    return ends[number] - at === 2 ? (HEX_VALUE[text[at]] << 4) | HEX_VALUE[text[at + 1]] : -1
  }

  /** The byte that the number is in decimal; -1: it has other digits. */
  private decimal(number: number): number {
    const { text } = this
    let value = 0
    for (let at = this.starts[number]; at < this.ends[number]; at++) {
      if (!isDecimal(text[at])) return -1
      value = 10 * value + text[at] - ZERO
    }
    return value
  }

  private areHexText(): boolean {
    const likeness = new TextLikeness()
    for (let number = ROW_NUMBERS - 1; number >= 0; number--) {
      const byte = this.hex(number)
      // further apart, those of ASCII are looked for
      if (byte < 0 || (byte >= 0x80 && this.apart)) return false
      likeness.take(byte)
      if (!likeness.isText) return false
    }
    return true
  }

  /** Where the row begins, read as hexadecimal; -1: it is none. */
  private hexFrom(count: number): number {
    if (!this.areHexText()) return -1
    let first = ROW_NUMBERS
    while (first < count && isText(this.hex(first))) first++
    return this.starts[first - 1]
  }

  /** Likewise as decimal. `isValue`: its last numbers are what values are made of; of a row that reads as text in hexadecimal, any text will do. */
  private decimalFrom(count: number, isValue: boolean): number {
    let first = 0
    while (first < count && isText(this.decimal(first))) first++
    if (first < ROW_NUMBERS || (this.hexStart < 0 && !isValue)) return -1
    let alike = 0
    let length = 0
    for (let number = 0; number < count; number++) {
      const digits = this.ends[number] - this.starts[number]
      const isHigh = digits === 3 && this.text[this.starts[number]] !== ONE
      alike = isHigh ? 0 : digits === length ? alike + 1 : 1
      length = isHigh ? 0 : digits
      if (alike === (length === 2 ? TWO_ALIKE : THREE_ALIKE)) return this.starts[first - 1]
    }
    return -1
  }
}

function isDecimal(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}

function isText(byte: number): boolean {
  return byte >= 0x80 ? byte <= 0xff : byte >= 0 && TEXT_BYTE[byte] === 1
}

/** Length of a tail of `text[…end)` that may go on as a row of numbers, at most `sight`. */
export function rowTail(text: Uint8Array, end: number, sight: number): number {
  const least = Math.max(0, end - sight)
  let at = end
  let digits = 0
  let others = 0
  for (; at > least; at--) {
    const byte = text[at - 1]
    if (HEX_VALUE[byte] !== 255 || (byte | 0x20) === X) {
      if (++digits > 4) break
      others = 0
    } else {
      if (byte !== DASH && SIX_BITS[byte] !== 255) break
      if (++others > 2) break
      digits = 0
    }
  }
  return end - at
}
