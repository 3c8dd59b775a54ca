import { describe, expect, it } from 'vitest'
import { placedRules } from '../../rules/index.ts'
import { buildTables, readBuiltTables } from '../../src/pipeline/build-tables.ts'
import { createEngine, ruleSources } from '../../src/pipeline/engine.ts'
import { compileRules } from '../../src/scanner/compile/compile.ts'
import { createPortableKernel } from '../../src/scanner/kernels/portable/kernel.ts'

const rules = placedRules.slice(0, 4)
const built = buildTables(rules)

describe('tables of a build', () => {
  it('are the same bytes for the same rules', () => {
    expect(buildTables(rules)).toEqual(built)
  })

  it('are what an engine of these rules scans with, looked at and not copied', () => {
    const engine = createEngine({ rules, kernel: createPortableKernel(), ...readBuiltTables(built) })
    expect(engine.tables).toEqual(compileRules(ruleSources(rules)))
    expect(engine.tables?.next.buffer).toBe(built.tables.buffer)
  })

  it('of other rules are of no use: the rules are compiled', () => {
    const other = placedRules.slice(1, 5)
    const engine = createEngine({ rules: other, kernel: createPortableKernel(), ...readBuiltTables(built) })
    expect(engine.tables).toEqual(compileRules(ruleSources(other)))
    const changed = rules.map((placed, i) => (i === 0 ? { ...placed, rule: { ...placed.rule, pattern: 'abc' } } : placed))
    const same = createEngine({ rules: changed, kernel: createPortableKernel(), ...readBuiltTables(built) }).tables
    expect(same?.ids).toEqual(rules.map(({ rule }) => rule.id))
    expect(same).toEqual(compileRules(ruleSources(changed)))
  })
})
