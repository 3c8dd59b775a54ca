import { describe, expect, test } from 'vitest'
import { ConfigError } from '../../src/core/errors.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import type { Policy } from '../../src/policy/schema.ts'
import type { SuppressionInput } from '../../src/policy/shape.ts'
import { catalogue, ruleOf } from './catalogue.ts'

const DAY = Date.UTC(2026, 11, 1)
const one = (change: Partial<SuppressionInput> = {}): SuppressionInput => ({
  rule: 'payment/credit-card',
  path: '/orders/*/id',
  reason: 'order numbers',
  expires: '2026-12-31',
  ...change,
})
const policy = (...suppressions: SuppressionInput[]): Policy<string> => ({
  mode: 'enforce',
  request: { '*': 'redact' },
  response: { '*': 'redact' },
  routes: [{ name: 'orders', match: { path: '/orders*' } }],
  suppressions,
})
const compile = (input: Policy<string>, now = DAY) => compilePolicy(input, catalogue, '', now)
const cardAt = (suppression: SuppressionInput, meta = {}) =>
  ruleOf(compile(policy(suppression)), 'payment/credit-card', meta)?.suppressed

describe('a suppression', () => {
  test.each([
    ['/orders/*/id', ['/orders/3/id', '/orders/x/id'], ['/orders/3', '/orders/3/4/id', '/orders/3/id/0', 'orders/3/id', '']],
    ['/a/**', ['/a', '/a/b', '/a/b/c'], ['/ab', '/b/a']],
    ['/**/sku', ['/sku', '/a/sku', '/a/b/sku'], ['/sku/a', '/skus']],
    ['/**/a/**/b', ['/a/b', '/x/a/y/z/b'], ['/b/a', '/a']],
    ['/a~1b', ['/a~1b'], ['/a/b']],
    ['', [''], ['/a']],
  ])('path %j', (path, inside, outside) => {
    const test = cardAt(one({ path, route: undefined }), { path: '/' })!
    expect(inside.map((at) => [at, test(at, undefined)])).toEqual(inside.map((at) => [at, true]))
    expect(outside.map((at) => [at, test(at, undefined)])).toEqual(outside.map((at) => [at, false]))
  })

  test('of a path holds in the body only; of a place there only; of neither everywhere on its route', () => {
    expect(cardAt(one({ path: '' }), { path: '/' })!('', 'url')).toBe(false)
    const url = cardAt(one({ path: undefined, place: 'url' }), { path: '/' })!
    expect([url('', 'url'), url('/q', 'url'), url('', undefined), url('', 'header cookie')]).toEqual([true, true, false, false])
    const all = cardAt(one({ path: undefined, route: 'orders' }))!
    expect([all('/a', undefined), all('', 'header cookie')]).toEqual([true, true])
  })

  test('names rules by a selector, and holds on its route and side alone', () => {
    const compiled = compile(policy(one({ rule: 'payment', route: 'orders', side: 'response' })))
    const at = (rule: string, meta = {}) => ruleOf(compiled, rule, meta)?.suppressed?.('/orders/1/id', undefined)
    expect(at('payment/iban', { side: 'response' })).toBe(true)
    expect(at('payment/iban', { side: 'request' })).toBeUndefined()
    expect(at('payment/iban', { side: 'response', path: '/other' })).toBeUndefined()
    expect(at('contact/email', { side: 'response' })).toBeUndefined()
  })

  test('that has expired is out; the policy is then that without it, and says until when it holds', () => {
    const early = one({ expires: '2026-12-02T10:00:00Z' })
    const both = policy(early, one({ path: '/b' }))
    const before = compile(both)
    expect(before.until).toBe(DAY + 34 * 3_600_000)
    expect(before.expired).toEqual([])
    const after = compile(both, before.until)
    expect(after.expired).toEqual([early])
    expect(after.until).toBe(Date.UTC(2026, 11, 31))
    expect(after.version).toBe(compile(policy(one({ path: '/b' }))).version)
    expect(after.version).not.toBe(before.version)
    expect(compile(both, after.until).version).toBe(compile(policy()).version)
    expect(compile(policy()).until).toBe(Number.POSITIVE_INFINITY)
  })

  test('its reason and its time are no part of the version', () => {
    expect(compile(policy(one({ reason: 'x', expires: '2027-01-01' }))).version).toBe(compile(policy(one())).version)
  })

  test.each([
    ['an unknown rule', one({ rule: 'payment/credit-crad' }), /suppressions\[0\]\.rule.*credit-card/],
    ['an unknown route', one({ route: 'order' }), /suppressions\[0\]\.route.*Did you mean "orders"/],
    [
      'nothing that narrows it',
      one({ path: undefined }),
      /suppressions\[0\]: is not right: at least one of route, path and place/,
    ],
    ['a path that is none', one({ path: 'orders' }), /suppressions\[0\]\.path/],
    ['a place that is none', one({ place: 'header Cookie' }), /suppressions\[0\]\.place/],
    ['a time that is none', one({ expires: 'never' }), /suppressions\[0\]\.expires/],
    ['no reason', one({ reason: '' }), /suppressions\[0\]\.reason/],
  ])('with %s is a mistake', (_, suppression, message) => {
    expect(() => compile(policy(suppression))).toThrow(ConfigError)
    expect(() => compile(policy(suppression))).toThrow(message)
  })
})
