import { describe, expect, test } from 'vitest'
import type { DlpEvent } from '../../src/telemetry/events.ts'
import { createReporter } from '../../src/telemetry/report.ts'

const event = (change: Partial<DlpEvent> = {}): DlpEvent => ({
  schema: 'edge-dlp/event/1',
  id: 'a',
  time: 1_000,
  side: 'response',
  decision: 'found',
  mode: 'observe',
  route: 'orders',
  policy: 'v',
  kernel: 'wasm',
  method: 'GET',
  host: 'shop.example',
  status: 200,
  findings: [],
  findingCount: 0,
  edits: 0,
  receipt: { bytesIn: 10, inspected: 10, notInspected: {}, remarks: {} },
  ...change,
})
const found = (rule: string, action: string, more: Partial<DlpEvent['findings'][number]> = {}) => ({
  rule,
  action,
  confidence: 'high',
  enforced: false,
  count: 1,
  ...more,
})

function reportOf(...values: unknown[]) {
  const reporter = createReporter()
  for (const value of values) reporter.add(value)
  return reporter.report()
}

describe('a report', () => {
  test('says by route and side what would be done, message by message; blocked wins over edited', () => {
    const report = reportOf(
      event({
        findings: [found('credit-card', 'redact', { count: 3 }), found('credit-card', 'redact', { confidence: 'medium' })],
      }),
      event({ findings: [found('credit-card', 'redact'), found('jwt', 'block')] }),
      event({ findings: [found('email', 'allow')] }),
      event({ time: 5_000, side: 'request', route: '' }),
    )
    expect([report.messages, report.from, report.to]).toEqual([4, 1_000, 5_000])
    expect(report.routes.map(({ route, side }) => [route, side])).toEqual([
      ['', 'request'],
      ['orders', 'response'],
    ])
    expect(report.routes[1]).toMatchObject({ messages: 3, enforced: 0, edited: 0, blocked: 0, wouldEdit: 1, wouldBlock: 1 })
    expect(report.routes[1].rules).toEqual([
      { rule: 'credit-card', action: 'redact', outcome: 'observed', messages: 2, findings: 5 },
      { rule: 'email', action: 'allow', outcome: 'observed', messages: 1, findings: 1 },
      { rule: 'jwt', action: 'block', outcome: 'observed', messages: 1, findings: 1 },
    ])
  })

  test('tells what was done from what would be, and counts what is suppressed as neither', () => {
    const report = reportOf(
      event({ mode: 'enforce', decision: 'edited', findings: [found('iban', 'redact', { enforced: true })] }),
      event({ mode: 'enforce', decision: 'blocked', findings: [found('jwt', 'block', { enforced: true })] }),
      event({ mode: 'enforce', decision: 'aborted', findings: [found('jwt', 'block', { enforced: true })] }),
      event({ findings: [found('credit-card', 'block', { suppressed: true })] }),
    )
    expect(report.routes[0]).toMatchObject({ enforced: 3, edited: 1, blocked: 2, wouldEdit: 0, wouldBlock: 0 })
    expect(report.routes[0].rules.map(({ rule, outcome }) => [rule, outcome])).toEqual([
      ['jwt', 'enforced'],
      ['iban', 'enforced'],
      ['credit-card', 'suppressed'],
    ])
  })

  test('sums what was not inspected, by reason', () => {
    const receipt = (notInspected: DlpEvent['receipt']['notInspected']) => ({
      bytesIn: 9,
      inspected: 0,
      notInspected,
      remarks: {},
    })
    const report = reportOf(
      event({ receipt: receipt({ 'size-limit': 5, partial: 1 }) }),
      event({ receipt: receipt({ 'size-limit': 7 }) }),
      event({ receipt: receipt({ upgrade: 0 }) }),
    )
    expect(report.routes[0].notInspected).toEqual({
      'size-limit': { messages: 2, bytes: 12 },
      partial: { messages: 1, bytes: 1 },
      upgrade: { messages: 1, bytes: 0 },
    })
  })

  test('hears what isolates say of themselves: expired suppressions once, breakers, refused policies, the kill switch', () => {
    const audit = (news: object) => ({ schema: 'edge-dlp/audit/1', time: 1, ...news })
    const over = audit({ kind: 'suppression-expired', rule: 'payment', path: '/id', expires: '2026-01-01' })
    const opened = audit({ kind: 'breaker', side: 'response', route: 'page', rule: 'jwt', blocked: 20, messages: 50, until: 9 })
    const refused = audit({ kind: 'policy-refused', code: 'unsigned', option: 'bundle' })
    const kill = (on: boolean) => audit({ kind: 'kill-switch', on, version: 3 })
    const report = reportOf(over, over, opened, opened, refused, kill(true))
    expect(report).toMatchObject({
      messages: 0,
      expiredSuppressions: [{ rule: 'payment', path: '/id', expires: '2026-01-01' }],
      breakers: [{ side: 'response', route: 'page', rule: 'jwt', count: 2 }],
      refusedPolicies: { unsigned: 1 },
      killSwitch: true,
    })
    expect(reportOf(kill(true), kill(false)).killSwitch).toBe(false)
  })

  test('passes over what is no event', () => {
    const reporter = createReporter()
    expect([null, 1, 'text', {}, { schema: 'edge-dlp/error/1' }].map(reporter.add)).toEqual(Array(5).fill(false))
    expect(reporter.add(event())).toBe(true)
  })
})
