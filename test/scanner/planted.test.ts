import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { compileRules } from '../../src/scanner/compile/compile.ts'
import { toRegexSource } from '../../src/scanner/compile/export.ts'
import { parsePattern } from '../../src/scanner/compile/parse.ts'
import { Random } from '../support/random.ts'
import { anyTimes, sampleOf } from '../support/sample-of.ts'
import { describeShared, sharedPath } from '../support/shared.ts'
import { kernelsWith } from './kernels.ts'
import { referenceMatches } from './reference.ts'
import { scanPieces } from './scan-pieces.ts'

const FILES = ['json', 'html', 'logs', 'code', 'text']

describeShared('63 rules on texts with planted matches', async () => {
  const { rules: prototype } = await import(sharedPath('prototypes', 'scanner', 'rules.mjs'))
  const rules: { id: string; pattern: string }[] = prototype
    .filter(([, pattern]: (string | null)[]) => pattern !== null)
    .map(([id, pattern, left, right]: string[]) => ({
      id,
      pattern: `${left === null ? '' : `(?<!${left})`}(?:${pattern})${right === null ? '' : `(?!${right})`}`,
    }))
  const tables = compileRules(rules)
  const kernels = [...kernelsWith(), ...kernelsWith({ blockBytes: 256, walkStepsPerByte: -1 })]
  const bodies = rules.map(({ id, pattern }) => parsePattern(id, pattern).body)

  it.each(FILES)('%s: whole, cut, and by a loop of RegExps', (file) => {
    const random = new Random(63)
    const texts = readFileSync(sharedPath('corpora', `benign_${file}.jsonl`), 'utf8')
      .split('\n')
      .filter(Boolean)
      .slice(0, 12)
    const plain = texts
      .map((line) => JSON.parse(line).text as string)
      .join('\n')
      .slice(0, 60_000)
    let text = ''
    for (let at = 0, i = 0; at < plain.length; i++) {
      const length = random.int(1, 400)
      text += plain.slice(at, at + length)
      at += length
      text +=
        random.pick([' ', '', '"', ':']) +
        sampleOf(bodies[i % bodies.length], random, anyTimes(random)) +
        random.pick([' ', '', '"', ','])
    }
    const bytes = new TextEncoder().encode(text)
    const whole = scanPieces(kernels[0], tables, [bytes])
    for (const kernel of kernels) {
      for (const longest of [1, 33, 5000, bytes.length])
        expect(scanPieces(kernel, tables, random.cut(bytes, longest))).toEqual(whole)
    }
    const latin1 = Buffer.from(bytes).toString('latin1')
    let equal = 0
    rules.forEach((rule, index) => {
      const own = whole.filter((span) => span.startsWith(`${index}:`))
      const loop = Array.from(
        latin1.matchAll(new RegExp(toRegexSource(rule, true), 'g')),
        (m) => `${index}:${m.index}-${m.index + m[0].length}`,
      ).sort()
      if (own.join() === loop.join()) {
        equal++
        return
      }
      // Leftmost-first is not leftmost-longest everywhere.
      expect(own).toEqual(
        referenceMatches(rule.pattern, bytes)
          .map(({ start, end }) => `${index}:${start}-${end}`)
          .sort(),
      )
    })
    expect(whole.length).toBeGreaterThan(200)
    expect(equal).toBeGreaterThan(55)
  })
})
