import { EVIDENCE_AFTER, EVIDENCE_BEFORE } from '../core/limits.ts'
import { contextEnd, contextStart } from '../core/marks.ts'
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

/** ` word word word ` of `start`…`end`, so that whole words and phrases are found by `includes`. */
export function wordsOf(bytes: Uint8Array, start: number, end: number): string {
  let text = ' '
  for (let i = start; i < end; i++) {
    const byte = bytes[i]
    if (!isAlnum(byte)) {
      const letter = baseLetter(bytes, i, end)
      if (letter > 0 || isAccent(bytes, i, end)) {
        if (letter > 0) text += String.fromCharCode(letter)
        i++
        continue
      }
      if (text.charCodeAt(text.length - 1) !== 0x20) text += ' '
      continue
    }
    if (isUpper(byte) && i > start) {
      const previous = bytes[i - 1]
      const next = i + 1 < end ? bytes[i + 1] : 0
      if (
        (isLower(previous) || isDigit(previous) || (isUpper(previous) && isLower(next))) &&
        text.charCodeAt(text.length - 1) !== 0x20
      )
        text += ' '
    }
    text += String.fromCharCode(isUpper(byte) ? byte + 32 : byte)
  }
  return text.charCodeAt(text.length - 1) === 0x20 ? text : `${text} `
}

/** Words before and after `start`…`end` of the text at hand, at most EVIDENCE_BEFORE and EVIDENCE_AFTER bytes away and up to the nearest mark. */
export function contextWords(text: FieldText, start: number, end: number): string {
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

/** A joined key this long counts as the beginning or end of a longer one without separators, too: `dbpassword`, `PGPASSWORD`. */
const AFFIX = 6

export function keyMatcher(keys: readonly string[]): KeyMatcher {
  const phrases = keys.map(phrase)
  const joined = keys.map((key) => phrase(key).replaceAll(' ', ''))
  return {
    matches(key) {
      if (key.length > 256) return false
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
    },
  }
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
