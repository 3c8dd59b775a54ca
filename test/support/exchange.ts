import { bodyOf, type Chunking, cut, type Delivered, type MessageCase } from './messages.ts'
import type { Platform, RunningGateway } from './platforms.ts'
import { type RawMessage, type RawOrigin, rawRequest, startRawOrigin } from './raw-socket.ts'

/** An origin that answers what the case at hand says. */
export interface CaseOrigin {
  readonly port: number
  readonly raw: RawOrigin
  serve(item: MessageCase, chunking: Chunking): void
  close(): Promise<void>
}

export async function startCaseOrigin(): Promise<CaseOrigin> {
  let item: MessageCase | undefined
  let chunking: Chunking = []
  const raw = await startRawOrigin(() => {
    if (item === undefined) return { body: 'ok' }
    const { status, headers } = item.response
    const body = bodyOf(item.response)
    return { status, headers, ...layOut(headers, body, item.direction === 'response' ? chunking : []) }
  })
  return {
    port: raw.port,
    raw,
    serve(next, cuts) {
      raw.clear()
      item = next
      chunking = cuts
    },
    close: () => raw.close(),
  }
}

/** Framed as the case says: by its Content-Length, or in chunks. */
function layOut(headers: MessageCase['request']['headers'], body: Buffer | undefined, chunking: Chunking) {
  const framing = headers.some(([name]) => name.toLowerCase() === 'content-length') || body === undefined ? 'none' : 'chunked'
  return { framing, body: body === undefined ? undefined : cut(body, chunking) } as const
}

/** Sends a case through a gateway and tells what was seen on both sockets, and the event of the inspected message. */
export async function exchange(
  item: MessageCase,
  chunking: Chunking,
  platform: Platform['name'],
  gateway: RunningGateway,
  origin: CaseOrigin,
): Promise<Delivered> {
  const before = (await gateway.events()).length
  origin.serve(item, chunking)
  const { method, url, headers } = item.request
  const body = bodyOf(item.request)
  const answer = await rawRequest(gateway.url, {
    method,
    path: url,
    headers,
    ...layOut(headers, body, item.direction === 'request' ? chunking : []),
    // A gateway that refuses before it has read the body may close; Node's socket that then writes on fails with EPIPE and throws
    // away the answer it has. So a request that is to be refused is written slowly enough for its answer to come first.
    ...(item.direction === 'request' && item.expect.decision === 'blocked' ? { pauseMs: 1 } : {}),
    timeoutMs: 10_000,
  })
  await origin.raw.settled()
  const events = await eventsAfter(gateway, before, item)
  const arrived = origin.raw.requests[0]
  return {
    platform,
    client: answer.message && { ...wire(answer.message), status: answer.message.status },
    ...(arrived === undefined ? {} : { arrivedAtOrigin: { ...wire(arrived), method: arrived.method, url: arrived.target } }),
    event: events.find(({ side }) => side === item.direction),
  }
}

function wire(message: RawMessage) {
  return { headers: message.headers, body: message.body(), complete: message.complete && !message.bothFramings }
}

/** One event a message: of the request, and of the response where there was one. Waits for the one that matters, then briefly for the other. */
async function eventsAfter(gateway: RunningGateway, before: number, item: MessageCase) {
  const start = performance.now()
  for (;;) {
    const events = (await gateway.events()).slice(before)
    const both = events.some(({ side }) => side === 'request') && events.some(({ side }) => side === 'response')
    const refused = events.some(({ side, decision }) => side === 'request' && decision === 'blocked')
    if (both || refused) return events
    const waited = performance.now() - start
    if (waited > (events.some(({ side }) => side === item.direction) ? 250 : 2_000)) return events
    await new Promise((resolve) => setTimeout(resolve, 3))
  }
}
