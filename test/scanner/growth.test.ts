import { describe, expect, it } from 'vitest'
import { placedRules } from '../../rules/index.ts'
import { PatternError } from '../../src/core/errors.ts'
import { ruleSources } from '../../src/pipeline/engine.ts'
import { compileRules, type RuleSource } from '../../src/scanner/compile/compile.ts'
import type { RuleTables } from '../../src/scanner/compile/tables.ts'
import { record } from '../bench/figures.ts'
import { hostileUnits } from '../support/hostile.ts'
import { type Build, createKernel } from './kernels.ts'

// Linear time, in steps, which are the same on every machine: of every rule from 64 KiB to 16 MiB of the texts that cost it most, and with every bound of its
// repetitions ten times as large. `npm run test:deep` goes all the way and keeps what it saw in test/bench/record.

const DEEP = process.env.DEEP !== undefined
const FROM = 64 << 10
const TO = DEEP ? 16 << 20 : 512 << 10
const SHORT = 16 << 10
/** What the kernel takes of a text in one call. */
const FIRST_CALL = 16 << 10
const BUILDS: readonly Build[] = DEEP ? ['simd', 'portable'] : ['simd']
const rules = ruleSources(placedRules)
const kept: Record<string, unknown> = { from: FROM, to: TO }

const textOf = (unit: string, length: number) =>
  Buffer.from(unit.repeat(Math.ceil(length / unit.length)).slice(0, length), 'latin1')

/** Steps of a text of this length, a unit said again and again, in windows. */
function stepsOf(build: Build, tables: RuleTables, unit: string, length: number): number {
  // A kernel of its own: what the fall-back remembers of other texts must not help.
  const session = createKernel(build).open(tables)
  const window = textOf(unit, unit.length * Math.ceil(FROM / unit.length))
  for (let fed = 0; fed < length; fed += window.length)
    session.feed(window.subarray(0, length - fed), fed + window.length >= length)
  return session.steps
}

/** The texts that cost these rules most, in steps a byte. */
function worst(build: Build, sources: readonly RuleSource[], units: Iterable<string>): { unit: string; perByte: number }[] {
  const tables = compileRules(sources)
  return Array.from(units, (unit) => {
    const session = createKernel(build).open(tables)
    session.feed(textOf(unit, SHORT), true)
    return { unit, perByte: session.steps / SHORT }
  }).sort((a, b) => b.perByte - a.perByte)
}

/** A rule with all bounds ten times as large; undefined where that is more than the compiler takes. */
function timesTen({ id, pattern }: RuleSource): RuleSource | undefined {
  const more = pattern.replace(/\{(\d+)(,(\d+))?\}/g, (_all, min, both, max) =>
    both === undefined ? `{${min * 10}}` : `{${min * 10},${max * 10}}`,
  )
  try {
    compileRules([{ id, pattern: more }])
    return { id, pattern: more }
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    return undefined
  }
}

describe.each(BUILDS)('steps grow with the text and no faster, kernel %s', { timeout: 1_800_000 }, (build) => {
  const lengths: number[] = []
  for (let length = FROM; length <= TO; length *= 2) lengths.push(length)

  it.each(rules.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
    const tables = compileRules([rule])
    for (const { unit } of worst(build, [rule], hostileUnits(rule.pattern)).slice(0, DEEP && build === 'simd' ? 2 : 1)) {
      const steps = lengths.map((length) => stepsOf(build, tables, unit, length))
      const seen = (kept[build] ??= {}) as Record<string, number>
      for (let i = 1; i < steps.length; i++) {
        // The first call is simply walked, which may cost less than the fall-back that takes over: a step for each of its bytes.
        expect(steps[i], `${unit.slice(0, 40)}: ${steps}`).toBeLessThanOrEqual(2.1 * steps[i - 1] + FIRST_CALL)
        if (i > 1) expect(steps[i], `${unit.slice(0, 40)}: ${steps}`).toBeLessThanOrEqual(2.1 * Math.max(steps[i - 1], 1))
        seen[id] = Math.max(seen[id] ?? 0, steps[i] / Math.max(steps[i - 1], 1))
      }
    }
  })
})

describe('bounds ten times as large', { timeout: 1_800_000 }, () => {
  it.each(rules.map((rule) => [rule.id, rule] as const))('%s by itself', (_id, rule) => {
    const more = timesTen(rule)
    if (more === undefined) return
    const [as] = worst('simd', [rule], hostileUnits(rule.pattern))
    const [large] = worst('simd', [more], hostileUnits(more.pattern))
    // Up to 16 steps a byte are simply walked; the fall-back, beyond, does not depend on bounds.
    expect(large.perByte, large.unit.slice(0, 40)).toBeLessThan(1.5 * Math.max(as.perByte, 16))
  })

  it.skipIf(!DEEP)('all together: what it comes to is kept', () => {
    const large = rules.map((rule) => timesTen(rule) ?? rule)
    const of = (sources: readonly RuleSource[]) => {
      const units = new Set(sources.flatMap(({ pattern }) => hostileUnits(pattern)))
      const [{ unit, perByte }] = worst('simd', sources, units)
      return { texts: units.size, stepsPerByte: perByte, unit: unit.slice(0, 40) }
    }
    const [as, tenfold] = [of(rules), of(large)]
    const unchanged = rules.filter((rule, i) => rule === large[i]).map(({ id }) => id)
    kept.together = { as, tenfold, ratio: tenfold.stepsPerByte / as.stepsPerByte, unchanged }
    expect(as.stepsPerByte).toBeLessThan(24)
    record('steps', kept)
  })
})
