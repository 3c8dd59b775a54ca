import { expect, it } from 'vitest'
import { placedRules } from '../../rules/index.ts'
import type { Shape } from '../../src/console/shape.ts'
import { whatWouldChange } from '../../src/console/what-would-change.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import { definePolicy, type Policy } from '../../src/policy/schema.ts'
import { drawOf } from '../../src/policy/version.ts'
import { memoryState, startConsole } from './support.ts'

const bound = (policy: Policy) => ({ policy: definePolicy(policy), compiled: compilePolicy(policy, placedRules, '') })
const shape = (of: Partial<Shape>): Shape => ({
  id: 'a', time: 0, side: 'request', method: 'POST', host: '*', path: '/orders', type: 'application/json', route: '', policy: 'x', mode: 'enforce',
  decision: 'edited', status: 0, findings: [], findingCount: 0, edits: 0, bytesIn: 10, inspected: 10, notInspected: {}, ...of,
}) // biome-ignore format: a table
const card = (confidence: 'low' | 'medium' | 'high', count = 1) => ({
  rule: 'credit-card',
  action: 'mask',
  confidence,
  enforced: true,
  count,
})
const before = bound({ mode: 'enforce', request: { payment: { mask: { keepLast: 4 } } } })
const compare = (shapes: Shape[], after: Policy) => whatWouldChange(shapes, placedRules, before, bound(after))

it('nothing changes by a policy that does the same', () => {
  expect(compare([shape({ findings: [card('high')] })], before.policy)).toEqual({
    messages: 1,
    fates: [],
    changes: [],
    newRules: [],
    unsure: 0,
    unsureFindings: 0,
  })
})

it('tells what is blocked, let go, or only reported, by messages and by findings', () => {
  const shapes = [shape({ findings: [card('high', 3)] }), shape({ findings: [card('medium')] }), shape({})]
  const blocked = compare(shapes, { mode: 'enforce', request: { payment: 'block' } })
  expect(blocked.fates).toEqual([{ before: 'is edited', after: 'is blocked', messages: 2 }])
  expect(blocked.changes).toEqual([
    {
      side: 'request',
      rule: 'credit-card',
      routeBefore: '',
      routeAfter: '',
      before: 'mask, last 4 shown',
      after: 'block',
      findings: 4,
      messages: 2,
    },
  ])
  const strict = compare(shapes, { ...before.policy, minConfidence: 'high' })
  expect(strict.fates).toEqual([{ before: 'is edited', after: 'passes', messages: 1 }])
  expect(strict.changes[0]).toMatchObject({ after: 'below minConfidence', findings: 1 })
  expect(compare(shapes, { request: { payment: 'block' } }).fates).toEqual([
    { before: 'is edited', after: 'is reported', messages: 2 },
  ])
})

it('follows a new route, and says where a path that is not kept makes it unsure', () => {
  const route = (path: string): Policy => ({ ...before.policy, routes: [{ name: 'r', match: { path }, mode: 'observe' }] })
  const shapes = [
    shape({ findings: [card('high')] }),
    shape({ path: '/*/items', findings: [card('high')] }),
    shape({ path: '/users/*' }),
  ]
  expect(compare(shapes, route('/orders*'))).toMatchObject({
    changes: [{ routeAfter: 'r', after: 'mask, last 4 shown (observed)', messages: 1 }],
    unsure: 1,
  })
  expect(compare(shapes, route('/lamps/items')).unsure).toBe(1)
  expect(compare(shapes, route('/lamps/other')).unsure).toBe(0)
  expect(compare(shapes, route('/users/:id')).unsure).toBe(0)
})

it('judges a share that is enforced by the exchanges that they were', () => {
  const shapes = Array.from({ length: 400 }, (_, i) => shape({ id: `exchange-${i}`, findings: [card('high')] }))
  const { fates } = compare(shapes, { ...before.policy, enforcePercent: 25 })
  expect(fates).toEqual([
    { before: 'is edited', after: 'is reported', messages: shapes.filter(({ id }) => drawOf(id) >= 25).length },
  ])
  expect(fates[0].messages).toBeGreaterThan(250)
  expect(fates[0].messages).toBeLessThan(350)
})

it('names rules that are new, of which shapes know nothing', () => {
  const { newRules } = compare([shape({})], {
    ...before.policy,
    request: { ...before.policy.request, 'identity/us/us-ssn': 'redact' },
  })
  expect(newRules).toEqual(['identity/us/us-ssn'])
})

it('a mistake in a draft is an error that names the option', async () => {
  const { ask } = startConsole()
  const check = async (text: string) => (await ask('api/policy/check', { body: { text } })).json()
  expect(await check('{"mod":"enforce"}')).toMatchObject({
    option: 'policy.mod',
    message: expect.stringContaining('Did you mean "mode"?'),
  })
  expect(await check('{"request":{"payment/card":"redact"}}')).toMatchObject({ option: 'policy.request["payment/card"]' })
  expect(await check('{"request":')).toMatchObject({ option: 'policy', message: expect.stringContaining('not valid JSON') })
})

const SUPPRESSION = { rule: 'credit-card', route: '', path: '/orders/*/card', reason: 'test cards of the shop', days: 30 }

it('a suppression needs a rule, a place, a reason and an end', async () => {
  const { ask } = startConsole()
  for (const [status, option, wrong] of [
    [400, 'rule', { rule: 'nothing' }],
    [400, 'path', { path: '' }],
    [400, 'reason', { reason: ' ' }],
    [400, 'days', { days: 1_000 }],
    [422, 'policy.suppressions[0].path', { path: 'orders' }],
    [422, 'policy.suppressions[0].route', { route: 'nothing' }],
  ] as const) {
    const answer = await ask('api/suppressions', { body: { ...SUPPRESSION, ...wrong } })
    expect([answer.status, (await answer.json()).option]).toEqual([status, option])
  }
})

it('a suppression is in force at once, survives a restart, and can be taken back', async () => {
  const { state } = memoryState()
  const { ask } = startConsole({ state })
  const { suppression, inForce, policy } = await (await ask('api/suppressions', { body: SUPPRESSION })).json()
  expect(inForce).toBe(true)
  expect(suppression).toEqual({
    rule: 'payment/credit-card',
    path: '/orders/*/card',
    reason: SUPPRESSION.reason,
    expires: expect.stringMatching(/Z$/),
  })
  expect(Date.parse(suppression.expires) - Date.now()).toBeGreaterThan(29 * 86_400_000)
  expect(JSON.parse(policy.text).suppressions).toEqual([suppression])

  const again = startConsole({ state })
  const body = '{"orders":[{"card":"4111111111111111"}],"card":"4111111111111111"}'
  const message = {
    side: 'request',
    method: 'POST',
    host: 'a',
    path: '/',
    status: 200,
    headers: [],
    contentType: 'application/json',
    body,
  }
  const { received, findings } = await (await again.ask('api/try', { body: message })).json()
  expect(received.body).toBe('{"orders":[{"card":"4111111111111111"}],"card":"[redacted:CREDIT_CARD]"}')
  expect(findings.map(({ path, suppressed }: { path: string; suppressed: boolean }) => [path, suppressed])).toEqual([
    ['/orders/0/card', true],
    ['/card', false],
    // The echo has it, too.
    ['/orders/0/card', true],
  ])
  expect(await (await again.ask('api/suppressions')).json()).toEqual({
    writable: true,
    suppressions: [{ suppression, expired: false }],
  })
  expect((await again.ask('api/suppressions/remove', { body: { suppression } })).status).toBe(200)
  expect((await again.ask('api/suppressions/remove', { body: { suppression } })).status).toBe(404)
  expect((await (await again.ask('api/suppressions')).json()).suppressions).toEqual([])
})

it('a deployment says what to add to its policy, and keeps nothing', async () => {
  const { state, dump } = memoryState()
  const before = dump()
  const token = 'x'.repeat(40)
  const { ask } = startConsole({ state, access: { kind: 'token', token } })
  const answer = await ask('api/suppressions', { body: SUPPRESSION, headers: { authorization: `Bearer ${token}` } })
  expect(await answer.json()).toEqual({ inForce: false, suppression: expect.objectContaining({ rule: 'payment/credit-card' }) })
  expect(dump()).toBe(before)
})

it('judges suppressions as far as shapes can: by rule and route surely, by place not', () => {
  const suppression = { rule: 'payment/credit-card', reason: 'why', expires: '2999-01-01' } as const
  const policy = (one: object): Policy => ({
    ...before.policy,
    routes: [{ name: 'r', match: { path: '/orders' } }],
    suppressions: [{ ...suppression, ...one }],
  })
  const routed = whatWouldChange(
    [shape({ findings: [card('high')] })],
    placedRules,
    bound({ ...policy({}), suppressions: undefined }),
    bound(policy({ route: 'r' })),
  )
  expect(routed).toMatchObject({
    fates: [{ before: 'is edited', after: 'is reported' }],
    changes: [{ before: 'mask, last 4 shown', after: 'suppressed' }],
    unsureFindings: 0,
  })
  const placed = whatWouldChange(
    [shape({ findings: [card('high', 2)] })],
    placedRules,
    bound({ ...policy({}), suppressions: undefined }),
    bound(policy({ path: '/a/b' })),
  )
  expect(placed).toMatchObject({ fates: [], changes: [], unsureFindings: 2 })
  const recorded = [shape({ findings: [{ ...card('high'), suppressed: true }] })]
  const same = bound(policy({ path: '/a/b' }))
  expect(whatWouldChange(recorded, placedRules, same, bound({ ...same.policy, minConfidence: 'low' }))).toMatchObject({
    changes: [],
    unsureFindings: 0,
  })
})
