import { HEX_VALUE } from '../core/utf8.ts'
import { ESCAPE, ESCAPE_LEAD, Escapes, isPlainSign } from './escapes.ts'
import { plainCharacter } from './fold.ts'
import { BREAK, CLASS, LETTER, RUN_LETTERS, Watch } from './watch.ts'

const BACKSLASH = 0x5c
const PERCENT = 0x25
const AMPERSAND = 0x26
const LESS_THAN = 0x3c
const DASH = 0x2d

/** Bytes of blank space in an encoded run: line breaks and a short indent. */
const MAX_SPACE = 20
/** Bytes before and behind a number within which those lie that a watch stops at with it. */
const ROW_SIGHT = 64
/** A number, and what stands between it and the next, are so many bytes. */
const LEAST_STRIDE = 3
const MOST_STRIDE = 6

const watch = new Watch()
const escapes = new Escapes()

/** A kernel's quick look, as `Kernel.look` of the scanner says. */
export type Look = (text: Uint8Array, from: number, apart?: boolean, tags?: boolean) => number

/**
 * Could anything in a whole document stand for other text? One look at memory speed, for bodies in which nothing does, which are most: the kernel's, or
 * native searches for the ASCII leads, four bytes at once for all others, and runs found by looking at every twelfth byte.
 *
 * Contract: may say yes for nothing; never says no where a `Watch` over a field of the document would stop, or where a string begins with a tag.
 * `between` is a byte that stands between fields and in none.
 */
export function mayHide(text: Uint8Array, look: Look | undefined, between = -1): boolean {
  if (look === undefined) {
    for (const lead of [BACKSLASH, PERCENT, AMPERSAND, LESS_THAN]) if (lead !== between && text.indexOf(lead) >= 0) return true
    return hasLead(text) || hasRun(text) || hasRow(text)
  }
  const { length } = text
  for (let at = look(text, 0); at < length; ) {
    const plain = text[at] === between ? 1 : plainAt(text, at)
    if (plain === 0) return true
    at = look(text, at + plain)
  }
  return false
}

/** Places that are looked at twice beside one in so many bytes: with more there is nothing to gain. */
const MOST_PLACES = 64
const PLACE_BYTES = 256
/** Letters of an open run that are seen again with what follows. */
const MOST_OPEN = 1024
/** Bytes behind a place that may change what is said of it. */
const SIGHT = 64

/**
 * Where something in `text[from…]` may stand for other text, or a string begins with a tag: pushes start, end, … of what the places touch, index by index `shift`
 * behind the offset told. Answers up to where that is certain: where `ended` is false, more of the text is to come. `from` is where the last answer was.
 */
export function placesOfHiding(
  text: Uint8Array,
  look: Look,
  from: number,
  ended: boolean,
  shift: number,
  places: number[],
): number {
  const { length } = text
  const judged = ended ? length : Math.max(0, length - SIGHT)
  const certain = ended ? length : Math.max(from, judged - ROW_SIGHT)
  let left = MOST_PLACES + Math.floor((certain - from) / PLACE_BYTES)
  for (let at = look(text, 0); at < judged; ) {
    const plain = plainAt(text, at)
    let next = at + Math.max(1, plain)
    if (plain === 0) {
      const isRun = (CLASS[text[at]] & LETTER) !== 0
      while (isRun && next < length && (CLASS[text[next]] & LETTER) !== 0) next++
    }
    if (next === length && !ended && length - at < MOST_OPEN && (CLASS[text[at]] & LETTER) !== 0) return Math.max(from, at)
    if (plain === 0 && next > from) {
      if (left-- === 0) {
        places.push(shift + at, Number.POSITIVE_INFINITY)
        return certain
      }
      places.push(shift + at - ROW_SIGHT, shift + next + ROW_SIGHT)
    }
    at = look(text, next)
  }
  return certain
}

/** How many bytes at `at`, where a kernel looked twice, stand for themselves; 0 when they may not. */
function plainAt(text: Uint8Array, at: number): number {
  const byte = text[at]
  if (byte >= 0x80) {
    const plain = plainCharacter(text, at, text.length)
    if (plain > 0) return plain
    return escapes.read(text, at, text.length, true) === ESCAPE ? 0 : 1
  }
  if (isPlainSign(text, at, text.length)) return 1
  if (byte === LESS_THAN || stops(text, at)) return 0
  let to = at
  while (to < text.length && (CLASS[text[to]] & LETTER) !== 0) to++
  if (to - at >= RUN_LETTERS) return isPlain(text, at, to) ? to - at : 0
  if (HEX_VALUE[byte] === 255) return 1
  return plainNumbers(text, at)
}

/** How many bytes of the numbers at `at`, three at the least, stand for themselves with what is around them; 0 when they may not. */
function plainNumbers(text: Uint8Array, at: number): number {
  const behind = arrayEnd(text, at)
  if (behind > at) return behind - at
  const end = figuresEnd(text, at)
  return isPlain(text, Math.max(0, at - ROW_SIGHT), Math.min(text.length, end + ROW_SIGHT)) ? end - at : 0
}

/** Bytes of numbers before a place of an array that are looked at for its start. */
const MOST_BEFORE = 1024
const QUOTE = 0x22
const COLON = 0x3a
const BRACKET = 0x5b

/**
 * Where the numbers end of an array of JSON that is the value of a name, or the document, and in which `at` stands; `at` where it stands in none. They are no text of a field, and
 * what they are together is asked elsewhere (`eachJsonList`, `Reader.list`).
 */
function arrayEnd(text: Uint8Array, at: number): number {
  let from = at
  const least = Math.max(0, at - MOST_BEFORE)
  while (from > least && isOfNumbers(text[from - 1])) from--
  if (from === 0 || text[from - 1] !== BRACKET) return at
  const colon = lastThatShows(text, from - 2)
  if (colon >= 0 && (text[colon] !== COLON || text[Math.max(0, lastThatShows(text, colon - 1))] !== QUOTE)) return at
  let end = at
  while (end < text.length && isOfNumbers(text[end])) end++
  return end
}

function lastThatShows(text: Uint8Array, at: number): number {
  let i = at
  while (i >= 0 && isSpace(text[i])) i--
  return i
}

/** Digits, signs, points and exponents, and what stands between numbers. */
function isOfNumbers(byte: number): boolean {
  return (byte >= 0x2b && byte <= 0x39 && byte !== 0x2f) || (byte | 0x20) === 0x65 || isSpace(byte)
}

/** Figures that are looked at together. */
const MOST_FIGURES = 512

/** Where the figures end that begin with a number at `at`: hexadecimal digits and what may stand between, three numbers at the least; those near the end of the text are looked at once more. */
export function figuresEnd(text: Uint8Array, at: number): number {
  const most = Math.min(at + MOST_FIGURES, text.length - SIGHT)
  let end = at
  while (end < most && isOfFigures(text[end])) end++
  return Math.max(end, at + 3 * LEAST_STRIDE)
}

function isOfFigures(byte: number): boolean {
  return HEX_VALUE[byte] !== 255 || ((CLASS[byte] & (LETTER | BREAK)) === 0 && ESCAPE_LEAD[byte] === 0 && byte !== LESS_THAN)
}

/** Does a watch over `text[from…to)` stop nowhere? */
export function isPlain(text: Uint8Array, from: number, to: number): boolean {
  watch.reset()
  return watch.next(text, from, to) === to
}

/** Bytes beyond ASCII, controls that are not seen, and line breaks that may stand inside an encoded run. */
function hasLead(text: Uint8Array): boolean {
  const head = Math.min(text.length, -text.byteOffset & 3)
  for (let i = 0; i < head; i++) if (stops(text, i)) return true
  const words = new Uint32Array(text.buffer, text.byteOffset + head, (text.length - head) >> 2)
  for (let k = 0; k < words.length; k++) {
    const word = words[k]
    // The top bit of a byte is set by a byte beyond ASCII, by the borrow of one below a blank (and of its neighbour, at most), or by DEL and one.
    if (((word | (word - 0x20202020) | (word + 0x01010101)) & 0x80808080) === 0) continue
    const at = head + 4 * k
    if (stops(text, at) || stops(text, at + 1) || stops(text, at + 2) || stops(text, at + 3)) return true
  }
  for (let i = head + 4 * words.length; i < text.length; i++) if (stops(text, i)) return true
  return false
}

/** Is this a lead, or a line break between letters? Where the blank space is longer than any in an encoded run, it may be. */
function stops(text: Uint8Array, at: number): boolean {
  const byte = text[at]
  if (ESCAPE_LEAD[byte] === 1) return true
  if ((CLASS[byte] & BREAK) === 0) return false
  const least = Math.max(0, at - MAX_SPACE)
  let before = at
  while (before > least && (CLASS[text[before - 1]] & BREAK) !== 0) before--
  if (before === 0 || (CLASS[text[before - 1]] & (LETTER | BREAK)) === 0) return false
  const most = Math.min(text.length, at + MAX_SPACE)
  let behind = at + 1
  while (behind < most && isSpace(text[behind])) behind++
  return behind < text.length && ((CLASS[text[behind]] & LETTER) !== 0 || isSpace(text[behind]))
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (CLASS[byte] & BREAK) !== 0
}

/** A run of letters of the base64 alphabet that a watch stops in. */
function hasRun(text: Uint8Array): boolean {
  const { length } = text
  for (let at = RUN_LETTERS - 1; at < length; at += RUN_LETTERS) {
    if ((CLASS[text[at]] & LETTER) === 0) continue
    let from = at
    while (from > 0 && (CLASS[text[from - 1]] & LETTER) !== 0) from--
    let to = at + 1
    while (to < length && (CLASS[text[to]] & LETTER) !== 0) to++
    if (to - from >= RUN_LETTERS && !isPlain(text, from, to)) return true
    // The next byte looked at is the last of those in which a run that begins behind this one can be short of twelve.
    at = to
  }
  return false
}

/** A row of numbers that a watch stops in: four of them, the last but two digits of one like those of the next. */
function hasRow(text: Uint8Array): boolean {
  for (let at = 0; at + 2 < text.length; at++) {
    if (!endsNumber(text, at)) continue
    for (let stride = LEAST_STRIDE; stride <= MOST_STRIDE; stride++) {
      if (!endsNumber(text, at + stride) || !endsNumber(text, at + 2 * stride)) continue
      const plain = plainNumbers(text, at)
      if (plain === 0) return true
      at += plain - 1
      break
    }
  }
  return false
}

/** Two digits of hexadecimal, and no letter behind them. */
function endsNumber(text: Uint8Array, at: number): boolean {
  return (
    HEX_VALUE[text[at]] !== 255 &&
    HEX_VALUE[text[at + 1]] !== 255 &&
    (text[at + 2] === DASH || (CLASS[text[at + 2]] & LETTER) === 0)
  )
}
