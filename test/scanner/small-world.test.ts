import { RE2JS } from 're2js'
import { describe, expect, test } from 'vitest'
import { PatternError } from '../../src/core/errors.ts'
import { compileRules } from '../../src/scanner/compile/compile.ts'
import type { RuleTables } from '../../src/scanner/compile/tables.ts'
import { record } from '../bench/figures.ts'
import { createKernel } from './kernels.ts'
import { expectedSum, explain, Sum } from './match-sum.ts'
import { AFTER, ALPHABET, allPatterns, allTexts, BEFORE, FILLER, patternsOf } from './small-world.ts'

// Everything small, on every kernel: all patterns up to a size on all texts up to a length, at every cut, at every alignment. One comparison is one pattern's
// matches on one text in one way. `npm run test:deep` takes a larger world and keeps what it did in test/bench/record.

const DEEP = process.env.DEEP !== undefined
const WORLD = DEEP ? { size: 5, guarded: 3, cut: 5, joined: 4 } : { size: 4, guarded: 2, cut: 5, joined: 4 }
/** Rules of one set: more than a bucket holds, so that they blur each other. */
const RULES = 256
const KERNELS: Record<string, () => ReturnType<typeof createKernel>> = {
  simd: () => createKernel('simd'),
  scalar: () => createKernel('scalar'),
  portable: () => createKernel('portable'),
  // Walks only, and the fall-back only, in blocks that texts are longer than.
  'simd, walks': () => createKernel('simd', { walkStepsPerByte: 1e6 }),
  'portable, walks': () => createKernel('portable', { walkStepsPerByte: 1e6 }),
  'portable, fall-back': () => createKernel('portable', { blockBytes: 16, walkStepsPerByte: -1 }),
}

const UTF8 = new TextEncoder()
const done = { comparisons: 0, patterns: 0, seconds: 0, refused: {} as Record<string, number> }

/** Patterns that the dialect takes, in sets of rules; the others match the empty text. */
function compileSets(patterns: readonly string[]): { sources: string[]; tables: RuleTables }[] {
  const taken = patterns.filter((pattern) => {
    try {
      compileRules([{ id: 'r', pattern }])
      return true
    } catch (error) {
      if (!(error instanceof PatternError)) throw error
      done.refused[error.code] = (done.refused[error.code] ?? 0) + 1
      return false
    }
  })
  done.patterns += taken.length
  const sets: { sources: string[]; tables: RuleTables }[] = []
  for (let at = 0; at < taken.length; at += RULES) {
    const sources = taken.slice(at, at + RULES)
    sets.push({ sources, tables: compileRules(sources.map((pattern, i) => ({ id: `r${i}`, pattern }))) })
  }
  return sets
}

describe('all small patterns on all small texts, as the reference says', () => {
  const sets = compileSets(allPatterns(WORLD.size, WORLD.guarded))

  test.each(Object.keys(KERNELS))('at every cut: %s', { timeout: 1_800_000 }, (name) => {
    const began = performance.now()
    const kernel = KERNELS[name]()
    for (const { sources, tables } of sets) {
      const session = kernel.open(tables)
      for (const letters of allTexts(WORLD.cut)) {
        const text = UTF8.encode(letters)
        const want = expectedSum(sources, text).value
        for (let at = 0; at <= text.length; at++) {
          const pieces = at === 0 ? [text] : [text.subarray(0, at), text.subarray(at)]
          session.reset()
          const sum = new Sum()
          pieces.forEach((piece, i) => {
            sum.addAll(session.feed(piece, i === pieces.length - 1).candidates)
          })
          done.comparisons += sources.length
          if (sum.value !== want) explain(name, sources, text, pieces, () => kernel.open(tables))
        }
      }
    }
    done.seconds += (performance.now() - began) / 1000
  })

  test.each(Object.keys(KERNELS).slice(0, -1))(
    'at every alignment, with a tail of every length: %s',
    { timeout: 1_800_000 },
    (name) => {
      const began = performance.now()
      const kernel = KERNELS[name]()
      const texts = allTexts(WORLD.joined)
      const joined = FILLER + texts.join(FILLER)
      for (const { sources, tables } of sets) {
        const want = expectedSum(sources, UTF8.encode(joined)).value
        const session = kernel.open(tables)
        for (let before = 0; before < 64; before++) {
          const behind = (before * 37) % 64
          const text = UTF8.encode(FILLER.repeat(before) + joined + FILLER.repeat(behind))
          session.reset()
          const sum = new Sum()
          sum.addAll(session.feed(text, true).candidates, before)
          done.comparisons += sources.length * texts.length
          if (sum.value !== want) explain(name, sources, UTF8.encode(joined), [text], () => kernel.open(tables), before)
        }
      }
      done.seconds += (performance.now() - began) / 1000
    },
  )

  test.each(['simd', 'portable', 'portable, fall-back'])('in windows of every size: %s', { timeout: 1_800_000 }, (name) => {
    const began = performance.now()
    const kernel = KERNELS[name]()
    const texts = allTexts(WORLD.joined - 1)
    const text = UTF8.encode(texts.join(FILLER))
    for (const { sources, tables } of sets) {
      const want = expectedSum(sources, text).value
      const session = kernel.open(tables)
      for (let size = 1; size <= 40; size++) {
        const pieces: Uint8Array[] = []
        for (let at = 0; at < text.length; at += size) pieces.push(text.subarray(at, at + size))
        session.reset()
        const sum = new Sum()
        pieces.forEach((piece, i) => {
          sum.addAll(session.feed(piece, i === pieces.length - 1).candidates)
        })
        done.comparisons += sources.length * texts.length
        if (sum.value !== want) explain(name, sources, text, pieces, () => kernel.open(tables))
      }
    }
    done.seconds += (performance.now() - began) / 1000
  })

  test('what was compared', () => {
    expect(done.patterns).toBeGreaterThan(400)
    expect(Object.keys(done.refused)).toEqual(['empty-match'])
    expect(done.comparisons).toBeGreaterThan(DEEP ? 1e8 : 1e7)
    if (DEEP) record('small-world', { world: WORLD, alphabet: ALPHABET, kernels: Object.keys(KERNELS), ...done })
  })
})

describe('re2js says the same', () => {
  // It has no guards of one class, and our `\b` is its own where both sides of a match are letters (decision 3).
  const guards = [
    ['', ''],
    ['\\b', '\\b'],
  ]
  test('all small patterns, all small texts', { timeout: 1_800_000 }, () => {
    expect(BEFORE).toContain('\\b')
    expect(AFTER).toContain('\\b')
    let compared = 0
    const kernel = createKernel('simd')
    const texts = allTexts(DEEP ? 6 : 4)
    for (let size = 1; size <= WORLD.size - 1; size++) {
      const bodies = guards.flatMap(([before, after]) =>
        patternsOf(size)
          .filter((body) => before === '' || !body.includes('\\-'))
          .map((body) => `${before}(?:${body})${after}`),
      )
      for (const { sources, tables } of compileSets(bodies)) {
        const oracles = sources.map((source) => RE2JS.compile(source, RE2JS.LONGEST_MATCH))
        const session = kernel.open(tables)
        for (const text of texts) {
          session.reset()
          const sum = new Sum()
          sum.addAll(session.feed(UTF8.encode(text), true).candidates)
          const want = new Sum()
          const said: string[] = []
          oracles.forEach((oracle, rule) => {
            const matcher = oracle.matcher(text)
            while (matcher.find()) {
              want.add(rule, matcher.start(), matcher.end())
              said.push(`${sources[rule]}:${matcher.start()}-${matcher.end()}`)
            }
          })
          compared += sources.length
          if (sum.value === want.value) continue
          const got = kernel.open(tables).feed(UTF8.encode(text), true).candidates
          expect({ text, got: got.map(({ rule, start, end }) => `${sources[rule]}:${start}-${end}`).sort() }).toEqual({
            text,
            got: said.sort(),
          })
        }
      }
    }
    expect(compared).toBeGreaterThan(DEEP ? 200_000 : 10_000)
  })
})
