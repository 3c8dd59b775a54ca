import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createDlp } from '../../src/middleware/core.ts'
import { toMessage } from '../../src/middleware/messages.ts'
import { type DlpEvent, toAnalyticsPoint } from '../../src/telemetry/events.ts'
import { engine } from '../support/engine.ts'

// docs/events.md and docs/event.schema.json, against what is written.

const read = (path: string) => readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8')
const schema = JSON.parse(read('event.schema.json')) as Schema
const page = read('events.md')

/** The part of JSON Schema that the file uses. */
interface Schema {
  const?: unknown
  enum?: unknown[]
  type?: string
  required?: string[]
  properties?: Record<string, Schema>
  additionalProperties?: boolean | Schema
  items?: Schema
}

/** Where a value is not what the schema says; empty: it is. */
function faults(value: unknown, schema: Schema, at = 'event'): string[] {
  if ('const' in schema && value !== schema.const) return [`${at}: not ${schema.const}`]
  if (schema.enum !== undefined && !schema.enum.includes(value)) return [`${at}: ${value} is none of the words`]
  if (schema.type === undefined) return []
  const type = Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : typeof value
  if (type !== schema.type) return [`${at}: ${type}, not ${schema.type}`]
  if (Array.isArray(value)) return value.flatMap((entry, i) => faults(entry, schema.items ?? {}, `${at}[${i}]`))
  if (type !== 'object') return []
  const entries = Object.entries(value as object)
  const { properties = {}, required = [], additionalProperties } = schema
  return [
    ...required.filter((name) => !entries.some(([key]) => key === name)).map((name) => `${at}.${name}: missing`),
    ...entries.flatMap(([key, entry]) => {
      const inner = properties[key] ?? additionalProperties
      return typeof inner !== 'object' ? [`${at}.${key}: not in the schema`] : faults(entry, inner, `${at}.${key}`)
    }),
  ]
}

/** Events of messages with every decision but `aborted`. */
async function writtenEvents(): Promise<DlpEvent[]> {
  const events: DlpEvent[] = []
  const send = async (mode: 'observe' | 'enforce', contentType: string, body: string | Uint8Array) => {
    const core = createDlp({
      engine,
      policy: {
        mode,
        response: { payment: 'redact', credentials: 'block' },
        routes: [{ name: 'orders', match: { path: '/orders' } }],
        suppressions: [{ rule: 'payment/iban', path: '/iban', reason: 'a test', expires: '2999-01-01' }],
      },
      sinks: [{ write: (event) => void events.push(event) }],
    })
    const asked = { method: 'GET', host: 'api.example', path: '/orders' }
    const headers = new Headers({ 'content-type': contentType })
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
    const policy = (await core.policy('some-id'))!
    await core.pass(toMessage('response', asked, 200, headers, bytes, policy, { trust: 'bytes' }), 'some-id')
  }
  await send('enforce', 'application/json', '{"a":1,"iban":"DE89370400440532013000"}')
  await send('enforce', 'text/plain', 'card 4111111111111111')
  await send('enforce', 'text/plain', ['ghp', 'R7qJ2mXw9TzK4vLs8NfB3cHy6PdG1aWe5UxQ'].join('_'))
  await send('observe', 'text/plain', 'card 4111111111111111')
  await send('enforce', 'text/plain', 'nothing')
  await send('enforce', 'image/png', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13))
  return events
}

test('the schema holds of what is written, member by member', async () => {
  const events = await writtenEvents()
  expect(new Set(events.map(({ decision }) => decision))).toEqual(
    new Set(['clean', 'found', 'edited', 'blocked', 'not-inspected']),
  )
  expect(events.flatMap((event) => faults(event, schema))).toEqual([])
  expect(events.some(({ findings }) => findings.some(({ suppressed }) => suppressed))).toBe(true)
})

test('the schema refuses what is none', () => {
  const shown = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)![1]) as DlpEvent
  expect(faults(shown, schema)).toEqual([])
  for (const change of [
    { body: 'x' },
    { side: 'both' },
    { time: '1' },
    { findings: [{ rule: 'a' }] },
    { receipt: { bytesIn: 1 } },
  ])
    expect(faults({ ...shown, ...change }, schema)).not.toEqual([])
  const { id: _, ...without } = shown
  expect(faults(without, schema)).toEqual(['event.id: missing'])
})

test('the columns of Analytics Engine hold what the table says', async () => {
  const columns = [...page.matchAll(/^\| (blob|double)(\d+) +\| (?:`(\w+)`)?/gm)]
  const event = (await writtenEvents()).find(({ decision }) => decision === 'blocked')!
  const { blobs, doubles } = toAnalyticsPoint({ ...event, cut: 'sender' })
  expect(columns.filter(([, kind]) => kind === 'blob')).toHaveLength(blobs.length)
  expect(columns.filter(([, kind]) => kind === 'double')).toHaveLength(doubles.length)
  const told = { ...event, ...event.receipt, cut: 'sender' } as unknown as Record<string, unknown>
  for (const [, kind, place, member] of columns) {
    if (member !== undefined)
      expect([member, (kind === 'blob' ? blobs : doubles)[Number(place) - 1]]).toEqual([member, told[member]])
  }
})
