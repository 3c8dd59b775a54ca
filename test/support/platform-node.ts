import { readFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { createBrotli } from '../../src/body/brotli.ts'
import { brotliModule } from '../../src/body/brotli-module.ts'
import { createGateway } from '../../src/gateway/gateway.ts'
import { parsePolicy } from '../../src/policy/schema.ts'
import { engine } from './engine.ts'
import type { Platform, RunningGateway } from './platforms.ts'
import { expectBalanced } from './receipts.ts'
import { forgetSent } from './wire.ts'

const wasm = new WebAssembly.Module(readFileSync(new URL(import.meta.resolve('brotli-dec-wasm/web/bg.wasm'))))

/** The gateway in Node itself, between two node:http sockets that neither decode nor encode. */
export const platform: Platform = {
  name: 'node',
  async start(policy, originPort, { key } = {}): Promise<RunningGateway> {
    const events: Record<string, unknown>[] = []
    const gateway = createGateway({
      policy: parsePolicy(policy),
      engine,
      key,
      origin: `http://127.0.0.1:${originPort}`,
      codings: { br: createBrotli(brotliModule((imports) => new WebAssembly.Instance(wasm, imports).exports)) },
      sinks: [{ write: (event) => void events.push(JSON.parse(JSON.stringify(event))) }],
      fetch: (url, init) => call(url, init as unknown as CallInit) as never,
    })
    const server = http.createServer(async (incoming, outgoing) => {
      const headers = new Headers(pairs(incoming.rawHeaders))
      const bodiless = incoming.method === 'GET' || incoming.method === 'HEAD'
      const request = new Request(`http://${headers.get('host')}${incoming.url}`, {
        method: incoming.method,
        headers,
        ...(bodiless ? {} : { body: Readable.toWeb(incoming) as ReadableStream, duplex: 'half' }),
      } as RequestInit)
      const answer = (await gateway.fetch(request as never)) as unknown as Response
      outgoing.writeHead(answer.status, [...answer.headers].flat())
      try {
        if (answer.body !== null)
          for await (const piece of answer.body) if (!outgoing.write(piece)) await new Promise((go) => outgoing.once('drain', go))
        outgoing.end()
      } catch {
        outgoing.destroy()
      }
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    const { port } = server.address() as AddressInfo
    forgetSent(port)
    return {
      url: `http://127.0.0.1:${port}`,
      events: async () => events,
      close: async () => {
        server.closeAllConnections()
        await new Promise((closed) => server.close(closed))
        expectBalanced(events, { requests: port, answers: [originPort] })
      },
    }
  },
}

interface CallInit {
  readonly method: string
  readonly headers: Headers
  readonly body?: Uint8Array | ReadableStream<Uint8Array>
  readonly signal?: AbortSignal
}

/** A call whose bytes and headers are those of the wire. */
function call(url: string, { method, headers, body, signal }: CallInit): Promise<Response> {
  return new Promise((resolve, reject) => {
    const lines = Object.fromEntries(headers)
    // Node would frame no body of DELETE and OPTIONS by itself.
    if (body !== undefined && lines['content-length'] === undefined)
      if (body instanceof Uint8Array) lines['content-length'] = String(body.length)
      else lines['transfer-encoding'] = 'chunked'
    const outgoing = http.request(url, { method, headers: lines, signal, agent: false }, (incoming) => {
      const status = incoming.statusCode!
      const empty = method === 'HEAD' || status === 204 || status === 205 || status === 304
      if (empty) incoming.resume()
      resolve(
        new Response(empty ? null : (Readable.toWeb(incoming) as ReadableStream), {
          status,
          statusText: incoming.statusMessage,
          headers: pairs(incoming.rawHeaders),
        }),
      )
    })
    outgoing.on('error', reject)
    if (body === undefined || body instanceof Uint8Array) outgoing.end(body)
    else {
      const send = async () => {
        for await (const piece of body) if (!outgoing.write(piece)) await new Promise((go) => outgoing.once('drain', go))
        outgoing.end()
      }
      send().catch((error) => outgoing.destroy(error as Error))
    }
  })
}

function pairs(raw: readonly string[]): [string, string][] {
  return Array.from({ length: raw.length / 2 }, (_, i) => [raw[2 * i], raw[2 * i + 1]])
}
