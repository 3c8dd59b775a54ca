import type { TermSource } from './compile-terms.ts'

/** A list as a pattern of the rule dialect, without its guards, that JavaScript, RE2 and Rust's regex read alike. With `guards`, the dialect's own. */
export function termsToRegexSource({ terms, ignoreCase = false }: TermSource, guards = false): string {
  const alternatives = terms.map((term) => term.replace(/[^0-9A-Za-z_\u0080-\u{10ffff}]/gu, escaped)).join('|')
  const body = ignoreCase ? `(?i:${alternatives})` : alternatives
  return guards ? `\\b(?:${body})\\b` : body
}

/** Controls have no other spelling in the dialect; punctuation has a backslash before it. */
const escaped = (char: string): string =>
  char < ' ' || char === '\x7f' ? `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}` : char === ' ' ? char : `\\${char}`
