import { mkdirSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import v8 from 'node:v8'
import { placedRules } from '../../rules/index.ts'
import { buildSearches } from '../../src/pipeline/build-tables.ts'
import { ruleSources } from '../../src/pipeline/engine.ts'
import { compileRules, type RuleSource } from '../../src/scanner/compile/compile.ts'
import { encodeTables } from '../../src/scanner/compile/encode.ts'
import { writeLinkedEngine } from '../../tools/build-fastly.ts'
import { bundleFastly } from '../../tools/bundle-fastly.mjs'
import { buildFastly } from '../support/fastly-host/build.ts'
import { type FastlyHost, startFastlyHost } from '../support/fastly-host/host.ts'
import { hold, median, record } from './figures.ts'
import { records } from './gateway.ts'
import { prototypeRules } from './prototype-rules.ts'

/**
 * What a whole request with a clean answer of 4 MiB costs on Fastly's engine, in the test host: CPU of the thread that runs it, from making the instance to its end, and the messages
 * by which the test host answers its calls, which the same request without a look at the bytes has too: "beside reading" is without what that costs. V8 compiles the module
 * ahead with its optimising compiler, as the platform does: with the other one the engine's interpreter would seem up to seven times as slow as it is.
 * Scanned with the rules of this project and with those of the scanner's prototype, each compiled as a build does.
 */
const BYTES = 4 << 20
const ROUNDS = 5
const DIST = join(import.meta.dirname, '../../dist/bench')
const SERVICE = join(import.meta.dirname, 'fastly/service.ts')
const LOOP = 'a loop over its bytes'
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
  const scans = {
    "this project's rules": await start('scan-own', writeScan('scan-own', ruleSources(placedRules)), true),
    'rules of the prototype': await start('scan-prototype', writeScan('scan-prototype', await prototypeRules()), true),
  }
  const stock = await start('gateway-stock', undefined, false)
  const linked = await start('gateway-linked', undefined, true)
  const ways: Way[] = [
    ...Object.entries(scans).flatMap(([rules, host]) => [
      { name: `read, ${rules}`, host, path: '/read', says: '' },
      { name: `${LOOP}, ${rules}`, host, path: '/loop', says: 'true' },
      { name: `scanned, portable, ${rules}`, host, path: '/portable', says: '0 portable' },
      { name: `scanned, linked, ${rules}`, host, path: '/linked', says: '0 wasm' },
    ]),
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
  const mib = body.length / 2 ** 20
  const table = Object.fromEntries(
    ways.map(({ name }) => [
      name,
      { cpuMs: Number(ms(name).toFixed(1)), mibPerSecond: Number(((mib * 1000) / ms(name)).toFixed(1)) },
    ]),
  )
  for (const [name, { cpuMs, mibPerSecond }] of Object.entries(table))
    process.stdout.write(`${name.padEnd(48)} ${cpuMs.toFixed(1).padStart(8)} ms ${mibPerSecond.toFixed(1).padStart(7)} MiB/s\n`)
  const besideReading = Object.fromEntries(
    Object.keys(scans).map((rules) => {
      const beside = (way: string) => ms(`${way}, ${rules}`) - ms(`read, ${rules}`)
      const [loop, portable, byLinked] = [beside(LOOP), beside('scanned, portable'), beside('scanned, linked')]
      return [
        rules,
        {
          linkedBesideLoop: Number((loop / byLinked).toFixed(2)),
          linkedBesidePortable: Number((portable / byLinked).toFixed(2)),
          portableBesideLoop: Number((loop / portable).toFixed(2)),
        },
      ]
    }),
  )
  process.stdout.write(`beside reading: ${JSON.stringify(besideReading)}\n`)
  for (const rules of Object.keys(scans)) {
    const ratio = (way: string, other: string) => ms(`${way}, ${rules}`) / ms(`${other}, ${rules}`)
    hold(`4 MiB, ${rules}, linked beside a loop over the bytes`, ratio(LOOP, 'scanned, linked'), { atLeast: 8 })
    hold(`4 MiB, ${rules}, linked beside the portable kernel`, ratio('scanned, portable', 'scanned, linked'), { atLeast: 2.5 })
    hold(`4 MiB, ${rules}, portable kernel beside a loop over the bytes`, ratio(LOOP, 'scanned, portable'), { atLeast: 3 })
  }
  record('fastly', { bytes: body.length, rounds: ROUNDS, ways: table, besideReading })
  for (const host of [...Object.values(scans), stock, linked]) await host.close()
  origin.close()
}

/** Writes what a build makes of rules and a service that scans with it; its path. */
function writeScan(name: string, sources: readonly RuleSource[]): string {
  const tables = encodeTables(compileRules(sources))
  writeFileSync(join(DIST, `${name}-rules.bin`), tables)
  writeFileSync(join(DIST, `${name}-searches.bin`), buildSearches([tables]))
  const entry = join(DIST, `${name}-entry.ts`)
  writeFileSync(
    entry,
    `import { serve } from ${JSON.stringify(SERVICE)}
import tables from './${name}-rules.bin'
import searches from './${name}-searches.bin'
serve(tables, searches)
`,
  )
  return entry
}
