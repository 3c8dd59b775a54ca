import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { JS_COMPUTE, writeLinkedEngine } from '../../tools/build-fastly.ts'
import { buildFastly } from '../support/fastly-host/build.ts'
import { type FastlyHost, startFastlyHost } from '../support/fastly-host/host.ts'

// One small service on the engines that the installed js-compute brings, linked with either build of the kernel, and as they are.

const DIST = join(import.meta.dirname, '../../dist/test/linked')
const SERVICE = join(import.meta.dirname, '../tools/fixtures/linked-service.ts')
/** Compiling an engine that was not compiled before takes 15 s, the debug engine 60: `npm run test:deep` runs them all. */
const DEEP = process.env.DEEP !== undefined
const SERVICES = [
  { engine: 'fastly.wasm', build: 'stock', kernel: 'portable' },
  { engine: 'fastly.wasm', build: 'simd', kernel: 'wasm' },
  { engine: 'fastly.wasm', build: 'scalar', kernel: 'wasm' },
  { engine: 'fastly.debug.wasm', build: 'stock', kernel: 'portable' },
  { engine: 'fastly.debug.wasm', build: 'simd', kernel: 'wasm' },
] as const

const filler = 'harbor willow copper '.repeat(60)
const body = `${filler}AKIA${'ABCD1234'.repeat(2)} ${filler}ada@mail.example ${filler}078-05-1120 ${filler}tok_${'x1'.repeat(1500)}! &#52;`
const FOUND = ['key:1260-1280', 'mail:2541-2557', 'number:3818-3829', 'token:5090-8095']

describe.each(SERVICES.slice(0, DEEP ? SERVICES.length : 2))('$engine, $build', ({ engine, build, kernel }) => {
  let host: FastlyHost
  beforeAll(async () => {
    const name = `${engine.replace('.wasm', '')}-${build}`
    let engineFile = join(JS_COMPUTE, engine)
    if (build !== 'stock') {
      engineFile = join(DIST, `${name}-engine.wasm`)
      writeLinkedEngine(engineFile, { engine, scalar: build === 'scalar' })
    }
    host = await startFastlyHost({ wasm: await buildFastly(SERVICE, join(DIST, `${name}.wasm`), { engine: engineFile }) })
  })
  afterAll(() => host?.close())

  test(`the ${kernel} kernel runs, finds the same, and secrets are secrets`, async () => {
    const looks = build === 'simd' ? { looks: body.indexOf('&') } : {}
    for (let i = 0; i < 2; i++) {
      const answer = await fetch(host.url, { method: 'POST', body })
      expect(await answer.json()).toEqual({ kernel, found: FOUND, ...looks, secret: 'open', long: 500 })
    }
    await host.idle()
    const calls = host.stats.runs[0].hostCalls['fastly_secret_store.from_bytes']
    // Two secrets; and the question whether the kernel is there, where it is not.
    expect(calls).toBe(kernel === 'wasm' ? 2 : 3)
  })
})

test.skipIf(!DEEP)('the build without SIMD and the debug engine: in npm run test:deep', () => {})
test.skip('fastly-weval.wasm: linked (test/tools/link-engine.test.ts), not run: a build needs the weval program', () => {})
