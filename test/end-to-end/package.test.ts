import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serveWorker } from '../../tools/serve-worker.mjs'
import { startFastlyHost } from '../support/fastly-host/host.ts'

// What `npm pack` gives, as a stranger uses it: the tarball installed in a fresh project (consumers/), by npm, without a network; type-checked, built by
// each platform's own tool, run, and judged at the sockets.

const root = fileURLToPath(new URL('../..', import.meta.url))
const modules = join(root, 'node_modules')
const project = mkdtempSync(join(tmpdir(), 'edge-dlp-consumer-'))
const CARD = '4111111111111111'
const SSN = '536-90-4399'
const TOKEN = ['ghp', 'R7qJ2mXw9TzK4vLs8NfB3cHy6PdG1aWe5UxQ'].join('_')
/** What a project would fetch from the registry; here it stands in node_modules already. */
const NEEDED = ['hono', 'fflate', 'valibot', 'brotli-dec-wasm', '@cloudflare/workers-types', '@fastly/js-compute']

const exec = promisify(execFile)
interface Ended {
  readonly code: number
  readonly out: string
}
/** Runs a command in a folder of the project. `out`: all that it said. */
async function run(folder: string, command: string, ...args: string[]): Promise<Ended> {
  const env = {
    ...process.env,
    PATH: `${join(modules, '.bin')}:${process.env.PATH}`,
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_HIDE_BANNER: 'true',
    NO_COLOR: '1',
    // Of this run alone, and empty: nothing comes from what was fetched before.
    npm_config_cache: join(project, '.npm'),
  }
  try {
    const { stdout, stderr } = await exec(command, args, { cwd: resolve(project, folder), env, maxBuffer: 16 << 20 })
    return { code: 0, out: stdout + stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, out: `${stdout}${stderr}` }
  }
}
const node = (folder: string, script: string, ...args: string[]) =>
  run(folder, join(modules, '.bin/node'), join(modules, script), ...args)
const tsc = (folder: string) => node('.', 'typescript/bin/tsc', '-p', folder)

let origin: Server
let originUrl: string
const received: string[] = []
let tarball: string

beforeAll(async () => {
  const packed = await run(root, 'npm', 'pack', '--silent', '--pack-destination', project)
  expect(packed).toMatchObject({ code: 0 })
  tarball = join(project, readdirSync(project).find((name) => name.endsWith('.tgz'))!)
  cpSync(join(import.meta.dirname, 'consumers'), project, { recursive: true })
  const dependencies = {
    'edge-dlp': `file:${tarball}`,
    ...Object.fromEntries(NEEDED.map((name) => [name, `file:${join(modules, name)}`])),
  }
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module', dependencies }))
  expect(await run('.', 'npm', 'install', '--offline', '--no-audit', '--no-fund')).toMatchObject({ code: 0 })

  origin = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      received.push(Buffer.concat(chunks).toString())
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ name: 'Ann', ssn: SSN, card: CARD }))
    })
  })
  await new Promise<void>((done) => origin.listen(0, '127.0.0.1', done))
  originUrl = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`
}, 300_000)
afterAll(() => {
  origin?.close()
  rmSync(project, { recursive: true, force: true })
})

describe('the tarball', () => {
  test('holds what runs, its declarations and nothing of the workshop', async () => {
    const { out } = await run('.', 'tar', 'tzf', tarball)
    const files = out
      .trim()
      .split('\n')
      .map((name) => name.replace(/^package\//, ''))
    const outside = files.filter((name) => !name.startsWith('dist/package/')).sort()
    expect(outside).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json', 'policy.schema.json'])
    expect(files.filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))).toEqual([])
    expect(files.filter((name) => !/\.(?:js|d\.ts|wasm|bin)$/.test(name)).sort()).toEqual(
      outside.filter((name) => !/\.js$/.test(name)),
    )
    const text = files
      .filter((name) => /\.(?:js|ts|json)$/.test(name))
      .map((name) => readFileSync(join(project, 'node_modules/edge-dlp', name), 'utf8'))
    expect(text.filter((content) => content.includes(root.slice(0, -1)))).toEqual([])
  })

  test('publint has nothing to say', async () => {
    expect(await node('.', 'publint/src/cli.js', 'run', tarball, '--strict')).toMatchObject({ code: 0 })
  })

  test('its types are what its modules are, in every resolution of ES modules', async () => {
    const ended = await node('.', '@arethetypeswrong/cli/dist/index.js', tarball, '--profile', 'esm-only', '--format', 'json')
    const { problems, analysis } = JSON.parse(ended.out) as {
      problems: object
      analysis: { entrypoints: Record<string, object> }
    }
    expect(Object.keys(analysis.entrypoints).sort()).toEqual([
      '.',
      './cloudflare',
      './fastly',
      './package.json',
      './policy.schema.json',
      './rules',
    ])
    expect([ended.code, Object.keys(problems).filter((kind) => kind !== 'NoResolution' && kind !== 'CJSResolvesToESM')]).toEqual([
      0,
      [],
    ])
  })

  test('the command runs on plain Node', async () => {
    writeFileSync(join(project, 'leak.json'), JSON.stringify({ card: CARD }))
    const { code, out } = await run('.', join(project, 'node_modules/.bin/edge-dlp'), 'scan', '--json', 'leak.json')
    expect(code).toBe(1)
    expect(out).toContain('credit-card')
    expect(out).not.toContain(CARD)
  })

  test('in Node without a bundler', async () => {
    const script = `import { dlp } from 'edge-dlp'
      import { placedRules } from 'edge-dlp/rules'
      import schema from 'edge-dlp/policy.schema.json' with { type: 'json' }
      import { Hono } from 'hono'
      const app = new Hono()
      app.use(dlp({ policy: { mode: 'enforce', response: { payment: 'redact' } }, rules: placedRules.filter(({ group }) => group === 'payment') }))
      app.get('/', (c) => c.text('card ${CARD}'))
      console.log(await (await app.request('/')).text(), schema.title)`
    writeFileSync(join(project, 'plain.mjs'), script)
    expect(await run('.', join(modules, '.bin/node'), 'plain.mjs')).toEqual({
      code: 0,
      out: 'card [redacted:CREDIT_CARD] edge-dlp policy\n',
    })
  })
})

describe('types', () => {
  test.each(['worker', 'compute'])('the %s compiles', async (folder) => expect(await tsc(folder)).toEqual({ code: 0, out: '' }))

  test('a wrong rule or group is an error of the compiler', async () => {
    const file = join(project, 'worker/wrong.ts')
    cpSync(join(project, 'wrong.ts'), file)
    try {
      const { code, out } = await tsc('worker')
      const lines = readFileSync(file, 'utf8').split('\n')
      const wrong = lines.flatMap((line, i) => (line.endsWith('// WRONG') ? [i + 1] : []))
      expect(wrong.length).toBeGreaterThan(4)
      expect(code).not.toBe(0)
      expect([...out.matchAll(/^worker\/wrong\.ts\((\d+),/gm)].map(([, line]) => Number(line))).toEqual(wrong)
      expect([...out.matchAll(/^\S+\(\d+,\d+\): error/gm)]).toHaveLength(wrong.length)
    } finally {
      rmSync(file)
    }
  })
})

/** A request in JSON; its answer. */
const post = (url: string, body: object) =>
  fetch(url, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })

describe('a Worker', () => {
  let worker: Awaited<ReturnType<typeof serveWorker>>
  let url: string
  beforeAll(async () => {
    const built = await node('worker', 'wrangler/bin/wrangler.js', 'deploy', '--dry-run', '--outdir', 'dist')
    expect(built).toMatchObject({ code: 0 })
    const folder = join(project, 'worker/dist')
    const of = (type: 'CompiledWasm' | 'Data', ending: string) =>
      readdirSync(folder)
        .filter((name) => name.endsWith(ending))
        .map((name) => ({ type, path: name }))
    // Modules are named by their place beside the script.
    const modules = [{ type: 'ESModule', path: 'index.js' }, ...of('CompiledWasm', '.wasm'), ...of('Data', '.bin')]
    worker = await serveWorker({ bundle: { outdir: folder, modules }, bindings: { ORIGIN: originUrl } })
    url = `${worker.url}/`
  })
  afterAll(() => worker?.close())

  test('scrubs what comes in, what a handler answers, and what is called', async () => {
    const order = await post(`${url}orders`, { item: 'lamp', card: CARD })
    expect(await order.json()).toEqual({ got: { item: 'lamp', card: '************1111' }, decision: 'edited' })
    expect((await post(`${url}orders`, { token: TOKEN })).status).toBe(403)
    expect(await (await fetch(`${url}customer`)).json()).toEqual({
      name: '[redacted:CUSTOMER]',
      ssn: '[redacted:US_SSN]',
      card: '[redacted:CREDIT_CARD]',
    })
    received.length = 0
    await (await fetch(`${url}call`)).text()
    expect(received).toEqual(['card ************1111'])
  })

  test('on the WebAssembly kernel', async () => {
    const events = (await (await fetch(`${url}health/events`)).json()) as { kernel?: string }[]
    expect(events.length).toBeGreaterThan(2)
    expect([...new Set(events.map(({ kernel }) => kernel))]).toEqual(['wasm'])
  })
})

test('a Compute service scrubs both ways, with the limits of its CPU time', async () => {
  expect(await node('compute', '@fastly/js-compute/dist/cli/js-compute-runtime-cli.js', 'index.ts', 'main.wasm')).toMatchObject({
    code: 0,
  })
  const said: string[] = []
  const host = await startFastlyHost({
    wasm: join(project, 'compute/main.wasm'),
    backends: { origin: originUrl },
    onLog: (_, line) => void said.push(line),
  })
  try {
    received.length = 0
    const answer = await post(`${host.url}/orders`, { item: 'lamp', card: CARD })
    expect(await answer.json()).toEqual({ name: 'Ann', ssn: '[redacted:US_SSN]', card: '[redacted:CREDIT_CARD]' })
    expect(received).toEqual([JSON.stringify({ item: 'lamp', card: '************1111' })])
    expect((await post(`${host.url}/login`, { token: TOKEN })).status).toBe(403)
    expect((await post(`${host.url}/long`, { text: 'a '.repeat(1_100_000) })).status).toBe(403)
    await host.idle()
    const events = said.filter((line) => line.startsWith('{"schema":"edge-dlp/event/')).map((line) => JSON.parse(line))
    expect(events.length).toBe(4)
    expect([...new Set(events.map(({ kernel }) => kernel))]).toEqual(['portable'])
  } finally {
    await host.close()
  }
})
