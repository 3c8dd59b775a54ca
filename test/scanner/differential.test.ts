import { describe, expect, test } from 'vitest'
import { PatternError } from '../../src/core/errors.ts'
import { compileRules } from '../../src/scanner/compile/compile.ts'
import type { RuleTables } from '../../src/scanner/compile/tables.ts'
import { createPortableKernel } from '../../src/scanner/kernels/portable/kernel.ts'
import { Random } from '../support/random.ts'
import { referenceMatches } from './reference.ts'

const UTF8 = new TextEncoder()
const kernel = createPortableKernel()

/** All matches over the pieces, as `rule:start-end`, sorted; checks that `settled` was kept. */
function scanPieces(tables: RuleTables, pieces: readonly Uint8Array[]): string[] {
  const session = kernel.open(tables)
  const found: string[] = []
  let settled = 0
  let fed = 0
  pieces.forEach((piece, i) => {
    const scratch = piece.slice()
    const result = session.feed(scratch, i === pieces.length - 1)
    fed += piece.length
    for (const { rule, start, end } of result.candidates) {
      if (start < settled) throw new Error(`a match at ${start} came after ${settled} was settled`)
      found.push(`${rule}:${start}-${end}`)
    }
    if (result.settled < settled || result.settled > fed)
      throw new Error(`settled went from ${settled} to ${result.settled} of ${fed}`)
    settled = result.settled
    scratch.fill(0xff)
  })
  if (settled !== fed) throw new Error(`settled ${settled} of ${fed} at the end`)
  return found.sort()
}

const ATOMS = ['a', 'b', '[ab]', '[^a]', '.', 'c', '[a-c]', ' ']
const GUARDS = ['', '\\b', '(?<![a])', '(?<![ab])', '(?<=[b ])']
const GUARDS_AFTER = ['', '\\b', '(?![a])', '(?![ab])', '(?=[c ])']

function randomNode(random: Random, depth: number): string {
  const kind = random.int(0, depth <= 0 ? 1 : 5)
  switch (kind) {
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
      return `${random.pick(ATOMS.slice(0, 7))}{${random.int(0, 3)},${random.int(33, 40)}}`
    default:
      return randomNode(random, depth - 1) + randomNode(random, depth - 1)
  }
}

function randomPattern(random: Random): string {
  return random.pick(GUARDS) + randomNode(random, 3) + randomNode(random, 2) + random.pick(GUARDS_AFTER)
}

function randomText(random: Random): Uint8Array {
  let text = ''
  const length = random.int(0, 24)
  while (text.length < length)
    text += random.chance(0.1) ? random.pick(['a', 'b']).repeat(random.int(30, 45)) : random.pick(['a', 'b', 'c', ' ', '\n', 'é'])
  return UTF8.encode(text)
}

function expected(sources: readonly string[], text: Uint8Array): string[] {
  return sources
    .flatMap((source, rule) => referenceMatches(source, text).map(({ start, end }) => `${rule}:${start}-${end}`))
    .sort()
}

describe('portable kernel against the reference', () => {
  test('random patterns, random texts, whole and cut', () => {
    const random = new Random(20261124)
    let comparisons = 0
    let refused = 0
    for (let round = 0; round < 650; round++) {
      const sources: string[] = []
      while (sources.length < 3) {
        const source = randomPattern(random)
        try {
          compileRules([{ id: 'r', pattern: source }])
          sources.push(source)
        } catch (error) {
          if (!(error instanceof PatternError)) throw error
          refused++
        }
      }
      const tables = compileRules(sources.map((pattern, i) => ({ id: `r${i}`, pattern })))
      for (let i = 0; i < 14; i++) {
        const text = randomText(random)
        const want = expected(sources, text)
        const check = (pieces: Uint8Array[]) => {
          comparisons++
          const got = scanPieces(tables, pieces.length === 0 ? [new Uint8Array(0)] : pieces)
          if (got.join() !== want.join())
            expect({ sources, text: new TextDecoder().decode(text), cuts: pieces.map((piece) => piece.length), got }).toEqual({
              got: want,
            })
        }
        check([text])
        check(random.cut(text, 1))
        for (let cut = 0; cut < 21; cut++) check(random.cut(text, random.int(1, 20)))
      }
    }
    expect(comparisons).toBeGreaterThan(200_000)
    expect(refused).toBeGreaterThan(0)
  }, 240_000)
})
