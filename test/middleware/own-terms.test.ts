import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { Hono, type MiddlewareHandler } from 'hono'
import { describe, expect, it } from 'vitest'
import { createNodeKernel } from '../../adapters/node/wasm-kernel.ts'
import { placedRules } from '../../rules/index.ts'
import { ConfigError } from '../../src/core/errors.ts'
import type { PlacedRule, RuleDefinition } from '../../src/core/rule.ts'
import { createEngine, type Engine } from '../../src/pipeline/engine.ts'
import { selfTest } from '../../src/pipeline/self-test.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import { definePolicy } from '../../src/policy/schema.ts'
import { ruleBuildOf } from '../../src/policy/version.ts'
import type { ScanSession } from '../../src/scanner/kernel.ts'
import { createPortableKernel } from '../../src/scanner/kernels/portable/kernel.ts'
import { manyTerms } from '../scanner/terms/many-terms.ts'
import { Random } from '../support/random.ts'

const placed = (rule: Partial<RuleDefinition>): PlacedRule => ({
  group: 'acme',
  rule: {
    id: 'customers',
    label: 'customer',
    title: 'Customers of ours',
    source: 'our records',
    confidence: 'high',
    samples: { find: ['for ⟦Orion Holding⟧'], ignore: [] },
    ...rule,
  },
})
const own = placed({ terms: ['Orion Holding', 'Vega', '北斗系统', ...manyTerms(2000)], ignoreCase: true })
const policy = definePolicy<'acme/customers'>({
  mode: 'enforce',
  response: { 'acme/customers': 'redact', contact: 'redact', payment: 'redact' },
})

// The types of the middleware are those of the web; these tests have Node's.
const { dlp } = (await import(new URL('../../src/index.ts', import.meta.url).href)) as {
  dlp(options: { policy: unknown; engine: Engine }): MiddlewareHandler
}

/** A service that answers with `body`, in windows, behind the middleware. */
const answer = (engine: Engine, body: string, type: string, pieces = 0) =>
  answerBehind(dlp({ policy, engine }), body, type, pieces)

async function answerBehind(middleware: MiddlewareHandler, body: string, type: string, pieces = 0): Promise<string> {
  const app = new Hono()
  app.use(middleware)
  const bytes = new TextEncoder().encode(body)
  const windows = pieces === 0 ? [bytes] : new Random(pieces).cut(bytes, pieces)
  const stream = () =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (const window of windows) controller.enqueue(window.slice())
        controller.close()
      },
    })
  app.get('/', (c) => c.body(stream(), 200, { 'content-type': type }))
  const response = await app.request('/')
  return await response.text()
}

describe('a rule of one’s own that is a list of terms', () => {
  const engine = createEngine({ rules: [...placedRules, own], kernel: createPortableKernel() })

  it.each([
    [
      'text/plain',
      'To ORION Holding, vega@example.com, Vegas and 北斗系统x.',
      'To [redacted:CUSTOMER], [redacted:EMAIL], Vegas and [redacted:CUSTOMER]x.',
    ],
    [
      'application/json',
      '{"to":"Orion \\u0048olding","n":[1,"vega"]}',
      '{"to":"[redacted:CUSTOMER]","n":[1,"[redacted:CUSTOMER]"]}',
    ],
    ['text/html', '<p>Orion <b>Holding</b></p>', '<p>[redacted:CUSTOMER]<b></b></p>'],
    ['application/x-www-form-urlencoded', 'a=Orion+Holding&b=%56ega', 'a=%5Bredacted%3ACUSTOMER%5D&b=%5Bredacted%3ACUSTOMER%5D'],
  ])('is found and edited in %s', async (type, body, scrubbed) => {
    expect(await answer(engine, body, type)).toBe(scrubbed)
    expect(await answer(engine, scrubbed, type)).toBe(scrubbed)
  })

  it('with the same result however the body is cut', async () => {
    const terms = manyTerms(2000)
    const body = JSON.stringify(
      terms.slice(0, 200).map((name, i) => ({ name, note: `${name}${i % 3 === 0 ? 's' : ''} 4111 1111 1111 1111` })),
    )
    const whole = await answer(engine, body, 'application/json')
    expect(whole.split('[redacted:CUSTOMER]').length).toBeGreaterThan(300)
    for (const size of [1, 7, 400]) expect(await answer(engine, body, 'application/json', size)).toBe(whole)
  })

  it('scrubs what it has scrubbed no further, whatever joins terms and other values', async () => {
    const random = new Random(6)
    const values = ['Vega', 'ORION HOLDING', '北斗系统', 'kim@example.com', '4111 1111 1111 1111', 'x', 'Österreich', '**', '[']
    let edited = 0
    for (let i = 0; i < 300; i++) {
      let text = ''
      for (let n = random.int(2, 4); n > 0; n--)
        text += random.pick(values) + random.pick(['', '', ' ', '-', '.', '_', 'é', ':', ', '])
      const once = await answer(engine, text, 'text/plain')
      if (once !== text) edited++
      expect({ text, twice: await answer(engine, once, 'text/plain') }).toEqual({ text, twice: once })
    }
    expect(edited).toBeGreaterThan(200)
  })

  it('alone, without a rule that has a pattern', () => {
    const alone = createEngine({ rules: [own], kernel: createPortableKernel() })
    const candidates = (session: ScanSession) =>
      session.feed(new TextEncoder().encode('a Vega b 4111 1111 1111 1111'), true).candidates
    expect(candidates(alone.openScan())).toEqual([{ rule: 0, start: 2, end: 6 }])
    expect(candidates(alone.openScreen())).toEqual([{ rule: 0, start: 2, end: 6 }])
  })

  it('among rules in any place, on either kernel', async () => {
    for (const kernel of [createPortableKernel(), createNodeKernel()]) {
      const mixed = [placedRules[0], own, ...placedRules.slice(1)]
      const engine = createEngine({ rules: mixed, kernel })
      for (const session of [engine.openScan(), engine.openScreen()]) {
        const { candidates } = session.feed(new TextEncoder().encode('Vega, kim@example.com'), true)
        const ids = new Set(candidates.filter(({ rule }) => rule < engine.stemsFrom).map(({ rule }) => mixed[rule].rule.id))
        expect(ids).toEqual(new Set(['customers', 'email']))
      }
      await selfTest(compilePolicy({ mode: 'enforce', request: { '*': 'redact' } }, mixed, ''), engine)
    }
  })

  it('as docs/add-a-rule.md shows it', async () => {
    const root = fileURLToPath(new URL('../..', import.meta.url))
    const page = readFileSync(join(root, 'docs/add-a-rule.md'), 'utf8')
    const { outputFiles } = await build({
      stdin: { contents: /```ts own\n(.*?)```/s.exec(page)![1], loader: 'ts', resolveDir: root },
      bundle: true,
      format: 'esm',
      platform: 'neutral',
      alias: { 'edge-dlp/rules': join(root, 'rules/index.ts'), 'edge-dlp': join(root, 'src/index.ts') },
      nodePaths: [join(root, 'node_modules')],
      write: false,
      logLevel: 'silent',
    })
    const { scrub } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`)
    expect(await answerBehind(scrub, 'orion holding, (Vega), Vegas, orionids', 'text/plain')).toBe(
      '[redacted:CUSTOMER], ([redacted:CUSTOMER]), Vegas, orionids',
    )
  })

  it('names its build by its terms', () => {
    const names = [
      own,
      placed({ terms: ['a', 'b'] }),
      placed({ terms: ['a', 'c'] }),
      placed({ terms: ['a', 'b'], ignoreCase: true }),
    ]
    expect(new Set(names.map((one) => ruleBuildOf([one]))).size).toBe(4)
    expect(ruleBuildOf([own]).length).toBeLessThan(100)
  })

  it('no term is part of a mark that is not known as one', () => {
    const make = (...rules: PlacedRule[]) => createEngine({ rules, kernel: createPortableKernel() })
    const named = placed({ id: 'other', label: 'acme_name', pattern: 'name-[0-9]{4}' })
    expect(() => make(placed({ terms: ['Customer'], ignoreCase: true }))).toThrow(/mark \[redacted:CUSTOMER\]/)
    expect(() => make(named, placed({ terms: ['ACME_NAME'] }))).toThrow(ConfigError)
    make(named, placed({ terms: ['Customer', 'EMAIL', 'ACME'] }))
  })

  it('a rule has a pattern or terms', () => {
    for (const rule of [placed({}), placed({ pattern: 'a', terms: ['b'] })])
      expect(() => createEngine({ rules: [rule], kernel: createPortableKernel() })).toThrow(ConfigError)
  })
})
