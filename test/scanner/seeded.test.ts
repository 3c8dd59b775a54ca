import { expect, test } from 'vitest'
import { compileRules } from '../../src/scanner/compile/compile.ts'
import { record } from '../bench/figures.ts'
import { Random } from '../support/random.ts'
import { createKernel } from './kernels.ts'
import { expectedSum, explain, Sum } from './match-sum.ts'
import { randomPatterns, randomText } from './random-patterns.ts'
import { FILLER } from './small-world.ts'

// Generated patterns on generated texts, on every kernel, at all 64 alignments with a tail of every length, and at every cut. One comparison is one pattern's
// matches on one text in one way. `npm run test:deep` makes 10^8 and more of them and keeps what it did in test/bench/record.

const DEEP = process.env.DEEP !== undefined
const COMPARISONS = DEEP ? 1e8 : 3e5
const SEED = 20261129
/** Rules of one set: more than a bucket holds, so that they blur each other. */
const RULES = 128
const TEXTS = 4
const KERNELS = {
  simd: createKernel('simd'),
  scalar: createKernel('scalar'),
  portable: createKernel('portable'),
  // The fall-back only, and walks that give up early, in blocks that texts are longer than.
  'simd, fall-back': createKernel('simd', { blockBytes: 64, walkStepsPerByte: -1 }),
  'portable, fall-back': createKernel('portable', { blockBytes: 16, walkStepsPerByte: -1 }),
  'scalar, one step': createKernel('scalar', { blockBytes: 32, walkStepsPerByte: 1 }),
}

test('seeded patterns and texts at every alignment and every cut', { timeout: 7_200_000 }, () => {
  const began = performance.now()
  const random = new Random(SEED)
  const done = { comparisons: 0, patterns: 0, texts: 0, matches: 0 }
  while (done.comparisons < COMPARISONS) {
    const sources = randomPatterns(random, RULES)
    done.patterns += RULES
    const tables = compileRules(sources.map((pattern, i) => ({ id: `r${i}`, pattern })))
    const sessions = Object.entries(KERNELS).map(([name, kernel]) => ({ name, kernel, session: kernel.open(tables) }))
    const check = (pieces: readonly Uint8Array[], text: Uint8Array, want: number) => {
      for (const { name, kernel, session } of sessions) {
        session.reset()
        const sum = new Sum()
        for (let i = 0; i < pieces.length; i++) sum.addAll(session.feed(pieces[i], i === pieces.length - 1).candidates)
        done.comparisons += RULES
        if (sum.value !== want) explain(name, sources, text, pieces, () => kernel.open(tables))
      }
    }
    for (let i = 0; i < TEXTS && done.comparisons < COMPARISONS; i++) {
      const drawn = randomText(random)
      const everyCut = random.int(0, 63)
      for (let before = 0; before < 64; before++) {
        const behind = (before * 37) % 64
        const text = new Uint8Array(before + drawn.length + behind).fill(FILLER.charCodeAt(0))
        text.set(drawn, before)
        const sum = expectedSum(sources, text)
        const want = sum.value
        done.texts++
        done.matches += sum.count
        check([text], text, want)
        check(random.cut(text, random.int(1, 40)), text, want)
        if (before !== everyCut) continue
        check(random.cut(text, 1), text, want)
        for (let at = 1; at < text.length; at++) check([text.subarray(0, at), text.subarray(at)], text, want)
      }
    }
  }
  expect(done.matches).toBeGreaterThan(done.comparisons / 100)
  if (DEEP) {
    const seconds = (performance.now() - began) / 1000
    record('seeded', { seed: SEED, kernels: Object.keys(KERNELS), rulesOfASet: RULES, ...done, seconds })
  }
})
