import { RE2JS } from 're2js'
import { describe, expect, it } from 'vitest'
import { placedRules } from '../../rules/index.ts'
import { ruleSources } from '../../src/pipeline/engine.ts'
import { toRegexSource } from '../../src/scanner/compile/export.ts'

describe('patterns for other engines', () => {
  it.each([
    ['(?<![0-9])[0-9]{4}(?![0-9])', '[0-9]{4}', '(?<![0-9])(?:[0-9]{4})(?![0-9])'],
    ['\\bab\\b', 'ab', '(?:(?=\\W)|(?<!\\w))(?:ab)(?:(?<=\\W)|(?!\\w))'],
    ['a\\\\b', 'a\\\\b', 'a\\\\b'],
    ['(?<=\\])a', 'a', '(?<=\\])(?:a)'],
    ['a|b', 'a|b', 'a|b'],
  ])('%s', (pattern, plain, guarded) => {
    expect(toRegexSource({ id: 'r', pattern })).toBe(plain)
    expect(toRegexSource({ id: 'r', pattern }, true)).toBe(guarded)
  })

  it('of every rule are read by RE2 and JavaScript', () => {
    for (const rule of ruleSources(placedRules)) {
      const source = toRegexSource(rule)
      expect(new RegExp(source)).toBeInstanceOf(RegExp)
      // RE2 bounds repetition at 1,000; what is beyond is the rule's choice.
      const bounded = source.replace(/\{(\d+),(\d+)\}/g, (all, min, max) => (Number(max) > 1000 ? `{${min},1000}` : all))
      expect(() => RE2JS.compile(bounded)).not.toThrow(/unsupported|missing|invalid escape|bad/i)
    }
  })
})
