const LESS_THAN = 0x3c
const GREATER_THAN = 0x3e
const SLASH = 0x2f
const DASH = 0x2d
/** Characters of the longest name of a tag that is known as one; `blockquote`, and prefixed names and those of custom elements. */
const MAX_NAME = 24
/** Shorter texts are looked through byte by byte. */
const SHORT = 64
/** Text before a tag that is read with it: a value that the tag divides, and the words beside it. */
const BEFORE = 256

/**
 * Does a tag of HTML or XML, or a comment, begin at the `<` at `at`? 1 yes, 0 no, -1 with what follows `end` it may. An address in angle brackets and a comparison
 * are none.
 */
export function isTag(bytes: Uint8Array, at: number, end: number): -1 | 0 | 1 {
  let i = at + 1
  if (i === end) return -1
  if (bytes[i] === 0x21) {
    for (let k = 1; k <= 2; k++) {
      if (i + k === end) return -1
      if (bytes[i + k] !== DASH) return 0
    }
    return 1
  }
  if (bytes[i] === SLASH) i++
  if (i === end) return -1
  if (!isLetter(bytes[i])) return 0
  const most = i + MAX_NAME
  while (i < end && i < most && isOfName(bytes[i])) i++
  if (i === end) return -1
  return bytes[i] === GREATER_THAN || bytes[i] === SLASH || bytes[i] <= 0x20 ? 1 : 0
}

/** Index of the first tag in `bytes[from…to)`, or -1. One that goes on behind `to` is none. */
export function firstTag(bytes: Uint8Array, from: number, to: number): number {
  if (to - from < SHORT) {
    for (let at = from; at < to; at++) if (bytes[at] === LESS_THAN && isTag(bytes, at, to) === 1) return at
    return -1
  }
  const text = bytes.subarray(0, to)
  for (let at = text.indexOf(LESS_THAN, from); at >= 0; at = text.indexOf(LESS_THAN, at + 1)) {
    if (isTag(text, at, to) === 1) return at
  }
  return -1
}

/** Up to where `bytes[from…to)` can be said to have tags or none: the rest may be the beginning of one. */
export function tagsKnownTo(bytes: Uint8Array, from: number, to: number): number {
  const at = bytes.subarray(Math.max(from, to - MAX_NAME - 2), to).lastIndexOf(LESS_THAN)
  if (at < 0) return to
  const place = Math.max(from, to - MAX_NAME - 2) + at
  return isTag(bytes, place, to) < 0 ? place : to
}

/** Where a text that the tag at `at` may divide begins: at the start of a word some way before, or at the tag itself, and behind any sign that begins no tag: its reader might take it for one. */
export function markupStart(bytes: Uint8Array, at: number): number {
  const least = Math.max(0, at - BEFORE)
  for (let i = at - 1; i >= least; i--) if (bytes[i] === LESS_THAN) return i + 1
  if (least === 0) return 0
  for (let i = least; i < at; i++) if (bytes[i] <= 0x20) return i + 1
  return at
}

function isLetter(byte: number): boolean {
  return (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a
}

function isOfName(byte: number): boolean {
  return isLetter(byte) || (byte >= 0x30 && byte <= 0x3a) || byte === DASH
}
