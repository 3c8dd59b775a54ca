import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { createDlp } from '../../src/middleware/core.ts'
import { isRefused, toMessage } from '../../src/middleware/messages.ts'
import type { Policy } from '../../src/policy/schema.ts'

import type { AuditEvent } from '../../src/telemetry/audit.ts'
import type { DlpEvent } from '../../src/telemetry/events.ts'
import { engine } from './inspect-body.ts'

type Suppression = NonNullable<Policy['suppressions']>[number]

/** Suppressed findings, from a policy to what leaves and what is told. */
const CARD = '4111111111111111'
const MARK = '[redacted:CREDIT_CARD]'
const one = (change: Partial<Suppression>): Suppression => ({
  rule: 'payment',
  reason: 'order numbers',
  expires: '2026-12-31',
  ...change,
})

function make(suppressions: Suppression[], more: Partial<Policy> = {}) {
  const events: DlpEvent[] = []
  const audit: AuditEvent[] = []
  const time = { now: Date.UTC(2026, 11, 1) }
  const core = createDlp({
    engine,
    policy: { mode: 'enforce', request: { payment: 'redact' }, suppressions, ...more },
    clock: () => time.now,
    sinks: [{ write: (event) => void events.push(event), audit: (event) => void audit.push(event) }],
  })
  return {
    events,
    audit,
    time,
    async send(
      body: string | Uint8Array,
      type = 'application/json',
      target = '/',
      headers: Record<string, string> = {},
      cut = 0,
    ) {
      const asked = { method: 'POST', host: 'a.example', path: target.split('?')[0] }
      const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
      const pieces = cut === 0 ? bytes : streamOf(bytes, cut)
      const message = toMessage(
        'request',
        asked,
        0,
        new Headers({ 'content-type': type, ...headers }) as never,
        pieces as never,
        (await core.policy('id'))!,
        { trust: 'header', target },
      )
      const passed = await core.pass(message, 'id')
      if (isRefused(passed)) return { refused: passed.refusal.rules }
      const text = await new Response(passed.body as never).text()
      return { text, target: passed.target, headers: passed.headers, outcome: passed.outcome }
    },
  }
}

function streamOf(bytes: Uint8Array, cut: number): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.slice(at, (at += cut)))
      else controller.close()
    },
  })
}

describe('what is suppressed is left alone, and told', () => {
  const body = `{"orders":[{"id":"${CARD}","card":"${CARD}"}]}`

  test('at its path in JSON; everywhere else the rule holds', async () => {
    const { send, events } = make([one({ path: '/orders/*/id' })])
    const { text, outcome } = await send(body)
    expect(text).toBe(`{"orders":[{"id":"${CARD}","card":"${MARK}"}]}`)
    expect(outcome?.findings.map(({ path, enforced, suppressed }) => ({ path, enforced, suppressed }))).toEqual([
      { path: '/orders/0/id', enforced: false, suppressed: true },
      { path: '/orders/0/card', enforced: true, suppressed: undefined },
    ])
    expect(events[0]).toMatchObject({ decision: 'edited', findingCount: 2, edits: 1 })
    expect(events[0].findings).toHaveLength(2)
    expect(events[0].findings).toContainEqual({
      rule: 'credit-card',
      action: 'redact',
      confidence: expect.any(String),
      enforced: false,
      count: 1,
      suppressed: true,
    })
  })

  test('the same for every cut of a stream', async () => {
    const { send } = make([one({ path: '/orders/*/id' })], { limits: { maxWholeBytes: 0 } })
    const whole = (await send(body)).text
    expect(whole).toContain(MARK)
    for (let cut = 1; cut < body.length; cut++) expect((await send(body, undefined, '/', {}, cut)).text).toBe(whole)
  })

  test.each([
    ['a form', '/card', `card=${CARD}&note=${CARD}`, 'application/x-www-form-urlencoded'],
    ['JSON in a string', '/deep/card', `{"deep":"{\\"card\\":\\"${CARD}\\"}","card":"${CARD}"}`, 'application/json'],
    ['a text', '', `card ${CARD}`, 'text/plain'],
  ])('in %s', async (_, path, sent, type) => {
    const suppressed = await make([one({ path })]).send(sent, type)
    const plain = await make([]).send(sent, type)
    const marks = (text = '') => text.split(/redacted%3A|redacted:/).length - 1
    expect(marks(plain.text)).toBe(sent.split(CARD).length - 1)
    expect(marks(suppressed.text)).toBe(marks(plain.text) - 1)
  })

  test('in a packed document, by the path of the place and the path within', async () => {
    const packed = gzipSync(JSON.stringify({ card: CARD })).toString('base64')
    const sent = JSON.stringify({ file: packed })
    const { outcome } = await make([]).send(sent)
    expect(outcome?.edits).toBe(1)
    const { path } = outcome!.findings[0]
    expect(path).toMatch(/^\/file.*\/card$/)
    expect((await make([one({ path })]).send(sent)).text).toBe(sent)
    expect((await make([one({ path: '/card' })]).send(sent)).text).not.toBe(sent)
  })

  test('in the URL and in one header', async () => {
    const places = { url: 'inspect', headers: 'inspect' } as const
    const { send } = make([one({ place: 'url' }), one({ place: 'header x-note' })], { places })
    const target = `/a?q=${CARD}`
    const sent = await send(`{"card":"${CARD}"}`, undefined, target, { 'x-note': CARD, 'x-other': CARD })
    expect([sent.target, sent.headers?.get('x-note'), sent.headers?.get('x-other')]).toEqual([target, CARD, MARK])
    expect(sent.text).toBe(`{"card":"${MARK}"}`)
  })

  test('a rule that blocks does not', async () => {
    const { send } = make([one({ path: '/id' })], { request: { payment: 'block' } })
    expect((await send(`{"id":"${CARD}"}`)).text).toBe(`{"id":"${CARD}"}`)
    expect((await send(`{"id":"${CARD}","card":"${CARD}"}`)).refused).toEqual(['credit-card'])
  })
})

test('an expired one is told once, and its findings count again', async () => {
  const { send, audit, time } = make([one({ path: '/id', expires: '2026-12-02' })])
  const body = `{"id":"${CARD}"}`
  const before = await send(body)
  expect(before.text).toBe(body)
  expect(audit).toEqual([])
  time.now = Date.UTC(2026, 11, 2)
  for (let i = 0; i < 3; i++) expect((await send(body)).text).toBe(`{"id":"${MARK}"}`)
  expect(audit).toEqual([
    {
      schema: 'edge-dlp/audit/1',
      time: time.now,
      kind: 'suppression-expired',
      rule: 'payment',
      path: '/id',
      expires: '2026-12-02',
    },
  ])
  expect((await send(body)).outcome?.policyVersion).not.toBe(before.outcome?.policyVersion)
})
