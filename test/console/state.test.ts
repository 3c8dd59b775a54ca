import { describe, expect, it } from 'vitest'
import { placedRules } from '../../rules/index.ts'
import { createRecorder } from '../../src/console/recorder.ts'
import { pathShape } from '../../src/console/shape.ts'
import { KEPT_MESSAGES } from '../../src/console/sql-state.ts'
import { createGateway } from '../../src/gateway/gateway.ts'
import { definePolicy } from '../../src/policy/schema.ts'
import { engine } from '../support/engine.ts'
import { CARD, memoryState, startConsole } from './support.ts'

const POLICY = definePolicy({
  mode: 'enforce',
  request: { payment: { mask: { keepLast: 4 } }, credentials: 'block' },
  response: { payment: 'redact' },
  routes: [{ name: 'chat', match: { path: '/lamps/chat*' }, mode: 'observe' }],
})
const TOKEN = ['ghp', 'R7qJ2mXw9TzK4vLs8NfB3cHy6PdG1aWe5UxQ'].join('_')

/** A gateway whose messages are recorded; `settle` waits for what is under way. */
function recorded() {
  const { state, dump } = memoryState()
  const under: Promise<unknown>[] = []
  const sink = createRecorder({
    state,
    rules: placedRules,
    policy: () => POLICY,
    later: (promise) => void under.push(promise),
    sleep: async () => {},
    onError: (error) => {
      throw error
    },
  })
  const gateway = createGateway({
    origin: 'http://origin.example',
    policy: POLICY,
    engine,
    sinks: [sink],
    fetch: async (_, init) => {
      await new Response(init.body as BodyInit).arrayBuffer()
      return new Response(JSON.stringify({ card: CARD }), {
        headers: { 'content-type': 'application/json', 'x-plant': 'plantheader' },
      })
    },
  })
  const send = async (
    path: string,
    body?: string,
    headers: Record<string, string> = { 'content-type': 'application/json' },
    host = 'shop.example',
  ) => {
    const answer = await gateway.fetch(
      new Request(`http://${host}${path}`, body === undefined ? {} : { method: 'POST', body, headers }),
    )
    await answer.arrayBuffer()
  }
  return { state, dump, sink, send, settle: () => Promise.all(under) }
}

describe('what the console remembers', () => {
  it('holds no value of a message, wherever it stood', async () => {
    const { send, settle, dump, state } = recorded()
    const plants = ['plantpath', 'plantquery', 'plantbody', 'planthost', 'planttype', 'plantkey', 'plantheader', 'ada-lovelace']
    await send(
      `/orders/plantpath/ada-lovelace/${CARD}?q=plantquery`,
      `{"plantkey":"plantbody","card":"${CARD}","ada@example.com":"${CARD}"}`,
      { 'content-type': 'text/planttype', 'x-note': 'plantheader' },
      'planthost.example',
    )
    await send('/login', `{"token":"${TOKEN}","plantkey":1}`)
    await settle()
    const { messages } = await state.traffic({})
    expect(messages).toHaveLength(3)
    for (const plant of [...plants, CARD, CARD.slice(-4), TOKEN, TOKEN.slice(4), 'ada@example.com', 'shop.example'])
      expect(dump(), plant).not.toContain(plant)
    expect(messages.map(({ path, host, type }) => [path, host, type])).toEqual([
      ['/login', '*', 'application/json'],
      ['/orders/*/*/*', '*', 'application/json'],
      ['/orders/*/*/*', '*', ''],
    ])
  })

  it('keeps the words that the operator wrote into routes, and common ones', () => {
    expect(pathShape('/v1/orders/4711', new Set())).toBe('/v1/orders/*')
    expect(pathShape('/lamps/chat/4711', new Set(['lamps', 'chat']))).toBe('/lamps/chat/*')
    expect(pathShape('/Orders//x/', new Set())).toBe('/*//*/')
    expect(pathShape('/a/b/c/d/e/f/g/h/i/j', new Set())).toBe('/*/*/*/*/*/*/*/*/*')
  })

  it('filters by route, rule, action and direction, and tells what there is to filter by', async () => {
    const { send, settle, state } = recorded()
    await send('/orders', `{"card":"${CARD}"}`)
    await send('/login', `{"token":"${TOKEN}"}`)
    await send('/lamps/chat', `{"card":"${CARD}"}`)
    await settle()
    const told = (filter: Parameters<typeof state.traffic>[0]) =>
      state.traffic(filter).messages.map(({ side, path }) => `${side} ${path}`)
    expect(told({ route: 'chat' })).toEqual(['response /lamps/chat', 'request /lamps/chat'])
    expect(told({ rule: 'github-token' })).toEqual(['request /login'])
    expect(told({ action: 'block' })).toEqual(['request /login'])
    expect(told({ action: 'redact', side: 'response', route: '' })).toEqual(['response /orders'])
    expect(told({ rule: 'credit' })).toEqual([])
    expect(state.traffic({})).toMatchObject({
      seen: 5,
      kept: 5,
      routes: ['', 'chat'],
      rules: ['credit-card', 'github-token'],
      actions: ['block', 'mask', 'redact'],
    })
  })

  it('counts flows by route, category and direction', async () => {
    const { send, settle, state } = recorded()
    for (let i = 0; i < 3; i++) await send('/orders', `{"card":"${CARD}","more":"card ${CARD}"}`)
    await settle()
    expect(state.flows()).toEqual([
      { route: '', category: 'payment', side: 'request', action: 'mask', enforced: true, count: 6 },
      { route: '', category: 'payment', side: 'response', action: 'redact', enforced: true, count: 3 },
    ])
  })

  it('sums up by route what was done and what would be', async () => {
    const { send, settle, state } = recorded()
    await send('/orders', `{"card":"${CARD}"}`)
    await send('/login', `{"token":"${TOKEN}"}`)
    await send('/lamps/chat', `{"token":"${TOKEN}"}`)
    await settle()
    const { routes, messages } = await (await startConsole({ state }).ask('api/flows')).json()
    expect(messages).toBe(5)
    const none = { edited: 0, blocked: 0, wouldEdit: 0, wouldBlock: 0 }
    expect(routes).toMatchObject([
      { ...none, route: '', side: 'request', messages: 2, edited: 1, blocked: 1 },
      { ...none, route: '', side: 'response', messages: 1, edited: 1 },
      { ...none, route: 'chat', side: 'request', messages: 1, wouldBlock: 1 },
      { ...none, route: 'chat', side: 'response', messages: 1, wouldEdit: 1 },
    ])
  })

  it('keeps what happened to the gateway itself, the newest first and not for ever', async () => {
    const { sink, settle, state } = recorded()
    for (let version = 1; version <= 3; version++)
      sink.audit({ schema: 'edge-dlp/audit/1', time: version, kind: 'kill-switch', on: true, version })
    await settle()
    expect(state.audits().map((event) => event.time)).toEqual([3, 2, 1])
    const [event] = state.audits()
    for (let i = 0; i < 10; i++) state.record({ messages: [], audits: Array(50).fill(event), omitted: 0, flows: [] })
    expect((await (await startConsole({ state }).ask('api/audits')).json()).audits).toHaveLength(200)
  })

  it('stays small: the newest messages are kept, those beyond a batch are counted', async () => {
    const { state } = memoryState()
    const { state: filled, settle, send } = recorded()
    for (let i = 0; i < 40; i++) await send('/orders', '{}')
    await settle()
    const [shape] = filled.traffic({}).messages
    for (let i = 0; i < 45; i++) state.record({ messages: Array(50).fill(shape), audits: [], omitted: 7, flows: [] })
    expect(state.traffic({ limit: 9_999 })).toMatchObject({ kept: KEPT_MESSAGES, seen: 45 * 57 })
  })
})

describe('a batch', () => {
  it('gathers what comes while it waits, and one that got lost holds up nothing', async () => {
    let now = 0
    const batches: number[] = []
    const waiting: (() => void)[] = []
    const sink = createRecorder({
      state: { record: ({ messages, omitted }) => void batches.push(messages.length, omitted) },
      rules: placedRules,
      policy: () => undefined,
      later: () => {},
      sleep: () => new Promise<void>((resume) => waiting.push(resume)),
      clock: () => now,
      onError: () => {},
    })
    const { state } = recorded()
    expect(state.traffic({}).messages).toEqual([])
    const event = { id: 'a', findings: [], receipt: { notInspected: {} } } as never
    for (let i = 0; i < 60; i++) sink.write(event)
    expect(waiting).toHaveLength(1)
    now = 20_000
    sink.write(event)
    expect(waiting).toHaveLength(2)
    waiting[1]()
    await new Promise((resume) => setTimeout(resume, 5))
    expect(batches).toEqual([50, 11])
  })
})

describe('a policy that was put in force here', () => {
  const DRAFT = '{"mode":"enforce","request":{"payment":"block"}}'

  it('survives a restart, and ends when the deployed one changes', async () => {
    const { state } = memoryState()
    const first = startConsole({ state })
    expect((await first.ask('api/policy', { body: { text: DRAFT } })).status).toBe(200)
    const overview = async (policy?: Parameters<typeof startConsole>[0]) =>
      (await (await startConsole({ state, ...policy }).ask('api/overview')).json()).policy
    expect(await overview()).toMatchObject({ own: true, mode: 'enforce' })
    expect((await overview()).text).toContain('block')
    expect(await overview({ policy: { mode: 'observe', request: { '*': 'redact' } } })).toMatchObject({
      own: false,
      mode: 'observe',
    })
    await first.ask('api/policy', { body: { text: null } })
    const audit = { schema: 'edge-dlp/audit/1', kind: 'policy-in-force', by: 'console' }
    expect(first.audited).toMatchObject([audit, audit])
    expect(await overview()).toMatchObject({ own: false })
  })
})
