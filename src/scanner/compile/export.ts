import type { RuleSource } from './compile.ts'
import { parsePattern } from './dialect.ts'

/**
 * A rule's pattern in the syntax that JavaScript, RE2 and Rust's regex read alike: the dialect is a subset of it, so the pattern
 * stands as it is but for its guards, which RE2 does not know.
 */
export function toRegexSource({ id, pattern }: RuleSource): string {
  parsePattern(id, pattern)
  const core = pattern
    .replace(/^(?:\\b|\(\?<[!=](?:\[(?:\\.|[^\]\\])*\]|\\.|[^()])\))/, '')
    .replace(/(?:\(\?[!=](?:\[(?:\\.|[^\]\\])*\]|\\.|[^()])\))$/, '')
  return core.replace(/\\b$/, (tail, at: number) => (core[at - 1] === '\\' ? tail : ''))
}
