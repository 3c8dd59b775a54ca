import { isAlnum, isDigit, isLetter } from '../bytes.ts'
import type { Validator } from '../validator.ts'

const AT = 0x40
const DOT = 0x2e
const HYPHEN = 0x2d
/** Endings of file names that stand behind an `@` (`icon@2x.png`) and are no top-level domain (IANA root zone). */
const FILE_ENDINGS = new Set(
  'png jpg jpeg gif svg webp bmp ico css scss less js mjs cjs jsx tsx json html htm xml php yml yaml txt map wasm woff ttf eot pdf csv'
    .split(' ')
    .map((ending) => packed(new TextEncoder().encode(ending), 0, ending.length)),
)
/** Letters in the longest of them. */
const ENDING_MAX = 5

/** Up to five letters as one number, whatever their case. */
function packed(letters: Uint8Array, start: number, end: number): number {
  let number = 0
  for (let i = start; i < end; i++) number = (number << 5) | (letters[i] & 31)
  return number
}

/**
 * E-mail address: lengths and characters of RFC 5321 sections 4.1.2 and 4.5.3.1 (dot-string; no quoted string, no address literal),
 * a domain of at least two labels whose last one is letters or an A-label. Narrows to the address where quotes,
 * dots or letters of another script stand in front of it, or a sentence behind it.
 */
export const validate: Validator = (bytes, start, end) => {
  // one address, or several that a byte of the local part joins (`a@x.com'b@y.com`): from the first good one to the last
  let first = -1
  let last = -1
  let begin = start
  for (let at = nextAt(bytes, start, end); at < end; ) {
    const next = nextAt(bytes, at + 1, end)
    // the next address begins behind the first byte that no domain holds
    let stop = at + 1
    while (stop < end && (isAlnum(bytes[stop]) || bytes[stop] === DOT || bytes[stop] === HYPHEN || bytes[stop] >= 0x80)) stop++
    const from = localStart(bytes, begin, at)
    if (from < at && bytes[at - 1] !== DOT) {
      const to = domainEnd(bytes, at + 1, Math.min(stop, next))
      if (to >= 0 && to - from <= 254) {
        if (first < 0) first = from
        last = to
      }
    }
    begin = stop >= next ? at + 1 : stop
    at = next
  }
  return first < 0 ? undefined : { start: first, end: last }
}

function nextAt(bytes: Uint8Array, start: number, end: number): number {
  while (start < end && bytes[start] !== AT) start++
  return start
}

function localStart(bytes: Uint8Array, start: number, at: number): number {
  let from = at
  while (from > start && at - from < 64) {
    const byte = bytes[from - 1]
    if (byte === DOT && from < at && bytes[from] === DOT) break
    if (byte >= 0x80) {
      const lead = leadOf(bytes, start, from - 1)
      // Latin letters with accents belong to a name; other scripts hug the address without a blank
      if (lead < 0 || bytes[lead] < 0xc3 || bytes[lead] > 0xc9) break
      from = lead
    } else from--
  }
  while (from < at && !isAlnum(bytes[from]) && bytes[from] !== 0x5f && bytes[from] < 0x80) from++
  return from
}

function leadOf(bytes: Uint8Array, start: number, at: number): number {
  let lead = at
  while (lead > start && (bytes[lead] & 0xc0) === 0x80 && at - lead < 3) lead--
  return (bytes[lead] & 0xc0) === 0xc0 ? lead : -1
}

function domainEnd(bytes: Uint8Array, start: number, end: number): number {
  // the labels as far as they are well formed; the last good top-level domain wins
  let best = -1
  let label = start
  let labels = 0
  while (label < end) {
    let stop = label
    while (stop < end && bytes[stop] !== DOT) stop++
    let to = stop
    if (bytes[label] < 0x80) {
      // an ASCII label in front of another script ends there
      let ascii = label
      while (ascii < stop && bytes[ascii] < 0x80) ascii++
      if (ascii < stop && labels > 0 && isTopLevel(bytes, label, ascii)) return ascii
    }
    while (to > label && bytes[to - 1] === HYPHEN) to--
    if (labels > 0 && bytes[label] !== HYPHEN) {
      // a hyphen ends a top-level domain: `a@example.com-Office`, `a@example.com-4111…`
      let letters = label
      while (letters < to && isLetter(bytes[letters])) letters++
      if (bytes[letters] === HYPHEN && letters < to && isTopLevel(bytes, label, letters)) best = letters
    }
    if (to === label || bytes[label] === HYPHEN || to - label > 63) break
    if (labels > 0 && isTopLevel(bytes, label, to)) best = to
    if (labels === 0 && isScale(bytes, label, to)) return -1
    labels++
    if (to < stop) break
    label = stop + 1
  }
  return best
}

function isTopLevel(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 2) return false
  if (bytes[start] >= 0x80) return end - start >= 4
  if (
    end - start > 4 &&
    (bytes[start] | 32) === 0x78 &&
    (bytes[start + 1] | 32) === 0x6e &&
    bytes[start + 2] === HYPHEN &&
    bytes[start + 3] === HYPHEN
  )
    return true
  for (let i = start; i < end; i++) if (!isLetter(bytes[i])) return false
  return end - start > ENDING_MAX || !FILE_ENDINGS.has(packed(bytes, start, end))
}

/** `2x`, `3x`: the scale of an image. */
function isScale(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start === 2 && isDigit(bytes[start]) && (bytes[start + 1] | 32) === 0x78
}
