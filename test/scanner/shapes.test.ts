import { expect, test } from 'vitest'
import { compileRules } from '../../src/scanner/compile/compile.ts'
import { parsePattern } from '../../src/scanner/compile/parse.ts'
import { Random } from '../support/random.ts'
import { LEAST, MOST, sampleOf } from '../support/sample-of.ts'
import { kernelsWith } from './kernels.ts'
import { referenceMatches } from './reference.ts'
import { scanPieces } from './scan-pieces.ts'

const KERNELS = [...kernelsWith(), ...kernelsWith({ blockBytes: 64 }), ...kernelsWith({ blockBytes: 128, walkStepsPerByte: 4 })]

/** Long enough for a shape; of one length and of several, behind leading runs, with runs, with guards that look at their own byte. */
const SOURCES = [
  'x(?:a{3}-){6}b\\b',
  '(?<![a-c])(?:[a-c]{4}-){5}[a-c]{4}(?![a-c])',
  '(?:ab|ba|c){24}',
  'x[ab]{25,40}c',
  '(?<![a-c])[a-c]{2,30}@(?:[ab]{4}-){6}',
  '\\bx[a-c-]{40,60}@a\\b',
  '(?:[ab]{1,3}-){12}\\b',
  '(?<=[@ ])[abc]{26,28}(?=[ -])',
  '[ab]{5}c[ab]{13}[abc]c[ab]{10}',
]

/** Texts full of beginnings, near misses and matches of the patterns, one running into the next. */
function nearText(random: Random): Uint8Array {
  let text = ''
  while (text.length < 260) {
    const { body } = parsePattern('r', random.pick(SOURCES))
    let one = sampleOf(body, random, random.int(0, 1) === 1 ? MOST : LEAST)
    for (let changes = random.int(0, 2); changes > 0; changes--) {
      const at = random.int(0, one.length - 1)
      one = one.slice(0, at) + random.pick(['a', 'b', '-', '@', ' ', '']) + one.slice(at + 1)
    }
    if (random.int(0, 2) === 0) one = one.slice(0, random.int(1, one.length))
    // A match that begins inside of a miss.
    if (random.int(0, 1) === 0) one = one.slice(0, random.int(1, one.length)) + sampleOf(body, random, LEAST)
    text += one + random.pick(['', '', ' ', '-', 'a'])
  }
  return new TextEncoder().encode(text)
}

test('starts that the byte of an earlier miss dismisses are no matches, whole and cut', { timeout: 120_000 }, () => {
  const tables = compileRules(SOURCES.map((pattern, i) => ({ id: `r${i}`, pattern })))
  for (let rule = 0; rule < SOURCES.length; rule++) expect(tables.shapeFrom[rule + 1]).toBeGreaterThan(tables.shapeFrom[rule])
  const random = new Random(20261129)
  let found = 0
  for (let i = 0; i < 400; i++) {
    const text = nearText(random)
    const want = SOURCES.flatMap((source, rule) =>
      referenceMatches(source, text).map(({ start, end }) => `${rule}:${start}-${end}`),
    ).sort()
    found += want.length
    const at = random.int(0, text.length)
    for (const kernel of KERNELS) {
      for (const pieces of [[text], random.cut(text, 1), random.cut(text, 20), [text.subarray(0, at), text.subarray(at)]])
        expect(scanPieces(kernel, tables, pieces), new TextDecoder().decode(text)).toEqual(want)
    }
  }
  expect(found).toBeGreaterThan(400)
})
