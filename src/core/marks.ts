import { MARK_TYPES } from './mark-types.ts'

/**
 * The grammar of our own marks, recognising side (design, promise 6); src/transform writes it.
 *
 *   redact        [redacted:TYPE]      TYPE one of MARK_TYPES
 *   hash, token   [TYPE:BODY]          BODY 20 to 40 letters of BODY_LETTERS
 *   mask          kept *…* kept        one run of at least MASK_MIN stars, at most MASK_KEPT kept characters in all
 *
 * A candidate wholly inside a mark is no finding. Adjacency or partial overlap never drops one: that would be a bypass.
 * So kept characters protect nothing by themselves (the writer keeps none that matches a rule): a candidate counts as inside
 * a mask only when it holds at least one of its stars. Nothing here looks further than MARK_REACH bytes from a candidate's edges,
 * star runs excepted, which are skipped over only as far as they lie inside the candidate plus that reach.
 */
export const BODY_LETTERS = 'bcdfghjkmnpqrstvwxz'
export const BODY_MIN = 20
export const BODY_MAX = 40
export const MASK_MIN = 6
export const MASK_KEPT = 10
export const MARK_REACH = 96

const OPEN = 0x5b
const CLOSE = 0x5d
const COLON = 0x3a
export const STAR = 0x2a

const bodyByte = new Uint8Array(256)
for (let i = 0; i < BODY_LETTERS.length; i++) bodyByte[BODY_LETTERS.charCodeAt(i)] = 1

const keptByte = new Uint8Array(256)
for (const c of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789@._ -') keptByte[c.charCodeAt(0)] = 1

/** May a mask keep this byte? Letters, digits, `@`, `.`, `_`, space, `-`. */
export function isKeptByte(byte: number): boolean {
  return keptByte[byte] === 1
}

const redacted = ascii('redacted:')
const types = MARK_TYPES.map(ascii)
const typeMax = types.reduce((most, type) => Math.max(most, type.length), 0)
/** Longest bracket mark: `[TYPE:BODY]`. */
export const MARK_MAX = typeMax + BODY_MAX + 3

function ascii(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

function startsWith(bytes: Uint8Array, length: number, at: number, word: Uint8Array): boolean {
  if (at + word.length > length) return false
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word[i]) return false
  return true
}

/** End (exclusive) of the bracket mark that starts at `at`, or -1. */
export function markEnd(bytes: Uint8Array, length: number, at: number): number {
  if (bytes[at] !== OPEN) return -1
  let i = at + 1
  const plain = startsWith(bytes, length, i, redacted)
  if (plain) i += redacted.length
  for (const type of types) {
    if (!startsWith(bytes, length, i, type)) continue
    let j = i + type.length
    if (plain) {
      if (j < length && bytes[j] === CLOSE) return j + 1
      continue
    }
    if (j >= length || bytes[j] !== COLON) continue
    const body = ++j
    while (j < length && j - body <= BODY_MAX && bodyByte[bytes[j]]) j++
    if (j < length && bytes[j] === CLOSE && j - body >= BODY_MIN && j - body <= BODY_MAX) return j + 1
  }
  return -1
}

/** Does `start`…`end` lie wholly inside one mark? `bytes[0…length)` is the text at hand. */
export function insideMark(bytes: Uint8Array, length: number, start: number, end: number): boolean {
  if (end - start <= MARK_MAX) {
    const first = Math.max(0, end - MARK_MAX)
    for (let i = start; i >= first; i--) {
      if (bytes[i] === OPEN && markEnd(bytes, length, i) >= end) return true
    }
  }
  return insideMask(bytes, length, start, end)
}

/** Does a mark end right before `at`? */
export function endsMark(bytes: Uint8Array, at: number): boolean {
  if (bytes[at - 1] === CLOSE) {
    for (let i = at - 1; i >= Math.max(0, at - MARK_MAX); i--) if (bytes[i] === OPEN) return markEnd(bytes, at, i) === at
    return false
  }
  let stars = 0
  while (stars < MASK_MIN && at - 1 - stars >= 0 && bytes[at - 1 - stars] === STAR) stars++
  return stars === MASK_MIN
}

/** Does a mark begin at `at`? */
export function beginsMark(bytes: Uint8Array, length: number, at: number): boolean {
  if (at < length && bytes[at] === OPEN) return markEnd(bytes, length, at) >= 0
  let stars = 0
  while (stars < MASK_MIN && at + stars < length && bytes[at + stars] === STAR) stars++
  return stars === MASK_MIN
}

function insideMask(bytes: Uint8Array, length: number, start: number, end: number): boolean {
  let from = start
  while (from < end && from - start <= MASK_KEPT && bytes[from] !== STAR) {
    if (!keptByte[bytes[from]]) return false
    from++
  }
  if (from >= end || bytes[from] !== STAR) return false
  let to = from
  while (to < end && bytes[to] === STAR) to++
  let kept = from - start
  for (let i = to; i < end; i++) {
    if (!keptByte[bytes[i]] || ++kept > MASK_KEPT) return false
  }
  if (to - from >= MASK_MIN) return true
  // the run may go on outside the candidate, where the candidate's edge is a star
  let stars = to - from
  if (from === start) for (let i = start - 1; i >= 0 && stars < MASK_MIN && bytes[i] === STAR; i--) stars++
  if (to === end) for (let i = end; i < length && stars < MASK_MIN && bytes[i] === STAR; i++) stars++
  return stars >= MASK_MIN
}

/**
 * Start of the text after `from` (and before `to`) that no mark stands in front of: where a context window that ends at `to` begins.
 * Characters a mask may have kept belong to the mask. `isCut`: the text goes on before `from`, so that a mark may begin there.
 */
export function contextStart(bytes: Uint8Array, length: number, from: number, to: number, isCut = false): number {
  let start = isCut ? cutMark(bytes, from, to) : from
  let stars = 0
  for (let i = from; i < to; i++) {
    const byte = bytes[i]
    if (byte === OPEN) {
      const end = markEnd(bytes, length, i)
      if (end >= 0 && end <= to) start = Math.max(start, end)
    }
    if (byte === STAR) {
      if (++stars >= MASK_MIN) start = Math.max(start, keptAfter(bytes, i + 1, to))
    } else stars = 0
  }
  return start
}

/** Behind the bracket of a mark that may have begun before `from`, else `from`. */
function cutMark(bytes: Uint8Array, from: number, to: number): number {
  const limit = Math.min(to, from + MARK_MAX)
  for (let i = from; i < limit; i++) {
    const byte = bytes[i]
    if (byte === CLOSE) return i + 1
    if (byte !== COLON && (!keptByte[byte] || byte === 0x20)) return from
  }
  return from
}

/** End of the text from `from` (up to `to`) that no mark interrupts: where a context window that starts at `from` ends. */
export function contextEnd(bytes: Uint8Array, length: number, from: number, to: number): number {
  let stars = 0
  for (let i = from; i < to; i++) {
    const byte = bytes[i]
    if (byte === OPEN && markEnd(bytes, length, i) >= 0) return i
    if (byte !== STAR) {
      stars = 0
      continue
    }
    if (++stars >= MASK_MIN) return keptBefore(bytes, i - MASK_MIN + 1, from)
  }
  return to
}

function keptAfter(bytes: Uint8Array, at: number, to: number): number {
  const limit = Math.min(to, at + MASK_KEPT)
  while (at < limit && keptByte[bytes[at]]) at++
  return at
}

function keptBefore(bytes: Uint8Array, at: number, from: number): number {
  const limit = Math.max(from, at - MASK_KEPT)
  while (at > limit && keptByte[bytes[at - 1]]) at--
  return at
}
