import { describe, expect, test } from 'vitest'
import { placedRules } from '../../rules/index.ts'
import { createPool } from '../../src/body/pool.ts'
import { toMessage } from '../../src/middleware/messages.ts'
import { passMessage } from '../../src/pipeline/message.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import type { Policy } from '../../src/policy/schema.ts'
import { summarise } from '../../src/telemetry/events.ts'
import { engine } from './inspect-body.ts'

const CARD = '4111111111111111'
const token = ['ghp', 'R7qJ2mXw9TzK4vLs8NfB3cHy6PdG1aWe5UxQ'].join('_')
const inspecting: Policy = {
  mode: 'enforce',
  places: { url: 'inspect', headers: 'inspect' },
  request: { '*': 'redact' },
  response: { '*': 'redact' },
}

async function pass(policy: Policy, target: string, headers: [string, string][] = [], side: 'request' | 'response' = 'request') {
  const message = toMessage(
    side,
    { method: 'GET', host: 'a.example', path: '/' },
    side === 'request' ? 0 : 200,
    new Headers(headers),
    null,
    compilePolicy(policy, placedRules, 'test'),
    { trust: 'header', target },
  )
  const context = {
    engine,
    codings: {},
    pool: createPool(1000),
    finished: () => {},
    onError: (error: unknown) => expect.fail(String(error)),
  }
  const passed = await passMessage(context, message)
  return { ...passed, event: summarise(passed.outcome, { id: 'x', time: 0 }) }
}

describe('the URL of a request', () => {
  test.each([
    ['a parameter', `/find?page=2&q=${CARD}&z`, '/find?page=2&q=%5Bredacted%3ACREDIT_CARD%5D&z'],
    ['a segment', `/cards/${CARD}/orders`, '/cards/%5Bredacted%3ACREDIT_CARD%5D/orders'],
    ['percent-encoded', `/find?q=${[...CARD].map((digit) => `%3${digit}`).join('')}`, '/find?q=%5Bredacted%3ACREDIT_CARD%5D'],
    ['a name', '/find?ada%40example.com=1', '/find?%5Bredacted%3AEMAIL%5D=1'],
    ['groups with plus for a blank', '/find?q=card+4111+1111+1111+1111', '/find?q=card+%5Bredacted%3ACREDIT_CARD%5D'],
  ])('%s is edited in place', async (_, target, wanted) => {
    const { target: left, outcome } = await pass(inspecting, target)
    expect(left).toBe(wanted)
    expect(outcome.decision).toBe('edited')
    expect(outcome.findings.map(({ place }) => place)).toEqual(['url'])
  })

  test.each(['/v1/a//b/c?x=%7e&y=a+b&z&=&%zz', '/', '/a?', '/orders/63feae6c-5f41-46fc-a7de-2b225a916876'])(
    '%s keeps its spelling',
    async (target) => expect((await pass(inspecting, target)).target).toBe(target),
  )

  test('is refused with 400 where policy says so', async () => {
    const { refusal } = await pass({ ...inspecting, places: { url: 'refuse' } }, `/find?q=${CARD}`)
    expect(refusal).toEqual({ status: 400, reason: 'finding', rules: ['credit-card'] })
  })

  test('blocks by a rule that blocks', async () => {
    const { refusal } = await pass({ ...inspecting, request: { credentials: 'block' } }, `/find?q=${token}`)
    expect(refusal).toMatchObject({ status: 403, rules: ['github-token'] })
  })

  test.each([
    ['off by default', { ...inspecting, places: undefined } as Policy],
    ['observed', { ...inspecting, mode: 'observe' } as Policy],
    ['on a route that skips', { ...inspecting, routes: [{ match: { path: '*' }, skip: true }] } as Policy],
  ])('is left alone: %s', async (_, policy) => {
    const { target, outcome } = await pass(policy, `/find?q=${CARD}`)
    expect(target).toBe(`/find?q=${CARD}`)
    expect(outcome.findingCount).toBe(policy.mode === 'observe' ? 1 : 0)
  })
})

describe('headers', () => {
  test('are edited, each for itself', async () => {
    const { headers, outcome, event } = await pass(inspecting, '/', [
      ['x-note', `card ${CARD}`],
      ['cookie', `a=1; card=${CARD}; b=2`],
      ['authorization', `Basic ${Buffer.from(`svc:${token}`).toString('base64')}`],
      ['accept', 'text/html'],
    ])
    expect(headers.get('x-note')).toBe('card [redacted:CREDIT_CARD]')
    expect(headers.get('cookie')).toBe('a=1; card=[redacted:CREDIT_CARD]; b=2')
    expect(Buffer.from(headers.get('authorization')!.slice(6), 'base64').toString()).not.toContain(token.slice(0, 12))
    expect(headers.get('accept')).toBe('text/html')
    expect(outcome.edits).toBe(3)
    expect(JSON.stringify(event)).not.toContain(CARD)
    expect(event.findingCount).toBe(3)
  })

  test.each([
    ['Q', `=?utf-8?Q?card_${[...CARD].map((digit, i) => (i % 2 ? digit : `=3${digit}`)).join('')}_x?=`],
    ['B, cut in two', `=?utf-8?B?${btoa(`card ${CARD.slice(0, 7)}`)}?= =?utf-8?B?${btoa(`${CARD.slice(7)} x`)}?=`],
    ['Q and text', `card =?us-ascii?q?${CARD.slice(0, 4)}?= ${CARD.slice(4)} x`.replace('?= ', '?=')],
  ])('encoded words (RFC 2047) are read: %s', async (_, value) => {
    const { headers, event } = await pass(inspecting, '/', [['x-note', value]])
    expect(headers.get('x-note')).toBe('card [redacted:CREDIT_CARD] x')
    expect(event.findingCount).toBe(1)
    const observed = await pass({ ...inspecting, mode: 'observe' }, '/', [['x-note', value]])
    expect(observed.headers.get('x-note')).toBe(value)
    expect(observed.event.findingCount).toBe(1)
  })

  test('an encoded word of escapes is read as a row of numbers, and edited as one', async () => {
    const digits = (text: string) => Buffer.from(text).toString('hex').replace(/../g, '=$&')
    const { headers, event } = await pass(inspecting, '/', [['x-note', `=?utf-8?Q?card_${digits(CARD)}_x?=`]])
    expect(headers.get('x-note')).toBe(`=?utf-8?Q?card_${digits('[redacted:CREDIT_CARD]')}_x?=`)
    expect(event.findingCount).toBe(1)
  })

  test.each([
    ['in pieces', `attachment; filename*0="4111111"; filename*1="111111111"`, 'attachment; filename="[redacted:CREDIT_CARD]"'],
    [
      'in pieces, percent-encoded, in another order',
      `attachment; filename*1*=1%3111111; x=y; filename*0*=utf-8'en'4%311111111`,
      `attachment; filename*=utf-8'en'%5Bredacted%3ACREDIT_CARD%5D; x=y`,
    ],
    [
      'in a quoted string',
      'form-data; name="a"; filename="\\4\\1111\\1111111\\1111"',
      'form-data; name="a"; filename="[redacted:CREDIT_CARD]"',
    ],
  ])('parameters are read: %s', async (_, value, wanted) => {
    const { headers } = await pass(inspecting, '/', [['content-disposition', value]])
    expect(headers.get('content-disposition')).toBe(wanted)
    const again = await pass(inspecting, '/', [['content-disposition', wanted]])
    expect(again.headers.get('content-disposition')).toBe(wanted)
  })

  test.each([
    String.raw`attachment; filename*0="report "; filename*1="\2026".txt"`,
    String.raw`W/""; b="x;"y"; c*0*=utf-8''%41; c*2=z`,
    'text *1* and *2',
  ])('parameters without a finding stay as they are: %s', async (value) => {
    expect((await pass(inspecting, '/', [['x-note', value]])).headers.get('x-note')).toBe(value)
  })

  test('encoded words without a finding stay as they are', async () => {
    const value = '=?iso-8859-1?Q?caf=E9?= and =?utf-8?B?w6k=?= =?broken?='
    expect((await pass(inspecting, '/', [['x-note', value]])).headers.get('x-note')).toBe(value)
  })

  test.each(['x-request-id', 'x-correlation-id', 'x-forwarded-user', 'tracestate'])('%s is no exception', async (name) => {
    expect((await pass(inspecting, '/', [[name, `a=${CARD}`]])).headers.get(name)).toBe('a=[redacted:CREDIT_CARD]')
  })

  test('each Set-Cookie stays a header of its own', async () => {
    const { headers } = await pass(
      inspecting,
      '/',
      [
        ['set-cookie', 'id=7; Path=/; Expires=Wed, 21 Oct 2026 07:28:00 GMT'],
        ['set-cookie', `mail=ada@example.com; Secure`],
      ],
      'response',
    )
    expect(headers.getSetCookie()).toEqual([
      'id=7; Path=/; Expires=Wed, 21 Oct 2026 07:28:00 GMT',
      'mail=[redacted:EMAIL]; Secure',
    ])
  })

  test('that frame, route or name the message are left alone', async () => {
    const framing: [string, string][] = [
      ['x-forwarded-for', '203.0.113.77'],
      ['etag', `"${CARD}"`],
      ['host', `${CARD}.example`],
    ]
    const { headers } = await pass(inspecting, '/', framing)
    for (const [name, value] of framing) expect(headers.get(name)).toBe(value)
  })

  test('a name that may be a value is not told', async () => {
    const { outcome } = await pass(inspecting, '/', [[`x-${CARD}`, `card ${CARD}`]])
    expect(outcome.findings.map(({ place }) => place)).toEqual(['header *'])
  })
})
