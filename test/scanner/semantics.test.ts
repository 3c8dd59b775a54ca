import { describe, expect, it } from 'vitest'
import { compileRules } from '../../src/scanner/compile/compile.ts'
import type { Kernel } from '../../src/scanner/kernel.ts'
import { BUILDS, createKernel } from './kernels.ts'
import { referenceMatches } from './reference.ts'
import { scanPieces } from './scan-pieces.ts'

/** Spans as text, bytes 0x80 and up written as Latin-1. */
function found(kernel: Kernel, pattern: string, text: string): string[] {
  const bytes = Uint8Array.from(Buffer.from(text, 'latin1'))
  const spans = scanPieces(kernel, compileRules([{ id: 'r', pattern }]), [bytes])
  expect(spans).toEqual(
    referenceMatches(pattern, bytes)
      .map(({ start, end }) => `0:${start}-${end}`)
      .sort(),
  )
  return spans
    .map((span) => span.slice(2).split('-').map(Number))
    .sort((a, b) => a[0] - b[0])
    .map(([start, end]) => text.slice(start, end))
}

const utf8 = (text: string) => Buffer.from(text).toString('latin1')

describe.each(BUILDS)('what a pattern matches, kernel %s', (build) => {
  const kernel = createKernel(build)
  it.each<[what: string, pattern: string, text: string, matches: string[]]>([
    ['a literal', 'abc', 'xabcabc', ['abc', 'abc']],
    ['the longest alternative', 'a|ab|abc', 'abcab', ['abc', 'ab']],
    ['leftmost before longest', 'ab|bcde', 'abcde', ['ab']],
    ['no overlap', 'aba', 'ababa', ['aba']],
    ['as many as there are', 'a{2,3}', 'aaaaaaa', ['aaa', 'aaa']],
    ['. is any byte but a line feed', 'a.c', 'a\nc a\rc a\xffc', ['a\rc', 'a\xffc']],
    ['\\d \\w \\s are ASCII', '\\d\\w\\s', '1_\t 2\xe9 ', ['1_\t']],
    ['negated classes range over bytes', '[^a]b', 'ab\xffb', ['\xffb']],
    ['\\xHH is a byte', '\\xfe\\x00', 'a\xfe\x00', ['\xfe\x00']],
    ['a literal past ASCII is its bytes', 'é', utf8('aéa'), [utf8('é')]],
    ['a quantifier takes all of them', 'é{2}', utf8('ééé'), [utf8('éé')]],
    ['folded letters', '(?i:aB)c', 'ABc abc abC', ['ABc', 'abc']],
    ['folding ends with its group', '(?:(?i:a)b)', 'Ab AB', ['Ab']],
    ['folded classes, negated after folding', '(?i:[^a])x', 'Ax bx', ['bx']],
    ['a guard before', '(?<![0-9])1', '11 1', ['1', '1']],
    ['a guard after', '1(?![0-9])', '12 1', ['1']],
    ['a positive guard fails at the edges', '(?<=[ab])1', '1a1', ['1']],
    ['a positive guard after fails at the end', '1(?=[ab])', '1a1', ['1']],
    ['a shorter match where the guard refuses the longer', '[0-9]{2,4}(?!x)', '1234x', ['123']],
    ['\\b binds a word byte', '\\bcat\\b', 'cat concat cats cat', ['cat', 'cat']],
    ['\\b binds nothing where the match has none', '\\b\\+1\\b', 'a+1 +12', ['+1']],
    ['\\b after looks at the last byte', 'a-?\\b', 'a-b ab', ['a-']],
    [
      'a run of the right length',
      'x[ab]{33,40};',
      `x${'a'.repeat(32)}; x${'a'.repeat(33)}; x${'a'.repeat(41)};`,
      [`x${'a'.repeat(33)};`],
    ],
    ['a run at its end takes its maximum', 'x[ab]{33,40}', `x${'a'.repeat(50)}`, [`x${'a'.repeat(40)}`]],
    ['a run ends where its guard allows', 'x[a-c-]{1,40}\\b', `x${'a'.repeat(30)}-${'a'.repeat(30)}b`, [`x${'a'.repeat(30)}-`]],
    [
      'a run whose guard refuses its class',
      'x[ab]{1,40}(?![a-c])',
      `x${'a'.repeat(41)} x${'a'.repeat(9)}c x${'b'.repeat(40)}`,
      [`x${'b'.repeat(40)}`],
    ],
    ['found behind its leading run', '(?<![a-z])[a-z]{1,64}@[a-z]{2}', 'ab@cd@ef 1gh@ij', ['ab@cd', 'gh@ij']],
    [
      'a leading run right behind a match',
      '(?<![a-z])[a-z]{1,64}@[a-z]{2}',
      `${' '.repeat(40)}ab@cd,g@ij,h@kl${' '.repeat(300)}`,
      ['ab@cd', 'g@ij', 'h@kl'],
    ],
    [
      'a leading run that is too long',
      '(?<![a-z])[a-z]{1,64}@b',
      `${'a'.repeat(65)}@b ${'a'.repeat(64)}@b`,
      [`${'a'.repeat(64)}@b`],
    ],
    [
      'so many digits and no more, found by what is far behind',
      '\\b[0-9]{11}\\b',
      '12345678901 123456789012 1234567890 22345678901',
      ['12345678901', '22345678901'],
    ],
    [
      'forty of a class and no more',
      '(?<![a-z/])[a-z/]{40}(?![a-z/])',
      `${'ab/d'.repeat(10)} ${'ab/d'.repeat(10)}e ${'b/de'.repeat(9)} ${'c/ab'.repeat(10)}`,
      ['ab/d'.repeat(10), 'c/ab'.repeat(10)],
    ],
    ['nested runs', '@(?:\\.[a-z]{1,63}){1,3}!', '@.ab.cd! @.a.b.c.d!', ['@.ab.cd!']],
  ])('%s: %j', (_what, pattern, text, matches) => {
    expect(found(kernel, pattern, text)).toEqual(matches)
  })

  it('a start that is open in the next window decides which of that window count', () => {
    const tables = compileRules([{ id: 'r', pattern: 'q(?:[^z]{3,12}z|[^!]{32}!)|azaz..' }])
    const text = new TextEncoder().encode(`q1234567890azazazxy${'k'.repeat(40)}`)
    for (const [first, second] of [
      [10, 30],
      [11, 28],
      [4, 25],
    ])
      expect(scanPieces(kernel, tables, [text.subarray(0, first), text.subarray(first, second), text.subarray(second)])).toEqual([
        '0:0-13',
        '0:13-19',
      ])
  })

  it('offsets count from the reset, across windows', () => {
    const session = kernel.open(compileRules([{ id: 'r', pattern: 'ab' }]))
    const feed = (text: string, last: boolean) => session.feed(new TextEncoder().encode(text), last)
    expect(feed('xxa', false)).toMatchObject({ candidates: [], settled: 2 })
    expect(feed('b', true)).toEqual({ candidates: [{ rule: 0, start: 2, end: 4 }], settled: 4 })
    session.reset()
    expect(feed('ab', true)).toEqual({ candidates: [{ rule: 0, start: 0, end: 2 }], settled: 2 })
  })

  it('what is settled stays as close to the end as what is alive allows', () => {
    const session = kernel.open(compileRules([{ id: 'r', pattern: '(?<![a-z])[a-z]{1,8}@x' }]))
    const feed = (text: string) => session.feed(new TextEncoder().encode(text), false).settled
    expect(feed('0123 ')).toBe(5)
    expect(feed('abc')).toBe(5)
    expect(feed('@')).toBe(5)
    expect(feed('y ')).toBe(11)
    expect(feed('abcdefghi')).toBe(20)
  })

  it('a window without text decides nothing', () => {
    const rules = ['\\b[0-9]{4}(?:[ -][0-9]{4}){2,11}\\b', '(?<![a-z])[a-z]{1,8}@x', 'x[a-c]{3,40};']
    const tables = compileRules(rules.map((pattern, i) => ({ id: `r${i}`, pattern })))
    for (const text of ['aaaa 4111 1111 9111 aaaa', ' abcdefg@x', 'xabcabcabcabc; xabc']) {
      const bytes = new TextEncoder().encode(text)
      for (let at = 0; at <= bytes.length; at++) {
        const session = kernel.open(tables)
        const { settled } = session.feed(bytes.subarray(0, at), false)
        expect(session.feed(new Uint8Array(0), false), `${text} at ${at}`).toEqual({ candidates: [], settled })
        expect(scanPieces(kernel, tables, [bytes.subarray(0, at), new Uint8Array(0), bytes.subarray(at)])).toEqual(
          scanPieces(kernel, tables, [bytes]),
        )
      }
    }
  })

  it('at the end of a text nothing is seen of an earlier one', () => {
    for (let length = 5; length <= 12; length++) {
      const session = kernel.open(compileRules([{ id: 'r', pattern: `\\b[0-9]{${length}}\\b` }]))
      for (let before = 1; before < 50; before++) {
        for (const left of ['7', ' ']) {
          session.reset()
          session.feed(new TextEncoder().encode(left.repeat(200)), true)
          session.reset()
          const text = new TextEncoder().encode(' '.repeat(before) + '1'.repeat(length))
          expect(session.feed(text, true).candidates).toEqual([{ rule: 0, start: before, end: before + length }])
        }
      }
    }
  })

  it('many rules, several groups of windows', () => {
    const rules = Array.from({ length: 1200 }, (_, i) => ({
      id: `r${i}`,
      pattern: `k${i.toString(36).padStart(3, '0')}=[0-9]{3}`,
    }))
    const tables = compileRules(rules)
    expect(tables.prefilters.length).toBeGreaterThan(1)
    const text = rules.map((_, i) => `k${i.toString(36).padStart(3, '0')}=123`).join(' ')
    const spans = scanPieces(kernel, tables, [new TextEncoder().encode(text)])
    expect(new Set(spans)).toEqual(new Set(rules.map((_, i) => `${i}:${i * 9}-${i * 9 + 8}`)))
  })
})
