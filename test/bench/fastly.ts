import { mkdirSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import v8 from 'node:v8'
import { writeLinkedEngine } from '../../tools/build-fastly.ts'
import { bundleFastly } from '../../tools/bundle-fastly.mjs'
import { buildFastly } from '../support/fastly-host/build.ts'
import { type FastlyHost, startFastlyHost } from '../support/fastly-host/host.ts'
import { hold, median, record } from './figures.ts'
import { records } from './gateway.ts'

/**
 * What a whole request with an answer of 4 MiB costs on Fastly's engine, in the test host: CPU of the thread that runs it, from making the instance to its end, without what the
 * host itself spends on its calls (its threads talk by messages). V8 compiles the module ahead with its optimising compiler, as the platform does: with the
 * other one the engine's interpreter would seem up to seven times as slow as it is.
 */
const BYTES = 4 << 20
const ROUNDS = 5
const DIST = join(import.meta.dirname, '../../dist/bench')
const FIXTURE = join(import.meta.dirname, 'fastly/service.ts')
const POLICY = { mode: 'enforce', request: { '*': 'redact' }, response: { '*': 'redact' }, limits: { maxInspectBytes: 16 << 20 } }

interface Way {
  readonly name: string
  readonly host: FastlyHost
  readonly path: string
}

export async function fastly(): Promise<void> {
  v8.setFlagsFromString('--no-liftoff')
  v8.setFlagsFromString('--no-wasm-lazy-compilation')
  mkdirSync(DIST, { recursive: true })
  const engine = join(DIST, 'linked-engine.wasm')
  writeLinkedEngine(engine)
  const body = records(BYTES)
  const origin = http.createServer((_request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(body)
  })
  await new Promise<void>((ready) => origin.listen(0, '127.0.0.1', ready))
  const backend = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`
  const said: string[] = []
  const start = async (name: string, entry: string | undefined, linked: boolean): Promise<FastlyHost> => {
    const script = await bundleFastly(entry, join(DIST, `${name}.js`), linked)
    const wasm = await buildFastly(script, join(DIST, `${name}.wasm`), linked ? { engine } : {})
    return startFastlyHost({
      wasm,
      workers: 1,
      backends: { origin: backend },
      configStores: { dlp: { policy: JSON.stringify(POLICY) } },
      onLog: (endpoint, line) => void said.push(endpoint === 'dlp' ? (JSON.parse(line) as { kernel: string }).kernel : line),
    })
  }
  const scan = await start('scan', FIXTURE, true)
  const gateway = {
    stock: await start('gateway-stock', undefined, false),
    linked: await start('gateway-linked', undefined, true),
  }
  const ways: Way[] = [
    { name: 'passed on, unread', host: scan, path: '/pass' },
    { name: 'streamed through the script', host: scan, path: '/stream' },
    { name: 'a loop over its bytes', host: scan, path: '/loop' },
    { name: 'scanned, portable', host: scan, path: '/portable' },
    { name: 'scanned, linked', host: scan, path: '/linked' },
    { name: 'gateway, portable', host: gateway.stock, path: '/' },
    { name: 'gateway, linked', host: gateway.linked, path: '/' },
  ]
  const cpu = new Map<string, number[]>(ways.map(({ name }) => [name, []]))
  for (let round = 0; round <= ROUNDS; round++) {
    for (const { name, host, path } of round % 2 === 0 ? ways : [...ways].reverse()) {
      said.length = 0
      const answer = await fetch(host.url + path)
      const got = Buffer.from(await answer.arrayBuffer())
      await host.idle()
      if (!got.equals(body)) throw new Error(`${name}: not the body that was asked for`)
      const kernel = name === 'gateway, portable' ? 'portable' : 'wasm'
      if (said.length > 0 && !said.every((line) => line.endsWith(kernel))) throw new Error(`${name}: ran on ${said}`)
      const { cpuMs, hostMs } = host.stats.runs.at(-1)!
      if (round > 0) cpu.get(name)!.push(cpuMs - hostMs)
    }
  }
  const ms = (name: string) => median(cpu.get(name)!)
  const table = Object.fromEntries(
    ways.map(({ name }) => [
      name,
      { cpuMs: Number(ms(name).toFixed(1)), mibPerSecond: Number((((body.length / 2 ** 20) * 1000) / ms(name)).toFixed(1)) },
    ]),
  )
  for (const [name, { cpuMs, mibPerSecond }] of Object.entries(table))
    process.stdout.write(`${name.padEnd(28)} ${cpuMs.toFixed(1).padStart(8)} ms ${mibPerSecond.toFixed(1).padStart(7)} MiB/s\n`)
  const loop = ms('a loop over its bytes')
  hold('4 MiB, linked beside a loop over the bytes', loop / ms('scanned, linked'), { atLeast: 8 })
  hold('4 MiB, linked beside the portable kernel', ms('scanned, portable') / ms('scanned, linked'), { atLeast: 2.5 })
  hold('4 MiB, portable kernel beside a loop over the bytes', loop / ms('scanned, portable'), { atLeast: 3 })
  record('fastly', { bytes: body.length, rounds: ROUNDS, ways: table })
  for (const host of [scan, ...Object.values(gateway)]) await host.close()
  origin.close()
}
