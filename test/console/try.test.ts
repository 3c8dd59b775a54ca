import { describe, expect, it } from 'vitest'
import { editedSpans } from '../../src/console/edited-spans.ts'
import { EXAMPLES } from '../../src/console/examples.ts'
import { toTextOffsets } from '../../src/console/text-offsets.ts'
import { readTryInput, type Shown, type TryInput, tryMessage } from '../../src/console/try-message.ts'
import { definePolicy } from '../../src/policy/schema.ts'
import { engine } from '../support/engine.ts'
import { CARD, memoryState, startConsole } from './support.ts'

const POLICY = definePolicy({
  mode: 'enforce',
  request: { payment: { mask: { keepLast: 4 } }, credentials: 'block', 'identity/us': 'drop' },
  response: { payment: 'redact', 'identity/us': 'redact', contact: 'allow' },
})
const base: TryInput = {
  side: 'request',
  method: 'POST',
  host: 'shop.example',
  path: '/orders',
  status: 200,
  headers: [],
  contentType: 'application/json',
  body: '',
}
const send = (input: Partial<TryInput>, policy = POLICY) => tryMessage({ ...base, ...input }, policy, { engine })
const marked = (shown: Shown | undefined) => shown?.marks.map(({ start, end }) => shown.body.slice(start, end))

describe('a message that is tried', () => {
  it('shows a request on its whole way, its findings marked in the text as typed', async () => {
    const { sent, received, answered, got, findings, events } = await send({
      body: `{"grüße 🙂":"é","card":"${CARD}"}`,
      headers: [['x-note', 'hi']],
    })
    expect(marked(sent)).toEqual([CARD])
    expect(received?.body).toBe(`{"grüße 🙂":"é","card":"************1111"}`)
    expect(marked(received)).toEqual(['************1111'])
    expect(answered?.body).toBe(received?.body)
    expect(got).toMatchObject({ start: 'HTTP 200', body: received?.body, marks: [] })
    expect(sent.headers).toEqual([['content-type', 'application/json'], ['x-note', 'hi']]) // biome-ignore format: one line
    expect(received?.headers.map(([name]) => name)).toContain('x-forwarded-host')
    expect(findings).toMatchObject([
      {
        side: 'request',
        rule: 'credit-card',
        group: 'payment',
        action: 'mask',
        enforced: true,
        path: '/card',
        place: 'body',
        confidence: 'high',
      },
    ])
    expect(events.map(({ side, decision, receipt }) => [side, decision, receipt.inspected])).toEqual([
      ['request', 'edited', new TextEncoder().encode(sent.body).length],
      ['response', 'clean', received?.body.length ? new TextEncoder().encode(received.body).length : 0],
    ])
  })

  it('shows an answer, and what the client gets of it', async () => {
    const body = `<p>Card <b>4111 1111</b> 1111 1111</p><p>mail ada@example.com</p>`
    const { sent, received, answered, got, findings } = await send({
      side: 'response',
      method: 'GET',
      status: 500,
      contentType: 'text/html',
      body,
    })
    expect(sent).toMatchObject({ start: 'GET /orders', body: '' })
    expect(received?.body).toBe('')
    expect(answered).toMatchObject({ start: 'HTTP 500', body })
    expect(got.start).toBe('HTTP 500')
    expect(got.body).toContain('[redacted:CREDIT_CARD]')
    expect(marked(answered)).toEqual(['4111 1111', ' 1111 1111', 'ada@example.com'])
    expect(marked(got)).toEqual(['[redacted:CREDIT_CARD]', ''])
    expect(got.body).toContain('ada@example.com')
    expect(findings.map(({ rule, side, action }) => [rule, side, action])).toEqual([
      ['credit-card', 'response', 'redact'],
      ['email', 'response', 'allow'],
    ])
  })

  it('that is blocked never reaches the origin', async () => {
    const token = ['ghp', 'R7qJ2mXw9TzK4vLs8NfB3cHy6PdG1aWe5UxQ'].join('_')
    const { received, answered, got, findings } = await send({ body: `{"note":"${token}"}` })
    expect([received, answered]).toEqual([undefined, undefined])
    expect(got.start).toBe('HTTP 403')
    expect(findings).toMatchObject([{ rule: 'github-token', action: 'block' }])
  })

  it('is left as it is by a policy that observes', async () => {
    const { sent, received, findings } = await send(
      { body: `{"card":"${CARD}"}` },
      definePolicy({ request: { payment: 'redact' } }),
    )
    expect(received?.body).toBe(sent.body)
    expect(findings).toMatchObject([{ action: 'redact', enforced: false }])
  })

  it('is among those enforced, where only a share is', async () => {
    const policy = definePolicy({ mode: 'enforce', enforcePercent: 1, request: { payment: 'redact' } })
    for (let i = 0; i < 5; i++)
      expect((await send({ body: `{"card":"${CARD}"}` }, policy)).findings).toMatchObject([{ enforced: true }])
  })

  it('marks findings in the URL and in headers at their place', async () => {
    const policy = definePolicy({
      mode: 'enforce',
      request: { payment: 'redact' },
      places: { url: 'inspect', headers: 'inspect' },
    })
    const { findings, received } = await send(
      { path: `/orders?card=${CARD}`, headers: [['x-note', `card ${CARD}`]], body: '{}' },
      policy,
    )
    expect(findings.map(({ place, rule }) => [place, rule])).toEqual([['url', 'credit-card'], ['header x-note', 'credit-card']]) // biome-ignore format: one line
    expect(received?.start).not.toContain(CARD)
    expect(received?.headers).toContainEqual(['x-note', 'card [redacted:CREDIT_CARD]'])
  })

  it('says why each finding counted, in words of the rule alone', async () => {
    const why = async (body: string, contentType = 'text/plain') =>
      (await send({ body, contentType })).findings.map(({ rule, why }) => [
        rule,
        ...why.map(({ kind, what }) => `${kind} ${what}`),
      ])
    const pattern = 'pattern Payment card number with a valid issuer prefix, length and check digit'
    expect(await why(`pay by ${CARD} now`)).toEqual([['credit-card', pattern, 'check card-number']])
    expect(await why(`my visa is ${CARD}`)).toEqual([['credit-card', pattern, 'check card-number', 'word visa']])
    expect(await why(`{"payment":{"card":"${CARD}"}}`, 'application/json')).toEqual([
      ['credit-card', pattern, 'key card', 'check card-number'],
    ])
    const packed = btoa(`note ${CARD} end of the note`)
    expect(await why(`{"x":"${packed}"}`, 'application/json')).toEqual([
      ['credit-card', 'decoded ', pattern, 'check card-number'],
    ])
    const [[rule, whole]] = (await send({ body: '{"password":"Tr0ub4dor&3xyz"}' })).findings.map(({ rule, why }) => [
      rule,
      why[0],
    ])
    expect(rule).toBe('generic-password')
    expect(whole).toEqual({ kind: 'whole-value', what: 'password' })
  })

  it('marks what a drop took, though quotes went with it', async () => {
    const { received } = await send({ body: '{"ssn":"536-22-8726","a":1}' })
    expect(received?.body).toBe('{"ssn":null,"a":1}')
    expect(marked(received)).toEqual(['null'])
  })

  it('is kept nowhere', async () => {
    const { state, dump } = memoryState()
    const before = dump()
    const { ask } = startConsole({ state })
    const answer = await ask('api/try', { body: { ...base, body: `{"card":"${CARD}"}` } })
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain(CARD)
    expect(dump()).toBe(before)
  })
})

describe('the examples', () => {
  it.each(EXAMPLES.map((example) => [example.id, example] as const))('%s shows what it says', async (id, example) => {
    const policy = definePolicy({ mode: 'enforce', request: { '*': 'redact' }, response: { '*': 'redact' } })
    const { findings, received, got } = await send(readTryInput(example), policy)
    const rules = findings.map(({ rule }) => rule)
    const delivered = example.side === 'request' ? received?.body : got.body
    const EXPECTED: Record<string, string[]> = {
      order: ['credit-card'],
      prompt: ['github-token'],
      'stack-trace': ['credit-card', 'github-token'],
      disguised: ['credit-card', 'credit-card'],
      page: ['credit-card', 'us-ssn'],
      export: ['email', 'credit-card', 'us-ssn', 'email', 'credit-card'],
      clean: [],
    }
    expect(rules).toEqual(EXPECTED[id])
    if (id === 'clean') expect(delivered).toBe(example.body)
    else expect(delivered).toContain('[redacted:')
  })
})

describe('what is no message names the member', () => {
  it.each([
    ['side', { side: 'both' }],
    ['method', { method: 'get' }],
    ['method', { method: 'CONNECT' }],
    ['host', { host: 'a/b' }],
    ['path', { path: 'orders' }],
    ['path', { path: '/a b' }],
    ['status', { status: 99 }],
    ['contentType', { contentType: 'a\nb' }],
    ['headers', { headers: [['a b', 'c']] }],
    ['headers', { headers: [['transfer-encoding', 'chunked']] }],
    ['body', { body: 7 }],
    ['body', { body: 'x'.repeat((256 << 10) + 1) }],
  ])('%s', async (option, wrong) => {
    const answer = await startConsole().ask('api/try', { body: { ...base, ...wrong } })
    expect(answer.status).toBe(400)
    expect((await answer.json()).option).toBe(option)
  })
})

it('edits are found between the texts that stayed, and as one run where they cannot be told apart', () => {
  const spans = (before: string, after: string, of: [number, number][]) =>
    editedSpans(
      before,
      after,
      of.map(([start, end]) => ({ start, end })),
    ).map(({ start, end }) => after.slice(start, end))
  expect(spans('a 11 b 22 c', 'a X b YY c', [[2, 4], [7, 9]])).toEqual(['X', 'YY']) // biome-ignore format: one line
  expect(spans('1122', 'XY', [[0, 2], [2, 4]])).toEqual(['XY']) // biome-ignore format: one line
  expect(spans('11', '', [[0, 2]])).toEqual([''])
  expect(spans('{"a":"11"}', '{"a":null}', [[6, 8]])).toEqual(['null'])
})

it('offsets of bytes become offsets of text', () => {
  const body = new TextEncoder().encode('aé€🙂b')
  expect(toTextOffsets(body, [0, 1, 3, 6, 10, 11])).toEqual([0, 1, 2, 3, 5, 6])
  expect(toTextOffsets(body, [11, 0])).toEqual([6, 0])
})
