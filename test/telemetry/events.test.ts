import { describe, expect, test } from 'vitest'
import type { Reason, Receipt } from '../../src/core/reasons.ts'
import { type DlpEvent, summarise, toAnalyticsPoint } from '../../src/telemetry/events.ts'
import type { DlpOutcome } from '../../src/telemetry/outcome.ts'
import { problem } from '../../src/telemetry/problem.ts'
import { safeHost } from '../../src/telemetry/safe-host.ts'
import { guardSink } from '../../src/telemetry/sink.ts'

const receipt = (change: Partial<Receipt> = {}): Receipt => ({
  bytesIn: 100,
  inspected: 90,
  notInspected: { 'size-limit': 10 },
  remarks: { malformed: 1 },
  ...change,
})

const outcome = (change: Partial<DlpOutcome> = {}): DlpOutcome => ({
  side: 'request',
  decision: 'edited',
  mode: 'enforce',
  route: 'orders',
  policyVersion: '0123456789abcdef',
  kernel: 'portable',
  method: 'POST',
  host: 'api.example.com',
  status: 0,
  findings: [],
  findingCount: 3,
  counts: { 'iban|redact|high|1': 1, 'credit-card|mask|medium|1': 2 },
  edits: 3,
  receipt: receipt(),
  ...change,
})
const stamp = { id: '5f0c2b1e-6a3d-4f7e-9b1a-2c3d4e5f6a7b', time: 1_700_000_000_000 }

test('an event is the outcome, told in a fixed shape that is JSON', () => {
  const event = summarise(outcome(), stamp)
  expect(event).toEqual({
    schema: 'edge-dlp/event/1',
    ...stamp,
    side: 'request',
    decision: 'edited',
    mode: 'enforce',
    route: 'orders',
    policy: '0123456789abcdef',
    kernel: 'portable',
    method: 'POST',
    host: 'api.example.com',
    status: 0,
    findings: [
      { rule: 'credit-card', action: 'mask', confidence: 'medium', enforced: true, count: 2 },
      { rule: 'iban', action: 'redact', confidence: 'high', enforced: true, count: 1 },
    ],
    findingCount: 3,
    edits: 3,
    receipt: receipt(),
  })
  expect(JSON.parse(JSON.stringify(event))).toEqual(event)
})

test('blocked, aborted and cut are told', () => {
  const blocked = { status: 403, reason: 'finding', rules: ['jwt'] } as const
  expect(summarise(outcome({ decision: 'blocked', blocked }), stamp)).toMatchObject({
    reason: 'finding',
    blockedStatus: 403,
    rules: ['jwt'],
  })
  expect(summarise(outcome({ decision: 'aborted', aborted: 'size-limit' }), stamp)).toMatchObject({ reason: 'size-limit' })
  expect(summarise(outcome({ cut: 'receiver' }), stamp)).toMatchObject({ cut: 'receiver' })
})

test('the event is a copy: what happens to the outcome later does not change it', () => {
  const source = outcome()
  const event = summarise(source, stamp)
  source.receipt.notInspected['size-limit'] = 99
  expect(event.receipt.notInspected).toEqual({ 'size-limit': 10 })
})

test('kinds of findings are capped, and what is left out is counted', () => {
  const counts = Object.fromEntries(
    Array.from({ length: 100 }, (_, i) => [`rule-${String(i).padStart(3, '0')}|redact|high|1`, 2]),
  )
  const event = summarise(outcome({ counts, findingCount: 200 }), stamp)
  expect(event.findings).toHaveLength(64)
  expect(event.omitted).toBe(72)
})

describe('no field can hold a value', () => {
  // Everything that comes from a message, with a value in it: what is found, where, and what the caller chose.
  test.each([
    '4111111111111111',
    '4111-1111-1111-1111',
    '078-05-1120',
    '203.0.113.77',
    'someone@mail.example',
    `${'ghp'}_${'aB3dE6gH9'.repeat(4)}`,
    `${'AKIA'}IOSFODNN7EXAMPLE`,
    'hunter2-hunter2',
    'correct horse battery',
  ])('%s', (value) => {
    for (const place of [value, value.toLowerCase(), encodeURIComponent(value), `x${value}`]) {
      const tainted = outcome({
        method: place,
        host: `${place}.example.com`,
        findings: [
          {
            rule: 'jwt',
            label: 'jwt',
            confidence: 'high',
            path: `/${place}`,
            action: 'redact',
            enforced: true,
            start: 0,
            end: 9,
          },
        ],
        receipt: receipt({
          notInspected: { [place]: 1, partial: 2 } as Partial<Record<Reason, number>>,
          remarks: { [place]: 1 } as Receipt['remarks'],
        }),
        ...({ body: place, path: place, url: place, error: new Error(place), value: place } as object),
      })
      const event = summarise(tainted, { ...stamp, ...({ note: place } as object) })
      const told = `${JSON.stringify(event)}${JSON.stringify(toAnalyticsPoint(event))}`.toLowerCase()
      expect(told).not.toContain(value.toLowerCase())
      expect(told).not.toContain(place.toLowerCase())
      expect(event.receipt).toEqual(receipt({ notInspected: { partial: 2 }, remarks: {} }))
    }
  })

  test('the event has the listed members and no others', () => {
    const all = summarise(
      outcome({ blocked: { status: 403, reason: 'finding', rules: [] }, cut: 'sender', ...({ extra: 1 } as object) }),
      stamp,
    )
    const members: Record<keyof Omit<DlpEvent, 'omitted'>, true> = {
      schema: true,
      id: true,
      time: true,
      side: true,
      decision: true,
      mode: true,
      route: true,
      policy: true,
      kernel: true,
      method: true,
      host: true,
      status: true,
      findings: true,
      findingCount: true,
      edits: true,
      receipt: true,
      reason: true,
      blockedStatus: true,
      rules: true,
      cut: true,
    }
    expect(Object.keys(all).sort()).toEqual(Object.keys(members).sort())
  })
})

test.each([
  ['api.example.com', 'api.example.com'],
  ['API.Example.com', 'api.example.com'],
  ['web01.eu-west-1.example', 'web01.eu-west-1.example'],
  ['1password.example', '*.example'],
  ['4111111111111111.shop.example', '*.shop.example'],
  ['a1b2c3d4e5.example', '*.example'],
  ['a_b.example', '*.example'],
  ['203.0.113.7', 'ip'],
  ['[2001:db8::1]', 'ip'],
  ['localhost', 'localhost'],
  ['', ''],
  [`${'a.'.repeat(200)}example`, ''],
])('host %s is told as %s', (host, told) => {
  expect(safeHost(host)).toBe(told)
})

test('an Analytics Engine point keeps the platform limits, also for the largest event', () => {
  const counts = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`${'r'.repeat(60)}-${i}|redact|high|1`, 1e9]))
  const point = toAnalyticsPoint(
    summarise(outcome({ counts, route: 'r'.repeat(120), host: `${'abc.'.repeat(60)}example` }), stamp),
  )
  expect(point.blobs.length).toBeLessThanOrEqual(20)
  expect(point.doubles.length).toBeLessThanOrEqual(20)
  expect(point.indexes).toHaveLength(1)
  expect(new TextEncoder().encode(point.indexes[0]).length).toBeLessThanOrEqual(96)
  expect(new TextEncoder().encode(point.blobs.join('')).length).toBeLessThanOrEqual(16 << 10)
  expect(point.doubles.every(Number.isFinite)).toBe(true)
})

describe('sinks', () => {
  const event = summarise(outcome(), stamp)

  test('what a sink throws or rejects with does not come out, is counted and is told', async () => {
    const told: unknown[] = []
    const throws = guardSink(
      {
        write: () => {
          throw new Error('full')
        },
      },
      (error) => told.push(error),
    )
    const rejects = guardSink({ write: async () => Promise.reject(new Error('gone')) }, (error) => told.push(error))
    throws.write(event)
    throws.write(event)
    rejects.write(event)
    await new Promise((done) => setTimeout(done, 0))
    expect([throws.failures, rejects.failures, told.length]).toEqual([2, 1, 3])
  })

  test('nor does what the listener throws', () => {
    const guarded = guardSink(
      {
        write: () => {
          throw new Error('full')
        },
      },
      () => {
        throw new Error('listener')
      },
    )
    expect(() => guarded.write(event)).not.toThrow()
    expect(guarded.failures).toBe(1)
  })

  test('a good sink gets the event', () => {
    const got: DlpEvent[] = []
    const guarded = guardSink({ write: (one) => void got.push(one) })
    guarded.write(event)
    expect(got).toEqual([event])
    expect(guarded.failures).toBe(0)
  })
})

test('a problem document (RFC 9457) names reason and rules', () => {
  const body = JSON.parse(
    new TextDecoder().decode(problem({ side: 'request', status: 403, reason: 'finding', rules: ['jwt'], id: stamp.id })),
  )
  expect(body).toMatchObject({
    type: 'about:blank',
    status: 403,
    code: 'dlp-blocked',
    reason: 'finding',
    rules: ['jwt'],
    id: stamp.id,
    side: 'request',
  })
  expect(typeof body.title).toBe('string')
  const bare = JSON.parse(
    new TextDecoder().decode(problem({ side: 'response', status: 502, reason: 'partial', rules: [], id: '' })),
  )
  expect('rules' in bare).toBe(false)
})
