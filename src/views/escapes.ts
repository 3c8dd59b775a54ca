import { encodeScalar, HEX_VALUE } from '../core/utf8.ts'
import { EMPTY } from '../core/wire.ts'
import { BESIDE_OURS, FOLD_LONE, foldScalar, standing, UNKNOWN, UNSEEN, UNSEEN_CONTROL } from './fold.ts'
import { MAX_REFERENCE_NAME, namedReference } from './references.ts'

/** What `Escapes.read` saw. */
export const NOTHING = 0
export const ESCAPE = 1
/** It depends on bytes that are not there yet. */
export const UNDECIDED = 2

/** Notations; an edit is written back in the one it replaces. */
export const BACKSLASH = 0x5c
export const PERCENT = 0x25
export const REFERENCE = 0x26
/** A character spelled as itself, or rather as its look-alike. */
export const LOOK_ALIKE = 0

const HASH = 0x23
const SEMICOLON = 0x3b
const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b
const CLOSE_BRACE = 0x7d
const SMALL_U = 0x75
const MAX_SCALAR = 0x10ffff
/** Digits of an escape of CSS. */
const MAX_CSS_DIGITS = 6
/** Blanks of an indent that are passed over. */
const MAX_CONTINUATION_INDENT = 48
/** Pairs of hexadecimal digits, all of text, behind `\x` that are more than a character. */
const BYTE_PAIRS = 8
/** Tag characters (Unicode, section 23.9): ASCII again, not seen, 0xE0000 higher. */
const TAGS = 0xe0000
/** Digits of a numeric reference, leading zeros included. */
const MAX_DIGITS = 24

/** 1 at the bytes at which `Escapes.read` may find something: all others stand for themselves. */
export const ESCAPE_LEAD = new Uint8Array(256).fill(1, 0x80)
ESCAPE_LEAD[BACKSLASH] = ESCAPE_LEAD[PERCENT] = ESCAPE_LEAD[REFERENCE] = 1
for (let byte = 0; byte < 0x80; byte++) if (UNSEEN_CONTROL[byte] === 1) ESCAPE_LEAD[byte] = 1

/** One-letter escapes (ECMAScript, C) that do not stand for their letter. */
const SIMPLE = new Uint8Array(256)
for (const [letter, stands] of Object.entries({ b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }))
  SIMPLE[letter.charCodeAt(0)] = stands.charCodeAt(0)

/** Bytes that end what a percent sign or an ampersand may begin, and are no part of anything that is written otherwise. */
const ENDS = new Uint8Array(256).fill(1, 0, 0x80)
for (let byte = 0; byte < 0x80; byte++) if (isAlnum(byte) || ESCAPE_LEAD[byte] === 1) ENDS[byte] = 0
for (const sign of '#;<') ENDS[sign.charCodeAt(0)] = 0

/** Is the percent sign or the ampersand at `at` of `text[…end)` one that nothing follows which it could stand for, wherever the text around it ends: `50 % off`, `AT&T`, `?a=1&b=2`? */
export function isPlainSign(text: Uint8Array, at: number, end: number): boolean {
  let i = at + 1
  if (text[at] === REFERENCE) {
    const most = Math.min(end, i + MAX_REFERENCE_NAME)
    while (i < most && isAlnum(text[i])) i++
  } else if (text[at] !== PERCENT) return false
  return i < end && ENDS[text[i]] === 1
}

/**
 * Reads one character that is written otherwise than it reads, of any notation, at a place in text:
 * backslash escapes (`\n`, `\u0041` and its pairs, `\u{41}`, `\x41`, `\U00000041`, `\101`, `\41 ` of CSS, `\` before a line break or any other character),
 * percent triplets (`%41`, of one UTF-8 character together, and `%u0041`), character references (`&#65;`, `&#x41;`, `&commat;`), look-alike and
 * unseen characters, overlong UTF-8, single bytes of windows-1252. What is decoded is folded at once (`\uff11` reads as 1). An escape that another one cuts
 * short (`\u00%34` `&#5%31;`) is none yet: it is one in the text that the other one decoded gives.
 *
 * Contract: the answer depends on the text alone, not on its cuts; with `last` it is never UNDECIDED. At most 64 bytes before and behind the place
 * are looked at.
 */
export class Escapes {
  /** Source bytes of what was read: of an escape; of NOTHING the bytes that are passed over with it. */
  length = 0
  /** What the escape reads as: `stands` bytes; 0 when it is not seen. */
  readonly bytes = new Uint8Array(4)
  stands = 0
  notation = LOOK_ALIKE
  private bytesAt: Uint8Array = EMPTY
  private end = 0
  private last = false

  /** Reads at `at` of `text[…end)`; `last`: the text ends there. */
  read(text: Uint8Array, at: number, end: number, last: boolean): number {
    this.bytesAt = text
    this.end = end
    this.last = last
    this.length = 1
    const byte = text[at]
    switch (byte) {
      case BACKSLASH:
        return this.backslash(at)
      case PERCENT:
        return this.percent(at)
      case REFERENCE:
        return this.reference(at)
    }
    if (byte >= 0x80) return this.character(at)
    return UNSEEN_CONTROL[byte] === 1 ? this.gives(UNSEEN, 1, LOOK_ALIKE) : NOTHING
  }

  /** `scalar` of any plane, as a reader of folded text sees it. */
  private scalar(scalar: number, length: number, notation: number): number {
    if (scalar < 0x80) return this.gives(UNSEEN_CONTROL[scalar] === 1 ? UNSEEN : scalar, length, notation)
    // tags are text only in a row: the next view sees whether they are
    if (isTag(scalar)) return this.stand(scalar, length, notation)
    // HTML reads the numbers 128 to 159 as windows-1252, and so do people
    const folded = (scalar < 0xa0 && FOLD_LONE[scalar]) || (scalar < 0xa0 && notation === REFERENCE ? 0 : foldScalar(scalar))
    return folded !== 0 ? this.gives(folded, length, notation) : this.stand(scalar, length, notation)
  }

  private stand(scalar: number, length: number, notation: number): number {
    this.length = length
    this.notation = notation
    this.stands = encodeScalar(scalar > MAX_SCALAR || (scalar >= 0xd800 && scalar < 0xe000) ? 0xfffd : scalar, this.bytes)
    return ESCAPE
  }

  private gives(ascii: number, length: number, notation: number): number {
    this.length = length
    this.notation = notation
    this.bytes[0] = ascii
    this.stands = ascii === UNSEEN ? 0 : 1
    return ESCAPE
  }

  /** The value of `count` hexadecimal digits at `at`; −1 when they are not there, −2 when the text ends before that is known. */
  private hex(at: number, count: number): number {
    let value = 0
    for (let i = at; i < at + count; i++) {
      if (i >= this.end) return this.last ? -1 : -2
      const digit = HEX_VALUE[this.bytesAt[i]]
      if (digit === 255) return -1
      value = value * 16 + digit
    }
    return value
  }

  private backslash(at: number): number {
    const { bytesAt: text, end, last } = this
    if (at + 1 >= end) return last ? NOTHING : UNDECIDED
    const second = text[at + 1]
    switch (second) {
      case SMALL_U:
        return text[at + 2] === OPEN_BRACE && at + 2 < end ? this.braced(at) : this.unit(at, BACKSLASH)
      case 0x55: // U
        return this.digits(at, 8)
      case 0x78: // x
        return text[at + 2] === OPEN_BRACE && at + 2 < end ? this.braced(at) : this.byte(at)
      case 0x0a:
        return this.continuation(at, at + 2)
      case 0x0d:
        if (at + 2 >= end && !last) return UNDECIDED
        return this.continuation(at, at + 2 < end && text[at + 2] === 0x0a ? at + 3 : at + 2)
      case 0xe2:
        if (at + 3 >= end) return last ? NOTHING : UNDECIDED
        // U+2028 and U+2029 are line breaks (ECMAScript, section 12.3)
        return text[at + 2] === 0x80 && (text[at + 3] & 0xfe) === 0xa8 ? this.gives(UNSEEN, 4, BACKSLASH) : NOTHING
    }
    if (second >= 0x30 && second <= 0x37) return this.octal(at)
    if (SIMPLE[second] !== 0) return this.gives(SIMPLE[second], 2, BACKSLASH)
    // before any other character it says nothing
    return second !== BACKSLASH && ESCAPE_LEAD[second] === 1 ? NOTHING : this.gives(second, 2, BACKSLASH)
  }

  /** A line that goes on in the next, which begins at `next`: YAML, TOML and property files pass over its indent. */
  private continuation(at: number, next: number): number {
    let i = next
    while (i < this.end && i - next < MAX_CONTINUATION_INDENT && isBlank(this.bytesAt[i])) i++
    if (i === this.end && i - next < MAX_CONTINUATION_INDENT && !this.last) return UNDECIDED
    return this.gives(UNSEEN, i - at, BACKSLASH)
  }

  /** `\x41`; of what PostgreSQL writes for bytes, `\x41424344…`, the digits are a run. */
  private byte(at: number): number {
    const { bytesAt: text, end, last } = this
    let pairs = 0
    for (; pairs < BYTE_PAIRS; pairs++) {
      const i = at + 2 + 2 * pairs
      if (i + 2 > end) {
        if (!last) return UNDECIDED
        break
      }
      const value = (HEX_VALUE[text[i]] << 4) | HEX_VALUE[text[i + 1]]
      if (value < 0x20 || value > 0x7e) break
    }
    if (pairs < BYTE_PAIRS) return this.digits(at, 2)
    this.length = 2
    return NOTHING
  }

  /** `\U0001F600`. */
  private digits(at: number, count: number): number {
    const value = this.hex(at + 2, count)
    if (value === -2) return UNDECIDED
    return value < 0 ? NOTHING : this.scalar(value, 2 + count, BACKSLASH)
  }

  /** `\u{1F600}`, `\x{41}` of Perl. */
  private braced(at: number): number {
    const { bytesAt: text, end } = this
    let value = 0
    for (let i = at + 3; i < at + 12; i++) {
      if (i >= end) return this.last ? NOTHING : UNDECIDED
      if (text[i] === CLOSE_BRACE && i > at + 3) return this.scalar(value, i + 1 - at, BACKSLASH)
      const digit = HEX_VALUE[text[i]]
      if (digit === 255) break
      value = value * 16 + digit
    }
    return NOTHING
  }

  /**
   * `\101` of C, or what begins alike: `\34 ` and `\000034` of CSS (Syntax Level 3, section 4.3.7), where these stand in a row, have all six digits, or would be
   * a control character otherwise; `\7` of relaxed JSON, which is the digit itself.
   */
  private octal(at: number): number {
    const { bytesAt: text, end } = this
    const css = this.css(at)
    if (css !== NOTHING) return css
    let value = 0
    let i = at + 1
    while (i < at + 4) {
      if (i >= end) {
        if (!this.last) return UNDECIDED
        break
      }
      const digit = text[i] - 0x30
      if (digit < 0 || digit > 7 || value * 8 + digit > 0xff) break
      value = value * 8 + digit
      i++
    }
    if (i === at + 2 && value > 0) return this.gives(text[at + 1], 2, BACKSLASH)
    if (i < at + 4 && i < end && text[i] !== BACKSLASH && ESCAPE_LEAD[text[i]] === 1) return NOTHING
    return this.scalar(value, i - at, BACKSLASH)
  }

  /** The escape at `at` if it is one of CSS; NOTHING if it is none. */
  private css(at: number): number {
    const { bytesAt: text, end, last } = this
    let value = 0
    // what it would be in C, up to the first digit that is none there
    let octal = 0
    let isOctal = true
    let i = at + 1
    for (; i < end && i <= at + MAX_CSS_DIGITS; i++) {
      const digit = HEX_VALUE[text[i]]
      if (digit === 255) break
      value = value * 16 + digit
      isOctal &&= digit < 8 && i < at + 4
      if (isOctal) octal = octal * 8 + digit
    }
    // what follows a blank tells whether there is a row of them
    if (i + 2 > end && !last) return UNDECIDED
    const digits = i - at - 1
    if (digits < 2 || value < 0x20 || value > MAX_SCALAR) return NOTHING
    // in a row without blanks, one behind it is no part of it
    const blank = i < end && isSpace(text[i]) && !isBehindDigits(text, at) ? 1 : 0
    const padded = digits === MAX_CSS_DIGITS && value < 0x10000
    // three digits are how C writes them
    const inRow = digits !== 3 && blank === 1 && ((i + 1 < end && text[i + 1] === BACKSLASH) || this.isBehindCss(at))
    const control = octal < 0x20 && !isSpace(octal) && value < 0x7f && text[i] !== OPEN_BRACKET
    // `maria\40 example.com`, where C would have a blank and one more
    const between = value === 0x40 && blank === 1 && at > 0 && isAlnum(text[at - 1]) && i + 1 < end && isAlnum(text[i + 1])
    return padded || inRow || control || between ? this.scalar(value, digits + 1 + blank, BACKSLASH) : NOTHING
  }

  /** Does `\34 ` or the like end before `at`? */
  private isBehindCss(at: number): boolean {
    const { bytesAt: text } = this
    if (at < 4 || !isSpace(text[at - 1])) return false
    let i = at - 2
    while (i > 0 && at - i < MAX_CSS_DIGITS + 2 && HEX_VALUE[text[i]] !== 255) i--
    return text[i] === BACKSLASH && at - i > 3
  }

  /** `\u0041` or `%u0041`, a surrogate with its other half. */
  private unit(at: number, mark: number): number {
    const { bytesAt: text, end, last } = this
    const value = this.hex(at + 2, 4)
    if (value === -2) return UNDECIDED
    if (value < 0) return NOTHING
    if (value < 0xd800 || value >= 0xdc00) return this.scalar(value, 6, mark)
    if (at + 6 < end ? text[at + 6] === mark : !last) {
      if (at + 7 < end ? text[at + 7] === SMALL_U : !last) {
        const low = this.hex(at + 8, 4)
        if (low === -2) return UNDECIDED
        if (low >= 0xdc00 && low < 0xe000) return this.scalar(0x10000 + ((value - 0xd800) << 10) + (low - 0xdc00), 12, mark)
      }
    }
    return this.scalar(0xfffd, 6, mark)
  }

  private percent(at: number): number {
    if (at + 1 < this.end && (this.bytesAt[at + 1] | 0x20) === SMALL_U) return this.unit(at, PERCENT)
    const first = this.hex(at + 1, 2)
    if (first === -2) return UNDECIDED
    if (first < 0) return NOTHING
    if (first < 0x80) return this.scalar(first, 3, PERCENT)
    // the triplets of one UTF-8 character
    const count = utf8Length(first)
    let value = count === 0 ? 0 : first & (0x7f >> count)
    for (let k = 1; k < count; k++) {
      const from = at + 3 * k
      if (from >= this.end ? !this.last : this.bytesAt[from] === PERCENT) {
        const next = from >= this.end ? -2 : this.hex(from + 1, 2)
        if (next === -2) return UNDECIDED
        if (next >= 0x80 && next < 0xc0) {
          value = (value << 6) | (next & 0x3f)
          if (k === count - 1) return this.scalar(value, 3 * count, PERCENT)
          continue
        }
      }
      break
    }
    this.length = 3
    this.notation = PERCENT
    this.bytes[0] = first
    this.stands = 1
    if (FOLD_LONE[first] !== 0) return this.gives(FOLD_LONE[first], 3, PERCENT)
    return ESCAPE
  }

  private reference(at: number): number {
    const { bytesAt: text, end, last } = this
    if (at + 1 >= end) return last ? NOTHING : UNDECIDED
    if (text[at + 1] === HASH) return this.numeric(at)
    let i = at + 1
    const most = Math.min(end, i + MAX_REFERENCE_NAME)
    while (i < most && isAlnum(text[i])) i++
    if (i === end && i - at <= MAX_REFERENCE_NAME && !last) return UNDECIDED
    if (i === end || text[i] !== SEMICOLON || i === at + 1) return NOTHING
    const stands = namedReference(text, at + 1, i)
    return stands === 0 ? NOTHING : this.gives(stands, i + 1 - at, REFERENCE)
  }

  /** `&#65;`, `&#x41;`; the semicolon may be missing (HTML Standard, 13.2.5.80). */
  private numeric(at: number): number {
    const { bytesAt: text, end, last } = this
    if (at + 2 >= end) return last ? NOTHING : UNDECIDED
    const isHex = (text[at + 2] | 0x20) === 0x78
    const from = at + (isHex ? 3 : 2)
    let value = 0
    let i = from
    // leading zeros are free, up to the bound
    for (; i < from + MAX_DIGITS; i++) {
      if (i >= end) {
        if (!last) return UNDECIDED
        break
      }
      const digit = HEX_VALUE[text[i]]
      if (digit > (isHex ? 15 : 9)) break
      value = Math.min(value * (isHex ? 16 : 10) + digit, MAX_SCALAR + 1)
    }
    if (i === from) return NOTHING
    if (i >= end && !last) return UNDECIDED
    if (i < end && text[i] !== REFERENCE && ESCAPE_LEAD[text[i]] === 1) return NOTHING
    return this.scalar(value, i + (i < end && text[i] === SEMICOLON ? 1 : 0) - at, REFERENCE)
  }

  /** A byte from 0x80 on: a character of UTF-8, perhaps overlong, or a byte of windows-1252. */
  private character(at: number): number {
    const { bytesAt: text, end, last } = this
    const first = text[at]
    const count = utf8Length(first)
    let value = count === 0 ? 0 : first & (0x7f >> count)
    let k = 1
    for (; k < count; k++) {
      if (at + k >= end) {
        if (!last) return UNDECIDED
        break
      }
      const next = text[at + k]
      if ((next & 0xc0) !== 0x80) break
      value = (value << 6) | (next & 0x3f)
    }
    if (count === 0 || k < count) {
      const lone = FOLD_LONE[first]
      return lone === 0 ? NOTHING : this.gives(lone, 1, LOOK_ALIKE)
    }
    if (value < 0x80) return this.gives(UNSEEN_CONTROL[value] === 1 ? UNSEEN : value, count, LOOK_ALIKE)
    if (isTag(value)) return this.tag(at, value)
    const folded = foldScalar(value)
    this.length = count
    if (folded === 0) return NOTHING
    const stands = standing(text, at, count, value, end)
    if (stands === UNKNOWN && !last) return UNDECIDED
    if (stands !== BESIDE_OURS) return NOTHING
    return this.gives(folded, count, LOOK_ALIKE)
  }

  /** Tag characters in a row are text to a model that reads them; one alone is a character that is not seen, like others. */
  private tag(at: number, value: number): number {
    const { bytesAt: text, end, last } = this
    if (isTagAt(text, at - 4)) return this.gives(value - TAGS, 4, LOOK_ALIKE)
    if (at + 7 > end && !last) return UNDECIDED
    return this.gives(at + 7 <= end && isTagAt(text, at + 4) ? value - TAGS : UNSEEN, 4, LOOK_ALIKE)
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)
}

/** Does `\34` or the like end at `at`? */
function isBehindDigits(text: Uint8Array, at: number): boolean {
  let i = at - 1
  while (i >= 0 && at - i <= MAX_CSS_DIGITS && HEX_VALUE[text[i]] !== 255) i--
  return i >= 0 && text[i] === BACKSLASH && at - i > 2
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09
}

function isTag(scalar: number): boolean {
  return scalar >= TAGS + 0x20 && scalar < TAGS + 0x7f
}

/** Does a tag character stand at `at`? */
function isTagAt(text: Uint8Array, at: number): boolean {
  return at >= 0 && text[at] === 0xf3 && text[at + 1] === 0xa0 && (text[at + 2] & 0xfe) === 0x80
}

/** Bytes of the UTF-8 character that begins so; 0: none does. C0 and C1 begin overlong forms. */
function utf8Length(first: number): number {
  return first < 0xc0 || first > 0xf7 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
}

/** A letter or digit of ASCII. */
export function isAlnum(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a)
}
