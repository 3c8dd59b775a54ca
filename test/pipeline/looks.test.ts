import { describe, expect, test } from 'vitest'
import { placedRules } from '../../rules/index.ts'
import { DEFAULT_LIMITS } from '../../src/core/limits.ts'

import type { Engine } from '../../src/pipeline/engine.ts'
import { Inspector, type Reading } from '../../src/pipeline/inspector.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import { createKernel } from '../scanner/kernels.ts'
import { engineWith } from '../support/engine.ts'
import { Random } from '../support/random.ts'
import { AS_A_WHOLE, IN_PLACE } from '../views/disguises.ts'
import { engine, feed } from './inspect-body.ts'

// A kernel's look saves work and decides nothing: with it the same is found as without, in texts of every format, whole and in windows.

const looking = engineWith(createKernel('simd'))
const of = { side: 'request', method: 'POST', host: '', path: '/', contentType: '' } as const
const plan = compilePolicy({ mode: 'enforce', request: { '*': 'redact' } }, placedRules, 'test').plan(of)

function inspect(engine: Engine, reading: Reading, windows: Uint8Array | readonly Uint8Array[]) {
  const reader = reading === 'multipart' ? { boundaries: ['edge'] } : undefined
  const inspector = new Inspector({ engine, plan, limits: DEFAULT_LIMITS, reading, reader, onBlock: 'redact' })
  const pieces: Uint8Array[] = []
  feed(inspector, windows, () => pieces.push(...(inspector.take() as Uint8Array[]).map((piece) => piece.slice())))
  const { records, remarks } = inspector
  return { output: Buffer.concat(pieces).toString('latin1'), records, remarks }
}

const VALUES = ['4111111111111111', 'jane.doe@example.com', 'AKIA3TNJ335CKT2DQ5BK', '+44 20 7946 0958', 'DE89370400440532013000']
const PLAIN = [
  'harbor lamp ',
  'Grüße aus Łódź, 東京 ',
  'https://example.org/webhook-events-and-payloads/2026-03-14T08:05:27Z ',
  'data_component--ActionList.Item ',
  '100% of it & more, C:\\harbor ',
  '41 42 43 44 ',
  'd41d8cd98f00b204e9800998ecf8427e ',
  'don’t – “do” ',
  'QUJDREVG',
  '\n',
  '\n  ',
  '\r\n\r\n',
]

/** Text with a value, plain or disguised, now and then. */
function prose(random: Random, density: number): string {
  let text = ''
  for (let n = random.int(0, 12); n > 0; n--) {
    const value = random.pick(VALUES)
    text += !random.chance(density)
      ? random.pick(PLAIN)
      : random.chance(0.3)
        ? value
        : random.pick([...IN_PLACE, ...AS_A_WHOLE]).hide(value, random)
  }
  return text
}

const MAKE: Readonly<Record<string, (random: Random, density: number) => string>> = {
  text: (random, density) => Array.from({ length: random.int(1, 30) }, () => prose(random, density)).join('. '),
  html: (random, density) => {
    let page = random.pick(['', '<!doctype html>'])
    for (let n = random.int(1, 40); n > 0; n--) {
      const inner = prose(random, density)
      page += random.pick([
        `<p>${inner}</p>\n`,
        `<b>${inner}</b>`,
        `<a href="${inner.replaceAll('"', '')}" id=${inner.replace(/[\s>]/g, '') || 'a'}>`,
        `<!--${inner}-->`,
        `<script>let a = "${inner}"</script>`,
        `<script type="application/json">${JSON.stringify({ a: inner })}</script>`,
        `<pre>\n${inner.replaceAll('<', '&lt;')}</pre>`,
        `<div>\n      ${inner.slice(0, inner.length / 2)}<i>${inner.slice(inner.length / 2)}</i>`,
      ])
    }
    return page
  },
  xml: (random, density) => {
    let text = '<?xml version="1.0"?><r>'
    for (let n = random.int(1, 30); n > 0; n--) {
      const inner = prose(random, density).replaceAll('<', '')
      text += random.pick([
        `<a b="${inner.replaceAll('"', '')}">${inner}</a>`,
        `<c>${inner}<!-- ${inner} --></c>`,
        `<![CDATA[${inner}]]>`,
      ])
    }
    return `${text}</r>`
  },
  csv: (random, density) =>
    Array.from(
      { length: random.int(1, 40) },
      () => `"${prose(random, density).replaceAll('"', '')}",b,${random.int(0, 1e9)}`,
    ).join('\n'),
  json: (random, density) =>
    JSON.stringify(Array.from({ length: random.int(1, 40) }, () => ({ a: prose(random, density), b: 7 }))),
  multipart: (random, density) =>
    `${Array.from({ length: random.int(1, 8) }, (_, i) => `--edge\r\ncontent-disposition: form-data; name="f${i}"\r\n\r\n${prose(random, density)}\r\n`).join('')}--edge--\r\n`,
}

describe.each(Object.keys(MAKE))('%s', (reading) => {
  test.each([0.02, 0.2])('with values in %f of the places', (density) => {
    const random = new Random(31)
    let found = 0
    for (let i = 0; i < 40; i++) {
      const body = new TextEncoder().encode(MAKE[reading](random, density))
      const windows = random.cut(body, random.pick([3000, 700, 90]))
      for (const way of [body, windows]) {
        const without = inspect(engine, reading as Reading, way)
        found += without.records.length
        expect(inspect(looking, reading as Reading, way), `text ${i}`).toEqual(without)
      }
    }
    expect(found).toBeGreaterThan(10)
  })
})
