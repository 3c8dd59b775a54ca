import { HEX_VALUE } from '../core/utf8.ts'
import { SIX_BITS } from './base64.ts'
import { ESCAPE_LEAD } from './escapes.ts'
import { TEXT_BYTE, TextLikeness } from './text-likeness.ts'

/** What a watch stops at. At the last three, `start` tells where the encoded run begins. */
export const AT_ESCAPE = 1
export const AT_BASE64 = 2
export const AT_HEX = 3
/** Hexadecimal pairs with a separator between: `41 42`, `41:42`. */
export const AT_SPACED_HEX = 4

/** Quanta of base64 that must read as text before the run is taken for encoded text; pairs of hexadecimal; separated pairs. */
const QUANTA = 3
const PAIRS = 7
const SPACED_PAIRS = 6
/** Letters from the start of a run that are looked at for text of other scripts: so many of base64, of hexadecimal. */
const SCRIPT_QUANTA = 4
const SCRIPT_PAIRS = 12
/** Bytes within which the first characters of an encoded run must stand, line breaks included. */
const SIGHT = 64
/** Blanks at the start of a line in the middle of a run. */
const MAX_INDENT = 4

/** Letters of the base64 alphabet in a row below which a watch never stops. */
export const RUN_LETTERS = 4 * QUANTA

export const LETTER = 8
const LEAD = 16
export const BREAK = 32
export const SEPARATOR = 64

/**
 * Of a byte of the base64 alphabet, LETTER and three bits that tell where it cannot stand in encoded ASCII: 4, not first in a quantum (the
 * first byte would exceed 0x7F), 2, not second, 1, not third. Of others, which part of the watch looks at them.
 */
export const CLASS = new Uint8Array(256)
for (let byte = 0; byte < 256; byte++) {
  const bits = SIX_BITS[byte]
  if (bits !== 255) CLASS[byte] = LETTER | ((bits >> 5) << 2) | (((bits >> 3) & 1) << 1) | ((bits >> 1) & 1)
  if (ESCAPE_LEAD[byte] === 1) CLASS[byte] = LEAD
}
for (const byte of [0x0a, 0x0d, 0x09]) CLASS[byte] |= BREAK
for (const byte of [0x20, 0x3a, 0x2c, 0x2d]) CLASS[byte] |= SEPARATOR

/**
 * Looks over text for what may hide characters: the lead bytes of escapes, and runs whose last few characters, decoded, are ASCII text.
 * Encoded runs are found at whatever character they begin (`key-QUtJ…`), and random ones (digests, ids, pictures) are passed over: one in a few
 * thousand places of a random run looks like text.
 *
 * Contract: where it stops depends on the text alone, not on how it is cut; it may stop for nothing and never passes over an escape, nor over a run of 16
 * or more encoded ASCII characters. One table look-up a byte outside of runs.
 */
export class Watch {
  event = 0
  /** Index at which the run of the event begins to be read, and whether letters stand before it. */
  start = 0
  cut = false
  /** Letters of the base64 alphabet in a row, line breaks between. */
  private run = 0
  private broken = 0
  /** Bit k: the quantum that ended k letters ago cannot be ASCII; and the same of those that end with the next three letters. */
  private bad = 0
  private ahead = 0

  reset(): void {
    this.run = this.broken = this.bad = this.ahead = 0
  }

  /** The index in `text` of the next event from `from` on, before `to`; `to` when there is none. Go on behind what was read. */
  next(text: Uint8Array, from: number, to: number): number {
    let { run, broken, bad, ahead } = this
    let event = 0
    let i = from
    for (; i < to; i++) {
      const byte = text[i]
      const kind = CLASS[byte]
      if ((kind & LETTER) !== 0) {
        bad = (bad << 1) | (ahead & 1)
        ahead = (ahead >> 1) | (kind & 7)
        broken = 0
        if (++run >= RUN_LETTERS) {
          if ((bad & 0x111) === 0 && this.isBase64(text, i, run)) event = AT_BASE64
          else if (HEX_VALUE[byte] !== 255 && this.isHex(text, i, run)) event = AT_HEX
          else if (run === 4 * SCRIPT_QUANTA && this.isScriptBase64(text, i)) event = AT_BASE64
        }
      } else {
        if (kind === 0) {
          run = 0
          continue
        }
        if ((kind & LEAD) !== 0) {
          run = 0
          event = AT_ESCAPE
          break
        }
        if ((kind & BREAK) !== 0) {
          // one line break at a time, and a few blanks behind it
          if (byte === 0x0a) broken = broken === 0 ? 1 : MAX_INDENT + 1
          else if (broken > 0) broken++
          if (broken > MAX_INDENT || (byte !== 0x0a && byte !== 0x0d && broken === 0)) run = 0
        } else if (byte !== 0x20 || broken === 0 || ++broken > MAX_INDENT) run = 0
      }
      if ((kind & SEPARATOR) !== 0 && event === 0 && text[i - 3] === byte && areScriptPairs(text, i, 3, SPACED_PAIRS)) {
        event = AT_SPACED_HEX
        this.start = i - 3 * SPACED_PAIRS + 1
        this.cut = false
      }
      if (event !== 0) break
    }
    this.event = event
    this.run = run
    this.broken = broken
    this.bad = bad
    this.ahead = ahead
    return i
  }

  /** Do the last quanta that end with the letter at `at` decode to ASCII text? The run is read from one quantum before, of which a part may be text. */
  private isBase64(text: Uint8Array, at: number, run: number): boolean {
    const from = lettersBack(text, at, 4 * QUANTA)
    if (from < 0) return false
    let bits = 0
    let count = 0
    let zeros = 0
    for (let i = from; i <= at; i++) {
      const value = SIX_BITS[text[i]]
      if (value === 255) continue
      bits = (bits << 6) | value
      if ((++count & 3) !== 0) continue
      for (let shift = 16; shift >= 0; shift -= 8) {
        const byte = (bits >> shift) & 0x7f
        if (TEXT_BYTE[byte] === 0) return false
        if (byte === 0) zeros++
      }
      bits = 0
    }
    // every other byte in UTF-16, all of them in nothing
    if (zeros > (3 * QUANTA + 1) / 2) return false
    const before = run < 4 * QUANTA + 4 ? -1 : lettersBack(text, at, 4 * QUANTA + 4)
    this.start = before < 0 ? from : before
    this.cut = run > 4 * QUANTA + (before < 0 ? 0 : 4)
    return true
  }

  /** Does a run whose first letters end at `at` decode to text of another script from its start on? */
  private isScriptBase64(text: Uint8Array, at: number): boolean {
    const from = lettersBack(text, at, 4 * SCRIPT_QUANTA)
    if (from < 0) return false
    const likeness = new TextLikeness()
    let bits = 0
    let count = 0
    for (let i = from; i <= at; i++) {
      const value = SIX_BITS[text[i]]
      if (value === 255) continue
      bits = (bits << 6) | value
      if ((++count & 3) !== 0) continue
      for (let shift = 16; shift >= 0; shift -= 8) likeness.take((bits >> shift) & 0xff)
      if (!likeness.isText) return false
    }
    this.start = from
    this.cut = false
    return true
  }

  /** The same of hexadecimal pairs up to the digit at `at`. */
  private isHex(text: Uint8Array, at: number, run: number): boolean {
    if (areAsciiPairs(text, at + 1)) this.start = at + 1 - 2 * PAIRS
    else if (run === 2 * SCRIPT_PAIRS && areScriptPairs(text, at + 1, 2, SCRIPT_PAIRS)) this.start = at + 1 - 2 * SCRIPT_PAIRS
    else return false
    this.cut = run > at + 1 - this.start
    return true
  }

  /** How many of the last bytes of `text[…end)` may turn out to be of an encoded run that begins there. */
  held(text: Uint8Array, end: number): number {
    let held = 0
    if (this.run > 0) {
      const least = Math.max(0, end - SIGHT)
      let at = end
      while (at > least && (CLASS[text[at - 1]] & (LETTER | BREAK)) !== 0) at--
      held = end - at
    }
    return Math.max(held, spacedTail(text, end))
  }
}

/** The index of the letter of the base64 alphabet that stands `count - 1` letters before the one at `at`; -1: not within sight. */
function lettersBack(text: Uint8Array, at: number, count: number): number {
  const least = Math.max(0, at - SIGHT)
  for (let i = at; i >= least; i--) {
    if (SIX_BITS[text[i]] === 255) continue
    if (--count === 0) return i
  }
  return -1
}

/** Do the last PAIRS pairs of hexadecimal digits before `end` stand for ASCII text? */
function areAsciiPairs(text: Uint8Array, end: number): boolean {
  const least = end - 2 * PAIRS
  if (least < 0) return false
  for (let at = end - 2; at >= least; at -= 2) {
    const high = HEX_VALUE[text[at]]
    const low = HEX_VALUE[text[at + 1]]
    if (high > 7 || low === 255 || TEXT_BYTE[(high << 4) | low] === 0 || (high | low) === 0) return false
  }
  return true
}

/** Do the `count` pairs before `end`, one every `stride` bytes with what stands at `end` between, stand for text of any script? */
function areScriptPairs(text: Uint8Array, end: number, stride: number, count: number): boolean {
  const from = end - stride * count + (stride - 2)
  if (from < 0 || HEX_VALUE[text[end - 1]] === 255 || HEX_VALUE[text[from]] === 255) return false
  const likeness = new TextLikeness()
  for (let at = from; at < end; at += stride) {
    const high = HEX_VALUE[text[at]]
    const low = HEX_VALUE[text[at + 1]]
    if ((high | low) > 15 || (stride === 3 && at > from && text[at - 1] !== text[end])) return false
    likeness.take((high << 4) | low)
    if (!likeness.isText) return false
  }
  return true
}

/** Length of a tail that may go on as separated pairs. */
function spacedTail(text: Uint8Array, end: number): number {
  let at = end
  if (at > 0 && (CLASS[text[at - 1]] & SEPARATOR) !== 0 && HEX_VALUE[text[at - 1]] === 255) at--
  let digits = 0
  while (at > 0 && end - at < 3 * SPACED_PAIRS) {
    if (HEX_VALUE[text[at - 1]] !== 255 && digits < 2) digits++
    else if ((CLASS[text[at - 1]] & SEPARATOR) !== 0 && digits === 2) digits = 0
    else break
    at--
  }
  // a separator alone begins nothing
  return digits === 0 && end - at <= 1 ? 0 : end - at
}
