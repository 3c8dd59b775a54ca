import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { placedRules } from '../../rules/index.ts'
import { readBuiltSearches } from '../../src/pipeline/build-tables.ts'
import { ruleSources } from '../../src/pipeline/engine.ts'
import { compileRules, type RuleSource } from '../../src/scanner/compile/compile.ts'
import { type NativeSearches, nativeSearches } from '../../src/scanner/compile/native-searches.ts'
import { parsePattern } from '../../src/scanner/compile/parse.ts'
import { SAMPLE_TEXT } from '../../src/scanner/compile/sample-text.ts'
import type { RuleTables } from '../../src/scanner/compile/tables.ts'
import { createPortableKernel } from '../../src/scanner/kernels/portable/kernel.ts'
import { NativeScreen } from '../../src/scanner/kernels/portable/native-screen.ts'
import { writeSearches } from '../../tools/write-tables.mjs'
import { builtTables } from '../support/engine.ts'
import { Random } from '../support/random.ts'
import { anyTimes, sampleOf } from '../support/sample-of.ts'
import { createKernel } from './kernels.ts'
import { randomPatterns } from './random-patterns.ts'
import { scanPieces } from './scan-pieces.ts'

/** As they are, and with pieces so short and a fall-back so early that texts of some kilobytes reach every part. */
const OPTIONS = [{}, { blockBytes: 64 }, { blockBytes: 256, walkStepsPerByte: -1 }]
const UTF8 = new TextEncoder()
const FILLER = [
  'harbor lamp, ',
  '{"created":"2026-03-14T08:05:27Z"}',
  '\n',
  ' ',
  '-',
  '0',
  'Ab9',
  'é',
  '\u20ac',
  '"',
  'the willow door ',
]

function textOf(rules: readonly RuleSource[], random: Random, length: number): Uint8Array {
  const bodies = rules.map(({ id, pattern }) => parsePattern(id, pattern).body)
  const parts: Uint8Array[] = []
  for (let bytes = 0; bytes < length; ) {
    const part = random.chance(0.1)
      ? Uint8Array.from({ length: random.int(1, 12) }, () => random.int(0, 255))
      : Buffer.from(
          random.chance(0.08)
            ? sampleOf(random.pick(bodies), random, anyTimes(random))
            : random.pick(FILLER).repeat(random.int(1, 9)),
        )
    parts.push(part)
    bytes += part.length
  }
  return new Uint8Array(Buffer.concat(parts))
}

const SOURCES = ruleSources(placedRules)

/** Those of all rules take a quarter of a minute to make: a build keeps them. */
let built: readonly NativeSearches[]
beforeAll(async () => {
  await writeSearches()
  built = readBuiltSearches(readFileSync('dist/tables/searches.bin'))
}, 300_000)

/** The filter, the screen and another kernel say the same of a text, whole and cut. */
function compare(tables: RuleTables, texts: readonly Uint8Array[], random: Random, searches = nativeSearches(tables)): number {
  const plain = createKernel('simd')
  const screened = OPTIONS.map((options) => createPortableKernel(options, [searches]))
  let found = 0
  for (const text of texts) {
    const want = scanPieces(plain, tables, [text])
    found += want.length
    for (const kernel of [createKernel('portable'), ...screened]) {
      expect(scanPieces(kernel, tables, [text])).toEqual(want)
      for (const longest of [900, 3000]) expect(scanPieces(kernel, tables, random.cut(text, longest))).toEqual(want)
    }
  }
  return found
}

describe('native searches in place of the filter', () => {
  it.each([
    ['the rules', builtTables.tables, 0],
    ['the rules and the stems of keys', builtTables.screenTables, 1],
  ] as const)('find what the filter finds: %s', { timeout: 300_000 }, (_, tables, i) => {
    const random = new Random(20261129)
    const texts = Array.from({ length: 12 }, () => textOf(SOURCES, random, random.int(600, 9000)))
    const hostile = ['3400 ', '9', 'aB3/', 'pwd:', '::', 'a', 'x@y.', '\u2019'].map((part) =>
      UTF8.encode(part.repeat(4000 / part.length)),
    )
    expect(compare(tables, [...texts, ...hostile, UTF8.encode(SAMPLE_TEXT)], random, built[i])).toBeGreaterThan(300)
  })

  it('find what the filter finds: generated patterns', { timeout: 300_000 }, () => {
    const random = new Random(7)
    let found = 0
    for (let round = 0; round < 40; round++) {
      const rules: RuleSource[] = randomPatterns(random, 3).map((pattern, i) => ({ id: `r${i}`, pattern }))
      const letters = ['a', 'b', 'c', ' ', '\n', 'é', 'x', '@', 'B', 'quiet prose, ', 'a lamp 12 ', 'ab'.repeat(20)]
      const texts = Array.from({ length: 3 }, () => {
        let text = ''
        const kind = random.int(1, letters.length)
        while (text.length < 1500) text += letters[random.int(0, kind - 1)].repeat(random.chance(0.1) ? random.int(1, 40) : 1)
        return new TextEncoder().encode(text)
      })
      found += compare(compileRules(rules), texts, random)
    }
    expect(found).toBeGreaterThan(1000)
  })

  it('are few, and find next to nothing in ordinary text', () => {
    const always = built[0].groups.filter(({ needs }) => needs.length === 0).flatMap((group) => group.searches)
    expect(always.length).toBeLessThan(40)
    const screen = new NativeScreen(built[0])
    const text = UTF8.encode(
      '{"id":"ord-7919","created":"2026-02-11T08:01:00Z","note":"leave it at the willow door"},'.repeat(200),
    )
    expect(screen.find(text, 64, text.length - 64, 64)).toBe(true)
    expect(screen.count).toBe(0)
    expect(screen.find(UTF8.encode('3400 '.repeat(4000)), 64, 19_900, 64)).toBe(false)
  })

  it('are let loose by a literal, or by a run of what tokens are made of', () => {
    const rules = [
      { id: 'word', pattern: 'lantern=[a-z]{4,8}' },
      { id: 'number', pattern: '[0-9]{3}-[0-9]{2}' },
      { id: 'token', pattern: '(?:ab|cd)[0-9a-f]{16}' },
    ]
    const tables = compileRules(rules)
    const { gates, groups } = nativeSearches(tables)
    const asked = groups.map(({ needs }) => needs.map((gate) => (gates[gate].isRun ? 'run' : gates[gate].source)))
    expect(asked).toContainEqual(expect.arrayContaining([expect.stringMatching(/^[lantern=]{2,8}$/)]))
    expect(asked).toContainEqual(['run'])
    expect(asked).toContainEqual([])
    const texts = ['lantern=', 'lantern=quiet', '123-45', 'ab0123456789abcdef', 'x ab0123456789abcdef!'].flatMap((part) =>
      ['. ', 'harbor lamp '].map((filler) => UTF8.encode(filler.repeat(300) + part + filler.repeat(300))),
    )
    expect(compare(tables, texts, new Random(3))).toBe(9)
  })

  it('are the same each time', () => {
    const tables = compileRules(SOURCES.slice(0, 12))
    expect(JSON.stringify(nativeSearches(tables))).toBe(JSON.stringify(nativeSearches(tables)))
  })
})
