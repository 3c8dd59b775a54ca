import { describe, expect, it } from 'vitest'
import { PatternError } from '../../src/core/errors.ts'
import { compileRules } from '../../src/scanner/compile/compile.ts'

function refusal(pattern: string): { code: string; column: number; rule: string } | 'accepted' {
  try {
    compileRules([{ id: 'some-rule', pattern }])
    return 'accepted'
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    expect(error.message).toContain(`rule some-rule, column ${error.column}: `)
    return { code: error.code, column: error.column, rule: error.rule }
  }
}

describe('what the dialect refuses, and where', () => {
  it.each<[pattern: string, code: string, column: number]>([
    ['', 'empty-match', 1],
    ['a?', 'empty-match', 1],
    ['(|a)', 'empty-match', 1],
    ['a{0}', 'empty-match', 1],
    ['ab*', 'unbounded', 3],
    ['ab+c', 'unbounded', 3],
    ['ab{2,}c', 'unbounded', 3],
    ['(ab|c+)d', 'unbounded', 6],
    ['a??', 'unsupported-syntax', 3],
    ['a{2}?', 'unsupported-syntax', 5],
    ['a{2}+', 'unsupported-syntax', 5],
    ['a{2}{3}', 'unsupported-syntax', 5],
    ['a{,3}', 'unsupported-syntax', 2],
    ['a{x}', 'unsupported-syntax', 2],
    ['a{3,2}', 'bad-bounds', 2],
    ['a{1,70000}', 'bad-bounds', 2],
    ['?a', 'nothing-to-repeat', 1],
    ['a|*', 'nothing-to-repeat', 3],
    ['{a', 'nothing-to-repeat', 1],
    ['a(b', 'unclosed-group', 2],
    ['a)b', 'unmatched-parenthesis', 2],
    ['a[b', 'unclosed-class', 2],
    ['a[]b]', 'unsupported-syntax', 3],
    ['[z-a]', 'bad-range', 2],
    ['[\\d-z]', 'unsupported-syntax', 2],
    ['[a[b]', 'unsupported-syntax', 3],
    ['[é]', 'unsupported-syntax', 2],
    ['[^\\x00-\\xff]', 'empty-class', 1],
    ['a\\', 'bad-escape', 2],
    ['a\\x4', 'bad-escape', 2],
    ['a\\q', 'unsupported-syntax', 2],
    ['(a)\\1', 'unsupported-syntax', 4],
    ['^a', 'unsupported-syntax', 1],
    ['a$', 'unsupported-syntax', 2],
    ['(?P<n>a)', 'unsupported-syntax', 1],
    ['(?<n>a)', 'unsupported-syntax', 1],
    ['(?s:a)', 'unsupported-syntax', 1],
    ['(?i)a', 'unsupported-syntax', 1],
    ['a\\bb', 'unsupported-syntax', 2],
    ['a(?=b)c', 'unsupported-syntax', 2],
    ['a(?!b)(?!c)', 'unsupported-syntax', 2],
    ['a(?!bc)', 'unsupported-syntax', 2],
    ['(?<!a)(?<!b)c', 'unsupported-syntax', 1],
    ['(?<!a){2}b', 'unsupported-syntax', 7],
    ['x(?<!a)b', 'unsupported-syntax', 2],
    ['(a(?=b))c', 'unsupported-syntax', 3],
    ['\\ba|b', 'unsupported-syntax', 4],
    ['a|b\\b', 'unsupported-syntax', 4],
    ['a\\b|b', 'unsupported-syntax', 4],
    ['\ud800', 'unsupported-syntax', 1],
    ['((ab){200}){200}c', 'state-explosion', 12],
    ['(?:[ab]{0,20}a[ab]{14})', 'state-explosion', 1],
    ['x[a-z]{1,200}[a-m]', 'ambiguous-run', 7],
    ['[a-z]{1,200}:', 'ambiguous-run', 6],
    ['\\b[a-z-]{1,200}:', 'ambiguous-run', 9],
    ['x(?:[a-z]{1,200}:|abc)', 'ambiguous-run', 10],
  ])('%j: %s at column %i', (pattern, code, column) => {
    expect(refusal(pattern)).toEqual({ code, column, rule: 'some-rule' })
  })

  it.each([
    ['a'.repeat(9000), 'pattern-too-long'],
    [`${'('.repeat(100)}a${')'.repeat(100)}`, 'too-deep'],
  ])('limits of size', (pattern, code) => {
    expect(refusal(pattern)).toMatchObject({ code })
  })

  it.each([
    'a{1,128}b',
    'x[a-z]{1,100}[a-m]',
    '(?<![a-z])[a-z]{1,60000}:',
    'x[a-z]{1,65535}',
    '[\\]a]{2}',
    'a]b}',
    '[a-]b[-a]',
    '\\.\\-\\_\\ \\/',
    '(?<!\\d)1(?!\\d)',
    '(?<=e)a',
    'ä{2}',
    '(?i:straße)',
  ])('%j is accepted', (pattern) => {
    expect(refusal(pattern)).toBe('accepted')
  })

  it('two rules of one id, or none, are a mistake of the configuration', () => {
    expect(() => compileRules([])).toThrow(expect.objectContaining({ code: 'no-rules' }))
    const twice = [
      { id: 'a', pattern: 'a' },
      { id: 'a', pattern: 'b' },
    ]
    expect(() => compileRules(twice)).toThrow(expect.objectContaining({ code: 'duplicate-rule' }))
  })
})
