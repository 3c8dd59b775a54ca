import type { Platform, RunningGateway } from '../../support/platforms.ts'
import {
  type HeaderLines,
  type RawAnswer,
  type RawMessage,
  type RawOrigin,
  rawRequest,
  startRawOrigin,
} from '../../support/raw-socket.ts'
import { type HttpCase, POLICIES, type PolicyName, type Sent } from './cases.ts'
import { check, type Seen } from './checker.ts'

/** Gateways of all policies before one origin that answers each case by its path. */
export interface Bench {
  run(items: readonly HttpCase[]): Promise<Verdict[]>
  close(): Promise<void>
}

export interface Verdict {
  readonly item: HttpCase
  readonly faults: readonly string[]
  readonly seen: Seen
}

const AT_ONCE = 8

export async function startBench(platform: Platform): Promise<Bench> {
  const open = new Map<string, { item: HttpCase; arrived: RawMessage[] }>()
  const origin: RawOrigin = await startRawOrigin(
    (request) => {
      const found = open.get(request.target)
      if (found === undefined)
        return {
          headers: [
            ['etag', '"probe"'],
            ['content-type', 'text/plain'],
          ],
          body: 'probe',
        }
      const { item, arrived } = found
      // Asked again without Range: the document behind the part.
      if (item.whole !== undefined && arrived.length > 1 && request.header('range') === undefined)
        return toAnswer({ ...item.whole, cutAfter: item.outcome === 'cut' ? 10 : undefined }, 200)
      return toAnswer(item.answer, item.status)
    },
    { onHead: (request) => void open.get(request.target)?.arrived.push(request) },
  )
  const gateways = new Map<PolicyName, { gateway: RunningGateway; mark: string }>()
  for (const [name, policy] of Object.entries(POLICIES)) {
    const gateway = await platform.start(JSON.stringify(policy), origin.port)
    const probe = await rawRequest(gateway.url, { path: '/probe' })
    const mark = /(-dlp\.[0-9a-f]{8})"$/.exec(probe.message?.header('etag') ?? '')?.[1] ?? ''
    gateways.set(name as PolicyName, { gateway, mark })
  }

  async function one(item: HttpCase): Promise<Verdict> {
    const { gateway, mark } = gateways.get(item.policy)!
    const arrived: RawMessage[] = []
    open.set(item.path, { item, arrived })
    const { headers, ...body } = toBody(item.request)
    // Who writes on after the answer loses it to the reset of a connection that was closed: so what is to be refused is written at once.
    if (item.fate.request.kind === 'refused') body.body = body.body && [Buffer.concat(body.body)]
    const result = await rawRequest(gateway.url, {
      method: item.method,
      path: item.path,
      headers: headers.map(([name, value]) => [name, value.replaceAll('{ours}', mark)] as const),
      ...body,
      timeoutMs: 10_000,
    })
    // What the origin gets of a request that was cut may still be on its way.
    if (item.fate.request.kind === 'cut') await new Promise((resolve) => setTimeout(resolve, 30))
    open.delete(item.path)
    const seen = { arrived, result, mark }
    return { item, faults: check(item, seen), seen }
  }

  /** All events so far, by host and side. */
  async function gather(): Promise<Map<string, Record<string, unknown>[]>> {
    const events = new Map<string, Record<string, unknown>[]>()
    for (const { gateway } of gateways.values())
      for (const event of await gateway.events()) {
        const key = `${event.host} ${event.side}`
        events.set(key, [...(events.get(key) ?? []), event])
      }
    return events
  }

  return {
    async run(items) {
      const verdicts: Verdict[] = []
      const queue = [...items]
      const worker = async () => {
        for (let item = queue.shift(); item !== undefined; item = queue.shift()) verdicts.push(await one(item))
      }
      await Promise.all(Array.from({ length: AT_ONCE }, worker))
      // Events come by way of a console or a log: the last of them after the answers, or after the cut.
      let events = await gather()
      const wanted = items.map(({ host, fate: { request } }) =>
        request.kind === 'refused' || request.kind === 'cut' ? `${host} request` : `${host} response`,
      )
      for (
        const until = performance.now() + 5_000;
        performance.now() < until && wanted.some((key) => !events.has(key));
        events = await gather()
      )
        await new Promise((resolve) => setTimeout(resolve, 50))
      return verdicts.map(({ item, faults, seen }) => ({ item, seen, faults: [...faults, ...checkEvents(item, events)] }))
    },
    async close() {
      for (const { gateway } of gateways.values()) await gateway.close()
      await origin.close()
    },
  }
}

interface Receipt {
  bytesIn: number
  inspected: number
  notInspected: Record<string, number>
}

/** The receipt balances, and counts what crossed the socket. */
function checkEvents(item: HttpCase, events: ReadonlyMap<string, Record<string, unknown>[]>): string[] {
  const faults: string[] = []
  for (const side of ['request', 'response'] as const) {
    const own = events.get(`${item.host} ${side}`) ?? []
    const refused = item.fate.request.kind === 'refused' || item.fate.request.kind === 'cut'
    if (own.length === 0) {
      if (side === 'request' || !refused) faults.push(`${side}: no event`)
      continue
    }
    if (own.length > 1) faults.push(`${side}: ${own.length} events`)
    const { bytesIn, inspected, notInspected } = own[0].receipt as Receipt
    const unread = Object.values(notInspected).reduce((sum, bytes) => sum + bytes, 0)
    if (bytesIn !== inspected + unread) faults.push(`${side}: receipt ${bytesIn} = ${inspected} + ${unread}`)
    if (side === item.direction && item.counted !== undefined && bytesIn !== item.counted)
      faults.push(`${side}: ${bytesIn} bytes counted of ${item.counted}`)
    const fate = item.fate[side]
    if (fate.kind === 'refused' && item.status !== 206 && own[0].reason !== fate.reason)
      faults.push(`${side}: event for ${own[0].reason} in place of ${fate.reason}`)
    if (fate.kind === 'edited' && item.outcome === 'edited' && own[0].decision !== 'edited')
      faults.push(`${side}: event says ${own[0].decision}`)
  }
  return faults
}

function toBody({ headers, body, framing, trailers, cutAfter }: Sent) {
  const pieces = body === undefined ? undefined : [body.subarray(0, 40), body.subarray(40)]
  return { headers: headers as HeaderLines, body: pieces, framing, trailers, cutAfter, cut: 'reset' as const }
}

function toAnswer(sent: Sent, status: number): RawAnswer {
  return { status, ...toBody(sent) }
}
