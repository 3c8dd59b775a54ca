import { describe, expect, test } from 'vitest'
import { PatternError } from '../../src/core/errors.ts'
import { compileRules } from '../../src/scanner/compile/compile.ts'
import { Random } from '../support/random.ts'
import { kernelsWith } from './kernels.ts'
import { referenceMatches } from './reference.ts'
import { scanPieces } from './scan-pieces.ts'

const UTF8 = new TextEncoder()

/** The kernels as they are, and with blocks so short and thresholds so low that short texts reach every part of them. */
const KERNELS = [
  ...kernelsWith(),
  ...kernelsWith({ blockBytes: 16 }),
  ...kernelsWith({ blockBytes: 64, walkStepsPerByte: -1 }),
  ...kernelsWith({ blockBytes: 16, walkStepsPerByte: -1 }),
  ...kernelsWith({ blockBytes: 32, walkStepsPerByte: 1 }),
]

const ATOMS = ['a', 'b', '[ab]', '[^a]', '.', 'c', '[a-c]', ' ', '[a-c ]', '(?i:b)', 'é']
const RUN_ATOMS = ['a', 'b', '[ab]', '[a-c]', '[^ ]', '[^a]']
const BEFORE = ['', '\\b', '(?<![a])', '(?<![ab])', '(?<=[b ])', '(?<![a-c])']
const AFTER = ['', '\\b', '(?![a])', '(?![ab])', '(?=[c ])', '(?![a-c])']
const LEADING = ['(?<![a-c])[a-c]', '(?<![ab])[ab]', '(?<![a-cx])[ab]']

function randomNode(random: Random, depth: number): string {
  switch (random.int(0, depth <= 0 ? 1 : 7)) {
    case 0:
    case 1:
      return random.pick(ATOMS)
    case 2:
      return `(?:${randomNode(random, depth - 1)}|${randomNode(random, depth - 1)})`
    case 3: {
      const min = random.int(0, 2)
      return `(?:${randomNode(random, depth - 1)}){${min},${min + random.int(0, 3) || 1}}`
    }
    case 4:
    case 5: {
      // A long repetition; with something behind it that makes it a run more often than not.
      const max = random.int(33, 60)
      const min = random.chance(0.6) ? random.int(0, 3) : random.int(0, max)
      const behind = random.chance(0.6) ? random.pick([' ', 'c', 'x', '[ x]']) : ''
      return `${random.pick(RUN_ATOMS)}{${min},${max}}${behind}`
    }
    case 6: {
      const run = `${random.pick(['[ab]', 'a'])}{${random.int(0, 2)},${random.int(33, 40)}}`
      return `(?:${random.pick(['x', 'c', ' '])}${run}){${random.int(0, 1)},${random.int(2, 4)}}`
    }
    default:
      return randomNode(random, depth - 1) + randomNode(random, depth - 1)
  }
}

function randomPattern(random: Random): string {
  if (random.chance(0.15)) {
    const run = `${random.pick(LEADING)}{${random.int(1, 3)},${random.pick([5, 8, 40])}}`
    return run + random.pick(['@', 'x']) + randomNode(random, 2) + random.pick(AFTER)
  }
  return random.pick(BEFORE) + randomNode(random, 3) + randomNode(random, 2) + random.pick(AFTER)
}

function randomText(random: Random): Uint8Array {
  let text = ''
  const length = random.int(0, random.chance(0.05) ? 200 : 24)
  while (text.length < length) {
    text += random.chance(0.1)
      ? random.pick(['a', 'b', 'ab', 'x', 'xa']).repeat(random.int(15, 45))
      : random.pick(['a', 'b', 'c', ' ', '\n', 'é', 'x', '@', 'a', 'b', 'B'])
  }
  return UTF8.encode(text)
}

describe('every kernel against the reference', () => {
  test('random patterns, random texts, whole and cut, with and without fall-back', { timeout: 300_000 }, () => {
    const random = new Random(20261124)
    let comparisons = 0
    let runs = 0
    let anchored = 0
    const refused: Record<string, number> = {}
    while (comparisons < 200_000) {
      const sources: string[] = []
      while (sources.length < 3) {
        const source = randomPattern(random)
        try {
          compileRules([{ id: 'r', pattern: source }])
          sources.push(source)
        } catch (error) {
          if (!(error instanceof PatternError)) throw error
          refused[error.code] = (refused[error.code] ?? 0) + 1
        }
      }
      const tables = compileRules(sources.map((pattern, i) => ({ id: `r${i}`, pattern })))
      runs += tables.runSet.length
      anchored += tables.anchorRun.filter((run) => run >= 0).length
      for (let i = 0; i < 12; i++) {
        const text = randomText(random)
        const want = sources
          .flatMap((source, rule) => referenceMatches(source, text).map(({ start, end }) => `${rule}:${start}-${end}`))
          .sort()
        const check = (kernel: (typeof KERNELS)[number], pieces: Uint8Array[]) => {
          comparisons++
          const got = scanPieces(kernel, tables, pieces)
          if (got.join() === want.join()) return
          const cuts = pieces.map((piece) => piece.length)
          expect({ sources, text: new TextDecoder().decode(text), kernel: KERNELS.indexOf(kernel), cuts, got }).toEqual({
            got: want,
          })
        }
        for (const kernel of KERNELS) {
          check(kernel, [text])
          check(kernel, random.cut(text, 1))
          for (let cut = 0; cut < 5; cut++) check(kernel, random.cut(text, random.int(2, 30)))
          const at = random.int(0, text.length)
          check(kernel, [text.subarray(0, at), text.subarray(at)])
        }
      }
    }
    expect(runs).toBeGreaterThan(100)
    expect(anchored).toBeGreaterThan(20)
    expect(Object.keys(refused)).toContain('empty-match')
  })

  test('every single cut, and every window size', () => {
    const random = new Random(7)
    const sources = [
      '(?<![a-c])[a-c]{1,40}@[ab]{1,3}\\b',
      'x(?:c[ab]{1,35}){1,3}',
      '\\bab{33,40} ?c\\b',
      '(?<=[b ])[ac]{2,4}(?![a])',
    ]
    const tables = compileRules(sources.map((pattern, i) => ({ id: `r${i}`, pattern })))
    for (let i = 0; i < 60; i++) {
      const text = randomText(random)
      const want = sources
        .flatMap((source, rule) => referenceMatches(source, text).map(({ start, end }) => `${rule}:${start}-${end}`))
        .sort()
      for (const kernel of KERNELS) {
        for (let at = 0; at <= text.length; at++) {
          expect(scanPieces(kernel, tables, [text.subarray(0, at), text.subarray(at)])).toEqual(want)
        }
        for (let size = 1; size <= 17; size++) {
          const pieces: Uint8Array[] = []
          for (let at = 0; at < text.length; at += size) pieces.push(text.subarray(at, at + size))
          expect(scanPieces(kernel, tables, pieces)).toEqual(want)
        }
      }
    }
  })
})
