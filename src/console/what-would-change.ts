import type { PlacedRule } from '../core/rule.ts'
import type { Confidence } from '../core/words.ts'
import type { CompiledPolicy, RulePlan, SidePlan } from '../policy/policy.ts'
import type { Policy } from '../policy/schema.ts'
import { rulePath } from '../policy/selectors.ts'
import { canonicalJson, drawOf } from '../policy/version.ts'
import { isCommonWord, type Shape, type ShapeFinding } from './shape.ts'

/** What a policy makes of a message. */
export type Fate = 'passes' | 'is reported' | 'is edited' | 'is blocked'

export interface Change {
  readonly side: Shape['side']
  readonly rule: string
  readonly routeBefore: string
  readonly routeAfter: string
  /** An action with its mode, `redact (observed)`; `off` where no selector names the rule; `below minConfidence`. */
  readonly before: string
  readonly after: string
  readonly findings: number
  readonly messages: number
}

export interface Comparison {
  readonly messages: number
  /** Messages by fate before and after, where the two differ. */
  readonly fates: readonly { readonly before: Fate; readonly after: Fate; readonly messages: number }[]
  readonly changes: readonly Change[]
  /** Rules that are on in the draft and were off before: shapes cannot know what they would have found. */
  readonly newRules: readonly string[]
  /** Messages whose path is not kept whole, so that a route might match which does not match the shape. */
  readonly unsure: number
  /** Findings that a suppression of the draft may reach or may not: shapes have no places. */
  readonly unsureFindings: number
}

const RANK: Readonly<Record<Confidence, number>> = { low: 0, medium: 1, high: 2 }
const FATES: readonly Fate[] = ['passes', 'is reported', 'is edited', 'is blocked']

/** Judges recent messages, kept as shapes, by two policies. */
export function whatWouldChange(
  shapes: readonly Shape[],
  rules: readonly PlacedRule[],
  before: { policy: Policy; compiled: CompiledPolicy },
  after: { policy: Policy; compiled: CompiledPolicy },
): Comparison {
  const index = new Map(rules.map(({ rule }, i) => [rule.id, i]))
  const changes = new Map<string, Change>()
  const fates = new Map<string, Comparison['fates'][number]>()
  const newlyOn = new Set<string>()
  const [one, two] = [patternsOf(before.policy), patternsOf(after.policy)]
  // Where both have a pattern, the recorded messages do not move by it.
  const patterns = [...one.filter((pattern) => !two.includes(pattern)), ...two.filter((pattern) => !one.includes(pattern))]
  let unsure = 0
  let unsureFindings = 0
  const same = canonicalJson(before.policy.suppressions ?? []) === canonicalJson(after.policy.suppressions ?? [])
  /** Suppressed as it was recorded, where a place would have to be known. */
  const recorded = (finding: ShapeFinding) => finding.suppressed === true
  const guessed = (finding: ShapeFinding) => same && recorded(finding)
  for (const shape of shapes) {
    const meta = { side: shape.side, method: shape.method, host: shape.host, path: shape.path, contentType: shape.type }
    // By the exchange it was: one that is among the enforced share, or not.
    const draw = drawOf(shape.id)
    const was = before.compiled.plan(meta, draw)
    const will = after.compiled.plan(meta, draw)
    if (patterns.some((pattern) => mayMatch(pattern, shape.path))) unsure++
    for (let i = 0; i < rules.length; i++)
      if (was.rules[i] === undefined && will.rules[i] !== undefined) newlyOn.add(rulePath(rules[i]))
    const fateWas = fateOf(shape, was, index, recorded)
    const fateWill = fateOf(shape, will, index, guessed)
    if (fateWas !== fateWill) {
      const key = `${fateWas}|${fateWill}`
      fates.set(key, { before: fateWas, after: fateWill, messages: (fates.get(key)?.messages ?? 0) + 1 })
    }
    for (const finding of shape.findings) {
      const one = wordFor(finding, was, index, recorded)
      const two = wordFor(finding, will, index, guessed)
      if (!same && two !== 'suppressed' && will.rules[index.get(finding.rule) ?? -1]?.suppressed !== undefined)
        unsureFindings += finding.count
      if (one === two) continue
      const { side } = shape
      const key = [side, finding.rule, was.route, will.route, one, two].join('|')
      const known = changes.get(key)
      changes.set(key, {
        side,
        rule: finding.rule,
        routeBefore: was.route,
        routeAfter: will.route,
        before: one,
        after: two,
        findings: (known?.findings ?? 0) + finding.count,
        messages: (known?.messages ?? 0) + 1,
      })
    }
  }
  return {
    messages: shapes.length,
    fates: [...fates.values()].sort((a, b) => b.messages - a.messages),
    changes: [...changes.values()].sort((a, b) => b.findings - a.findings),
    newRules: [...newlyOn].sort(),
    unsure,
    unsureFindings,
  }
}

function wordFor(
  finding: ShapeFinding,
  plan: SidePlan,
  index: ReadonlyMap<string, number>,
  suppressed: (finding: ShapeFinding) => boolean,
): string {
  const { rule, confidence } = finding
  const rulePlan = plan.rules[index.get(rule) ?? -1]
  if (rulePlan === undefined) return 'off'
  if (RANK[confidence] < RANK[rulePlan.minConfidence]) return 'below minConfidence'
  const test = rulePlan.suppressed
  // What holds of places that nothing names holds of all.
  if (test !== undefined && (suppressed(finding) || (test('/\0', undefined) && test('/\0/\0/\0', 'url')))) return 'suppressed'
  const action = actionOf(rulePlan)
  return rulePlan.mode === 'enforce' || rulePlan.action === 'allow' ? action : `${action} (observed)`
}

/** `mask, last 4 shown` */
function actionOf({ action, options: { keepFirst, keepLast } }: RulePlan): string {
  const shown = [keepFirst > 0 && `first ${keepFirst}`, keepLast > 0 && `last ${keepLast}`].filter(Boolean)
  return action === 'mask' && shown.length > 0 ? `mask, ${shown.join(' and ')} shown` : action
}

function fateOf(
  shape: Shape,
  plan: SidePlan,
  index: ReadonlyMap<string, number>,
  suppressed: (finding: ShapeFinding) => boolean,
): Fate {
  let fate = 0
  for (const finding of shape.findings) {
    const word = wordFor(finding, plan, index, suppressed)
    if (word === 'off' || word === 'below minConfidence') continue
    fate = Math.max(fate, word === 'block' ? 3 : word === 'allow' || word === 'suppressed' || word.endsWith('(observed)') ? 1 : 2)
  }
  return FATES[fate]
}

function patternsOf(policy: Policy): string[] {
  return (policy.routes ?? []).flatMap(({ match }) => match.path ?? [])
}

/** Could the pattern match a path of this shape, though it names a word that the shape has not kept? */
function mayMatch(pattern: string, shape: string): boolean {
  const asked = pattern.split('/')
  const kept = shape.split('/')
  let hidden = false
  for (let i = 0; i < Math.max(asked.length, kept.length); i++) {
    const part = asked[i]
    if (part === undefined) return false
    if (part.startsWith('*')) return hidden
    if (kept[i] === undefined) return false
    if (part.startsWith(':') || part === kept[i]) continue
    // What is common would have been kept.
    if (isCommonWord(part)) return false
    if (kept[i] !== '*') return part.endsWith('*') && kept[i].startsWith(part.slice(0, -1)) && hidden
    hidden = true
    if (part.endsWith('*')) return true
  }
  return hidden
}
