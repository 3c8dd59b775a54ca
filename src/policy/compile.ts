import { ConfigError } from '../core/errors.ts'
import { DEFAULT_LIMITS, type Limits } from '../core/limits.ts'
import { DEFAULT_POSTURE, type Posture, REASONS, type Reason } from '../core/reasons.ts'
import type { PlacedRule } from '../core/rule.ts'
import type { Action, Mode, Side } from '../core/words.ts'
import type { ActionOptions } from '../transform/transform.ts'
import { routeMatches } from './match-route.ts'
import type { CompiledPolicy, MessageMeta, RulePlan, SidePlan } from './policy.ts'
import { type ActionValue, definePolicy, type Policy, type Route, type SideRules } from './schema.ts'

const ACTIONS = ['redact', 'mask', 'hash', 'drop', 'block'] as const
/** PCI DSS 3.4.1 and FAQ 1091: at most the first six and the last four digits of a card number may be shown. */
const CARD_KEEP = { keepFirst: 6, keepLast: 4 }
const MAX_KEPT = 10

/**
 * Binds a policy to a rule catalogue. For each rule the most specific selector wins; between two equally specific ones the
 * route's beats the policy's. A rule that no selector names is off.
 * @throws ConfigError naming the option
 */
export function compilePolicy(input: Policy, rules: readonly PlacedRule[], ruleBuild: string): CompiledPolicy {
  const policy = definePolicy(input)
  const limits = readLimits(policy)
  const sides: Side[] = ['request', 'response']
  const routes = policy.routes ?? []
  for (const side of sides) {
    checkSelectors(policy[side], rules, `policy.${side}`)
    routes.forEach((route, i) => checkSelectors(route[side], rules, `policy.routes.${i}.${side}`))
  }
  // Route -1 is the policy itself.
  const plans = new Map<string, SidePlan>()
  for (const side of sides) {
    for (let i = -1; i < routes.length; i++) plans.set(`${side}:${i}`, makePlan(policy, i < 0 ? undefined : routes[i], i, side, rules))
  }
  return {
    version: hash64(`${canonical({ ...policy, version: undefined, limits })}\n${ruleBuild}`),
    limits,
    plan(meta: MessageMeta) {
      const at = routes.findIndex((route) => routeMatches(route.match, meta))
      return plans.get(`${meta.side}:${at}`)!
    },
  }
}

function readLimits(policy: Policy): Limits {
  const limits: Limits = { ...DEFAULT_LIMITS, ...policy.limits }
  if (limits.maxWholeBytes > limits.maxPoolBytes) throw new ConfigError('bad-limits', 'policy.limits.maxWholeBytes', 'is above maxPoolBytes, so no body could ever be taken whole')
  return limits
}

function makePlan(policy: Policy, route: Route | undefined, index: number, side: Side, catalogue: readonly PlacedRule[]): SidePlan {
  const routeMode = route?.mode ?? policy.mode ?? 'observe'
  const minConfidence = route?.minConfidence ?? policy.minConfidence ?? 'medium'
  const rules = catalogue.map((placed): RulePlan | undefined => {
    const found = mostSpecific(placed, policy[side], route?.[side])
    if (found === undefined) return undefined
    const { value, option } = found
    const spec = typeof value === 'string' ? { action: value } : value
    const action = actionOf(spec, option)
    return { action, mode: spec.mode ?? routeMode, minConfidence: spec.minConfidence ?? minConfidence, options: optionsOf(spec, action, placed, option) }
  })
  const enforced = rules.filter((rule) => rule !== undefined && rule.mode === 'enforce')
  const mode: Mode = enforced.length > 0 || (routeMode === 'enforce' && rules.every((rule) => rule === undefined)) ? 'enforce' : 'observe'
  const postures = readPostures(policy, route, side, mode)
  const late = route?.onLateBlock ?? policy.onLateBlock
  return {
    side,
    route: route === undefined ? '' : (route.name ?? `route-${index}`),
    inspect: !(route?.skip === true || route?.skip === side) && rules.some((rule) => rule !== undefined),
    mode,
    rules,
    mayBlock: enforced.some((rule) => rule!.action === 'block'),
    onLateBlock: (typeof late === 'string' ? late : late?.[side]) ?? 'redact',
    posture: (reason) => postures[reason],
  }
}

function readPostures(policy: Policy, route: Route | undefined, side: Side, mode: Mode): Record<Reason, Posture> {
  const postures = { ...DEFAULT_POSTURE }
  for (const spec of [policy.onUninspected?.[side], route?.onUninspected?.[side]]) {
    if (spec === undefined) continue
    for (const reason of REASONS) postures[reason] = (typeof spec === 'string' ? spec : (spec as Partial<Record<Reason, Posture>>)[reason]) ?? postures[reason]
  }
  if (mode === 'observe') for (const reason of REASONS) postures[reason] = 'pass'
  return postures
}

type SpecObject = Exclude<ActionValue, string>

function actionOf(spec: SpecObject | { action: Action }, option: string): Action {
  const named = ACTIONS.filter((action) => (spec as SpecObject)[action] !== undefined)
  const explicit = spec.action
  if (explicit !== undefined && (named.length === 0 || (named.length === 1 && named[0] === explicit))) return explicit
  if (explicit === undefined && named.length === 1) return named[0]
  throw new ConfigError('bad-action', option, named.length + (explicit === undefined ? 0 : 1) === 0 ? `one of allow, ${ACTIONS.join(', ')} is needed` : 'exactly one action is needed')
}

function optionsOf(spec: SpecObject | { action: Action }, action: Action, placed: PlacedRule, option: string): ActionOptions {
  const { mask, numbers } = spec as SpecObject
  const keepFirst = mask?.keepFirst ?? 0
  const keepLast = mask?.keepLast ?? 0
  if (action === 'mask') {
    if (keepFirst + keepLast > MAX_KEPT) throw new ConfigError('mask-keeps-too-much', `${option}.mask`, `keepFirst and keepLast together may be ${MAX_KEPT} at most`)
    if (placed.rule.label === 'credit_card' && (keepFirst > CARD_KEEP.keepFirst || keepLast > CARD_KEEP.keepLast)) {
      throw new ConfigError('mask-keeps-too-much', `${option}.mask`, 'of a card number the first 6 and the last 4 digits may be kept at most (PCI DSS 3.4.1)')
    }
  }
  return { keepFirst, keepLast, numbers: numbers ?? 'mark' }
}

function mostSpecific(placed: PlacedRule, own: SideRules | undefined, routed: SideRules | undefined) {
  const path = `${placed.group}/${placed.rule.id}`
  let best: { value: ActionValue; option: string; length: number } | undefined
  for (const [rules, where] of [[own, 'policy'], [routed, 'route']] as const) {
    for (const [selector, value] of Object.entries(rules ?? {})) {
      if (!selects(selector, path)) continue
      const length = selector === '*' ? 0 : selector.length
      if (best === undefined || length >= best.length) best = { value, option: `${where}.${selector}`, length }
    }
  }
  return best
}

function selects(selector: string, path: string): boolean {
  return selector === '*' || path === selector || path.startsWith(`${selector}/`)
}

function checkSelectors(side: SideRules | undefined, rules: readonly PlacedRule[], option: string): void {
  const paths = rules.map(({ group, rule }) => `${group}/${rule.id}`)
  for (const selector of Object.keys(side ?? {})) {
    if (paths.some((path) => selects(selector, path))) continue
    const near = nearest(selector, paths)
    throw new ConfigError('unknown-selector', `${option}.${selector}`, `selects no rule${near === undefined ? '' : `; did you mean "${near}"?`}`)
  }
}

/** The selector that is meant, probably: one that ends in what was written, or the fewest edits away. */
function nearest(selector: string, paths: readonly string[]): string | undefined {
  const names = new Set(paths.flatMap((path) => path.split('/').map((_, i, parts) => parts.slice(0, i + 1).join('/'))))
  const ending = [...names].find((name) => name.endsWith(`/${selector}`))
  if (ending !== undefined) return ending
  let best: { name: string; distance: number } | undefined
  for (const name of names) {
    const distance = editDistance(selector, name)
    if (best === undefined || distance < best.distance) best = { name, distance }
  }
  return best !== undefined && best.distance <= Math.max(2, selector.length / 3) ? best.name : undefined
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1))
    row = next
  }
  return row[b.length]
}

/** JSON with sorted keys and without undefined members. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`)
    .join(',')}}`
}

/** FNV-1a of 64 bits, in hex: a name for a policy, not a protection of it. */
function hash64(text: string): string {
  let hash = 0xcbf29ce484222325n
  for (const byte of new TextEncoder().encode(text)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn
  return hash.toString(16).padStart(16, '0')
}
