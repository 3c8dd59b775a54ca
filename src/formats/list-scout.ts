import { NameStem } from './form/name-stem.ts'
import { stemEnd } from './json/names.ts'
import { codeOf, ListShape, MAX_LIST_TEXT } from './value-list.ts'

/** Hears the joined text of one list, valid during the call; true: no more are wanted. */
export type ListVisitor = (joined: Uint8Array) => boolean

const QUOTE = 0x22
const COMMA = 0x2c
const AMPERSAND = 0x26
const EQUALS = 0x3d
const COLON = 0x3a

const joined = new Uint8Array(MAX_LIST_TEXT)
/** The bytes that its numbers are, where they are all such. */
const codes = new Uint8Array(MAX_LIST_TEXT)
const shape = new ListShape()
let length = 0
let codesLength = 0

function restart(): void {
  length = codesLength = 0
  shape.reset()
}

/** False: the list is none. */
function add(bytes: Uint8Array, from: number, to: number, isNumber: boolean): boolean {
  if (length + to - from > MAX_LIST_TEXT || !shape.add(bytes, from, to, isNumber)) {
    restart()
    return false
  }
  for (let i = from; i < to; i++) joined[length++] = bytes[i]
  if (isNumber) codes[codesLength++] = codeOf(bytes, from, to)
  return true
}

function ends(visit: ListVisitor): boolean {
  return shape.mayJoin(length) && visit(shape.isCodes ? codes.subarray(0, codesLength) : joined.subarray(0, length))
}

/** Of a byte outside strings: 1 blank, 2 of a number, 3 of a literal. */
const KIND = new Uint8Array(256)
for (const character of ' \t\r\n') KIND[character.charCodeAt(0)] = 1
for (const character of '-+.0123456789Ee') KIND[character.charCodeAt(0)] = 2
for (const character of 'tfn') KIND[character.charCodeAt(0)] = 3

/**
 * The lists of a JSON text in which nothing is escaped, found without reading it: the scalars behind every bracket, and those of members behind one another whose names differ in the number at
 * their end. Those that its reader tells (`Reader.list`) are among them, and text that is none may be. `next` answers where, from an offset on, one may begin, as `Kernel.nextList`; the
 * length of the text where there is none. Answers whether the visitor had enough.
 */
export function eachJsonList(text: Uint8Array, next: (text: Uint8Array, from: number) => number, visit: ListVisitor): boolean {
  const end = text.length
  for (let at = next(text, 0); at < end; at = next(text, at)) {
    restart()
    const stem = text[at] === QUOTE ? nameBefore(text, at) : undefined
    if (text[at] === QUOTE && stem === undefined) {
      at++
      continue
    }
    if (stem !== undefined) at = colonBehind(text, at + 1)
    at++
    for (;;) {
      at = valueEnd(text, blanksEnd(text, at))
      if (at < 0) {
        at = -at
        break
      }
      at = blanksEnd(text, at)
      if (text[at] !== COMMA) break
      at++
      if (stem === undefined) continue
      const from = blanksEnd(text, at)
      const to = text[from] === QUOTE ? text.indexOf(QUOTE, from + 1) : -1
      const colon = to < 0 || to - from > MAX_LIST_TEXT ? -1 : colonBehind(text, to + 1)
      if (colon < 0 || !isLike(text, stem, from + 1, to)) break
      at = colon + 1
    }
    if (ends(visit)) return true
  }
  return false
}

/** Behind the scalar that begins at `from`, which is added to the list; the place at which it turns out to be none, negative. */
function valueEnd(text: Uint8Array, from: number): number {
  const end = text.length
  let at = from
  if (text[at] === QUOTE) {
    at++
    while (at < end && text[at] !== QUOTE && at - from <= MAX_LIST_TEXT) at++
    return text[at] === QUOTE && add(text, from + 1, at, false) ? at + 1 : -at
  }
  if (KIND[text[at]] === 2) {
    while (at < end && KIND[text[at]] === 2) at++
    return add(text, from, at, true) ? at : -at
  }
  if (KIND[text[at]] !== 3) return -at
  while (at < end && text[at] >= 0x61 && text[at] <= 0x7a) at++
  return at
}

function blanksEnd(text: Uint8Array, from: number): number {
  let at = from
  while (at < text.length && KIND[text[at]] === 1) at++
  return at
}

/** The colon behind blanks at `from`; -1: there is none. */
function colonBehind(text: Uint8Array, from: number): number {
  const at = blanksEnd(text, from)
  return text[at] === COLON ? at : -1
}

interface Stem {
  readonly from: number
  readonly to: number
}

/** What comes before the number of the name that the quote at `at` ends, where it ends with one and stands before a colon. */
function nameBefore(text: Uint8Array, at: number): Stem | undefined {
  if (at === 0 || colonBehind(text, at + 1) < 0) return undefined
  const from = text.lastIndexOf(QUOTE, at - 1) + 1
  const to = stemEnd(text, from, at)
  return from === 0 || to < 0 ? undefined : { from, to }
}

/** Does the name `from`…`to` differ from that of the stem in its number alone? */
function isLike(text: Uint8Array, stem: Stem, from: number, to: number): boolean {
  const end = stemEnd(text, from, to)
  if (end < 0 || end - from !== stem.to - stem.from) return false
  for (let i = 0; from + i < end; i++) if (text[from + i] !== text[stem.from + i]) return false
  return true
}

/** As `eachJsonList`, of a form: values behind one another whose names differ in digits alone. */
export function eachFormList(text: Uint8Array, visit: ListVisitor): boolean {
  const stem = new NameStem()
  restart()
  const end = text.length
  for (let at = 0; at < end; ) {
    const from = at
    while (at < end && text[at] !== AMPERSAND && text[at] !== EQUALS) at++
    if (text[at] !== EQUALS) {
      at++
      continue
    }
    if (!stem.follows(text, from, at)) {
      if (ends(visit)) return true
      restart()
    }
    const value = ++at
    const next = text.indexOf(AMPERSAND, at)
    at = next < 0 ? end : next
    add(text, value, at, false)
    at++
  }
  return ends(visit)
}
