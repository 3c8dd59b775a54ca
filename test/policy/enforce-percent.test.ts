import { describe, expect, test } from 'vitest'
import { createDlp } from '../../src/middleware/core.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import type { Policy } from '../../src/policy/schema.ts'
import { drawOf } from '../../src/policy/version.ts'
import { engine } from '../pipeline/inspect-body.ts'
import { catalogue, meta } from './catalogue.ts'

const policy = (enforcePercent: number, more: Partial<Policy> = {}): Policy => ({
  mode: 'enforce',
  enforcePercent,
  request: { credentials: 'block' },
  response: { payment: 'redact', contact: { redact: {}, mode: 'enforce' } },
  ...more,
})
const ids = Array.from({ length: 10_000 }, (_, i) => `${i.toString(16)}-4e2f-exchange-${(i * 7919) % 10_007}`)

describe('enforcement by percentage', () => {
  test('the draw of an id is FNV-1a of 32 bits, modulo 10,000', () => {
    // Test vectors of draft-eastlake-fnv.
    const expected = { '': 0x811c9dc5, a: 0xe40c292c, foobar: 0xbf9cf968 }
    for (const [id, hash] of Object.entries(expected)) expect(drawOf(id)).toBe((hash % 10_000) / 100)
  })

  test('about that many are enforced, and whoever is in stays in while it grows', () => {
    const inAt = (percent: number) => {
      const compiled = compilePolicy(policy(percent), catalogue, '')
      return new Set(ids.filter((id) => compiled.plan(meta(), drawOf(id)).mode === 'enforce'))
    }
    const [none, some, more, all] = [0, 10, 30, 100].map(inAt)
    expect([none.size, all.size]).toEqual([0, ids.length])
    expect(some.size).toBeGreaterThan(900)
    expect(some.size).toBeLessThan(1_100)
    expect(more.size).toBeGreaterThan(2_800)
    expect([...some].every((id) => more.has(id))).toBe(true)
  })

  test('an exchange that is out observes: no rule is enforced, nothing blocks, what is not inspected passes', () => {
    const plan = compilePolicy(policy(50), catalogue, '').plan(meta({ side: 'response' }), 50)
    expect(plan.rules.filter((rule) => rule !== undefined).map(({ mode }) => mode)).toEqual(['observe', 'observe', 'observe'])
    expect([plan.mode, plan.mayBlock, plan.posture('size-limit'), plan.inspect]).toEqual(['observe', false, 'pass', true])
  })

  test('a route has its own', () => {
    const compiled = compilePolicy(policy(0, { routes: [{ match: { path: '/orders*' }, enforcePercent: 25 }] }), catalogue, '')
    const modes = (path: string, draw: number) => compiled.plan(meta({ path }), draw).mode
    expect([modes('/orders', 24.99), modes('/orders', 25), modes('/', 0)]).toEqual(['enforce', 'observe', 'observe'])
  })

  test('both messages of an exchange are in, or both are out', async () => {
    const core = createDlp({ engine, policy: policy(50) })
    const seen = new Set<string>()
    for (const id of ids.slice(0, 100)) {
      const compiled = (await core.policy(id))!
      const modes = (['request', 'response'] as const).map((side) => compiled.plan(meta({ side })).mode)
      expect(modes[0]).toBe(modes[1])
      expect(modes[0]).toBe(drawOf(id) < 50 ? 'enforce' : 'observe')
      seen.add(modes[0])
    }
    expect(seen.size).toBe(2)
  })
})
