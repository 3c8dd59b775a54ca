/**
 * A Fastly Compute host for tests: runs a built js-compute module (core Wasm, WASI preview 1 and `fastly_*` host calls) and serves
 * and forwards over real sockets. The main thread does the I/O; each instance runs in a worker thread and blocks on its host
 * calls. One fresh instance a request, memory capped. Where it follows the platform and where it cannot know: docs/platforms.md.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import { answerCall, type CallMessage, type RunEnd, type WorkerSetup } from './calls.ts'
import { capMemory } from './cap-memory.ts'
import { Run, type RunReport } from './run.ts'

export type { RunReport } from './run.ts'

export interface FastlyHostOptions {
  /** The built module: its path, or compiled (then `memoryMiB` does not apply). */
  readonly wasm: string | WebAssembly.Module
  /** Default 0: any free port of 127.0.0.1. */
  readonly port?: number
  /** Address by name: `{ origin: 'http://127.0.0.1:1234' }`. */
  readonly backends?: Record<string, string>
  readonly configStores?: Record<string, Record<string, string>>
  readonly secretStores?: Record<string, Record<string, string | Uint8Array>>
  readonly kvStores?: Record<string, Record<string, string | Uint8Array>>
  /** Lines of log endpoints; console output comes under `stdout` and `stderr`. */
  readonly onLog?: (endpoint: string, line: string) => void
  /** Told of each run when its instance has ended. */
  readonly onRun?: (report: RunReport) => void
  /** Default 128, the platform's limit. */
  readonly memoryMiB?: number
  /** Environment of the instance, beside FASTLY_HOSTNAME and FASTLY_SERVICE_VERSION. */
  readonly env?: Record<string, string>
  /** Requests served at once. Default 2; more wait. */
  readonly workers?: number
  /** Wall time after which an instance is ended at its next host call. Default 120,000, the platform's limit. */
  readonly maxWallMs?: number
}

export interface FastlyHost {
  readonly url: string
  readonly port: number
  /** What ran, oldest first (the last 1,000). A run is listed when its instance has ended. */
  readonly stats: { readonly runs: RunReport[]; readonly active: number }
  /** Waits until no instance runs. */
  idle(): Promise<void>
  close(): Promise<void>
}

export async function startFastlyHost(options: FastlyHostOptions): Promise<FastlyHost> {
  const module = typeof options.wasm === 'string' ? await compile(options.wasm, options.memoryMiB ?? 128) : options.wasm
  const pool = new Pool(module, options)
  const server = http.createServer({ maxHeaderSize: 69_000, requestTimeout: 0, noDelay: true, joinDuplicateHeaders: false })
  let count = 0
  server.on('request', (request, response) => {
    const run = new Run(request, response, `request-${++count}`, options.backends ?? {}, options.onLog ?? (() => {}))
    // An answer that leaves before the request has come whole: the rest is read for a moment, then the connection ends.
    response.on('finish', () => {
      if (!request.complete) setTimeout(() => request.complete || request.socket.destroy(), 1000).unref()
    })
    response.on('error', () => {})
    pool.take(run)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    stats: pool,
    idle: () => pool.idle(),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await pool.close()
      await closed
    },
  }
}

/** By what is in the file: what V8 has made of a module, piece by piece as it was called, serves every host of the process. */
const compiled = new Map<string, Promise<WebAssembly.Module>>()

function compile(path: string, memoryMiB: number): Promise<WebAssembly.Module> {
  const bytes = capMemory(readFileSync(path), memoryMiB)
  const sum = createHash('sha256').update(bytes).digest('hex')
  const known = compiled.get(sum) ?? WebAssembly.compile(bytes)
  compiled.set(sum, known)
  return known
}

/** Worker threads, each with one instance at a time; further requests wait in line. */
class Pool {
  readonly runs: RunReport[] = []
  active = 0
  readonly #members: Member[]
  readonly #onRun: FastlyHostOptions['onRun']
  readonly #waiting: Run[] = []
  #whenIdle: (() => void)[] = []

  constructor(module: WebAssembly.Module, options: FastlyHostOptions) {
    this.#onRun = options.onRun
    this.#members = Array.from({ length: options.workers ?? 2 }, () => new Member(module, options))
  }

  take(run: Run): void {
    const free = this.#members.find((member) => !member.busy)
    if (free === undefined) return void this.#waiting.push(run)
    this.active++
    void free.run(run).then((report) => {
      this.active--
      if (this.runs.push(report) > 1000) this.runs.shift()
      this.#onRun?.(report)
      const next = this.#waiting.shift()
      if (next !== undefined) return this.take(next)
      if (this.active === 0) for (const wake of this.#whenIdle.splice(0)) wake()
    })
  }

  async idle(): Promise<void> {
    if (this.active > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve))
  }

  async close(): Promise<void> {
    this.#waiting.length = 0
    await Promise.all(this.#members.map((member) => member.close()))
  }
}

class Member {
  readonly #worker: Worker
  readonly #port: MessagePort
  readonly #flag = new Int32Array(new SharedArrayBuffer(4))
  readonly #maxWallMs: number
  #run: Run | undefined
  #done: ((end: RunEnd) => void) | undefined
  #over: string | undefined
  /** Number of the call that waits for its answer; 0: none does. */
  #asking = 0
  #calls = 0
  #dead = false

  constructor(module: WebAssembly.Module, options: FastlyHostOptions) {
    const { port1, port2 } = new MessageChannel()
    const setup: WorkerSetup = {
      module,
      port: port2,
      flag: this.#flag,
      env: { FASTLY_HOSTNAME: 'localhost', FASTLY_SERVICE_VERSION: '0', ...options.env },
      configStores: options.configStores ?? {},
      secretStores: options.secretStores ?? {},
      kvStores: options.kvStores ?? {},
      backends: Object.keys(options.backends ?? {}),
    }
    this.#maxWallMs = options.maxWallMs ?? 120_000
    this.#port = port1
    port1.on('message', (call: CallMessage) => void this.#answer(call))
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: setup, transferList: [port2], execArgv: [] })
    this.#worker.on('message', (end: RunEnd) => this.#done?.(end))
    this.#worker.on('error', (error) => this.#done?.(lost(error.message)))
    this.#worker.on('exit', () => {
      this.#dead = true
      this.#done?.(lost('the worker ended'))
    })
  }

  get busy(): boolean {
    return this.#run !== undefined
  }

  async run(run: Run): Promise<RunReport> {
    this.#run = run
    this.#over = undefined
    const timer = setTimeout(() => this.#stop('wall time is up'), this.#maxWallMs)
    this.#worker.postMessage(run.start)
    const end = await new Promise<RunEnd>((resolve) => {
      this.#done = resolve
      if (this.#dead) resolve(lost('the worker ended'))
    })
    clearTimeout(timer)
    this.#run = undefined
    return run.end(end)
  }

  async close(): Promise<void> {
    this.#stop('the host closes')
    await this.#worker.terminate()
    this.#port.close()
  }

  async #answer(call: CallMessage): Promise<void> {
    const number = (this.#asking = ++this.#calls)
    const answer = this.#over === undefined ? await this.#run!.answer(call) : { over: this.#over }
    // Answered meanwhile by `#stop`.
    if (this.#asking !== number) return
    this.#asking = 0
    answerCall(this.#port, this.#flag, answer)
  }

  /** Ends the instance: the call it waits in, or its next one, does not return. */
  #stop(reason: string): void {
    this.#over = reason
    if (this.#asking === 0) return
    this.#asking = 0
    answerCall(this.#port, this.#flag, { over: reason })
  }
}

const lost = (trap: string): RunEnd => ({ trap, memoryMiB: 0, cpuMs: 0, hostCalls: {} })
