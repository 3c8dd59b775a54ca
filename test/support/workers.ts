import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { WorkerBundle } from '../../tools/bundle-worker.mjs'
// Plain JavaScript, shared with `npm start`.
import { bundleWorker } from '../../tools/bundle-worker.mjs'
import { serveWorker } from '../../tools/serve-worker.mjs'
import { expectBalanced } from './receipts.ts'
import { forgetSent } from './wire.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface WorkerOptions {
  /** Where the Worker forwards to; undefined: not bound as text. */
  readonly origin?: string
  /** The policy, as an object or as text (also broken text). Undefined: none. */
  readonly policy?: unknown
  /** Further bindings: DLP_KEY … */
  readonly bindings?: Record<string, unknown>
  /** Values of the KV namespace POLICY_KV, which is bound when this is given. */
  readonly kv?: Readonly<Record<string, string>>
  /** Functions in place of other Workers, as service bindings. */
  readonly services?: Record<string, (request: Request) => unknown>
  /** Entry in place of the product's Worker, relative to the project. */
  readonly entry?: string
  /** True: what `npm run build:workers` wrote (dist/workers), the file that is deployed. Default: bundled now, of the sources as they are. */
  readonly deployed?: boolean
}

export interface RunningWorker {
  /** Of a socket of workerd itself: nothing between client and Worker. */
  readonly url: string
  /** Of workerd; undefined where there is no /proc. */
  readonly pid: number | undefined
  /** Lines of the Worker's console so far, the events among them. */
  readonly lines: string[]
  /** The events among the lines, in order of their end. */
  events(): Record<string, unknown>[]
  /** Waits for `count` events; answers them. Rejects after 5 s. */
  waitForEvents(count: number): Promise<Record<string, unknown>[]>
  /** Changes the policy's KV namespace. */
  putPolicy(text: string | undefined): Promise<void>
  /** Resident bytes of workerd now. */
  rss(): number
  close(): Promise<void>
}

/** Starts the built Worker in plain Miniflare: Node compatibility off, as in production. */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { policy, kv } = options
  const lines: string[] = []
  const origin = options.origin === undefined ? {} : { ORIGIN: options.origin }
  const bindings: Record<string, unknown> = { CONSOLE: 'on', ...origin, ...options.bindings }
  if (policy !== undefined) bindings.POLICY = typeof policy === 'string' ? policy : JSON.stringify(policy)
  const server = await serveWorker({
    bindings,
    kv: kv === undefined ? [] : ['POLICY_KV'],
    services: options.services,
    bundle: options.deployed ? deployedBundle() : await bundleOf(options.entry),
    log: (line: string) => void lines.push(line),
  })
  const store = () => server.miniflare.getKVNamespace('POLICY_KV')
  for (const [name, value] of Object.entries(kv ?? {})) await (await store()).put(name, value)
  const port = Number(new URL(server.url).port)
  forgetSent(port)
  const answers = Array.from((options.origin ?? '').matchAll(/127\.0\.0\.1:(\d+)/g), ([, digits]) => Number(digits))
  const pid = pidOfPort(port)
  const events = () =>
    lines
      .filter((line) => line.startsWith('{"schema":"edge-dlp/event/'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  return {
    url: server.url,
    pid,
    lines,
    events,
    async waitForEvents(count) {
      for (
        const until = performance.now() + 5_000;
        events().length < count;
        await new Promise((resolve) => setTimeout(resolve, 5))
      ) {
        if (performance.now() > until) throw new Error(`${events().length} of ${count} events came`)
      }
      return events()
    },
    async putPolicy(text) {
      if (text === undefined) await (await store()).delete('policy')
      else await (await store()).put('policy', text)
    },
    rss: () => residentBytes(pid!),
    async close() {
      await server.close()
      expectBalanced(events(), { requests: port, answers })
    },
  }
}

/** Of the sources as they are, by entry: bundled once a test file, for all its Workers. */
const bundles = new Map<string | undefined, Promise<WorkerBundle>>()

function bundleOf(entry: string | undefined): Promise<WorkerBundle> {
  const bundle = bundles.get(entry) ?? bundleNow(entry)
  bundles.set(entry, bundle)
  return bundle
}

async function bundleNow(entry: string | undefined): Promise<WorkerBundle> {
  const folder = mkdtempSync(join(tmpdir(), 'edge-dlp-worker-'))
  try {
    const { modules } = await bundleWorker(folder, entry)
    return { outdir: root, modules: modules.map((module) => ({ ...module, contents: readFileSync(join(folder, module.path)) })) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function deployedBundle() {
  const outdir = `${root}dist/workers`
  const modules = readdirSync(outdir)
    .filter((file) => /\.(?:js|wasm)$/.test(file))
    .sort((a, b) => Number(a !== 'worker.js') - Number(b !== 'worker.js'))
    .map((path) => ({ type: path.endsWith('.js') ? 'ESModule' : 'CompiledWasm', path }))
  return { outdir, modules }
}

/** The process that listens on a TCP port of 127.0.0.1. */
export function pidOfPort(port: number): number | undefined {
  try {
    const inode = readFileSync('/proc/net/tcp', 'latin1')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .find((fields) => fields[3] === '0A' && Number.parseInt(fields[1].split(':')[1], 16) === port)?.[9]
    if (inode === undefined) return undefined
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .find((pid) => holdsSocket(pid, inode))
  } catch {
    return undefined
  }
}

function holdsSocket(pid: number, inode: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`
      } catch {
        return false
      }
    })
  } catch {
    return false
  }
}

/** Resident bytes of a process. */
export function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1024
}
