import { createNodeKernel } from '../../../adapters/node/wasm-kernel.ts'
import { compileRules } from '../../../src/scanner/compile/compile.ts'
import { hostileUnits } from '../../support/hostile.ts'
import type { BenchRule } from '../prototype-rules.ts'
import { yardstick } from './yardstick.ts'

const BYTES = 256 << 10

/** The rules with every bound of a repetition ten times as large; those that the compiler refuses then stay what they are. */
export function timesTen(rules: readonly BenchRule[]): BenchRule[] {
  return rules.map((rule) => {
    const pattern = rule.pattern.replace(/\{(\d+)(?:,(\d+))?\}/g, (_all, min: string, max?: string) =>
      max === undefined ? `{${Number(min) * 10}}` : `{${Number(min) * 10},${Number(max) * 10}}`,
    )
    try {
      compileRules([{ ...rule, pattern }])
      return { ...rule, pattern }
    } catch {
      return rule
    }
  })
}

interface Slow {
  readonly unit: string
  readonly mbs: number
  /** How often a walk of one step a byte takes this time. */
  readonly walks: number
}

/** The hostile texts of every rule, all rules at once, each beside a walk of one step a byte in the same run; slowest first. */
export async function worstCase(
  rules: readonly BenchRule[],
  quick: boolean,
): Promise<{ texts: number; slowest: readonly Slow[] }> {
  const walk = await yardstick(BYTES)
  const tables = compileRules(rules)
  const units = new Set(rules.flatMap(({ pattern }) => hostileUnits(pattern)))
  const session = createNodeKernel('simd').open(tables)
  /** The least of several rounds, of both: other work on the machine only adds. */
  const measure = (unit: string, rounds: number): Slow => {
    const text = Buffer.from(unit.repeat(Math.ceil(BYTES / unit.length)).slice(0, BYTES), 'latin1')
    let best = Number.POSITIVE_INFINITY
    let step = Number.POSITIVE_INFINITY
    for (let round = 0; round < rounds; round++) {
      step = Math.min(step, walk(text))
      const started = performance.now()
      session.reset()
      session.feed(text, true)
      best = Math.min(best, performance.now() - started)
    }
    return { unit: unit.slice(0, 60), mbs: BYTES / 1e3 / best, walks: best / step }
  }
  const first = Array.from(units, (unit) => ({ unit, walks: measure(unit, 2).walks })).sort((a, b) => b.walks - a.walks)
  // Those that seemed slow are looked at again, longer.
  const all = first.slice(0, quick ? 60 : 200).map(({ unit }) => measure(unit, quick ? 20 : 40))
  all.sort((a, b) => b.walks - a.walks)
  for (const { unit, mbs, walks } of all.slice(0, 5))
    process.stdout.write(`      ${mbs.toFixed(0)} MB/s, ${walks.toFixed(1)} walks: ${JSON.stringify(unit)} again and again\n`)
  return { texts: units.size, slowest: all.slice(0, 20) }
}
