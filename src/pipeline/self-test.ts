import { ConfigError } from '../core/errors.ts'
import { DEFAULT_LIMITS } from '../core/limits.ts'
import type { CompiledPolicy, RulePlan, SidePlan } from '../policy/policy.ts'
import { rulePath } from '../policy/selectors.ts'
import type { Engine } from './engine.ts'
import { Inspector } from './inspector.ts'
import { concat } from './source.ts'

/** Sentences in which no rule may find anything: a policy that would edit them would edit everything. */
const HARMLESS = 'The harbour opens at nine. Please bring the green folder, and leave the lamp on the second shelf.'

const TEST_PLAN: RulePlan = {
  action: 'redact',
  mode: 'enforce',
  minConfidence: 'low',
  options: { keepFirst: 0, keepLast: 0, numbers: 'mark' },
}

/**
 * Tries a policy out before it is used: each rule that it selects must find and redact the value in the first of its own samples, and
 * in a harmless text nothing may be found under any of its plans. Costs one small scan a rule.
 * @throws ConfigError `self-test` that names the rule or the route
 */
export async function selfTest(policy: CompiledPolicy, engine: Engine): Promise<void> {
  const selected = new Set<number>()
  for (const { rules } of policy.plans) for (const i of rules.keys()) if (rules[i] !== undefined) selected.add(i)
  for (const index of selected) {
    const placed = engine.rules[index]
    const { text, value } = unmarked(placed.rule.samples.find[0])
    const rules = engine.rules.map((_, i) => (i === index ? TEST_PLAN : undefined))
    const inspector = inspect(text, { ...policy.plans[0], rules }, engine)
    const out = new TextDecoder().decode(concat(await inspector.take()))
    if (inspector.edits === 0 || out.includes(value))
      throw new ConfigError('self-test', rulePath(placed), 'does not redact the value of its own sample')
  }
  for (const plan of policy.plans) {
    if (inspect(HARMLESS, plan, engine).findings > 0)
      throw new ConfigError(
        'self-test',
        plan.route === '' ? 'policy' : `route ${plan.route}`,
        'finds something in a harmless text',
      )
  }
}

/** Under the limits of no policy: rules are tried, and a policy may well stop before the end of a text. */
function inspect(text: string, plan: SidePlan, engine: Engine): Inspector {
  const inspector = new Inspector({ engine, plan, limits: DEFAULT_LIMITS, reading: 'text', onBlock: 'redact' })
  inspector.inspectWhole(new TextEncoder().encode(text))
  return inspector
}

/** A sample with its value between `⟦` and `⟧`: the plain text, and the value. */
function unmarked(sample: string): { text: string; value: string } {
  const value = sample.slice(sample.indexOf('⟦') + 1, sample.indexOf('⟧'))
  return { text: sample.replace(/[⟦⟧]/g, ''), value }
}
