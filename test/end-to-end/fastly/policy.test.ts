import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
// Plain JavaScript, shared with the build.
import { bundleFastly } from '../../../tools/bundle-fastly.mjs'
import { makeKeys, payloadOf, type TestKeys } from '../../support/bundles.ts'
import { buildFastly } from '../../support/fastly-host/build.ts'
import { type FastlyHost, startFastlyHost } from '../../support/fastly-host/host.ts'
import { type RawOrigin, rawRequest, startRawOrigin } from '../../support/raw-socket.ts'

/** The policy of the built Compute service from its stores. */
const ROOT = join(import.meta.dirname, '../../..')
const CARD = '4111111111111111'
const policy = { mode: 'enforce', request: { payment: 'redact' } }
const bare = JSON.stringify(policy)

let wasm: string
let keys: TestKeys
let origin: RawOrigin
let host: FastlyHost
beforeAll(async () => {
  wasm = await buildFastly(await bundleFastly(undefined, join(ROOT, 'dist/test/service.js')), join(ROOT, 'dist/test/fastly.wasm'))
  keys = await makeKeys()
  origin = await startRawOrigin()
})
afterAll(() => origin.close())
afterEach(() => host.close())

/** What the origin sees of a card, or the reason for which it sees nothing; and what the service says of itself. */
async function send(stored: Record<string, string> | undefined, secrets: Record<string, string> = {}) {
  const said: string[] = []
  host = await startFastlyHost({
    wasm,
    backends: { origin: origin.url },
    configStores: stored === undefined ? {} : { dlp: stored },
    secretStores: { dlp: secrets },
    onLog: (endpoint, line) => {
      if (endpoint !== 'dlp') said.push(line)
    },
  })
  origin.clear()
  const { message } = await rawRequest(host.url, { headers: [['content-type', 'text/plain']], body: `card ${CARD}` })
  await host.idle()
  return { sees: origin.requests[0]?.text() ?? JSON.parse(message!.text()).reason, said: said.join('\n') }
}

const SCRUBBED = 'card [redacted:CREDIT_CARD]'

it('a bare one, and a bundle under an HMAC key', async () => {
  expect((await send({ policy: bare })).sees).toBe(SCRUBBED)
  await host.close()
  expect((await send({ policy: await keys.sign(payloadOf(3, policy), ['hmac']) }, { 'policy-key': keys.hmac })).sees).toBe(
    SCRUBBED,
  )
  await host.close()
  const killed = await keys.sign(payloadOf(4, policy, { kill: true }), ['ed25519', 'hmac'])
  expect((await send({ policy: killed }, { 'policy-key': keys.hmac })).sees).toBe(`card ${CARD}`)
})

it('with a key, nothing unsigned is used: not that of the store, not that of the build', async () => {
  for (const stored of [{ policy: bare } as Record<string, string>, {}, undefined]) {
    expect((await send(stored, { 'policy-key': keys.hmac })).sees).toBe('policy-missing')
    await host.close()
  }
  const other = await makeKeys()
  const forged = { policy: await other.sign(payloadOf(3, policy), ['hmac']) }
  const { sees, said } = await send(forged, { 'policy-key': keys.hmac })
  expect(sees).toBe('policy-missing')
  expect(said).toMatch(/policy: bundle: no signature is right/)
})

it('a broken one leaves the one before, under policy-last, in use', async () => {
  for (const broken of ['{"mode":', JSON.stringify({ request: { 'payment/none': 'redact' } })]) {
    const { sees, said } = await send({ policy: broken, 'policy-last': bare })
    expect(sees).toBe(SCRUBBED)
    expect(said).toMatch(/edge-dlp: policy: policy/)
    await host.close()
  }
  expect((await send({ policy: '{"mode":' })).sees).toBe('policy-missing')
})
