import { beforeEach, describe, expect, it } from 'vitest'
import { createGateway, type Gateway } from '../../src/gateway/gateway.ts'
import type { Policy } from '../../src/policy/schema.ts'
import type { AuditEvent } from '../../src/telemetry/audit.ts'
import type { DlpEvent } from '../../src/telemetry/events.ts'
import { engine } from '../pipeline/inspect-body.ts'

/** Planted text must not take pages down: the breaker through the gateway, under a clock of the test's. */
const CARD = '4111111111111111'
const TOKEN = ['ghp', 'R7qJ2mXw9TzK4vLs8NfB3cHy6PdG1aWe5UxQ'].join('_')
const START = 1_000_000_000_000
const policy: Policy = {
  mode: 'enforce',
  request: { credentials: 'block' },
  response: { payment: 'block', credentials: 'block' },
  routes: [{ name: 'page', match: { path: '/page*' } }],
}

let now: number
let audit: AuditEvent[]
let events: DlpEvent[]
beforeEach(() => {
  now = START
  audit = []
  events = []
})

function start(change: Partial<Policy> = {}): Gateway {
  return createGateway({
    origin: 'https://origin.example',
    policy: { ...policy, ...change },
    engine,
    clock: () => now,
    sinks: [{ write: (event) => void events.push(event), audit: (event) => void audit.push(event) }],
    // The page that the path asks for.
    fetch: async (url) => new Response(decodeURIComponent(new URL(url).search.slice(1)), { headers: { 'content-type': 'text/plain' } }) as never, // biome-ignore format: one answer
  })
}

const PLANTED = `A comment: ${CARD}.`
const CLEAN = 'A comment.'
/** Statuses and texts of pages asked for one after another, a tenth of a second apart. */
async function ask(gateway: Gateway, pages: readonly string[], path = '/page') {
  const answers: { status: number; text: string }[] = []
  for (const page of pages) {
    const url = `https://shop.example${path}?${encodeURIComponent(page)}`
    const answer = (await gateway.fetch(new Request(url) as never)) as unknown as Response
    answers.push({ status: answer.status, text: await answer.text() })
    now += 100
  }
  return answers
}
const many = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item)

describe('the breaker', () => {
  it('a page with a planted card number is refused at first, then redacted, and after the hold refused again', async () => {
    const gateway = start()
    const answers = await ask(gateway, many(60, PLANTED))
    expect(answers.slice(0, 50).map(({ status }) => status)).toEqual(many(50, 502))
    expect(answers.slice(50)).toEqual(many(10, { status: 200, text: 'A comment: [redacted:CREDIT_CARD].' }))
    const until = START + 49 * 100 + 600_000
    expect(audit).toEqual([
      {
        schema: 'edge-dlp/audit/1',
        time: START + 4_900,
        kind: 'breaker',
        side: 'response',
        route: 'page',
        rule: 'credit-card',
        blocked: 50,
        messages: 50,
        until,
      },
    ])
    expect(events.at(-1)).toMatchObject({
      decision: 'edited',
      findings: [{ rule: 'credit-card', action: 'redact', enforced: true }],
    })
    now = until - 1
    expect((await ask(gateway, [PLANTED]))[0].status).toBe(200)
    now = until
    expect((await ask(gateway, [PLANTED]))[0].status).toBe(502)
  })

  it('only the rule, the route and the side on which it happened are softened', async () => {
    const gateway = start()
    await ask(gateway, many(50, PLANTED))
    expect((await ask(gateway, [`A comment: ${CARD} ${TOKEN}`]))[0].status).toBe(502)
    expect((await ask(gateway, [PLANTED], '/other'))[0].status).toBe(502)
    const post = new Request('https://shop.example/page', { method: 'POST', body: `token ${TOKEN}`, headers: { 'content-type': 'text/plain' } }) // biome-ignore format: one request
    expect(((await gateway.fetch(post as never)) as unknown as Response).status).toBe(403)
  })

  it.each([
    ['a fifth of the messages is not too many', 40, 10, 0],
    ['one more is', 40, 11, 1],
    ['forty-nine messages say nothing yet', 0, 49, 0],
  ])('%s', async (_, clean, planted, opened) => {
    await ask(start(), [...many(clean, CLEAN), ...many(planted, PLANTED)])
    expect(audit).toHaveLength(opened)
  })

  it('what is older than the window does not count', async () => {
    const gateway = start()
    await ask(gateway, many(49, PLANTED))
    now += 60_000
    const answers = await ask(gateway, many(49, PLANTED))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([502]))
    expect(audit).toEqual([])
  })

  it('its limits are the policy’s; it can be off; for requests it is unless the policy says so', async () => {
    const limits = { percent: 50, minMessages: 4, windowSeconds: 10, holdSeconds: 5 }
    const quick = start({ breaker: { response: limits } })
    const answers = await ask(quick, [PLANTED, CLEAN, PLANTED, CLEAN, PLANTED, PLANTED])
    expect(answers.map(({ status }) => status)).toEqual([502, 200, 502, 200, 502, 200])
    now += 5_000
    expect((await ask(quick, [PLANTED]))[0].status).toBe(502)

    const off = start({ breaker: { response: 'off' } })
    expect(new Set((await ask(off, many(120, PLANTED))).map(({ status }) => status))).toEqual(new Set([502]))

    const send = async (gateway: Gateway) => {
      const post = new Request('https://shop.example/', { method: 'POST', body: `token ${TOKEN}`, headers: { 'content-type': 'text/plain' } }) // biome-ignore format: one request
      return ((await gateway.fetch(post as never)) as unknown as Response).status
    }
    const statuses = async (gateway: Gateway) => {
      const seen = new Set<number>()
      for (let i = 0; i < 60; i++) seen.add(await send(gateway))
      return [...seen]
    }
    expect(await statuses(start())).toEqual([403])
    expect(await statuses(start({ breaker: { request: {} } }))).toEqual([403, 200])
  })

  it('an observing policy blocks nothing, so nothing is counted', async () => {
    await ask(start({ mode: 'observe' }), many(60, PLANTED))
    expect(audit).toEqual([])
  })
})
