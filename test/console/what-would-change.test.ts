import { expect, it } from 'vitest'
import { placedRules } from '../../rules/index.ts'
import type { Shape } from '../../src/console/shape.ts'
import { whatWouldChange } from '../../src/console/what-would-change.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import { definePolicy, type Policy } from '../../src/policy/schema.ts'
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
      before: 'mask',
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
    changes: [{ routeAfter: 'r', after: 'mask (observed)', messages: 1 }],
    unsure: 1,
  })
  expect(compare(shapes, route('/lamps/items')).unsure).toBe(1)
  expect(compare(shapes, route('/lamps/other')).unsure).toBe(0)
  expect(compare(shapes, route('/users/:id')).unsure).toBe(0)
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

it('a suppression needs a rule, a reason and an end, and can be taken back', async () => {
  const { state } = memoryState()
  const { ask } = startConsole({ state })
  const good = { rule: 'credit-card', route: '*', path: '/orders/*/card', reason: 'test cards of the shop', days: 30 }
  for (const [option, wrong] of [
    ['rule', { rule: 'nothing' }],
    ['route', { route: 'a b' }],
    ['path', { path: 'orders' }],
    ['reason', { reason: ' ' }],
    ['days', { days: 1_000 }],
  ] as const) {
    const answer = await ask('api/suppressions', { body: { ...good, ...wrong } })
    expect([answer.status, (await answer.json()).option]).toEqual([400, option])
  }
  const { suppression } = await (await ask('api/suppressions', { body: good })).json()
  expect(suppression.expires - suppression.created).toBe(30 * 86_400_000)
  expect((await (await startConsole({ state }).ask('api/suppressions')).json()).suppressions).toMatchObject([
    { rule: 'credit-card', path: '/orders/*/card' },
  ])
  expect((await ask('api/suppressions/remove', { body: { id: suppression.id } })).status).toBe(200)
  expect((await ask('api/suppressions/remove', { body: { id: suppression.id } })).status).toBe(404)
})
