import { NameStem } from './form/name-stem.ts'
import { codeOf, ListShape, MAX_LIST_TEXT } from './value-list.ts'

/** Hears the joined text of one list, valid during the call; true: no more are wanted. */
export type ListVisitor = (joined: Uint8Array) => boolean

const QUOTE = 0x22
const COMMA = 0x2c
const AMPERSAND = 0x26
const EQUALS = 0x3d

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
 * The lists of a JSON text in which nothing is escaped, found without reading it: the scalars behind every bracket. Those that its reader tells (`Reader.list`) are
 * among them, and text that is no array may be. `next` answers the first bracket from an offset on behind which they may stand; the length of the text where there is none. Answers
 * whether the visitor had enough.
 */
export function eachJsonList(text: Uint8Array, next: (text: Uint8Array, from: number) => number, visit: ListVisitor): boolean {
  const end = text.length
  for (let at = next(text, 0); at < end; at = next(text, at)) {
    restart()
    at++
    for (;;) {
      while (at < end && KIND[text[at]] === 1) at++
      const from = at
      if (text[at] === QUOTE) {
        at++
        while (at < end && text[at] !== QUOTE && at - from <= MAX_LIST_TEXT) at++
        if (text[at] !== QUOTE || !add(text, from + 1, at, false)) break
        at++
      } else if (KIND[text[at]] === 2) {
        while (at < end && KIND[text[at]] === 2) at++
        if (!add(text, from, at, true)) break
      } else if (KIND[text[at]] === 3) while (at < end && text[at] >= 0x61 && text[at] <= 0x7a) at++
      else break
      while (at < end && KIND[text[at]] === 1) at++
      if (text[at] !== COMMA) break
      at++
    }
    if (ends(visit)) return true
  }
  return false
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
