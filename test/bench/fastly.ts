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
 * What a whole request with a clean answer of 4 MiB costs on Fastly's engine, in the test host: CPU of the thread that runs it, from making the instance to its end, and the messages
 * by which the test host answers its calls, which the same request without a look at the bytes has too: "beside reading" is without what that costs. V8 compiles the module
 * ahead with its optimising compiler, as the platform does: with the other one the engine's interpreter would seem up to seven times as slow as it is.
 */
const BYTES = 4 << 20
const ROUNDS = 5
const DIST = join(import.meta.dirname, '../../dist/bench')
const SERVICE = join(import.meta.dirname, 'fastly/service.ts')
/** Taken whole, so that the screen alone reads it: longer bodies than `maxWholeBytes` are streamed, and read field by field. */
const LIMITS = { maxInspectBytes: 8 << 20, maxWholeBytes: 8 << 20 }
const POLICY = { mode: 'enforce', request: { '*': 'redact' }, response: { '*': 'redact' }, limits: LIMITS }

interface Way {
  readonly name: string
  readonly host: FastlyHost
  readonly path: string
  /** What must be said: of the kernel, and that nothing was found. */
  readonly says: string
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
      onLog: (endpoint, line) => {
        const { decision, kernel } = endpoint === 'dlp' ? (JSON.parse(line) as { decision: string; kernel: string }) : {}
        said.push(endpoint === 'dlp' ? `${decision} ${kernel}` : line)
      },
    })
  }
  const scan = await start('scan', SERVICE, true)
  const stock = await start('gateway-stock', undefined, false)
  const linked = await start('gateway-linked', undefined, true)
  const ways: Way[] = [
    { name: 'read', host: scan, path: '/read', says: '' },
    { name: 'a loop over its bytes', host: scan, path: '/loop', says: 'true' },
    { name: 'scanned, portable', host: scan, path: '/portable', says: '0 portable' },
    { name: 'scanned, linked', host: scan, path: '/linked', says: '0 wasm' },
    { name: 'gateway, portable', host: stock, path: '/', says: 'clean portable' },
    { name: 'gateway, linked', host: linked, path: '/', says: 'clean wasm' },
  ]
  const cpu = new Map<string, number[]>(ways.map(({ name }) => [name, []]))
  for (let round = 0; round <= ROUNDS; round++) {
    for (const { name, host, path, says } of round % 2 === 0 ? ways : [...ways].reverse()) {
      said.length = 0
      const answer = await fetch(host.url + path)
      const got = Buffer.from(await answer.arrayBuffer())
      await host.idle()
      const { trap, cpuMs } = host.stats.runs.at(-1)!
      if (trap !== undefined || !got.equals(body)) throw new Error(`${name}: not the body that was asked for (${trap})`)
      if (said.length === 0 || !said.every((line) => line === says)) throw new Error(`${name}: said ${said}`)
      if (round > 0) cpu.get(name)!.push(cpuMs)
    }
  }
  const ms = (name: string) => median(cpu.get(name)!)
  const beside = (name: string) => ms(name) - ms('read')
  const mib = body.length / 2 ** 20
  const table = Object.fromEntries(
    ways.map(({ name }) => [
      name,
      { cpuMs: Number(ms(name).toFixed(1)), mibPerSecond: Number(((mib * 1000) / ms(name)).toFixed(1)) },
    ]),
  )
  for (const [name, { cpuMs, mibPerSecond }] of Object.entries(table))
    process.stdout.write(`${name.padEnd(28)} ${cpuMs.toFixed(1).padStart(8)} ms ${mibPerSecond.toFixed(1).padStart(7)} MiB/s\n`)
  const loop = 'a loop over its bytes'
  const [byPortable, byLinked] = ['scanned, portable', 'scanned, linked']
  const besideReading = {
    linkedBesideLoop: Number((beside(loop) / beside(byLinked)).toFixed(2)),
    linkedBesidePortable: Number((beside(byPortable) / beside(byLinked)).toFixed(2)),
    portableBesideLoop: Number((beside(loop) / beside(byPortable)).toFixed(2)),
  }
  process.stdout.write(`beside reading: ${JSON.stringify(besideReading)}\n`)
  hold('4 MiB, linked beside a loop over the bytes', ms(loop) / ms(byLinked), { atLeast: 8 })
  hold('4 MiB, linked beside the portable kernel', ms(byPortable) / ms(byLinked), { atLeast: 2.5 })
  hold('4 MiB, portable kernel beside a loop over the bytes', ms(loop) / ms(byPortable), { atLeast: 3 })
  record('fastly', { bytes: body.length, rounds: ROUNDS, ways: table, besideReading })
  for (const host of [scan, stock, linked]) await host.close()
  origin.close()
}
