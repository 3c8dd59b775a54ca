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

  it.each([
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
