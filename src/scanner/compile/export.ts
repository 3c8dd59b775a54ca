import type { RuleSource } from './compile.ts'
import { parsePattern } from './parse.ts'

/**
 * A rule's pattern for other engines. Without its guards it is read alike by JavaScript (ES2025, flag `u` off), RE2 and Rust's
 * regex: the dialect is a subset of all three, so it stands as it was written. With `guards`, JavaScript only: look-around as it
 * was written, `\\b` as the dialect means it.
 * @throws PatternError when the dialect does not have it
 */
export function toRegexSource({ id, pattern }: RuleSource, guards = false): string {
  const { left, right, from, to } = parsePattern(id, pattern)
  const body = pattern.slice(from, to)
  if (!guards || (left === null && right === null)) return body
  const before = pattern.slice(0, from).replace('\\b', '(?:(?=\\W)|(?<!\\w))')
  const after = pattern.slice(to).replace('\\b', '(?:(?<=\\W)|(?!\\w))')
  return `${before}(?:${body})${after}`
}
