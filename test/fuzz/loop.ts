import { Random } from '../support/random.ts'
import { mutate } from './mutate.ts'
import { bytesOf, DEFAULT_MAX_BYTES, type Target } from './target.ts'

export interface Failure {
  readonly input: Uint8Array
  /** Of the execution: `check(input, new Random(seed))` fails. */
  readonly seed: number
  readonly message: string
}

export interface Fuzzed {
  readonly executions: number
  /** Inputs that showed something new, in the order they came. */
  readonly kept: readonly Uint8Array[]
  readonly failure?: Failure
}

export interface FuzzOptions {
  readonly seed: number
  /** Ends after so many executions, or when `ends` says so. */
  readonly runs: number
  readonly ends?: () => boolean
  /** Inputs to begin with besides the target's own. */
  readonly corpus?: readonly Uint8Array[]
  /** Hears of each execution before it begins. */
  readonly begins?: (input: Uint8Array, seed: number) => void
}

/** Inputs mutated further; beyond, a new one takes the place of an old one. */
const MAX_KEPT = 4096
/** An execution that takes so much of the processor, three times of three, does not take linear time. */
const SLOW_MS = 500
const SHRINKS = 4000

/** One execution; undefined when all holds, else what does not. */
async function failureOf(
  target: Target,
  input: Uint8Array,
  seed: number,
  see?: (seen: readonly string[]) => void,
): Promise<string | undefined> {
  for (let slow = 0; slow < 3; slow++) {
    const before = process.threadCpuUsage()
    try {
      const seen = target.check(input, new Random(seed))
      const told = seen instanceof Promise ? await seen : seen
      see?.(told)
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
    const { user, system } = process.threadCpuUsage(before)
    if (user + system < SLOW_MS * 1000) return undefined
  }
  return `takes more than ${SLOW_MS} ms of the processor`
}

/** Checks one input; throws what does not hold. */
export async function execute(target: Target, input: Uint8Array, seed: number): Promise<void> {
  const message = await failureOf(target, input, seed)
  if (message !== undefined)
    throw new Error(`${target.name}, seed ${seed}: ${message}\n  input ${JSON.stringify(Buffer.from(input).toString('latin1'))}`)
}

/** Mutates and checks until a promise is broken, which is minimised, or time is up. The same seed and corpus give the same inputs. */
export async function fuzz(target: Target, options: FuzzOptions): Promise<Fuzzed> {
  const { seed, runs, ends, begins } = options
  const random = new Random(seed)
  const words = target.words.map(bytesOf)
  const maxBytes = target.maxBytes ?? DEFAULT_MAX_BYTES
  const pool = [...target.seeds.map(bytesOf), ...(options.corpus ?? [])]
  const start = pool.length
  const kept: Uint8Array[] = []
  const pairs = new Set<string>()
  let executions = 0
  while (executions < runs && (executions & 63 || ends?.() !== true)) {
    const fresh = executions < start
    const base = fresh
      ? pool[executions]
      : random.chance(0.3) && kept.length > 0
        ? kept[kept.length - random.int(1, Math.min(kept.length, 64))]
        : random.pick(pool)
    const input = fresh ? base : mutate(base, random, words, random.pick(pool), maxBytes)
    const own = random.int(0, 0x7fffffff)
    begins?.(input, own)
    executions++
    // What was collected is let go between tasks, memories of WebAssembly above all.
    if ((executions & 1023) === 0) await new Promise((resolve) => setImmediate(resolve))
    let news = false
    const message = await failureOf(target, input, own, (seen) => {
      let before = ''
      for (const what of seen) {
        const pair = `${before}>${what}`
        if (!pairs.has(pair)) news = pairs.add(pair) !== undefined
        before = what
      }
    })
    if (message !== undefined) {
      const failure = await minimise(target, { input, seed: own, message })
      return { executions, kept, failure }
    }
    if (!news) continue
    if (kept.length < 2 * MAX_KEPT) kept.push(input.slice())
    if (pool.length < MAX_KEPT) pool.push(input.slice())
    else pool[random.int(start, MAX_KEPT - 1)] = input.slice()
  }
  return { executions, kept }
}

/** The first words of a failure: what the smaller input must fail with too. */
const kindOf = (message: string) => /^[a-zA-Z ]*/.exec(message)![0]

/** A smaller input that fails in the same way: runs are taken out, then bytes made plain. */
export async function minimise(target: Target, failure: Failure): Promise<Failure> {
  let best = failure
  let left = SHRINKS
  const attempt = async (input: Uint8Array): Promise<boolean> => {
    if (left-- <= 0) return false
    // Cuts are drawn by the seed and the length: a shorter input has others, so a few seeds are tried.
    for (let k = 0; k < 4; k++) {
      const seed = failure.seed + k
      const message = await failureOf(target, input, seed)
      if (message === undefined || kindOf(message) !== kindOf(failure.message)) continue
      best = { input, seed, message }
      return true
    }
    return false
  }
  for (let length = best.input.length >> 1; length >= 1; length >>= 1)
    for (let at = 0; at + length <= best.input.length; ) {
      const { input } = best
      const shorter = new Uint8Array(input.length - length)
      shorter.set(input.subarray(0, at))
      shorter.set(input.subarray(at + length), at)
      if (!(await attempt(shorter))) at += length
    }
  for (let at = 0; at < best.input.length; at++) {
    if (best.input[at] === 0x61) continue
    const plain = best.input.slice()
    plain[at] = 0x61
    await attempt(plain)
  }
  return best
}

/** Of inputs that showed something new, few that show as much, the short ones first; `maxBytes` in all, as `lengthOf` counts. */
export async function distil(
  target: Target,
  inputs: readonly Uint8Array[],
  maxBytes: number,
  lengthOf: (input: Uint8Array) => number,
): Promise<Uint8Array[]> {
  const pairs = new Set<string>()
  const chosen: Uint8Array[] = []
  let left = maxBytes
  const own = new Set(target.seeds.map((seed) => Buffer.from(bytesOf(seed)).toString('latin1')))
  for (const input of [...inputs].sort((a, b) => a.length - b.length)) {
    const length = lengthOf(input)
    if (length > left || own.has(Buffer.from(input).toString('latin1'))) continue
    let news = false
    await failureOf(target, input, 1, (seen) => {
      let before = ''
      for (const what of seen) {
        const pair = `${before}>${what}`
        if (!pairs.has(pair)) news = pairs.add(pair) !== undefined
        before = what
      }
    })
    if (!news) continue
    chosen.push(input)
    left -= length
  }
  return chosen
}
