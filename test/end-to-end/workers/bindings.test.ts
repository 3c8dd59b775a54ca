import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { makeKeys, payloadOf } from '../../support/bundles.ts'
import { type RawOrigin, rawRequest, startRawOrigin } from '../../support/raw-socket.ts'
import { type RunningWorker, startWorker, type WorkerOptions } from '../../support/workers.ts'

/** The Worker's bindings, good and bad, in workerd with Node compatibility off. */
const CARD = '4111111111111111'
const JSON_TYPE = [['content-type', 'application/json']] as const
const policy = { mode: 'enforce', request: { payment: 'redact' }, response: { payment: 'redact' } }

let origin: RawOrigin
let worker: RunningWorker | undefined
beforeAll(async () => {
  origin = await startRawOrigin((request) => ({ headers: JSON_TYPE, body: request.bodyLength > 0 ? request.body() : '{}' }))
})
afterAll(() => origin.close())
afterEach(async () => {
  await worker?.close()
  worker = undefined
  origin.clear()
})
const start = async (options: Omit<WorkerOptions, 'origin'>) => (worker = await startWorker({ origin: origin.url, ...options }))
const post = async (text: string) => (await rawRequest(worker!.url, { headers: JSON_TYPE, body: text })).message!

it('one event a message on the console, request and response, without a value', async () => {
  const { waitForEvents, lines } = await start({ policy })
  expect((await post(`{"card":"${CARD}"}`)).text()).toBe('{"card":"[redacted:CREDIT_CARD]"}')
  const events = await waitForEvents(2)
  expect(events).toMatchObject([
    { side: 'request', decision: 'edited', edits: 1, receipt: { bytesIn: 27, inspected: 27 } },
    { side: 'response', decision: 'clean', edits: 0 },
  ])
  expect(lines.join('\n')).not.toContain(CARD)
})

describe('the policy from KV', () => {
  it('wins over the one of the build', async () => {
    const { url } = await start({
      policy: { mode: 'observe', request: { payment: 'redact' } },
      kv: { policy: JSON.stringify(policy) },
    })
    expect(url).toMatch(/^http:/)
    expect((await post(`{"card":"${CARD}"}`)).text()).toContain('[redacted:CREDIT_CARD]')
  })

  it('a broken one leaves the one of the build in force', async () => {
    const { lines } = await start({ policy, kv: { policy: '{"mode":' } })
    expect((await post(`{"card":"${CARD}"}`)).text()).toContain('[redacted:CREDIT_CARD]')
    await expect.poll(() => lines.join('\n')).toMatch(/POLICY_KV: .*not valid JSON/)
  })

  it('none at all: 503, policy-missing, and nothing is forwarded; the first that is put is used', async () => {
    const { putPolicy } = await start({ kv: {} })
    const refused = await post(`{"card":"${CARD}"}`)
    expect(refused.status).toBe(503)
    expect(JSON.parse(refused.text())).toMatchObject({ code: 'dlp-blocked', reason: 'policy-missing' })
    expect(origin.requests).toEqual([])
    await putPolicy(JSON.stringify(policy))
    expect((await post(`{"card":"${CARD}"}`)).text()).toContain('[redacted:CREDIT_CARD]')
  })
})

describe('signed bundles from KV', () => {
  const observe = { ...policy, mode: 'observe' }
  const scrubs = async () => (await post(`{"card":"${CARD}"}`)).text().includes('[redacted:CREDIT_CARD]')

  it('under either kind of key; what is not signed is refused, a newer one is in force within the reload time, and a kill switch', async () => {
    const keys = await makeKeys()
    const { putPolicy, lines } = await start({
      kv: { policy: await keys.sign(payloadOf(1, observe), ['hmac']) },
      bindings: { POLICY_KEY: `${keys.ed25519} ${keys.hmac}`, POLICY_FRESH_SECONDS: '1' },
    })
    expect(await scrubs()).toBe(false)
    await putPolicy(JSON.stringify(policy))
    await expect.poll(async () => [await scrubs(), lines.join('\n').includes('"code":"unsigned"')]).toEqual([false, true])
    await putPolicy(await keys.sign(payloadOf(2, policy)))
    await expect.poll(scrubs, { timeout: 5_000 }).toBe(true)
    await putPolicy(await keys.sign(payloadOf(3, policy, { kill: true })))
    await expect.poll(scrubs, { timeout: 5_000 }).toBe(false)
    const audit = lines.filter((line) => line.startsWith('{"schema":"edge-dlp/audit/1"')).map((line) => JSON.parse(line).kind)
    expect(audit).toEqual(['policy-in-force', 'policy-refused', 'policy-in-force', 'policy-in-force', 'kill-switch'])
  })
})

describe('wrong bindings: 503, the option is named in the log, and nothing is forwarded', () => {
  it.each([
    ['no policy', {}, undefined],
    ['a broken policy', { policy: '{' }, /not valid JSON/],
    ['an unknown selector', { policy: { request: { 'payment/none': 'redact' } } }, /payment\/none/],
    ['an origin that is no URL', { policy, bindings: { ORIGIN: 'shop' } }, /origin/],
    ['a short key', { policy, bindings: { DLP_KEY: 'ab' } }, /16 bytes/],
    ['a policy key that is none', { kv: {}, bindings: { POLICY_KEY: 'ed25519:ab' } }, /POLICY_KEY: a key is/],
    ['a time that is none', { kv: {}, bindings: { POLICY_FRESH_SECONDS: '0' } }, /POLICY_FRESH_SECONDS: /],
  ])('%s', async (_, options, message) => {
    const { lines } = await start(options)
    const answers = await Promise.all([post('{"a":1}'), post('{"a":2}')])
    for (const answer of answers) {
      expect(answer.status).toBe(503)
      expect(answer.header('content-type')).toBe('application/problem+json')
      expect(JSON.parse(answer.text())).toMatchObject({ code: 'dlp-blocked', reason: 'policy-missing' })
    }
    expect(origin.requests).toEqual([])
    if (message !== undefined) await expect.poll(() => lines.join('\n')).toMatch(message)
  })
})
