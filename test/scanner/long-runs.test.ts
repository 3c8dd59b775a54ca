import { describe, expect, it } from 'vitest'
import { compileRules } from '../../src/scanner/compile/compile.ts'
import { buildDfa } from '../../src/scanner/compile/dfa.ts'
import { longRunOf } from '../../src/scanner/compile/long-runs.ts'
import { parsePattern } from '../../src/scanner/compile/parse.ts'
import { Random } from '../support/random.ts'
import { kernelsWith } from './kernels.ts'
import { referenceMatches } from './reference.ts'
import { scanPieces } from './scan-pieces.ts'

const SOURCES = [
  '(?<![0-9A-Za-z/+=])[0-9A-Za-z/+]{40}(?![0-9A-Za-z/+=])',
  '(?<![A-Za-z])[A-Za-z]{32}(?![A-Za-z])',
  '(?<![0-9a-z])(?:-\\.)?[0-9a-z]{33,36}\\b',
  '(?<![a-z])[a-z]{34,200}[.!]',
]
const RULES = SOURCES.map((pattern, i) => ({ id: `r${i}`, pattern }))

const KERNELS = [
  ...kernelsWith(),
  ...kernelsWith({ blockBytes: 64 }),
  ...kernelsWith({ blockBytes: 16 }),
  ...kernelsWith({ blockBytes: 64, walkStepsPerByte: -1 }),
]

function textOf(random: Random): Uint8Array {
  const runs = ['abcdefgh', 'abcdefgh', 'Az', '09az', '/+9Z'].map((letters) => [...letters])
  let text = ''
  while (text.length < 220) {
    const letters = random.pick(runs)
    const length = random.chance(0.7) ? random.int(30, 42) : random.pick([1, 5, 16, 31, 32, 33, 48, 64, 90])
    text += random.pick(['', '', '-.', '.', '-.-.'])
    for (let i = 0; i < length; i++) text += random.pick(letters)
    text += random.pick([' ', ' ', '.', '!', '=', '', 'é'])
  }
  return new TextEncoder().encode(text)
}

const wanted = (text: Uint8Array): string[] =>
  SOURCES.flatMap((source, rule) => referenceMatches(source, text).map(({ start, end }) => `${rule}:${start}-${end}`)).sort()

describe('rules found by a long run', () => {
  const tables = compileRules(RULES)

  it('are those that words would pass everywhere', () => {
    expect(Array.from(tables.longRunRule).sort()).toEqual([0, 1, 2, 2, 3])
    expect(tables.prefilters.flatMap(({ rules }) => Array.from(rules)).filter((rule) => rule >= 0)).toEqual([])
    const rare = compileRules([{ id: 'r', pattern: '(?<![a-z])key-[a-z]{40}(?![a-z])' }])
    expect(rare.longRunRule.length).toBe(0)
  })

  it.each<[pattern: string, before: readonly number[] | null]>([
    ['(?<![a-z])[a-z]{32}(?![a-z])', [0]],
    ['(?<![a-z])[a-z]{31}(?![a-z])', null],
    ['[a-z]{40}', null],
    ['(?<![a-y])[a-z]{40}', null],
    ['(?<![0-9a-z])(?:[A-Z]{2}|[A-Z])?[0-9a-f]{32}\\b', [2, 1, 0]],
    ['(?<![a-z])(?:[a-z]{32}|[a-z]{8} [a-z]{32})', null],
    ['(?<![a-z])[a-z]{5}[A-Z][a-z]{40}', null],
    ['(?<![a-z])[A-Z]{4}[a-z]{32}[0-9]{9}', [4]],
    ['(?<![a-z])[A-Z]{4}[a-z]{31}[0-9]{9}', null],
  ])('%s: so many bytes before the run', (pattern, before) => {
    const parsed = parsePattern('r', pattern)
    expect(longRunOf(buildDfa('r', parsed), parsed.left)?.before ?? null).toEqual(before)
  })

  it('match as the reference says, whole and in pieces', () => {
    const random = new Random(32)
    let found = 0
    for (let round = 0; round < 60; round++) {
      const text = textOf(random)
      const want = wanted(text)
      found += want.length
      for (const kernel of KERNELS) {
        expect(scanPieces(kernel, tables, [text])).toEqual(want)
        for (const most of [1, 20, 60]) expect(scanPieces(kernel, tables, random.cut(text, most))).toEqual(want)
      }
    }
    expect(found).toBeGreaterThan(60)
  })

  it('match at every cut, at every alignment, and where a text was before', () => {
    const random = new Random(33)
    const text = textOf(random)
    for (const kernel of kernelsWith({ blockBytes: 64 })) {
      const session = kernel.open(tables)
      for (let before = 0; before < 40; before++) {
        const shifted = new Uint8Array([...new TextEncoder().encode(' '.repeat(before)), ...text])
        const want = wanted(shifted)
        expect(scanPieces(kernel, tables, [shifted])).toEqual(want)
        // What the last text left behind is no part of this one.
        session.reset()
        const got = session.feed(shifted, true).candidates.map(({ rule, start, end }) => `${rule}:${start}-${end}`)
        expect(got.sort()).toEqual(want)
      }
      const want = wanted(text)
      for (let cut = 0; cut <= text.length; cut++) {
        expect(scanPieces(kernel, tables, [text.subarray(0, cut), text.subarray(cut)])).toEqual(want)
      }
    }
  })

  it('hold back a run that may yet be long enough, and no more', () => {
    for (const kernel of kernelsWith()) {
      const session = kernel.open(compileRules([RULES[1]]))
      const feed = (text: string) => session.feed(new TextEncoder().encode(text), false).settled
      expect(feed('some words and')).toBe(11)
      expect(feed(' ')).toBe(15)
      expect(feed('a'.repeat(31))).toBe(15)
      expect(feed('a'.repeat(10))).toBe(56)
    }
  })
})
