import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
// Plain JavaScript, shared with the build.
import { bundleFastly } from '../../../tools/bundle-fastly.mjs'
import { buildFastly } from '../../support/fastly-host/build.ts'
import { type FastlyHost, startFastlyHost } from '../../support/fastly-host/host.ts'
import { type RawOrigin, rawRequest, startRawOrigin } from '../../support/raw-socket.ts'

/** Origins of the built Compute service: backends by name, and made at run time. */
const ROOT = join(import.meta.dirname, '../../..')
const policy = JSON.stringify({ mode: 'enforce', request: { payment: 'redact' } })

let wasm: string
let named: RawOrigin
let free: RawOrigin
let host: FastlyHost | undefined
beforeAll(async () => {
  wasm = await buildFastly(await bundleFastly(undefined, join(ROOT, 'dist/test/service.js')), join(ROOT, 'dist/test/fastly.wasm'))
  named = await startRawOrigin(() => ({ body: 'named' }))
  free = await startRawOrigin(() => ({ body: 'free' }))
})
afterAll(() => Promise.all([named.close(), free.close()]))
afterEach(() => host?.close())

async function start(stored: Record<string, string>) {
  const said: string[] = []
  const onLog = (endpoint: string, line: string) => void (endpoint !== 'dlp' && said.push(line))
  host = await startFastlyHost({ wasm, backends: { shop: named.url }, configStores: { dlp: { policy, ...stored } }, onLog })
  const ask = async (name: string, headers: readonly (readonly [string, string])[] = []) =>
    (await rawRequest(host!.url, { path: '/a', headers: [['host', name], ...headers] })).message!
  return { ask, said }
}

it('by name, and at run time where none is named; Host is that of the URL, and the client’s address cannot be made up', async () => {
  const origins = { 'shop.example': { url: 'http://shop.internal', via: 'shop' }, '*.free.example': free.url }
  const { ask } = await start({ origins: JSON.stringify(origins), 'request-id-header': 'x-request-id' })
  expect((await ask('shop.example', [['fastly-client-ip', '198.51.100.1']])).text()).toBe('named')
  const request = named.requests.at(-1)!
  expect([request.header('host'), request.header('fastly-client-ip')]).toEqual(['shop.internal', '127.0.0.1'])
  expect(request.header('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  expect((await ask('www.free.example')).text()).toBe('free')
  expect(free.requests.at(-1)!.header('host')).toBe(new URL(free.url).host)
  expect((await ask('none.example')).status).toBe(421)
})

it('what is wrong with them is said, and nothing is forwarded', async () => {
  const { ask, said } = await start({ origins: '{"a.example":"shop"}' })
  expect((await ask('a.example')).status).toBe(503)
  await host!.idle()
  expect(said.join('\n')).toMatch(/edge-dlp: origin\["a.example"\]: an absolute/)
})
