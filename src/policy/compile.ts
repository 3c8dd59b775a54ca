import { ConfigError } from '../core/errors.ts'
import type { Limits } from '../core/limits.ts'
import type { PlacedRule } from '../core/rule.ts'
import type { Side } from '../core/words.ts'
import { compileRoutes } from './match-route.ts'
import { normalise, type Scope, type Spec } from './normalise.ts'
import { optionPath, suggestion } from './option-path.ts'
import type { CompiledPolicy, RulePlan, SidePlan } from './policy.ts'
import { definePolicy, type Policy } from './schema.ts'
import { type Catalogue, catalogueOf, checkSelector } from './selectors.ts'
import type { SideInput } from './shape.ts'
import { type Suppression, type SuppressTest, sortSuppressions, suppressTest } from './suppress.ts'
import { fnv64 } from './version.ts'

/** PCI DSS 3.4.1: at most the first six (BIN) and the last four digits of a card number are shown. */
const PAYMENT_KEEP_FIRST = 6
const PAYMENT_KEEP_LAST = 4
const PAYMENT = 'payment'

/**
 * Binds a policy to a rule catalogue. Everything that can be wrong is found here, as a ConfigError that names the option;
 * `plan` never throws. There is one plan per route and side, made once: the memory of plans is bounded by the policy.
 * `ruleBuild` names the rule tables; it is part of the version, so equal versions mean equal results. Suppressions hold that have not
 * expired at `now` (milliseconds since 1970; by default all do).
 */
export function compilePolicy(policy: Policy<string>, rules: readonly PlacedRule[], ruleBuild: string, now = 0): CompiledPolicy {
  const parsed = definePolicy<string>(policy)
  checkNames(parsed)
  checkSides(parsed, rules)
  checkSuppressions(parsed, rules)
  const { active, expired, until } = sortSuppressions(parsed.suppressions ?? [], now)
  const normal = normalise(parsed, active)
  checkLimits(normal.limits)
  const scopes: readonly Scope[] = [normal.base, ...normal.routes]
  const plans = scopes.map((scope) => ({
    percent: scope.enforcePercent,
    observed: undefined as Observed | undefined,
    request: compilePlan(scope, 'request', rules, active),
    response: compilePlan(scope, 'response', rules, active),
  }))
  const routeOf = compileRoutes(normal.routes)
  // Where nothing blocks, nothing is counted.
  const breakerOf = (side: Side) => (plans.some((plan) => plan[side].mayBlock) ? normal.breaker[side] : undefined)
  return Object.freeze({
    version: fnv64(`${JSON.stringify(normal)}\n${ruleBuild}`),
    limits: Object.freeze({ ...normal.limits }),
    plans: Object.freeze(plans.flatMap(({ request, response }) => [request, response])),
    breaker: Object.freeze({ request: breakerOf('request'), response: breakerOf('response') }),
    splits: scopes.some(({ enforcePercent }) => enforcePercent < 100),
    until,
    expired,
    plan: (meta: Parameters<CompiledPolicy['plan']>[0], draw = 0) => {
      const at = plans[routeOf(meta) + 1]
      if (draw < at.percent) return at[meta.side]
      at.observed ??= { request: observedPlan(at.request), response: observedPlan(at.response) }
      return at.observed[meta.side]
    },
  })
}

/** The policy with `limits` for those limits it does not set itself: how an adapter chooses the limits of a build. */
export function withDefaultLimits(policy: Policy, limits: Partial<Limits>): Policy {
  return definePolicy({ ...policy, limits: { ...limits, ...policy.limits } })
}

function compilePlan(scope: Scope, side: Side, rules: readonly PlacedRule[], active: readonly Suppression[]): SidePlan {
  const { skip, specs, postures, onLateBlock, places } = scope[side]
  /** By selector; rules of which something is suppressed have plans of their own. */
  const shared = new Map<string, RulePlan>()
  const plans = catalogueOf(rules).selectors.map((selectors): RulePlan | undefined => {
    if (skip) return undefined
    const selector = selectors.find((name) => Object.hasOwn(specs, name))
    if (selector === undefined) return undefined
    const suppressed = suppressTest(active, selectors, scope.name, side)
    if (suppressed !== undefined) return rulePlan(specs[selector], scope, suppressed)
    let plan = shared.get(selector)
    if (plan === undefined) shared.set(selector, (plan = rulePlan(specs[selector], scope, undefined)))
    return plan
  })
  const enforced = plans.filter((plan) => plan?.mode === 'enforce' && plan.action !== 'allow')
  const named = plans.some((plan) => plan !== undefined)
  // A side on which no rule is named is not looked at; what its events call the mode is then the route's.
  const mode = enforced.length > 0 ? 'enforce' : named ? 'observe' : scope.mode
  return Object.freeze({
    side,
    route: scope.name,
    inspect: named,
    mode,
    rules: Object.freeze(plans),
    mayBlock: enforced.some((plan) => plan?.action === 'block'),
    onLateBlock,
    places,
    posture: mode === 'enforce' ? (reason: keyof typeof postures) => postures[reason] : () => 'pass' as const,
  })
}

type Observed = Readonly<Record<Side, SidePlan>>

/** The plan of an exchange that is not among those enforced. */
function observedPlan(plan: SidePlan): SidePlan {
  return Object.freeze({
    ...plan,
    mode: 'observe' as const,
    rules: Object.freeze(plan.rules.map((rule) => rule && Object.freeze({ ...rule, mode: 'observe' as const }))),
    mayBlock: false,
    posture: () => 'pass' as const,
  })
}

function rulePlan(spec: Spec, scope: Scope, suppressed: SuppressTest | undefined): RulePlan {
  return Object.freeze({
    action: spec.action,
    mode: spec.mode ?? scope.mode,
    minConfidence: spec.minConfidence ?? scope.minConfidence,
    options: Object.freeze({ keepFirst: spec.keepFirst, keepLast: spec.keepLast, numbers: spec.numbers ?? scope.numbers }),
    ...(suppressed === undefined ? {} : { suppressed }),
  })
}

function checkLimits(limits: Limits): void {
  if (limits.maxWholeBytes <= limits.maxPoolBytes) return
  throw new ConfigError(
    'bad-limits',
    'policy.limits.maxWholeBytes',
    'is above maxPoolBytes, so no body of that size could be taken whole.',
  )
}

function checkNames(policy: Policy): void {
  const seen = new Map<string, number>()
  policy.routes?.forEach((route, i) => {
    const name = route.name ?? `route-${i}`
    const first = seen.get(name)
    if (first !== undefined) {
      throw new ConfigError(
        'bad-policy',
        optionPath(['routes', i, 'name']),
        `routes[${first}] has this name already; names must differ.`,
      )
    }
    seen.set(name, i)
  })
}

function checkSuppressions(policy: Policy, rules: readonly PlacedRule[]): void {
  const { known } = catalogueOf(rules)
  const routes = (policy.routes ?? []).map((route, i) => route.name ?? `route-${i}`)
  policy.suppressions?.forEach(({ rule, route }, i) => {
    checkSelector(rule, known, ['suppressions', i, 'rule'])
    if (route === undefined || routes.includes(route)) return
    throw new ConfigError(
      'unknown-route',
      optionPath(['suppressions', i, 'route']),
      `there is no route of this name.${suggestion(route, routes)}`,
    )
  })
}

function checkSides(policy: Policy, rules: readonly PlacedRule[]): void {
  const { known, selectors } = catalogueOf(rules)
  const payment = selectors.filter((names) => names.includes(PAYMENT))
  const places: { option: (string | number)[]; from: Policy | NonNullable<Policy['routes']>[number] }[] = [
    { option: [], from: policy },
  ]
  policy.routes?.forEach((from, i) => {
    places.push({ option: ['routes', i], from })
  })
  for (const { option, from } of places) {
    for (const side of ['request', 'response'] as const) {
      for (const selector of Object.keys(from[side] ?? {})) checkSelector(selector, known, [...option, side])
      checkPaymentMasks(from[side], policy[side], payment, [...option, side])
    }
  }
}

/** A mask that reaches payment rules, by whichever selector, shows no more than PCI DSS allows. */
function checkPaymentMasks(
  own: SideInput | undefined,
  below: SideInput | undefined,
  payment: Catalogue['selectors'],
  option: (string | number)[],
): void {
  for (const names of payment) {
    const selector = names.find((name) => own?.[name] !== undefined || below?.[name] !== undefined)
    const spec = selector === undefined ? undefined : own?.[selector]
    if (selector === undefined || typeof spec !== 'object') continue
    for (const [key, most] of [
      ['keepFirst', PAYMENT_KEEP_FIRST],
      ['keepLast', PAYMENT_KEEP_LAST],
    ] as const) {
      if ((spec.mask?.[key] ?? 0) <= most) continue
      throw new ConfigError(
        'mask-keeps-too-much',
        optionPath([...option, selector, 'mask', key]),
        `must be at most ${most} where it reaches payment rules (${names[0]}; PCI DSS 3.4.1)${selector === '*' ? '; give "payment" a selector of its own' : ''}.`,
      )
    }
  }
}
