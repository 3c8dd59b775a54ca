import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ConfigError } from '../../src/core/errors.ts'
import { definePolicy, parsePolicy } from '../../src/policy/schema.ts'
import { policySchemaText } from '../../tools/write-policy-schema.ts'

function mistake(policy: unknown): ConfigError {
  try {
    parsePolicy(policy)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return error as ConfigError
  }
  throw new Error('the policy was accepted')
}

describe('a mistake names the option and what would be right', () => {
  test.each<[string, unknown, string, RegExp]>([
    ['no object', 7, 'policy', /object/],
    ['null', null, 'policy', /object/],
    ['unknown key', { modes: 'enforce' }, 'policy.modes', /no such option.*"mode"/],
    ['unknown key, far from all', { xyzzy: 1 }, 'policy.xyzzy', /no such option.*Known: .*routes/],
    ['mode', { mode: 'enforced' }, 'policy.mode', /"observe", "enforce".*Did you mean "enforce"/],
    ['action', { request: { payment: 'masc' } }, 'policy.request.payment', /one of .*"mask".*"block"/],
    ['keepLast', { request: { payment: { mask: { keepLast: 40 } } } }, 'policy.request.payment.mask.keepLast', /at most 10/],
    [
      'keepLast, negative',
      { request: { payment: { mask: { keepLast: -1 } } } },
      'policy.request.payment.mask.keepLast',
      /at least 0/,
    ],
    ['keepLast, text', { request: { payment: { mask: { keepLast: '4' } } } }, 'policy.request.payment.mask.keepLast', /number/],
    [
      'keepLast, fraction',
      { request: { payment: { mask: { keepLast: 1.5 } } } },
      'policy.request.payment.mask.keepLast',
      /whole number/,
    ],
    [
      'keep together',
      { request: { email: { mask: { keepFirst: 6, keepLast: 5 } } } },
      'policy.request.email.mask',
      /together.*10/,
    ],
    ['key of mask', { request: { payment: { mask: { keepLst: 4 } } } }, 'policy.request.payment.mask.keepLst', /"keepLast"/],
    ['two actions', { request: { payment: { mask: {}, redact: {} } } }, 'policy.request.payment', /exactly one action/],
    [
      'two actions, contrary',
      { request: { payment: { action: 'redact', mask: {} } } },
      'policy.request.payment',
      /exactly one action/,
    ],
    ['no action', { response: { payment: { mode: 'observe' } } }, 'policy.response.payment', /exactly one action/],
    ['selector', { response: { 'identity//us': 'redact' } }, 'policy.response["identity//us"]', /selector/],
    [
      'selector below',
      { response: { 'identity/us': { hash: { x: 1 } } } },
      'policy.response["identity/us"].hash.x',
      /no such option/,
    ],
    [
      'reason',
      { onUninspected: { request: { 'size-limits': 'pass' } } },
      'policy.onUninspected.request["size-limits"]',
      /"size-limit"/,
    ],
    ['posture', { onUninspected: { request: { upgrade: 'no' } } }, 'policy.onUninspected.request.upgrade', /"pass", "block"/],
    ['late block', { onLateBlock: { request: 'cut' } }, 'policy.onLateBlock.request', /"redact", "abort"/],
    ['limit', { limits: { maxDepth: 0 } }, 'policy.limits.maxDepth', /at least 1/],
    ['unknown limit', { limits: { maxDeep: 3 } }, 'policy.limits.maxDeep', /maxDepth/],
    ['route without match', { routes: [{ name: 'a' }] }, 'policy.routes[0].match', /missing/],
    [
      'second route',
      { routes: [{ match: {} }, { match: { path: 'orders' } }] },
      'policy.routes[1].match.path',
      /starts with "\/"/,
    ],
    ['a path of a list', { routes: [{ match: { path: ['/a', '/:b*'] } }] }, 'policy.routes[0].match.path[1]', /segment/],
    ['empty list', { routes: [{ match: { hosts: [] } }] }, 'policy.routes[0].match.hosts', /at least 1/],
    ['host with port', { routes: [{ match: { hosts: ['a b'] } }] }, 'policy.routes[0].match.hosts[0]', /without port/],
    [
      'content type',
      { routes: [{ match: { contentTypes: ['json'] } }] },
      'policy.routes[0].match.contentTypes[0]',
      /type\/subtype/,
    ],
    ['skip', { routes: [{ match: {}, skip: 'both' }] }, 'policy.routes[0].skip', /"request", "response"/],
    ['a function', { request: { payment: () => 'mask' } }, 'policy.request.payment', /function/],
    ['a class', { request: new Map() }, 'policy.request', /plain object/],
  ])('%s', (_, policy, option, says) => {
    const error = mistake(policy)
    expect(error.option).toBe(option)
    expect(error.message).toMatch(says)
    expect(error.message.startsWith(`${option}: `)).toBe(true)
  })

  test('several mistakes are counted', () => {
    expect(mistake({ mode: 1, limits: 1, version: 1 }).message).toMatch(/\(2 more\)$/)
  })

  test('text that is no JSON is not repeated', () => {
    const error = mistake('{"mode": hunter2}')
    expect(error.option).toBe('policy')
    expect(error.message).not.toContain('hunter2')
  })

  test.each(['__proto__', 'constructor', 'toString', 'prototype'])('the key %s does not slip through', (key) => {
    expect(mistake(`{"request": {"${key}": "allow"}}`).code).toBe('unknown-key')
    expect(mistake(`{"${key}": {}}`).code).toBe('unknown-key')
  })

  test('a policy nested without end is refused, not followed', () => {
    const circle: Record<string, unknown> = {}
    circle.request = circle
    expect(mistake(circle).message).toMatch(/nested/)
    expect(mistake('{"request":'.repeat(5000) + '1' + '}'.repeat(5000)).message).toMatch(/nested/)
  })
})

test('what is right is answered as it was written, frozen, and again unchanged', () => {
  const input = {
    version: '2026-11',
    mode: 'enforce' as const,
    request: { payment: { mask: { keepLast: 4 } }, credentials: 'block' as const, '*': { action: 'hash' as const, hash: {} } },
    numbers: undefined,
    routes: [{ match: { path: ['/a/:id', '*'], hosts: ['*.example.com'], contentTypes: ['text/*'] }, skip: 'request' as const }],
    onUninspected: { response: 'block' as const, request: { partial: 'pass' as const } },
    limits: { maxWholeBytes: 0 },
  }
  const policy = definePolicy(input)
  expect(policy).toEqual(input)
  expect('numbers' in policy).toBe(false)
  expect(parsePolicy(JSON.stringify(policy))).toEqual(policy)
  expect(Object.isFrozen(policy.routes?.[0].match)).toBe(true)
  input.request.payment.mask.keepLast = 10
  expect(policy.request?.payment).toEqual({ mask: { keepLast: 4 } })
})

test('policy.schema.json is current', () => {
  expect(readFileSync(new URL('../../policy.schema.json', import.meta.url), 'utf8')).toBe(policySchemaText())
})
