import { describe, expect, test } from 'vitest'
import { ConfigError } from '../../src/core/errors.ts'
import { DEFAULT_LIMITS } from '../../src/core/limits.ts'
import { DEFAULT_POSTURE, REASONS } from '../../src/core/reasons.ts'
import { compilePolicy, withDefaultLimits } from '../../src/policy/compile.ts'
import { definePolicy, type Policy } from '../../src/policy/schema.ts'
import { catalogue, meta, PATHS, ruleOf } from './catalogue.ts'

const compile = (policy: Policy<string>, build = 'build-1') => compilePolicy(policy, catalogue, build)
const enforce = (policy: Policy) => compile({ mode: 'enforce', ...policy })

function mistake(policy: Policy<string>): ConfigError {
  try {
    compile(policy)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return error as ConfigError
  }
  throw new Error('the policy was accepted')
}

describe('selectors', () => {
  test('the most specific wins, in whatever order they stand', () => {
    const policy = enforce({
      request: { 'identity/us': 'mask', '*': 'redact', 'identity/us/us-ssn': 'block', identity: 'hash', payment: 'drop' },
    })
    expect(ruleOf(policy, 'identity/us/us-ssn')?.action).toBe('block')
    expect(ruleOf(policy, 'payment/iban')?.action).toBe('drop')
    expect(ruleOf(policy, 'contact/email')?.action).toBe('redact')
  })

  test('a rule that nothing names is off; the sides are apart', () => {
    const policy = enforce({ request: { payment: 'redact' } })
    expect(ruleOf(policy, 'contact/email')).toBeUndefined()
    expect(ruleOf(policy, 'payment/iban', { side: 'response' })).toBeUndefined()
  })

  test('a group is whole words: `identity/u` is not `identity/us`', () => {
    expect(mistake({ request: { 'identity/u': 'redact' } }).message).toContain('"identity/us"')
  })

  test.each([
    ['us-ssn', 'identity/us/us-ssn'],
    ['us', 'identity/us'],
    ['jwt', 'credentials/jwt'],
    ['paiment', 'payment'],
    ['credit_card', 'payment/credit-card'],
    ['payment/credit_card', 'payment/credit-card'],
    ['secrets/github-tokn', 'credentials/github-token'],
  ])('%s selects nothing; %s was meant', (selector, meant) => {
    const error = mistake({ routes: [{ match: {}, response: { [selector]: 'redact' } }] })
    expect(error.code).toBe('unknown-selector')
    expect(error.option).toContain('policy.routes[0].response')
    expect(error.message).toContain(JSON.stringify(meant))
  })

  test('where nothing is near, the groups are told', () => {
    expect(mistake({ request: { zzzzzzzzzz: 'redact' } }).message).toContain('contact, credentials, identity, payment')
  })
})

describe('routes', () => {
  const policy = enforce({
    request: { '*': 'redact', payment: { mask: { keepLast: 4 } } },
    routes: [
      { name: 'card', match: { path: '/pay/*' }, request: { payment: 'block', '*': 'allow' } },
      { match: { methods: ['get'] }, skip: true },
      {
        name: 'watch',
        match: { hosts: ['*.test.example'] },
        mode: 'observe',
        request: { contact: { redact: {}, mode: 'enforce' } },
      },
      { name: 'half', match: { path: '/half' }, skip: 'response' },
    ],
  })

  test('a route is laid over the policy selector by selector; then the most specific wins', () => {
    expect(policy.plan(meta({ path: '/pay/1' })).route).toBe('card')
    expect(ruleOf(policy, 'payment/iban', { path: '/pay/1' })?.action).toBe('block')
    expect(ruleOf(policy, 'contact/email', { path: '/pay/1' })?.action).toBe('allow')
    expect(ruleOf(policy, 'payment/iban')).toMatchObject({
      action: 'mask',
      options: { keepFirst: 0, keepLast: 4, numbers: 'mark' },
    })
    expect(policy.plan(meta()).route).toBe('')
  })

  test('a broad selector of a route does not undo a narrow one of the policy', () => {
    const strict = enforce({ request: { payment: 'block' }, routes: [{ match: {}, request: { '*': 'allow' } }] })
    expect(ruleOf(strict, 'payment/iban')?.action).toBe('block')
  })

  test('the first that matches is used', () => {
    expect(policy.plan(meta({ method: 'GET', path: '/pay/1' })).route).toBe('card')
    const skipped = policy.plan(meta({ method: 'GET' }))
    expect(skipped).toMatchObject({ route: 'route-1', inspect: false, mayBlock: false })
  })

  test('one side may be skipped', () => {
    expect(policy.plan(meta({ path: '/half' })).inspect).toBe(true)
    expect(policy.plan(meta({ path: '/half', side: 'response' })).inspect).toBe(false)
  })

  test('mode: the rule before the route before the policy', () => {
    const at = { host: 'a.test.example' }
    expect(ruleOf(policy, 'payment/iban', at)?.mode).toBe('observe')
    expect(ruleOf(policy, 'contact/email', at)?.mode).toBe('enforce')
    expect(policy.plan(meta(at)).mode).toBe('enforce')
    expect(ruleOf(policy, 'payment/iban')?.mode).toBe('enforce')
  })

  test('minConfidence and numbers: the rule before the route before the policy', () => {
    const layered = enforce({
      minConfidence: 'low',
      numbers: 'zero',
      request: { payment: 'redact', contact: { redact: {}, minConfidence: 'medium', numbers: 'mark' } },
      routes: [{ match: { path: '/r' }, minConfidence: 'high', numbers: 'null' }],
    })
    expect(ruleOf(layered, 'payment/iban')).toMatchObject({ minConfidence: 'low', options: { numbers: 'zero' } })
    expect(ruleOf(layered, 'payment/iban', { path: '/r' })).toMatchObject({ minConfidence: 'high', options: { numbers: 'null' } })
    expect(ruleOf(layered, 'contact/email', { path: '/r' })).toMatchObject({
      minConfidence: 'medium',
      options: { numbers: 'mark' },
    })
    expect(ruleOf(enforce({ request: { '*': 'redact' } }), 'payment/iban')?.minConfidence).toBe('medium')
  })

  test('two routes of one name are refused', () => {
    expect(mistake({ routes: [{ name: 'route-1', match: {} }, { match: {} }] }).option).toBe('policy.routes[1].name')
  })

  test('plans are made once', () => {
    expect(policy.plan(meta())).toBe(policy.plan(meta({ path: '/other', contentType: 'text/plain' })))
  })
})

describe('modes and postures', () => {
  test('a new policy observes: nothing is enforced, everything uninspected passes', () => {
    const plan = compile({ request: { '*': 'block' }, onUninspected: { request: 'block' } }).plan(meta())
    expect(plan).toMatchObject({ mode: 'observe', inspect: true, mayBlock: false })
    for (const reason of REASONS) expect(plan.posture(reason)).toBe('pass')
  })

  test('an enforcing side has the defaults of the closed list', () => {
    const plan = enforce({ request: { '*': 'redact' } }).plan(meta())
    for (const reason of REASONS) expect(plan.posture(reason)).toBe(DEFAULT_POSTURE[reason])
  })

  test('postures: the route before the policy before the default, reason by reason', () => {
    const policy = enforce({
      request: { '*': 'redact' },
      onUninspected: { request: { partial: 'pass', upgrade: 'block' }, response: 'pass' },
      routes: [{ match: { path: '/r' }, onUninspected: { request: { partial: 'block' } } }],
    })
    const [plain, routed] = [policy.plan(meta()), policy.plan(meta({ path: '/r' }))]
    expect([plain.posture('partial'), plain.posture('upgrade'), plain.posture('size-limit')]).toEqual(['pass', 'block', 'block'])
    expect([routed.posture('partial'), routed.posture('upgrade')]).toEqual(['block', 'block'])
  })

  test('`block` for every reason leaves out what nobody asked for and what a route skipped', () => {
    const plan = enforce({ request: { '*': 'redact' }, onUninspected: { request: 'block' } }).plan(meta())
    const passed = REASONS.filter((reason) => plan.posture(reason) === 'pass')
    expect(passed).toEqual(['not-consumed', 'skipped-by-policy'])
  })

  test('only an enforced block may block; allow enforces nothing', () => {
    const blocks = (spec: Policy['request']) => enforce({ request: spec }).plan(meta())
    expect(blocks({ '*': 'block' })).toMatchObject({ mayBlock: true, mode: 'enforce' })
    expect(blocks({ '*': { block: {}, mode: 'observe' } })).toMatchObject({ mayBlock: false, mode: 'observe' })
    expect(blocks({ '*': 'allow' })).toMatchObject({ mayBlock: false, mode: 'observe' })
  })

  test('late block: redact unless said otherwise, per side', () => {
    const policy = enforce({
      request: { '*': 'block' },
      response: { '*': 'block' },
      onLateBlock: { request: 'abort' },
      routes: [{ match: { path: '/r' }, onLateBlock: 'abort' }],
    })
    expect(policy.plan(meta()).onLateBlock).toBe('abort')
    expect(policy.plan(meta({ side: 'response' })).onLateBlock).toBe('redact')
    expect(policy.plan(meta({ side: 'response', path: '/r' })).onLateBlock).toBe('abort')
  })
})

describe('masks of payment rules (PCI DSS 3.4.1)', () => {
  test.each([
    ['payment', { keepLast: 5 }, 'policy.request.payment.mask.keepLast'],
    ['payment', { keepFirst: 7 }, 'policy.request.payment.mask.keepFirst'],
    ['payment/credit-card', { keepFirst: 7, keepLast: 3 }, 'policy.request["payment/credit-card"].mask.keepFirst'],
    ['*', { keepLast: 8 }, 'policy.request["*"].mask.keepLast'],
  ])('%s with %o is refused', (selector, mask, option) => {
    const error = mistake({ request: { [selector]: { mask } } })
    expect(error.code).toBe('mask-keeps-too-much')
    expect(error.option).toBe(option)
  })

  test('first six and last four are allowed; other rules may keep other tens', () => {
    compile({ request: { payment: { mask: { keepFirst: 6, keepLast: 4 } }, contact: { mask: { keepFirst: 10 } } } })
    compile({ request: { '*': { mask: { keepLast: 8 } }, payment: 'redact' } })
  })

  test('a route that widens the reach of a mask is refused too', () => {
    const error = mistake({ routes: [{ match: {}, request: { '*': { mask: { keepLast: 8 } } } }] })
    expect(error.option).toBe('policy.routes[0].request["*"].mask.keepLast')
  })
})

describe('version', () => {
  const base: Policy = { mode: 'enforce', request: { payment: 'redact', contact: 'hash' } }

  test('the same for the same policy: order of keys, defaults written out, short forms, names of the author', () => {
    const same: Policy[] = [
      { request: { contact: 'hash', payment: 'redact' }, mode: 'enforce' },
      { ...base, version: 'friday', $schema: './policy.schema.json' },
      { ...base, minConfidence: 'medium', limits: { ...DEFAULT_LIMITS }, onLateBlock: 'redact', routes: [] },
      { ...base, request: { payment: { redact: {} }, contact: { action: 'hash' } } },
      { ...base, onUninspected: { request: { upgrade: 'pass' } } },
    ]
    for (const policy of same) expect(compile(policy).version).toBe(compile(base).version)
    expect(compile(base).version).toMatch(/^[0-9a-f]{16}$/)
  })

  test('another for anything that could change a result', () => {
    const others: Policy[] = [
      { ...base, mode: 'observe' },
      { ...base, limits: { maxDepth: 5 } },
      { ...base, request: { payment: 'redact', contact: 'mask' } },
      { ...base, response: base.request },
      { ...base, numbers: 'zero' },
      { ...base, onUninspected: { request: { upgrade: 'block' } } },
      { ...base, routes: [{ match: { path: '/a' } }] },
      { ...base, routes: [{ match: { path: '/b' } }] },
      { ...base, minConfidence: 'high' },
    ]
    const versions = new Set([...others, base].map((policy) => compile(policy).version))
    versions.add(compile(base, 'build-2').version)
    expect(versions.size).toBe(others.length + 2)
  })

  test('does not move by itself', () => {
    expect(compile(base).version).toBe('ab2b53a57780cc6d')
  })
})

test('limits: the policy before the build before the defaults', () => {
  const policy = withDefaultLimits(definePolicy({ limits: { maxDepth: 7 } }), { maxInspectBytes: 2 << 20, maxDepth: 9 })
  expect(compile(policy).limits).toEqual({ ...DEFAULT_LIMITS, maxInspectBytes: 2 << 20, maxDepth: 7 })
  expect(mistake({ limits: { maxWholeBytes: 2048, maxPoolBytes: 1024 } }).option).toBe('policy.limits.maxWholeBytes')
})

test('a side on which no rule is named is not looked at', () => {
  const plan = enforce({ request: { '*': 'redact' } }).plan(meta({ side: 'response' }))
  expect(plan.inspect).toBe(false)
  expect(plan.rules).toHaveLength(PATHS.length)
})
