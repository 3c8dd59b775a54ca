import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { placedRules } from '../../../rules/index.ts'
import { compilePolicy } from '../../../src/policy/compile.ts'
import { parsePolicy } from '../../../src/policy/schema.ts'
import { edgeDlp } from '../../support/command.ts'

const folder = mkdtempSync(join(tmpdir(), 'edge-dlp-init-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function junk(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

describe('edge-dlp init', () => {
  it.each(['api', 'web', 'llm'])('writes a policy for --kind %s that observes, and looks for payment data and keys', (kind) => {
    const { status, stdout, stderr } = edgeDlp(['init', '--kind', kind])
    expect([status, stderr]).toEqual([0, ''])
    const compiled = compilePolicy(parsePolicy(stdout), placedRules, '')
    expect(compiled.plans.map(({ mode, inspect }) => [mode, inspect])).toEqual([
      ['observe', true],
      ['observe', true],
    ])
    const response = compiled.plans[1].rules
    for (const id of ['credit-card', 'github-token', 'us-ssn'])
      expect(response[placedRules.findIndex(({ rule }) => rule.id === id)]?.action).toMatch(/mask|redact/)
  })

  it('names countries, routes in their order, and what is skipped', () => {
    const args = ['init', '--country', 'us,UK', '--skip', '/health*', '--route', 'orders=/orders*', '--route=login=/login']
    const out = join(folder, 'policy.json')
    expect(edgeDlp([...args, '--out', out])).toEqual({ status: 0, stdout: '', stderr: '' })
    const policy = parsePolicy(readFileSync(out, 'utf8'))
    expect(Object.keys(policy.response!).filter((selector) => selector.startsWith('identity'))).toEqual([
      'identity/us',
      'identity/uk',
    ])
    expect(policy.routes).toEqual([
      { match: { path: '/health*' }, skip: true },
      { name: 'orders', match: { path: '/orders*' } },
      { name: 'login', match: { path: '/login' } },
    ])
    expect(edgeDlp([...args, '--out', out])).toMatchObject({ status: 2, stderr: expect.stringMatching(/is there already/) })
  })

  it('takes routes from a description of the service; those that are named come first and win', () => {
    const paths = ['/orders', '/orders/{id}', '/v2/orders', '/users/{id}/orders', '/{tenant}/x', '/health', '/v1']
    const description = { openapi: '3.1.0', servers: [{ url: 'https://shop.example/api/v1/' }], paths: Object.fromEntries(paths.map((path) => [path, {}])) } // biome-ignore format: one line
    const file = join(folder, 'openapi.json')
    writeFileSync(file, JSON.stringify(description))
    const { stdout, stderr } = edgeDlp(['init', '--openapi', file, '--route', 'health=/api/v1/health'])
    expect(stderr).toBe('')
    const { routes } = parsePolicy(stdout)
    expect(routes).toEqual([
      { name: 'health', match: { path: '/api/v1/health' } },
      { name: 'orders', match: { path: ['/api/v1/orders', '/api/v1/orders/*', '/api/v1/v2/orders', '/api/v1/v2/orders/*'] } },
      { name: 'users', match: { path: ['/api/v1/users', '/api/v1/users/*'] } },
    ])
    const compiled = compilePolicy(parsePolicy(stdout), placedRules, '')
    const routeOf = (path: string) =>
      compiled.plan({ side: 'response', method: 'GET', host: 'shop.example', path, contentType: '' }).route
    expect(['/api/v1/orders/7', '/api/v1/orders', '/api/v1/orders-old', '/api/v1/t/x'].map(routeOf)).toEqual([
      'orders',
      'orders',
      '',
      '',
    ])
  })

  it('takes one of version 2.0 by its basePath', () => {
    const file = join(folder, 'swagger.json')
    writeFileSync(file, JSON.stringify({ swagger: '2.0', basePath: '/shop', paths: { '/orders': {} } }))
    const { routes } = parsePolicy(edgeDlp(['init', '--openapi', file]).stdout)
    expect(routes).toEqual([{ name: 'orders', match: { path: ['/shop/orders', '/shop/orders/*'] } }])
  })

  it.each([
    ['a description that is no JSON', ['--openapi', junk('a.yaml', 'openapi: 3.0.0')], /--openapi: is not valid JSON/],
    ['a description without paths', ['--openapi', junk('b.json', '{}')], /--openapi: has no paths/],
    ['a kind that is none', ['--kind', 'ftp'], /--kind: "ftp" is none of api, web, llm/],
    ['a country without rules', ['--country', 'xx'], /no rules for "xx"; there are for au, br/],
    ['a route without a name', ['--route', '/orders'], /NAME=PATH/],
    ['a path that is none', ['--route', 'orders=orders'], /a path pattern starts with/],
  ])('refuses %s', (_, args, message) => {
    const out = join(folder, 'none.json')
    const { status, stderr } = edgeDlp(['init', ...args, '--out', out])
    expect([status, existsSync(out)]).toEqual([2, false])
    expect(stderr).toMatch(message)
  })
})

describe('edge-dlp report', () => {
  const finding = { rule: 'credit-card', action: 'redact', confidence: 'high', enforced: false, count: 2 }
  const event = (change: object = {}) =>
    JSON.stringify({
      ...{ schema: 'edge-dlp/event/1', time: Date.UTC(2026, 10, 28), side: 'response', decision: 'found', mode: 'observe' },
      ...{ route: 'orders', findings: [finding], receipt: { notInspected: {} } },
      ...change,
    })
  const log = join(folder, 'events.log')
  const clean = event({ route: '', findings: [], receipt: { notInspected: { 'binary-type': 900 } } })
  writeFileSync(log, ['started', event(), `2026-11-28 INFO ${event()}`, clean, event().slice(0, 60), ''].join('\n'))

  it('says by route what would be done, and passes over other lines', () => {
    const { status, stdout } = edgeDlp(['report', log])
    expect(status).toBe(0)
    expect(stdout).toBe(`3 messages, 2026-11-28T00:00:00.000Z to 2026-11-28T00:00:00.000Z

(no route), response: 1 message (0 under enforcement), nothing to do
  not inspected  binary-type: 900 bytes in 1 message

orders, response: 2 messages (0 under enforcement), 2 would be edited
  would redact   credit-card: 4 findings in 2 messages
`)
  })

  it('as JSON, of standard input, with the expired suppressions of a policy', () => {
    const policy = join(folder, 'suppressed.json')
    const one = { rule: 'payment', path: '/id', reason: 'a test' }
    const suppressions = ['2020-01-01', '2999-01-01'].map((expires) => ({ ...one, expires }))
    writeFileSync(policy, JSON.stringify({ request: { payment: 'redact' }, suppressions }))
    const { stdout } = edgeDlp(['report', '--json', '--policy', policy, '-'], { input: event() })
    expect(JSON.parse(stdout)).toMatchObject({
      messages: 1,
      routes: [{ route: 'orders', wouldEdit: 1 }],
      expiredSuppressions: [{ rule: 'payment', path: '/id', expires: '2020-01-01' }],
    })
    expect(edgeDlp(['report', '--policy', policy, log]).stdout).toContain('suppression expired 2020-01-01: payment, path /id')
  })

  it('says which file cannot be read', () => {
    expect(edgeDlp(['report', join(folder, 'none')])).toMatchObject({ status: 2, stderr: expect.stringMatching(/none: ENOENT/) })
  })
})
