import { HEX_VALUE } from '../core/utf8.ts'
import { ESCAPE, ESCAPE_LEAD, Escapes, isPlainSign } from './escapes.ts'
import { plainCharacter } from './fold.ts'
import { BREAK, CLASS, LETTER, RUN_LETTERS, SEPARATOR, Watch } from './watch.ts'

const BACKSLASH = 0x5c
const PERCENT = 0x25
const AMPERSAND = 0x26
const LESS_THAN = 0x3c

/** Bytes of blank space in an encoded run: line breaks and a short indent. */
const MAX_SPACE = 12
/** Bytes before and behind a pair of digits within which the six lie that a watch stops at. */
const PAIRS_SIGHT = 32

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
    return hasLead(text) || hasRun(text) || hasPairs(text)
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
  const certain = ended ? length : Math.max(from, length - SIGHT)
  let left = MOST_PLACES + Math.floor((certain - from) / PLACE_BYTES)
  for (let at = look(text, 0); at < certain; ) {
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
      places.push(shift + at - PAIRS_SIGHT, shift + next + PAIRS_SIGHT)
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
  // three pairs and their separators, whose surroundings were looked at
  return isPlain(text, Math.max(0, at - PAIRS_SIGHT), Math.min(text.length, at + PAIRS_SIGHT)) ? 9 : 0
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

/** Separated pairs of hexadecimal digits: of any three bytes in a row one is their separator. */
function hasPairs(text: Uint8Array): boolean {
  for (let at = 0; at + 2 < text.length; at += 6) {
    const separator = separatorAmong(text, at)
    if (separator < 0) continue
    const byte = text[separator]
    if (text[separator + 3] !== byte && text[separator - 3] !== byte) continue
    if (!isPlain(text, Math.max(0, at - PAIRS_SIGHT), Math.min(text.length, at + PAIRS_SIGHT))) return true
  }
  return false
}

function separatorAmong(text: Uint8Array, at: number): number {
  let separator = -1
  for (let i = at; i < at + 3; i++) {
    if (HEX_VALUE[text[i]] !== 255) continue
    if (separator >= 0 || (CLASS[text[i]] & SEPARATOR) === 0) return -1
    separator = i
  }
  return separator
}
