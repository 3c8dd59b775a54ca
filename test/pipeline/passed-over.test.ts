import { describe, expect, test } from 'vitest'
import { createNodeKernel } from '../../adapters/node/wasm-kernel.ts'
import { placedRules } from '../../rules/index.ts'
import { DEFAULT_LIMITS } from '../../src/core/limits.ts'
import type { Engine } from '../../src/pipeline/engine.ts'
import { Inspector, type Reading } from '../../src/pipeline/inspector.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import type { Kernel } from '../../src/scanner/kernel.ts'
import { engineWith } from '../support/engine.ts'
import { Random } from '../support/random.ts'
import { feed } from './inspect-body.ts'
import { jsonText } from './json-texts.ts'

/** What a stream passes over must be what its reader would have found nothing in: every answer is that of an inspection that reads all. */
const kernel = createNodeKernel()
const { track: _, ...others } = { name: kernel.name, open: kernel.open, look: kernel.look, track: kernel.track }
const passing = engineWith(kernel)
const reading = engineWith(others as Kernel)
const plan = compilePolicy(
  { mode: 'enforce', request: { '*': 'redact', payment: { mask: { keepLast: 4 } }, network: 'drop' } },
  placedRules,
  'test',
).plan({ side: 'request', method: 'POST', host: '', path: '/', contentType: '' })

const TEXTS = process.env.DEEP === '1' ? 200 : 15

interface Answer {
  readonly output: string
  readonly records: string
  readonly counts: string
  readonly remarks: string
  readonly depthLimitAt: number
  readonly share: number
}

function inspect(engine: Engine, kind: Reading, windows: readonly Uint8Array[] | Uint8Array, maxDepth = 12): Answer {
  const limits = { ...DEFAULT_LIMITS, maxDepth }
  const inspector = new Inspector({ engine, plan, limits, reading: kind, onBlock: 'redact' })
  const out: Buffer[] = []
  const take = () => {
    for (const piece of inspector.take() as Uint8Array[]) out.push(Buffer.from(piece))
  }
  feed(inspector, windows, take)
  return {
    output: Buffer.concat(out).toString('latin1'),
    records: JSON.stringify(inspector.records),
    counts: JSON.stringify([...inspector.counts].sort()),
    remarks: JSON.stringify(inspector.remarks),
    depthLimitAt: inspector.depthLimitAt,
    share: inspector.windowsRead / Math.max(1, inspector.windows),
  }
}

describe('what is passed over', () => {
  test.each([
    ['json', 0.004, 1],
    ['json', 0.03, 2],
    ['json', 0.2, 3],
    ['json-sequence', 0.01, 4],
  ] as const)('%s, values in %f of the fields', (kind, density, seed) => {
    const random = new Random(seed)
    let quiet = 0
    for (let i = 0; i < TEXTS; i++) {
      const documents = kind === 'json' ? 1 : random.int(1, 4)
      const text = Array.from({ length: documents }, () => jsonText(random, density)).join(random.pick(['\n', '\u001e', '']))
      const body = new TextEncoder().encode(text)
      const said = (windows: readonly Uint8Array[] | Uint8Array) => {
        const passed = inspect(passing, kind, windows)
        const { share, ...rest } = passed
        const { share: all, ...read } = inspect(reading, kind, windows)
        expect(rest, `text ${i}`).toEqual(read)
        if (share < all) quiet++
      }
      said(body)
      for (const longest of [5000, 900, 64, 7]) if (body.length < 1000 * longest) said(random.cut(body, longest))
    }
    expect(quiet).toBeGreaterThan(density > 0.1 ? 0 : TEXTS / 4)
  })

  test('nothing beyond what the screen is sure of: a hidden value ends right before each cut', () => {
    const filler = Array.from({ length: 30 }, (_, i) => `{"id":${i},"note":"harbor lamp at the door"}`).join(',')
    for (const hidden of ['4111 1111 1111\\u00201111', '\\u0034111111111111111', 'ada\\u0040example.com', 'ada%40example.com']) {
      const text = `[${filler},{"a":"${hidden}","b":7,${filler.slice(1)}]`
      const body = new TextEncoder().encode(text)
      const from = text.indexOf(hidden)
      for (let at = from; at < from + hidden.length + 24; at++) {
        const windows = [body.subarray(0, at), body.subarray(at)]
        const { share: _some, ...passed } = inspect(passing, 'json', windows)
        const { share: _all, ...read } = inspect(reading, 'json', windows)
        expect(passed, `${hidden} cut at ${at - from}`).toEqual(read)
        expect(passed.counts).not.toBe('[]')
      }
    }
  })
})
