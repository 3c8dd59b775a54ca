import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readBuiltSearches } from '../../src/pipeline/build-tables.ts'
import { overlook } from '../../src/pipeline/inspector.ts'
import { createPortableKernel } from '../../src/scanner/kernels/portable/kernel.ts'
// Plain JavaScript, shared with the build.
import { writeSearches } from '../../tools/write-tables.mjs'
import { createKernel } from '../scanner/kernels.ts'
import { engineWith } from '../support/engine.ts'

/** Bodies longer than what is looked at by script. */
const padded = (text: string) => {
  const records = '{"id":"ord-7919","created":"2026-02-11T08:01:00Z","note":"leave it at the willow door","tags":[{"a":1}]},'
  return new TextEncoder().encode(`[${records.repeat(400)}${text},${records.repeat(4).slice(0, -1)}]`)
}

test('an engine with native searches overlooks what one with the kernel does', { timeout: 240_000 }, async () => {
  await writeSearches()
  const kernel = engineWith(createKernel('simd'))
  const native = engineWith(createPortableKernel({}, readBuiltSearches(readFileSync('dist/tables/searches.bin'))))
  const digits = [...'4111111111111111'].map((digit) => `"${digit}"`).join(',')
  for (const [text, clean] of [
    ['{}', true],
    ['{"tags":["b2b","new"],"sizes":[3,4]}', true],
    ['{"name":"Grüße aus Łódź"}', true],
    [`{"card":[${digits}]}`, false],
    [`{"card":[\n  ${digits}]}`, false],
    ['{"card":"4111 1111 1111 1111"}', false],
    ['{"a":"&#52;111111111111111"}', false],
    [`{"a":"${Buffer.from('4111111111111111').toString('base64')}"}`, false],
    ['{"password":"x"}', false],
  ] as const) {
    const body = padded(text)
    const seen = overlook({ engine: native, reading: 'json' }, body)!
    const want = overlook({ engine: kernel, reading: 'json' }, body)!
    const told = ({ candidates, ...rest }: typeof seen) => ({
      ...rest,
      steps: 0,
      // Told for the kernel's track alone.
      hiding: undefined,
      candidates: candidates.map(({ rule, start, end }) => `${rule} ${start} ${end}`).sort(),
    })
    expect(told(seen)).toEqual(told(want))
    expect(seen.clean).toBe(clean)
  }
})
