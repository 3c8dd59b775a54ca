import { expect, test } from 'vitest'
import { compileRules } from '../../src/scanner/compile/compile.ts'
import { parsePattern } from '../../src/scanner/compile/parse.ts'
import { placesOf } from '../../src/scanner/compile/tail.ts'
import { Random } from '../support/random.ts'
import { anyTimes, sampleOf } from '../support/sample-of.ts'
import { createKernel } from './kernels.ts'
import { referenceMatches } from './reference.ts'
import { scanPieces } from './scan-pieces.ts'

/** Matches that end before, among and behind the places that follow a window, with guards behind them, runs of any length, and windows further on. */
const SOURCES = [
  '\\b[0-9]{8}\\b',
  '\\b[0-9]{3}-[0-9]{2}-[0-9]{4}\\b',
  '(?<![0-9])[0-9]{3} ?[0-9]{3} ?[0-9]{4}(?![0-9])',
  '(?:abc|abd)[0-9]{6,9}',
  'k[a-f0-9]{9,40}(?![a-f0-9-])',
  'ab[a-z]{20,60}c',
  'cd[a-z]{2,30}[0-9]{2}',
  'cd-[a-z]{8}[0-9]{4}\\b',
  '[a-d]{4}[0-9]{12}x',
  '(?<=[ -])[0-9]{9}(?=[ .-])',
  '(?:[0-9]{4}[ -]){3}[0-9]{4}',
  '[a-z]{12}(?:xy|z)[0-9]{5}',
  '[a-c]{7}[.-]{2}(?![0-9])',
]
const LETTERS = ['a', 'c', 'x', '0', '7', '-', ' ', '.', '_', '\u00e9']

test('what stands behind a window dismisses no match: near misses at every place', { timeout: 120_000 }, () => {
  const random = new Random(20261130)
  const tables = compileRules(SOURCES.map((pattern, i) => ({ id: `r${i}`, pattern })))
  const kernels = (['simd', 'scalar', 'portable'] as const).map((name) => createKernel(name))
  let found = 0
  for (let i = 0; i < 400; i++) {
    let text = ''
    while (text.length < 300) {
      const one = sampleOf(parsePattern('r', random.pick(SOURCES)).body, random, anyTimes(random))
      const at = random.int(0, Math.min(16, one.length))
      const spoilt = random.chance(0.5) ? one : one.slice(0, at) + random.pick(LETTERS) + one.slice(at + random.int(0, 1))
      text += spoilt + random.pick([...LETTERS, ' lamp, '])
    }
    const bytes = new TextEncoder().encode(text)
    const want = SOURCES.flatMap((source, rule) =>
      referenceMatches(source, bytes).map(({ start, end }) => `${rule}:${start}-${end}`),
    ).sort()
    found += want.length
    for (const kernel of kernels)
      for (const pieces of [[bytes], random.cut(bytes, 40)]) expect(scanPieces(kernel, tables, pieces), text).toEqual(want)
  }
  expect(found).toBeGreaterThan(1000)
})

test('what is known of the places behind a window', () => {
  const tables = compileRules(SOURCES.map((pattern, i) => ({ id: `r${i}`, pattern })))
  const told = (rule: number, from: number, to: number, window?: (place: number) => Uint8Array | undefined) =>
    placesOf(tables, rule, from, to, window).map((allowed) => Array.from(allowed).reduce((sum, one) => sum + one, 0))
  // Digits, then what is no word byte behind the last of them, then anything.
  expect(told(0, 4, 12)).toEqual([10, 10, 10, 10, 256 - 63])
  expect(told(1, 9, 13)).toEqual([10, 10, 256 - 63])
  // Behind the shortest match anything, without a guard.
  expect(told(5, 18, 26)).toEqual([26, 26, 26, 26, 26, 256])
  // A run that must go on, and one that may end: by then the byte behind it may stand there too.
  expect(told(6, 2, 8)).toEqual([26, 26, 36, 36, 256])
  // What the window lets through is followed: of two ways to write the number one, and a run that is over.
  const digits = new Uint8Array(256).fill(1, 0x30, 0x3a)
  expect(told(2, 6, 8)).toEqual([11, 11])
  expect(told(2, 6, 8, (place) => (place === 3 ? digits : undefined))).toEqual([11, 10])
  expect(told(6, 5, 7, (place) => (place === 4 ? digits : undefined))).toEqual([10, 256])
})
