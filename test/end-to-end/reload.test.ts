import { afterEach, describe, expect, it } from 'vitest'
import { placedRules } from '../../rules/index.ts'
import { createGateway } from '../../src/gateway/gateway.ts'
import { storedPolicy } from '../../src/middleware/policy-store.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import { parseBundleKeys } from '../../src/policy/signature.ts'
import type { AuditEvent } from '../../src/telemetry/audit.ts'
import type { DlpEvent } from '../../src/telemetry/events.ts'
import { engine } from '../pipeline/inspect-body.ts'
import { makeKeys, payloadOf, type TestKeys } from '../support/bundles.ts'
import { rawRequest, startRawOrigin } from '../support/raw-socket.ts'
import { type RunningWorker, startWorker } from '../support/workers.ts'

/**
 * Policies are swapped while clients stream. Odd versions redact a card number, even ones mask it: what an exchange carries tells which
 * version judged each value in it.
 */
const CARD = '4111111111111111'
const CLIENTS = 50
const policyOf = (version: number) => {
  const action = version % 2 === 1 ? 'redact' : 'mask'
  return { mode: 'enforce', request: { payment: action }, response: { payment: action }, limits: { maxWholeBytes: 0 } }
}
/** A bundle, or, twice in five, something that must not be taken up. */
async function bundleOf(keys: TestKeys, version: number): Promise<string> {
  const good = await keys.sign(payloadOf(version, policyOf(version)))
  if (version % 5 === 3) return `${good.slice(0, -20)}}`
  return version % 5 === 4 ? payloadOf(version, { mode: 'observe' }) : good
}
const CHUNKS = Array.from({ length: 6 }, (_, i) => `part ${i}, card ${CARD}, and more\n`)
/** What became of the six card numbers: one letter each. */
const fates = (text: string) =>
  (text.match(/\[redacted:CREDIT_CARD\]|\*{16}|4111111111111111/g) ?? [])
    .map((mark) => (mark[0] === '4' ? 'L' : mark[0]))
    .join('')

describe('a thousand swaps while fifty clients stream', () => {
  it('no message under two versions, none dropped, what is broken or unsigned never in force', async () => {
    const keys = await makeKeys()
    const audit: AuditEvent[] = []
    const events: DlpEvent[] = []
    const faults: unknown[] = []
    let version = 0
    const policy = storedPolicy({
      name: 'store',
      keys: parseBundleKeys(keys.ed25519, ''),
      // Whoever asks gets something new.
      read: () => bundleOf(keys, ++version),
      freshMs: 0,
      check: (checked) => compilePolicy(checked, placedRules, ''),
      onError: () => {},
      audit: (event) => void audit.push(event),
    })
    const swaps = () => audit.filter(({ kind }) => kind === 'policy-in-force').length
    const seen = new Map<string, string>()
    const gateway = createGateway({
      origin: 'https://origin.example',
      policy,
      engine,
      sinks: [{ write: (event) => void events.push(event) }],
      onError: (error) => faults.push(error),
      fetch: async (url, { body }) => {
        seen.set(new URL(url).pathname, await new Response(body as never).text())
        return new Response(slowly(CHUNKS) as never, { headers: { 'content-type': 'text/plain' } }) as never
      },
    })
    const exchanges: { path: string; status: number; text: string }[] = []
    const client = async (number: number) => {
      for (let i = 0; swaps() < 1_000; i++) {
        const path = `/${number}/${i}`
        const init = { method: 'POST', body: slowly(CHUNKS), headers: { 'content-type': 'text/plain' }, duplex: 'half' }
        const answer = await gateway.fetch(new Request(`https://shop.example${path}`, init as RequestInit) as never)
        exchanges.push({ path, status: answer.status, text: await answer.text() })
      }
    }
    await policy.current()
    await Promise.all(Array.from({ length: CLIENTS }, (_, i) => client(i)))

    expect(faults).toEqual([])
    expect(new Set(exchanges.map(({ status }) => status))).toEqual(new Set([200]))
    const kinds = exchanges.map(({ path, text }) => fates(seen.get(path)!) + fates(text))
    expect([...new Set(kinds)].sort()).toEqual(['************', '[[[[[[[[[[[['])
    // Both events of an exchange name one version.
    const versions = new Map<string, Set<string>>()
    for (const { id, policy } of events) versions.set(id, (versions.get(id) ?? new Set()).add(policy))
    expect(versions.size).toBe(exchanges.length)
    expect([...versions.values()].every((of) => of.size === 1)).toBe(true)
    const inForce = audit.flatMap((event) => (event.kind === 'policy-in-force' ? [event.version!] : []))
    expect(inForce).toEqual([...inForce].sort((a, b) => a - b))
    expect(inForce.filter((number) => number % 5 === 3 || number % 5 === 4)).toEqual([])
    const codes = new Set(audit.flatMap((event) => (event.kind === 'policy-refused' ? [event.code] : [])))
    expect(codes).toContain('bad-signature')
    expect(codes).toContain('unsigned')
  })
})

/** A body that comes piece by piece, other messages between. */
function slowly(chunks: readonly string[]): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream(
    {
      async pull(controller) {
        await new Promise((next) => setImmediate(next))
        if (at < chunks.length) controller.enqueue(new TextEncoder().encode(chunks[at++]))
        else controller.close()
      },
    },
    { highWaterMark: 0 },
  )
}

describe('swaps in the built Worker, through KV, while fifty clients stream', () => {
  let worker: RunningWorker | undefined
  afterEach(() => worker?.close())

  it('no message under two versions, none dropped, each swap in force within the reload time', async () => {
    const keys = await makeKeys()
    const origin = await startRawOrigin(() => ({ headers: [['content-type', 'text/plain']], body: CHUNKS, pauseMs: 60 }))
    worker = await startWorker({
      origin: origin.url,
      kv: { policy: await bundleOf(keys, 1) },
      bindings: { POLICY_KEY: keys.ed25519, POLICY_FRESH_SECONDS: '1' },
    })
    const { url, lines, putPolicy } = worker
    let over = false
    const answers: { status?: number; complete?: boolean; fates: string; path: string }[] = []
    const client = async (number: number) => {
      for (let i = 0; !over; i++) {
        const path = `/${number}/${i}`
        const headers = [['content-type', 'text/plain']] as const
        const { message } = await rawRequest(url, { path, headers, body: CHUNKS, pauseMs: 60 })
        answers.push({ status: message?.status, complete: message?.complete, fates: fates(message?.text() ?? ''), path })
      }
    }
    const clients = Promise.all(Array.from({ length: CLIENTS }, (_, i) => client(i)))
    const inForce = () =>
      lines.flatMap((line) => (line.includes('"kind":"policy-in-force"') ? [JSON.parse(line).version as number] : []))
    for (const version of [2, 3, 4, 5, 6, 7]) {
      await putPolicy(await bundleOf(keys, version))
      if (version % 5 === 3 || version % 5 === 4) await new Promise((wait) => setTimeout(wait, 1_500))
      else await expect.poll(inForce, { timeout: 20_000 }).toContain(version)
    }
    over = true
    await clients
    await origin.settled()
    expect(inForce()).toEqual([1, 2, 5, 6, 7])
    expect(answers.every(({ status, complete }) => status === 200 && complete === true)).toBe(true)
    const arrived = new Map(origin.requests.map((request) => [request.target, fates(request.text())]))
    const kinds = new Set(answers.map((answer) => arrived.get(answer.path)! + answer.fates))
    expect([...kinds].sort()).toEqual(['************', '[[[[[[[[[[[['])
    await origin.close()
  })
})
