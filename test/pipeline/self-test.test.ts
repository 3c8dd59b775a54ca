import { describe, expect, it } from 'vitest'
import { placedRules } from '../../rules/index.ts'
import type { PlacedRule } from '../../src/core/rule.ts'
import { createEngine } from '../../src/pipeline/engine.ts'
import { selfTest } from '../../src/pipeline/self-test.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import type { Policy } from '../../src/policy/schema.ts'
import { createPortableKernel } from '../../src/scanner/kernels/portable/kernel.ts'
import { builtTables } from '../support/engine.ts'

const run = (policy: Policy<string>, rules: readonly PlacedRule[] = placedRules) =>
  selfTest(compilePolicy(policy, rules, ''), createEngine({ rules, kernel: createPortableKernel(), ...builtTables }))

const made = (pattern: string, sample: string): PlacedRule => ({
  group: 'made',
  rule: {
    id: 'up',
    label: 'made',
    title: 'made up',
    source: 'this test',
    pattern,
    confidence: 'high',
    samples: { find: [sample], ignore: [] },
  },
})

describe('a policy is tried before it is used', () => {
  it('all rules of the build hold', async () => {
    await run({ mode: 'enforce', request: { '*': 'redact' }, response: { '*': 'block' } })
    await run({ mode: 'observe', request: { '*': { mask: { keepLast: 4 } } } })
    await run({ request: { '*': 'redact' }, limits: { maxSteps: 1, maxInspectBytes: 1, maxViewDepth: 0, maxDepth: 1 } })
  })

  it('a rule that misses its own sample', async () => {
    const rule = made('code-[0-9]{4}', 'a ⟦code-12⟧ b')
    await expect(run({ request: { made: 'redact' } }, [rule])).rejects.toThrow(/made\/up: does not redact/)
  })

  it('a rule that finds something in every text, on whichever route', async () => {
    const rule = made('[a-z]{4}', 'x ⟦abcd⟧')
    const route = { name: 'deep', match: { path: '/a' }, response: { made: 'redact' } } as const
    await expect(run({ routes: [route] }, [rule])).rejects.toThrow(/route deep: finds something in a harmless text/)
  })

  it('a rule that no selector names is not tried', async () => {
    const broken = made('code-[0-9]{4}', 'a ⟦code-12⟧ b')
    const sound = made('x-[0-9]', '⟦x-1⟧')
    await run({ request: { other: 'redact' } }, [broken, { group: 'other', rule: { ...sound.rule, id: 'ex' } }])
  })
})
