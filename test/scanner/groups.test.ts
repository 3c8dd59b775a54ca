import { expect, test } from 'vitest'
import { compileRules } from '../../src/scanner/compile/compile.ts'
import { GROUPS_PER_PASS } from '../../src/scanner/compile/prefilter.ts'
import { Random } from '../support/random.ts'
import { kernelsWith } from './kernels.ts'
import { randomPatterns, randomText } from './random-patterns.ts'
import { referenceMatches } from './reference.ts'
import { scanPieces } from './scan-pieces.ts'

const KERNELS = [...kernelsWith(), ...kernelsWith({ blockBytes: 16 }), ...kernelsWith({ blockBytes: 32, walkStepsPerByte: 1 })]
/** Rules whose windows fill the groups between those that are looked at; none of them is in the texts. */
const filling = (count: number) => Array.from({ length: count }, (_, i) => `Z${i.toString(36).padStart(3, '0')}Z[0-9]{3}`)

const tablesOf = (sources: readonly string[]) => compileRules(sources.map((pattern, i) => ({ id: `r${i}`, pattern })))

const spansOf = (source: string, rule: number, text: Uint8Array): string[] =>
  referenceMatches(source, text).map(({ start, end }) => `${rule}:${start}-${end}`)

test.each([
  [2, 1000],
  [3, 2000],
])(
  '%i groups of windows, of which two are looked for at once, find what the reference does whole and cut',
  { timeout: 300_000 },
  (groups, fillers) => {
    const random = new Random(20261129 + groups)
    for (let round = 0; round < 2; round++) {
      // Some in each group.
      const asked = randomPatterns(random, 9)
      const fill = filling(fillers)
      const sources = [
        ...asked.slice(0, 3),
        ...fill.slice(0, fillers / 2),
        ...asked.slice(3, 6),
        ...fill.slice(fillers / 2),
        ...asked.slice(6),
      ]
      const tables = tablesOf(sources)
      expect(tables.prefilters.length).toBe(groups)
      for (let i = 0; i < 30; i++) {
        const text = randomText(random)
        const want = sources.flatMap((source, rule) => (source.startsWith('Z') ? [] : spansOf(source, rule, text))).sort()
        const at = random.int(0, text.length)
        for (const kernel of KERNELS) {
          for (const pieces of [
            [text],
            random.cut(text, 1),
            random.cut(text, random.int(2, 30)),
            [text.subarray(0, at), text.subarray(at)],
          ]) {
            expect(scanPieces(kernel, tables, pieces), JSON.stringify({ asked, text: new TextDecoder().decode(text) })).toEqual(
              want,
            )
          }
        }
      }
    }
  },
)

test('two groups that both find more than there is room for in one call', { timeout: 60_000 }, () => {
  const fill = filling(1000)
  const sources = ['a', 'b', '[ab]{2}', ...fill, 'ba', '(?<!a)a', 'c']
  const tables = tablesOf(sources)
  expect(tables.prefilters.length).toBe(GROUPS_PER_PASS)
  const random = new Random(3)
  const text = Uint8Array.from({ length: 40_000 }, () => random.pick([0x61, 0x62, 0x63]))
  const want = sources.flatMap((source, rule) => (source.startsWith('Z') ? [] : spansOf(source, rule, text))).sort()
  expect(want.length).toBeGreaterThan(60_000)
  for (const kernel of kernelsWith()) expect(scanPieces(kernel, tables, [text])).toEqual(want)
})
