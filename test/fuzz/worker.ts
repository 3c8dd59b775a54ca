import { parentPort, workerData } from 'node:worker_threads'
import { keptInputs, spell } from './corpus.ts'
import { distil, fuzz } from './loop.ts'
import { DEFAULT_MAX_BYTES } from './target.ts'
import { targets } from './targets/index.ts'

/** Fuzzes one target. The input at hand stands in shared memory, so that who watches can tell it when this thread hangs. */
export interface Job {
  readonly name: string
  readonly seed: number
  readonly runs: number
  readonly seconds: number
  /** A small corpus is wanted. */
  readonly keep: boolean
  /** Executions, seed and length of the input at hand, then its bytes. */
  readonly shared: SharedArrayBuffer
}

export interface Done {
  readonly executions: number
  readonly seconds: number
  readonly fresh: number
  /** A small set of inputs that shows as much as all that were kept, where it is wanted. */
  readonly corpus: readonly Uint8Array[]
  readonly failure?: { readonly input: Uint8Array; readonly seed: number; readonly message: string }
}

/** Bytes of a target's corpus in all. */
const CORPUS_BYTES = 5000

const { name, seed, runs, seconds, keep, shared } = workerData as Job
const target = targets.find((one) => one.name === name)!
const head = new Int32Array(shared, 0, 3)
const at = new Uint8Array(shared, 12)
const corpus = keptInputs(name)
const from = performance.now()
const result = await fuzz(target, {
  seed,
  runs,
  ends: () => performance.now() - from > seconds * 1000,
  corpus,
  begins(input, own) {
    head[1] = own
    head[2] = Math.min(input.length, at.length)
    at.set(input.subarray(0, at.length))
    Atomics.add(head, 0, 1)
  },
})
const took = (performance.now() - from) / 1000
const small = result.kept.filter((input) => input.length <= (target.maxBytes ?? DEFAULT_MAX_BYTES))
const done: Done = {
  executions: result.executions,
  seconds: took,
  fresh: result.kept.length,
  corpus:
    keep && result.failure === undefined
      ? await distil(target, [...corpus, ...small], CORPUS_BYTES, (input) => spell(input).length + 1)
      : corpus,
  failure: result.failure,
}
parentPort!.postMessage(done)
