import { BODY_LETTERS, MASK_KEPT, MASK_MIN, STAR } from '../core/marks.ts'
import type { ActionOptions } from './transform.ts'

/** The writing side of the mark grammar; src/core/marks.ts recognises it. */
const UTF8 = new TextEncoder()
/** 24 letters of 19 carry 101 bits. */
const BODY_LENGTH = 24

const redactMarks = new Map<string, Uint8Array>()

/** `[redacted:TYPE]`: shared, not to be written to. */
export function redactMark(type: string): Uint8Array {
  let mark = redactMarks.get(type)
  if (mark === undefined) {
    mark = UTF8.encode(`[redacted:${type}]`)
    redactMarks.set(type, mark)
  }
  return mark
}

/** `[TYPE:BODY]`: the body is the digest's first bits written in letters that no rule matches. */
export function keyedMark(type: string, mac: Uint8Array): Uint8Array {
  // the first 128 bits as one number, divided two bytes at a time
  const number = new Uint16Array(8)
  for (let i = 0; i < 16; i++) number[i >> 1] = (number[i >> 1] << 8) | mac[i]
  const base = BODY_LETTERS.length
  let body = ''
  for (let i = 0; i < BODY_LENGTH; i++) {
    let rest = 0
    for (let at = 0; at < number.length; at++) {
      const part = (rest << 16) | number[at]
      number[at] = part / base
      rest = part % base
    }
    body += BODY_LETTERS[rest]
  }
  return UTF8.encode(`[${type}:${body}]`)
}

type Kept = Pick<ActionOptions, 'keepFirst' | 'keepLast'>

/** Nine digits in a row are an identifier of their own in many countries; a mask never shows that many. */
const MAX_KEPT_DIGITS = 8

/**
 * Stars in place of every character but the first and last few that policy keeps; at least six stars. What is kept ends at the
 * first character that is no ASCII letter or digit: a separator says nothing, and with it (an `@`, dots) the rest could be
 * another value. A value shorter than what is kept plus six, or of which nine digits or more would stay, is all stars.
 */
export function maskValue(value: Uint8Array, options: Kept): Uint8Array {
  let characters = 0
  for (let i = 0; i < value.length; i++) if ((value[i] & 0xc0) !== 0x80) characters++
  const long = options.keepFirst + options.keepLast <= MASK_KEPT && characters >= options.keepFirst + options.keepLast + MASK_MIN
  let head = 0
  let tail = 0
  if (long) {
    while (head < options.keepFirst && isPlain(value[head])) head++
    while (tail < options.keepLast && isPlain(value[value.length - 1 - tail])) tail++
    if (digits(value, 0, head) > MAX_KEPT_DIGITS) head = 0
    if (digits(value, value.length - tail, value.length) > MAX_KEPT_DIGITS) tail = 0
  }
  const mark = new Uint8Array(Math.max(MASK_MIN, characters - head - tail) + head + tail).fill(STAR)
  mark.set(value.subarray(0, head))
  mark.set(value.subarray(value.length - tail), mark.length - tail)
  return mark
}

/** `" ' , ; < > & ) ] } |` and backtick end a value. */
const CLOSING = new Set([0x22, 0x27, 0x2c, 0x3b, 0x3c, 0x3e, 0x26, 0x29, 0x5d, 0x7d, 0x7c, 0x60])
/** `" ' , ; < > & ( [ { | =` and backtick stand before one. */
const OPENING = new Set([0x22, 0x27, 0x2c, 0x3b, 0x3c, 0x3e, 0x26, 0x28, 0x5b, 0x7b, 0x7c, 0x60, 0x3d])
const DOT = 0x2e
const COLON = 0x3a

/** A value and the text right before and behind it; none at the field's edge. */
export interface Surrounded {
  readonly value: Uint8Array
  readonly before: Uint8Array
  readonly behind: Uint8Array
}

/**
 * What a mask may keep of a value where it stands. Kept characters beside a digit, a letter or a sign that joins numbers and addresses could
 * be part of another value with them, which no rule saw while the masked part was there: then none are kept on that side. They stay at the
 * edge of a field, beside quotes, brackets and commas; digits also beside a blank or full stop that a word follows, or a blank behind a word.
 */
export function keptBeside(options: Kept, { value, before, behind }: Surrounded): Kept {
  const { keepFirst, keepLast } = options
  let at = 0
  while (at < behind.length && at < 3 && (isBlank(behind[at]) || (behind[at] === DOT && at === 0))) at++
  const ends =
    (at === behind.length && at < 3) ||
    CLOSING.has(behind[at]) ||
    (at > 0 &&
      isBlank(behind[at - 1]) &&
      isLetter(behind[at]) &&
      digits(value, value.length - keepLast, value.length) === keepLast)
  at = before.length
  while (at > 0 && isBlank(before[at - 1])) at--
  const begins =
    at === 0 ||
    OPENING.has(before[at - 1]) ||
    (at < before.length && (isLetter(before[at - 1]) || before[at - 1] === COLON) && digits(value, 0, keepFirst) === keepFirst)
  return ends && begins ? options : { keepFirst: begins ? keepFirst : 0, keepLast: ends ? keepLast : 0 }
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}

function isLetter(byte: number): boolean {
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x7a
}

function isPlain(byte: number): boolean {
  return isDigit(byte) || isLetter(byte)
}

function digits(value: Uint8Array, from: number, to: number): number {
  let count = 0
  for (let i = from; i < to; i++) if (isDigit(value[i])) count++
  return count
}
