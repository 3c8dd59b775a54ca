import { describe, expect, test } from 'vitest'
import { compileRules } from '../../src/scanner/compile/compile.ts'
import { Random } from '../support/random.ts'
import { kernelsWith } from './kernels.ts'
import { randomPatterns, randomText } from './random-patterns.ts'
import { referenceMatches } from './reference.ts'
import { scanPieces } from './scan-pieces.ts'

/** The kernels as they are, and with blocks so short and thresholds so low that short texts reach every part of them. */
const KERNELS = [
  ...kernelsWith(),
  ...kernelsWith({ blockBytes: 16 }),
  ...kernelsWith({ blockBytes: 64, walkStepsPerByte: -1 }),
  ...kernelsWith({ blockBytes: 16, walkStepsPerByte: -1 }),
  ...kernelsWith({ blockBytes: 32, walkStepsPerByte: 1 }),
]

describe('every kernel against the reference', () => {
  test('random patterns, random texts, whole and cut, with and without fall-back', { timeout: 300_000 }, () => {
    const random = new Random(20261124)
    let comparisons = 0
    let runs = 0
    let anchored = 0
    const refused: Record<string, number> = {}
    while (comparisons < 200_000) {
      const sources = randomPatterns(random, 3, ({ code }) => {
        refused[code] = (refused[code] ?? 0) + 1
      })
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
