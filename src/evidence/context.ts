import { EVIDENCE_AFTER, EVIDENCE_BEFORE } from '../core/limits.ts'
import { contextEnd, contextStart } from '../core/marks.ts'
import { remember } from '../core/remember.ts'
import { isAlnum, isDigit, isLower, isUpper } from './bytes.ts'
import type { FieldText } from './evidence.ts'

/**
 * Names and words as evidence sees them. A name is cut into lower-case words at everything that is no letter or digit and where
 * the case changes (`myAWSSecretKey` → my aws secret key). Latin letters count without their accents (`Número` → numero, U+00C0 to U+017F);
 * letters of other scripts are part of no word.
 */

/** Base letters of U+00C0 to U+017F in order; `-` where there is none (× and ÷). ß and the ligatures count as their first letter. */
const BASE =
  'aaaaaaaceeeeiiiidnooooo-ouuuuytsaaaaaaaceeeeiiiidnooooo-ouuuuyty' +
  'aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll' +
  'lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs'

/** The base letter of the two bytes at `at`, 0 if they are none of BASE. */
function baseLetter(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at]
  if (lead < 0xc3 || lead > 0xc5 || at + 1 >= end || (bytes[at + 1] & 0xc0) !== 0x80) return 0
  const letter = BASE.charCodeAt(((lead & 0x1f) << 6) + (bytes[at + 1] & 0x3f) - 0xc0)
  return letter === 0x2d ? 0 : letter
}

/** Is it a combining accent (U+0300 to U+036F), as decomposed text has behind its letters? */
function isAccent(bytes: Uint8Array, at: number, end: number): boolean {
  return at + 1 < end && ((bytes[at] === 0xcc && bytes[at + 1] >= 0x80) || (bytes[at] === 0xcd && bytes[at + 1] < 0xb0))
}

/** What `wordsOf` writes, one character a byte: room for the context of a candidate. */
let room = new Uint8Array(512)
const BLANK = 0x20

/** ` word word word ` of `start`…`end`, so that whole words and phrases are found by `includes`. */
export function wordsOf(bytes: Uint8Array, start: number, end: number): string {
  // a blank before each letter at most
  const most = 2 * (end - start) + 2
  if (most > room.length) room = new Uint8Array(most)
  const text = room
  let length = 0
  text[length++] = BLANK
  for (let i = start; i < end; i++) {
    const byte = bytes[i]
    const kind = KIND[byte]
    if (kind === 0) {
      const letter = baseLetter(bytes, i, end)
      if (letter > 0 || isAccent(bytes, i, end)) {
        if (letter > 0) text[length++] = letter
        i++
        continue
      }
      if (text[length - 1] !== BLANK) text[length++] = BLANK
      continue
    }
    if (kind === UPPER && i > start && text[length - 1] !== BLANK) {
      const before = KIND[bytes[i - 1]]
      if (before === LOWER || before === DIGIT || (before === UPPER && i + 1 < end && KIND[bytes[i + 1]] === LOWER))
        text[length++] = BLANK
    }
    text[length++] = kind === UPPER ? byte + 32 : byte
  }
  if (text[length - 1] !== BLANK) text[length++] = BLANK
  return asString(text, length)
}

/** Letters and digits of ASCII. */
const LOWER = 1
const UPPER = 2
const DIGIT = 3
const KIND = Uint8Array.from({ length: 256 }, (_, byte) =>
  isLower(byte) ? LOWER : isUpper(byte) ? UPPER : isDigit(byte) ? DIGIT : 0,
)

/** Characters that are made a string at once. */
const AT_ONCE = 1024

function asString(text: Uint8Array, length: number): string {
  let string = ''
  for (let at = 0; at < length; at += AT_ONCE)
    string += String.fromCharCode.apply(null, text.subarray(at, Math.min(length, at + AT_ONCE)) as unknown as number[])
  return string
}

/**
 * Words before and after `start`…`end` of the text at hand, at most EVIDENCE_BEFORE and EVIDENCE_AFTER bytes away and up to the nearest mark. Kept with the text: several
 * rules ask for the same place, one after another.
 */
export function contextWords(text: FieldText, start: number, end: number): string {
  const { context } = text
  if (context?.start === start && context.end === end) return context.words
  const words = wordsAround(text, start, end)
  text.context = { start, end, words }
  return words
}

function wordsAround(text: FieldText, start: number, end: number): string {
  const { bytes, length } = text
  const first = Math.max(0, start - EVIDENCE_BEFORE)
  const last = Math.min(length, end + EVIDENCE_AFTER)
  let from = contextStart(bytes, length, first, start, first + text.base > 0)
  let to = contextEnd(bytes, length, end, last)
  // what a mark leaves of a word is no word
  if (from > first) while (from < start && isAlnum(bytes[from - 1]) && isAlnum(bytes[from])) from++
  if (to < last) while (to > end && isAlnum(bytes[to - 1]) && isAlnum(bytes[to])) to--
  return wordsOf(bytes, from, start) + wordsOf(bytes, end, to)
}

/** The form in which listed keys and words are compared: lower-case words joined by one blank. */
export function phrase(listed: string): string {
  return keyWords(listed.toLowerCase())
}

/** Listed keys of one rule, ready to compare. */
export interface KeyMatcher {
  matches(key: string): boolean
}

/** Keys whose answer is kept. */
const CACHE = 128

/** A joined key this long counts as the beginning or end of a longer one without separators, too: `dbpassword`, `PGPASSWORD`. */
const AFFIX = 6

export function keyMatcher(keys: readonly string[]): KeyMatcher {
  const phrases = keys.map(phrase)
  const joined = keys.map((key) => phrase(key).replaceAll(' ', ''))
  const isKnown = remember((key) => isNamed(key, phrases, joined), CACHE)
  return { matches: (key) => key.length <= 256 && isKnown(key) }
}

function isNamed(key: string, phrases: readonly string[], joined: readonly string[]): boolean {
  const words = keyWords(key)
  for (let i = 0; i < phrases.length; i++) {
    if (words.includes(phrases[i])) return true
  }
  for (const word of separated(key)) {
    for (const name of joined) {
      if (word === name || (name.length >= AFFIX && (word.startsWith(name) || word.endsWith(name)))) return true
    }
  }
  return false
}

const encoder = new TextEncoder()

export function keyWords(key: string): string {
  const bytes = encoder.encode(key)
  return wordsOf(bytes, 0, bytes.length)
}

/** Lower-case runs of letters and digits, and the whole without separators. */
function separated(key: string): string[] {
  const parts = key.toLowerCase().split(/[^a-z0-9]+/)
  return parts.length > 1 ? [...parts, parts.join('')] : parts
}
