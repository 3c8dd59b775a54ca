import { RE2JS } from 're2js'
import { createNodeKernel } from '../../../adapters/node/wasm-kernel.ts'
import { compileRules } from '../../../src/scanner/compile/compile.ts'
import { toRegexSource } from '../../../src/scanner/compile/export.ts'
import type { RuleTables } from '../../../src/scanner/compile/tables.ts'
import type { Kernel, ScanSession } from '../../../src/scanner/kernel.ts'
import { createPortableKernel } from '../../../src/scanner/kernels/portable/kernel.ts'
import { geometricMean, median } from '../figures.ts'
import type { BenchRule } from '../prototype-rules.ts'
import { buildNative, NativeEngine } from './native.ts'
import { benignTexts, type Text } from './texts.ts'

const ROUNDS = 7
/** A run scans at least so many bytes, again and again where the text is shorter; slow engines only so many. */
const BYTES_A_RUN = 4_000_000
const RE2JS_BYTES = 40_000

/** MB/s by engine; absent: not measured or not installed. */
export interface Speeds {
  readonly text: string
  readonly bytes: number
  readonly matches: number
  readonly wasm: number
  readonly scalar: number
  readonly portable: number
  /** The kernel in WebAssembly with the rules that these are held against. */
  readonly fewer?: number
  readonly loop?: number
  readonly re2js?: number
  readonly hyperscan?: number
  readonly 'regex-automata'?: number
}

type EngineName = Exclude<keyof Speeds, 'text' | 'bytes' | 'matches'>

/** Nanoseconds of one scan of a text. */
type Run = (text: Text, times: number) => number | Promise<number>

const scan = (session: ScanSession, bytes: Uint8Array) => {
  session.reset()
  return session.feed(bytes, true).candidates
}

function ofKernel(kernel: Kernel, tables: RuleTables): Run {
  const session = kernel.open(tables)
  return ({ bytes }, times) => timed(times, () => scan(session, bytes))
}

function timed(times: number, run: () => void): number {
  const started = performance.now()
  for (let i = 0; i < times; i++) run()
  return ((performance.now() - started) * 1e6) / times
}

/** Scans every benign text with every engine, in turns, and compares what they find. */
export async function benignSpeeds(
  title: string,
  rules: readonly BenchRule[],
  { peers = false, fewer }: { readonly peers?: boolean; readonly fewer?: readonly BenchRule[] },
): Promise<Speeds[]> {
  const tables = compileRules(rules)
  const engines = new Map<EngineName, Run>([
    ['wasm', ofKernel(createNodeKernel('simd'), tables)],
    ['scalar', ofKernel(createNodeKernel('scalar'), tables)],
    ['portable', ofKernel(createPortableKernel(), tables)],
  ])
  if (fewer !== undefined) engines.set('fewer', ofKernel(createNodeKernel('simd'), compileRules(fewer)))
  const natives: [EngineName, NativeEngine][] = []
  if (peers) {
    engines.set('loop', regExpLoop(rules))
    engines.set('re2js', re2jsLoop(rules))
    for (const name of ['hyperscan', 'regex-automata'] as const) {
      const built = buildNative(name)
      if ('skipped' in built) {
        process.stdout.write(`SKIPPED ${built.skipped}\n`)
        continue
      }
      const native = await NativeEngine.start(built.program, name, rules)
      natives.push([name, native])
      engines.set(name, async (text, times) => (await native.scan(text.file, times)).ns)
    }
  }
  const all: Speeds[] = []
  for (const text of benignTexts()) {
    const matches = await compareAnswers(text, rules, tables, natives)
    const times = new Map<EngineName, number[]>()
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [name, run] of engines) {
        const slow = name === 'loop' || name === 're2js'
        if (slow && round > 2) continue
        const ns = await run(text, slow ? 1 : Math.ceil(BYTES_A_RUN / text.bytes.length / (name === 'portable' ? 8 : 1)))
        // The first round warms up.
        if (round > 0) times.set(name, [...(times.get(name) ?? []), ns])
      }
    }
    const speeds = Object.fromEntries(
      Array.from(times, ([name, ns]) => {
        const bytes = name === 're2js' ? Math.min(RE2JS_BYTES, text.bytes.length) : text.bytes.length
        return [name, Math.round((bytes * 1e4) / median(ns)) / 10]
      }),
    ) as Record<EngineName, number>
    all.push({ text: text.name, bytes: text.bytes.length, matches, ...speeds })
    process.stdout.write(
      `${title}, ${text.name}: ${Array.from(engines.keys(), (name) => `${name} ${speeds[name]}`).join(', ')} MB/s; ${matches} matches\n`,
    )
  }
  for (const [, native] of natives) native.stop()
  return all
}

function regExpLoop(rules: readonly BenchRule[]): Run {
  const expressions = rules.map((rule) => new RegExp(toRegexSource(rule, true), 'g'))
  return ({ bytes }, times) => {
    const text = Buffer.from(bytes).toString('latin1')
    return timed(times, () => {
      for (const expression of expressions) {
        expression.lastIndex = 0
        while (expression.exec(text) !== null) {}
      }
    })
  }
}

/** Its patterns are the bodies: it knows no guards. Slow: the first bytes of a text only. */
function re2jsLoop(rules: readonly BenchRule[]): Run {
  const expressions = rules.map((rule) => RE2JS.compile(toRegexSource(rule)))
  return ({ bytes }, times) => {
    const text = Buffer.from(bytes.subarray(0, RE2JS_BYTES)).toString('latin1')
    return timed(times, () => {
      for (const expression of expressions) {
        const matcher = expression.matcher(text)
        while (matcher.find()) {}
      }
    })
  }
}

/**
 * All kernels find the same. A RegExp takes the first alternative that fits and we the longest, so ends may differ, and with them
 * where the next match may begin: starts are compared, and a few that only this explains are allowed. Hyperscan reports the end of
 * every match of the bodies, guards left out: each of our ends must be among them. regex-automata reports one of overlapping rules:
 * each of its matches of a rule must overlap one that Hyperscan ends, if that is there; its number alone says nothing of ours.
 */
async function compareAnswers(
  { name, bytes, file }: Text,
  rules: readonly BenchRule[],
  tables: RuleTables,
  natives: readonly [EngineName, NativeEngine][],
): Promise<number> {
  const found = scan(createNodeKernel('simd').open(tables), bytes).map(({ rule, start, end }) => ({ rule, start, end }))
  const spans = (all: typeof found) => all.map(({ rule, start, end }) => `${rule}:${start}-${end}`).sort()
  const want = spans(found).join()
  for (const kernel of [createNodeKernel('scalar'), createPortableKernel()]) {
    if (spans(scan(kernel.open(tables), bytes).slice()).join() !== want) throw new Error(`${name}: the kernels differ`)
  }
  if (natives.length === 0) return found.length
  const text = Buffer.from(bytes).toString('latin1')
  let differ = 0
  let total = 0
  rules.forEach((rule, index) => {
    const ours = new Set(found.filter((one) => one.rule === index).map(({ start }) => start))
    const theirs = new Set(Array.from(text.matchAll(new RegExp(toRegexSource(rule, true), 'g')), (match) => match.index))
    total += theirs.size
    for (const start of ours) if (!theirs.has(start)) differ++
    for (const start of theirs) if (!ours.has(start)) differ++
  })
  if (differ > 0.01 * Math.max(100, total)) throw new Error(`${name}: ${differ} of ${total} starts differ from the RegExps'`)
  for (const [engine, native] of natives) {
    if (engine !== 'hyperscan') continue
    const ends = new Set((await native.matches(file)).map(([rule, to]) => `${rule}:${to}`))
    const missing = found.filter(({ rule, end }) => !ends.has(`${rule}:${end}`))
    if (missing.length > 0) throw new Error(`${name}: Hyperscan does not end ${missing.length} of our matches`)
  }
  return found.length
}

export type Ratios = Partial<Record<EngineName, { readonly mean: number; readonly least: number; readonly worstText: string }>>

/** The Wasm kernel over each engine: geometric mean over the texts, and where it is least. */
export function summary(title: string, all: readonly Speeds[]): Ratios {
  const ratios: Ratios = {}
  for (const name of ['scalar', 'portable', 'loop', 're2js', 'hyperscan', 'regex-automata'] as const) {
    const each = all.flatMap((speeds) =>
      speeds[name] === undefined ? [] : [{ text: speeds.text, ratio: speeds.wasm / speeds[name] }],
    )
    if (each.length === 0) continue
    const least = each.reduce((a, b) => (b.ratio < a.ratio ? b : a))
    const mean = geometricMean(each.map(({ ratio }) => ratio))
    ratios[name] = { mean, least: least.ratio, worstText: least.text }
    process.stdout.write(`      ${title}: ${mean.toFixed(2)} x ${name}, least ${least.ratio.toFixed(2)} (${least.text})\n`)
  }
  const fastest = geometricMean(all.map((speeds) => speeds.wasm / Math.max(speeds.hyperscan ?? 1, speeds['regex-automata'] ?? 1)))
  process.stdout.write(`      ${title}: ${fastest.toFixed(2)} x the faster of Hyperscan and regex-automata on each text\n`)
  return ratios
}
