import { EVIDENCE_AFTER, EVIDENCE_BEFORE } from '../core/limits.ts'
import { contextEnd, contextStart } from '../core/marks.ts'
import { isAlnum, isDigit, isLower, isUpper } from './bytes.ts'
import type { FieldText } from './evidence.ts'

/**
 * Names and words as evidence sees them. A name is cut into lower-case words at everything that is no ASCII letter or digit and where
 * the case changes (`myAWSSecretKey` → my aws secret key); letters of other scripts are part of no word.
 */

/** ` word word word ` of `start`…`end`, so that whole words and phrases are found by `includes`. */
export function wordsOf(bytes: Uint8Array, start: number, end: number): string {
  let text = ' '
  for (let i = start; i < end; i++) {
    const byte = bytes[i]
    if (!isAlnum(byte)) {
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
  const from = contextStart(bytes, length, Math.max(0, start - EVIDENCE_BEFORE), start)
  const to = contextEnd(bytes, length, end, Math.min(length, end + EVIDENCE_AFTER))
  return wordsOf(bytes, from, start) + wordsOf(bytes, end, to)
}

/** The form in which listed keys and words are compared: lower-case words joined by one blank. */
export function phrase(listed: string): string {
  return ` ${listed
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()} `
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
