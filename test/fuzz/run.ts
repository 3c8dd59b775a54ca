// npm run fuzz -- [NAME…] [--seconds N | --runs N] [--seed S] [--jobs N] [--keep] [--record] | --list
//   Fuzzes the named targets (default all, 10 seconds each). A failing input is minimised and written to test/fuzz/corpus/NAME/ with its seed.
//   --keep writes the corpora anew, --record adds the executions to test/bench/record/fuzz.json.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { writeTables } from '../../tools/write-tables.mjs'
import { keepFailure, keepInputs } from './corpus.ts'
import type { Target } from './target.ts'
import type { Done, Job } from './worker.ts'

// The engines of the targets load them.
await writeTables()
const { targets } = await import('./targets/index.ts')

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    list: { type: 'boolean' },
    seconds: { type: 'string' },
    runs: { type: 'string' },
    seed: { type: 'string' },
    jobs: { type: 'string' },
    keep: { type: 'boolean' },
    record: { type: 'boolean' },
  },
})
const say = (line: string) => process.stdout.write(`${line}\n`)

if (values.list) {
  for (const { name, about } of targets) say(`${name.padEnd(16)} ${about}`)
  process.exit(0)
}
const unknown = positionals.filter((name) => !targets.some((target) => target.name === name))
if (unknown.length > 0) {
  say(`There is no target ${unknown.join(', ')}; npm run fuzz -- --list names them.`)
  process.exit(2)
}

/** An execution that has not come to an end after so long hangs. */
const HANGS_MS = 20_000
const runs = values.runs === undefined ? Number.POSITIVE_INFINITY : Number(values.runs)
const seconds =
  values.seconds === undefined ? (values.runs === undefined ? 10 : Number.POSITIVE_INFINITY) : Number(values.seconds)
const seed = values.seed === undefined ? Math.floor(Math.random() * 0x7fffffff) : Number(values.seed)
const recordFile = fileURLToPath(new URL('../bench/record/fuzz.json', import.meta.url))

/** Fuzzes one target in a thread of its own, watched from this one. */
function start(target: Target): Promise<Done | 'hangs'> {
  const shared = new SharedArrayBuffer(12 + 4096)
  const head = new Int32Array(shared, 0, 3)
  const job: Job = { name: target.name, seed, runs, seconds, keep: values.keep === true, shared }
  const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: job })
  return new Promise((resolve, reject) => {
    let before = -1
    const watch = setInterval(() => {
      const count = Atomics.load(head, 0)
      if (count !== before || count === 0) {
        before = count
        return
      }
      // A thread that distils its corpus executes nothing that counts: it is asked again.
      clearInterval(watch)
      const input = new Uint8Array(shared, 12, head[2]).slice()
      say(`${target.name}: hangs (${keepFailure(target.name, { input, seed: head[1], message: 'hangs' })})`)
      void worker.terminate().then(() => resolve('hangs'))
    }, HANGS_MS)
    const end = () => clearInterval(watch)
    worker.once('message', (done: Done) => {
      end()
      resolve(done)
    })
    worker.once('error', (error) => {
      end()
      reject(error)
    })
  })
}

interface Recorded {
  readonly date: string
  readonly machine: string
  readonly executions: number
  readonly seconds: number
  readonly seeds: readonly number[]
}

/** Adds the executions of a run without failure to those of runs before. */
function record(name: string, { executions, seconds: took }: Done): void {
  const all = existsSync(recordFile) ? (JSON.parse(readFileSync(recordFile, 'utf8')) as Record<string, Recorded>) : {}
  const before = all[name] ?? { executions: 0, seconds: 0, seeds: [] }
  all[name] = {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus()[0].model}, ${availableParallelism()} shared cores, Node ${process.version}`,
    executions: before.executions + executions,
    seconds: before.seconds + Math.round(took),
    seeds: [...before.seeds, seed],
  }
  const sorted = Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1))
  writeFileSync(recordFile, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`)
}

const queue = targets.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
let failed = 0
say(`seed ${seed}`)
async function work(): Promise<void> {
  for (let target = queue.shift(); target !== undefined; target = queue.shift()) {
    const done = await start(target)
    if (done === 'hangs') failed++
    else if (done.failure !== undefined) {
      failed++
      const { message, input } = done.failure
      say(`${target.name}: FAILS after ${done.executions} executions: ${message}`)
      say(
        `  input ${JSON.stringify(Buffer.from(input).toString('latin1'))}, seed ${done.failure.seed} (${keepFailure(target.name, done.failure)})`,
      )
    } else {
      say(
        `${target.name}: ${done.executions} executions in ${done.seconds.toFixed(1)} s, ${done.fresh} inputs showed something new`,
      )
      if (values.keep && done.corpus.length > 0) keepInputs(target.name, done.corpus)
      if (values.record) record(target.name, done)
    }
  }
}
await Promise.all(Array.from({ length: Math.min(queue.length, Number(values.jobs ?? 1)) }, work))
process.exit(failed === 0 ? 0 : 1)
