import { HEX_VALUE } from '../core/utf8.ts'
import { ESCAPE_LEAD } from './escapes.ts'
import { BREAK, CLASS, LETTER, RUN_LETTERS, SEPARATOR, Watch } from './watch.ts'

const BACKSLASH = 0x5c
const PERCENT = 0x25
const AMPERSAND = 0x26
const LESS_THAN = 0x3c

const watch = new Watch()

/**
 * Could anything in a whole document stand for other text? One look at memory speed, for bodies in which nothing does, which are most: native
 * searches for the ASCII leads, four bytes at once for all others, and runs found by looking at every twelfth byte.
 *
 * Contract: may say yes for nothing; never says no where a `Watch` over a field of the document would stop, or where a string begins with a tag.
 */
export function mayHide(text: Uint8Array): boolean {
  for (const lead of [BACKSLASH, PERCENT, AMPERSAND, LESS_THAN]) if (text.indexOf(lead) >= 0) return true
  return hasLead(text) || hasRun(text) || hasPairs(text)
}

/** Bytes beyond ASCII, controls that are not seen, and line breaks that may stand inside an encoded run. */
function hasLead(text: Uint8Array): boolean {
  const head = Math.min(text.length, -text.byteOffset & 3)
  for (let i = 0; i < head; i++) if (stops(text, i)) return true
  const words = new Uint32Array(text.buffer, text.byteOffset + head, (text.length - head) >> 2)
  for (let k = 0; k < words.length; k++) {
    const word = words[k]
    // The top bit of a byte is set by a byte beyond ASCII, or by the borrow of one below a blank (and of its neighbour, at most).
    if (((word | (word - 0x20202020)) & 0x80808080) === 0) continue
    const at = head + 4 * k
    if (stops(text, at) || stops(text, at + 1) || stops(text, at + 2) || stops(text, at + 3)) return true
  }
  for (let i = head + 4 * words.length; i < text.length; i++) if (stops(text, i)) return true
  return false
}

function stops(text: Uint8Array, at: number): boolean {
  const byte = text[at]
  if (ESCAPE_LEAD[byte] === 1) return true
  if ((CLASS[byte] & BREAK) === 0) return false
  let before = at
  while (before > 0 && (CLASS[text[before - 1]] & BREAK) !== 0) before--
  let behind = at + 1
  while (behind < text.length && (text[behind] === 0x20 || (CLASS[text[behind]] & BREAK) !== 0)) behind++
  return before > 0 && behind < text.length && (CLASS[text[before - 1]] & CLASS[text[behind]] & LETTER) !== 0
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
    if (to - from >= RUN_LETTERS) {
      watch.reset()
      if (watch.next(text, from, to) < to) return true
    }
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
    watch.reset()
    const to = Math.min(text.length, at + 32)
    if (watch.next(text, Math.max(0, at - 32), to) < to) return true
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
