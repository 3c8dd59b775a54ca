import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import v8 from 'node:v8'
import { gzipSync } from 'node:zlib'
import { writeLinkedEngine } from '../../tools/build-fastly.ts'
import { bundleFastly } from '../../tools/bundle-fastly.mjs'
import { buildFastly } from '../support/fastly-host/build.ts'
import { startFastlyHost } from '../support/fastly-host/host.ts'
import { startWorker } from '../support/workers.ts'
import { type Cost, writeCostPages } from './cost-page.ts'
import { median, record } from './figures.ts'
import { records } from './gateway.ts'
import { cpuMs, load } from './load.ts'
import { measureSizes } from './sizes.ts'
import { workerStartup } from './startup.ts'

/**
 * What edge-dlp costs, by kind of body: CPU of workerd's process, beside the same gateway without the passes, in interleaved rounds; CPU of the instance's thread in Fastly's test
 * host, less that of a request for its health. With the sizes of what is deployed and the memory that streams take (the record of the bench `memory`). Writes docs/cost.md, dated.
 */
const POLICY = { mode: 'enforce', request: { '*': 'redact' }, response: { '*': 'redact' } }
const SMALL = 2_000
const LARGE = 100_000
const ROUNDS = 3

interface Body {
  readonly type: string
  readonly bytes: Buffer
  readonly coding?: string
  /** Forms are what requests bring; the others are answers. */
  readonly sent?: boolean
}

/** Text of `bytes` bytes with one finding in about each 2 KB, where there are any. */
function lines(bytes: number, found: boolean): string {
  let text = ''
  for (let i = 0; text.length < bytes; i++) {
    text += `On the ${i % 28}. the harbor lamp number ${i * 37} was left at the willow door, and nobody came for it.\n`
    if (found && i % 20 === 7) text += 'Paid with card 4111 1111 1111 1111, write to ann.lee@mail.example.\n'
  }
  return text.slice(0, bytes)
}

const KINDS: Readonly<Record<string, (bytes: number) => Body>> = {
  'clean JSON': (n) => ({ type: 'application/json', bytes: records(n) }),
  'JSON with findings': (n) => ({
    type: 'application/json',
    bytes: Buffer.from(
      JSON.stringify(
        lines(n, true)
          .split('\n')
          .map((note, id) => ({ id, note })),
      ),
    ),
  }),
  form: (n) => ({
    type: 'application/x-www-form-urlencoded',
    bytes: Buffer.from(
      new URLSearchParams(
        lines(n, true)
          .split('\n')
          .map((text, i) => [`field${i}`, text]),
      ).toString(),
    ),
    sent: true,
  }),
  multipart: (n) => {
    const part = (i: number, text: string) => `--edge\r\ncontent-disposition: form-data; name="field${i}"\r\n\r\n${text}\r\n`
    const parts = lines(n, true).match(/[\s\S]{1,1000}/g)!
    return {
      type: 'multipart/form-data; boundary=edge',
      bytes: Buffer.from(`${parts.map((text, i) => part(i, text)).join('')}--edge--\r\n`),
      sent: true,
    }
  },
  HTML: (n) => ({
    type: 'text/html; charset=utf-8',
    bytes: Buffer.from(
      `<!doctype html><title>Lamps</title><body>${lines(n, true)
        .split('\n')
        .map((text) => `<p class="row">${text}</p>`)
        .join('\n')}</body>`,
    ),
  }),
  text: (n) => ({ type: 'text/plain', bytes: Buffer.from(lines(n, true)) }),
  'clean JSON in gzip': (n) => ({ type: 'application/json', bytes: gzipSync(records(n)), coding: 'gzip' }),
}

const headOf = (kind: string, size: number, { type, bytes, sent }: Body) =>
  `${sent ? 'POST' : 'GET'} /${encodeURIComponent(kind)}/${size} HTTP/1.1\r\nhost: bench.example\r\naccept-encoding: gzip\r\n${sent ? `content-type: ${type}\r\ncontent-length: ${bytes.length}\r\n` : ''}\r\n`

function startOrigin(): Promise<{ url: string; close(): void }> {
  const server = http.createServer((request, response) => {
    request.resume()
    request.on('end', () => {
      const [kind, size] = request.url!.slice(1).split('/').map(decodeURIComponent)
      const { type, bytes, coding, sent } = bodyOf(kind, Number(size))
      if (sent) return response.end('taken')
      response.setHeader('content-type', type)
      if (coding !== undefined) response.setHeader('content-encoding', coding)
      response.setHeader('content-length', bytes.length)
      response.end(bytes)
    })
  })
  return new Promise((ready) =>
    server.listen(0, '127.0.0.1', () =>
      ready({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => void server.close() }),
    ),
  )
}

const made = new Map<string, Body>()
function bodyOf(kind: string, size: number): Body {
  const name = `${kind}/${size}`
  if (!made.has(name)) made.set(name, KINDS[kind](size))
  return made.get(name)!
}

async function workers(origin: string): Promise<Record<string, Cost>> {
  const dlp = await startWorker({ origin, policy: POLICY, bindings: { CONSOLE: 'off' } })
  const bare = await startWorker({ origin, entry: 'test/bench/fixtures/bare.ts', bindings: { MODE: 'bare' } })
  const once = async (worker: typeof dlp, kind: string, size: number, count: number) => {
    const body = bodyOf(kind, size)
    const request = Buffer.concat([Buffer.from(headOf(kind, size, body)), body.sent ? body.bytes : Buffer.alloc(0)])
    const before = cpuMs(worker.pid!)
    await load(worker.url, request, count)
    return (cpuMs(worker.pid!) - before) / count
  }
  const measure = async (kind: string, size: number, count: number) => {
    const got: [number, number][] = []
    for (const worker of [dlp, bare]) await once(worker, kind, size, count)
    for (let round = 0; round < ROUNDS; round++)
      got.push([await once(dlp, kind, size, count), await once(bare, kind, size, count)])
    const all = median(got.map(([with_]) => with_))
    return { all, added: median(got.map(([with_, without]) => with_ - without)) }
  }
  const costs: Record<string, Cost> = {}
  for (const kind of Object.keys(KINDS)) {
    const small = await measure(kind, SMALL, 600)
    const large = await measure(kind, LARGE, 80)
    costs[kind] = { per1000: small.all * 1000, added1000: small.added * 1000, per100KB: large.all, added100KB: large.added }
    process.stdout.write(`Workers, ${kind}: ${JSON.stringify(costs[kind])}\n`)
  }
  await dlp.close()
  await bare.close()
  return costs
}

async function fastly(origin: string, linked: boolean): Promise<{ costs: Record<string, Cost>; startup: number }> {
  // As in bench/fastly.ts: V8 compiles ahead, as the platform does.
  v8.setFlagsFromString('--no-liftoff')
  v8.setFlagsFromString('--no-wasm-lazy-compilation')
  const folder = join(import.meta.dirname, '../../dist/bench')
  const name = linked ? 'cost-linked' : 'cost'
  const engine = join(folder, `${name}-engine.wasm`)
  if (linked) writeLinkedEngine(engine)
  const script = await bundleFastly(undefined, join(folder, `${name}.js`), linked)
  const wasm = await buildFastly(script, join(folder, `${name}.wasm`), linked ? { engine } : {})
  const host = await startFastlyHost({
    wasm,
    workers: 1,
    backends: { origin },
    configStores: { dlp: { policy: JSON.stringify(POLICY) } },
  })
  const once = async (kind: string, size: number) => {
    const { type, bytes, sent } = bodyOf(kind, size)
    const init = sent ? { method: 'POST', body: new Uint8Array(bytes), headers: { 'content-type': type } } : {}
    const answer = await fetch(`${host.url}/${encodeURIComponent(kind)}/${size}`, init)
    await answer.arrayBuffer()
    await host.idle()
    if (answer.status !== 200) throw new Error(`Fastly, ${kind}: ${answer.status}`)
    return host.stats.runs.at(-1)!.cpuMs
  }
  const idle = async () => {
    await (await fetch(`${host.url}/_dlp/health`)).arrayBuffer()
    await host.idle()
    return host.stats.runs.at(-1)!.cpuMs
  }
  const costs: Record<string, Cost> = {}
  const starts: number[] = []
  for (const kind of Object.keys(KINDS)) {
    const times: { small: number; large: number; none: number }[] = []
    await once(kind, SMALL)
    for (let round = 0; round < ROUNDS; round++)
      times.push({ none: await idle(), small: await once(kind, SMALL), large: await once(kind, LARGE) })
    starts.push(...times.map(({ none }) => none))
    const of = (what: 'small' | 'large') => median(times.map((time) => time[what] - time.none))
    costs[kind] = { per1000: of('small') * 1000, per100KB: of('large') }
    process.stdout.write(`Fastly${linked ? ', linked' : ''}, ${kind}: ${JSON.stringify(costs[kind])}\n`)
  }
  await host.close()
  return { costs, startup: median(starts) }
}

export async function cost(): Promise<void> {
  const origin = await startOrigin()
  const costs = await workers(origin.url)
  const stock = await fastly(origin.url, false)
  const linked = await fastly(origin.url, true)
  origin.close()
  record('cost', {
    workers: costs,
    fastly: stock.costs,
    fastlyLinked: linked.costs,
    startup: { worker: workerStartup(), fastly: stock.startup, fastlyLinked: linked.startup },
    sizes: await measureSizes(),
  })
  writeCostPages()
}
