import { describe, expect, it } from 'vitest'
import { placedRules } from '../../rules/index.ts'
import { ruleSources } from '../../src/pipeline/engine.ts'
import { compileRules } from '../../src/scanner/compile/compile.ts'
import { builtTables } from '../support/engine.ts'
import { hostileUnits } from '../support/hostile.ts'
import { BUILDS, type Build, createKernel } from './kernels.ts'

const LENGTH = 32 << 10

function stepsOf(build: Build, tables: ReturnType<typeof compileRules>, unit: string, length: number, window = length): number {
  const text = Buffer.from(unit.repeat(Math.ceil(length / unit.length)).slice(0, length), 'latin1')
  // A kernel of its own: what the fall-back remembers of other texts must not help.
  const session = createKernel(build).open(tables)
  for (let at = 0; at < length; at += window) session.feed(text.subarray(at, at + window), at + window >= length)
  return session.steps
}

/**
 * Most steps a byte over the hostile texts; and, for those that cost most, growth when the text is twice as long: from a
 * length on at which the rule's own maximum does not matter any more.
 */
function worst(build: Build, pattern: string) {
  const tables = compileRules([{ id: 'rule', pattern }])
  const texts = hostileUnits(pattern)
    .map((unit) => ({ unit, perByte: stepsOf(build, tables, unit, LENGTH) / LENGTH }))
    .sort((a, b) => b.perByte - a.perByte)
  const length = 4 * Math.max(LENGTH, tables.maxLength)
  const growth = Math.max(
    ...texts.slice(0, 3).map(({ unit }) => {
      const twice = stepsOf(build, tables, unit, 2 * length)
      return twice / Math.max(1, stepsOf(build, tables, unit, length))
    }),
  )
  return { ...texts[0], growth }
}

const times10 = (pattern: string, minimaToo: boolean) =>
  pattern.replace(/\{(\d+)(,(\d+))?\}/g, (_all, min, both, max) =>
    both === undefined ? `{${min * 10}}` : `{${minimaToo ? min * 10 : min},${max * 10}}`,
  )

describe.each(BUILDS.filter((build) => build !== 'scalar'))('steps a byte, kernel %s', (build) => {
  it.each<[pattern: string, minimaToo: boolean]>([
    ['eyJ[A-Za-z0-9_-]{10,4000}\\.eyJ[A-Za-z0-9_-]{10,4000}\\.[A-Za-z0-9_-]{10,4000}', false],
    ['(?:\\.[a-z0-9-]{1,63}){1,8}!', true],
    ['(?:\\.[a-z0-9-]{1,63}){8}', true],
    ['(?:b.){8}c', true],
    ['(?:ab){1,8}c', true],
    ['a(?:(?:ba){1,8}c)?', true],
    ['(?:a.){20}b', true],
    ['key[a-z-]{1,100}\\b', true],
    ['(?:[ab].){8}(?:[bc].){8}d', true],
    ['-----BEGIN [A-Z]{0,40}-----[a-z ]{1,400}(?:-[a-z ]{1,400}){0,4}-----END', false],
  ])('of %s are bounded, and so with every bound ten times as large', (pattern, minimaToo) => {
    const as = worst(build, pattern)
    const large = worst(build, times10(pattern, minimaToo))
    // Up to 16 are simply walked; what is beyond, the fall-back does in a few more.
    expect(as.perByte, as.unit).toBeLessThan(20)
    expect(large.perByte, large.unit).toBeLessThan(20)
    expect(large.perByte).toBeLessThan(1.5 * Math.max(as.perByte, 16))
    expect(as.growth).toBeLessThanOrEqual(2.1)
    expect(large.growth).toBeLessThanOrEqual(2.1)
  })

  // Rule by rule on one kernel: what the others count differs by where blocks end.
  it.skipIf(build !== 'portable').each(ruleSources(placedRules).map(({ id, pattern }) => [id, pattern]))(
    'of %s grow with the text and no faster',
    (_id, pattern) => {
      const { perByte, growth, unit } = worst(build, pattern)
      expect(perByte, unit).toBeLessThan(20)
      expect(growth, unit).toBeLessThanOrEqual(2.1)
    },
  )

  it('of all rules together', () => {
    const { tables } = builtTables
    // Many a text is hostile to several rules.
    const units = new Set(ruleSources(placedRules).flatMap(({ pattern }) => hostileUnits(pattern)))
    for (const unit of units) {
      const length = LENGTH / 4
      expect(stepsOf(build, tables, unit, length) / length, unit.slice(0, 40)).toBeLessThan(24)
    }
  })

  it('are bounded whatever the windows are', () => {
    for (const pattern of ['eyJ[a-zA-Z]{10,400}\\.[a-z]{2,90}', '(?:ab){1,80}c', '(?<![a-z])[a-z]{1,64}@[a-z]{2}']) {
      const tables = compileRules([{ id: 'r', pattern }])
      for (const unit of hostileUnits(pattern)) {
        for (const window of [1, 7, 1000]) {
          expect(stepsOf(build, tables, unit, 16 << 10, window) / (16 << 10), `${unit.slice(0, 40)} ${window}`).toBeLessThan(20)
        }
      }
    }
  })

  it('a walk in an open run costs nothing until the run ends', () => {
    const session = createKernel(build).open(compileRules([{ id: 'r', pattern: 'eyJ[a-zA-Z]{10,60000}\\.' }]))
    const feed = (text: string) => session.feed(new TextEncoder().encode(text), false)
    feed('eyJaaaaaaaaaaaaaaaa')
    const before = session.steps
    for (let i = 0; i < 5000; i++) feed('a')
    expect(session.steps - before).toBeLessThanOrEqual(2 * 5000)
    expect(feed('.x').candidates).toEqual([{ rule: 0, start: 0, end: 5020 }])
  })
})
