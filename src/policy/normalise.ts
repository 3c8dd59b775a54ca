import { DEFAULT_LIMITS, type Limits } from '../core/limits.ts'
import { DEFAULT_POSTURE, type Posture, REASONS, type Reason } from '../core/reasons.ts'
import type { Action, Confidence, Mode, Side } from '../core/words.ts'
import type { BreakerLimits, Breakers, PlacesPlan } from './policy.ts'
import type { Policy } from './schema.ts'
import { ACTIONS, type ActionSpec, type BreakerInput, type PosturesInput, type RouteInput, type SideInput } from './shape.ts'
import type { Suppression } from './suppress.ts'

/**
 * A policy with every default filled in and every short form written out: what is hashed, and what plans are made from.
 * The author's name for the version stays out: a policy that does the same is the same.
 *
 * Order of precedence for mode, minConfidence and numbers: the selector's own, the route's, the policy's.
 */
export interface Spec {
  readonly action: Action
  readonly keepFirst: number
  readonly keepLast: number
  readonly mode?: Mode
  readonly minConfidence?: Confidence
  readonly numbers?: 'mark' | 'zero' | 'null'
}
export type Specs = Readonly<Record<string, Spec>>
export type Postures = Readonly<Record<Reason, Posture>>

interface PerSide {
  readonly specs: Specs
  readonly skip: boolean
  readonly postures: Postures
  readonly onLateBlock: 'redact' | 'abort'
  readonly places: PlacesPlan
}

export interface Scope {
  /** '' outside every route. */
  readonly name: string
  readonly mode: Mode
  readonly enforcePercent: number
  readonly minConfidence: Confidence
  readonly numbers: 'mark' | 'zero' | 'null'
  readonly request: PerSide
  readonly response: PerSide
}

export interface RouteScope extends Scope {
  readonly match: {
    readonly methods?: readonly string[]
    readonly hosts?: readonly string[]
    readonly paths?: readonly string[]
    readonly contentTypes?: readonly string[]
    readonly side?: Side
  }
}

export interface NormalPolicy {
  readonly limits: Limits
  readonly breaker: Breakers
  /** Those that hold now. Absent: none, so that a policy whose suppressions are over is the same as one without. */
  readonly suppressions?: readonly Suppression[]
  readonly base: Scope
  readonly routes: readonly RouteScope[]
}

/** Reasons for which the short form `block` does not block: nobody asked for the bytes, or a route decided. */
const NEVER_BY_SHORT_FORM: ReadonlySet<Reason> = new Set(['not-consumed', 'skipped-by-policy'])

export function normalise(policy: Policy, suppressions: readonly Suppression[] = []): NormalPolicy {
  const base: Scope = {
    name: '',
    mode: policy.mode ?? 'observe',
    enforcePercent: policy.enforcePercent ?? 100,
    minConfidence: policy.minConfidence ?? 'medium',
    numbers: policy.numbers ?? 'mark',
    request: perSide('request', policy, undefined),
    response: perSide('response', policy, undefined),
  }
  return {
    limits: { ...DEFAULT_LIMITS, ...policy.limits },
    breaker: { request: breakerOf(policy.breaker?.request ?? 'off'), response: breakerOf(policy.breaker?.response ?? {}) },
    ...(suppressions.length === 0 ? {} : { suppressions }),
    base,
    routes: (policy.routes ?? []).map((route, i) => routeScope(route, i, policy, base)),
  }
}

function breakerOf(input: NonNullable<BreakerInput[Side]>): BreakerLimits | undefined {
  if (input === 'off') return undefined
  const { percent = 20, minMessages = 50, windowSeconds = 60, holdSeconds = 600 } = input
  return { percent, minMessages, windowMs: windowSeconds * 1000, holdMs: holdSeconds * 1000 }
}

function routeScope(route: RouteInput, index: number, policy: Policy, base: Scope): RouteScope {
  const { methods, hosts, path, contentTypes, side } = route.match
  return {
    name: route.name ?? `route-${index}`,
    mode: route.mode ?? base.mode,
    enforcePercent: route.enforcePercent ?? base.enforcePercent,
    minConfidence: route.minConfidence ?? base.minConfidence,
    numbers: route.numbers ?? base.numbers,
    request: perSide('request', policy, route),
    response: perSide('response', policy, route),
    match: {
      methods: methods?.map((method) => method.toUpperCase()),
      hosts: hosts?.map((host) => host.toLowerCase()),
      paths: typeof path === 'string' ? [path] : path,
      contentTypes: contentTypes?.map((type) => type.toLowerCase()),
      side,
    },
  }
}

/** The route's side is laid over the policy's, selector by selector; then the most specific selector wins, whoever wrote it. */
function perSide(side: Side, policy: Policy, route: RouteInput | undefined): PerSide {
  const skip = route?.skip === true || route?.skip === side
  return {
    skip,
    specs: specsOf({ ...policy[side], ...route?.[side] }),
    postures: posturesOf(policy.onUninspected?.[side], route?.onUninspected?.[side]),
    onLateBlock: lateOf(route?.onLateBlock, side) ?? lateOf(policy.onLateBlock, side) ?? 'redact',
    places: {
      url: side === 'response' ? 'off' : (route?.places?.url ?? policy.places?.url ?? 'off'),
      headers: (route?.places?.headers ?? policy.places?.headers) === 'inspect',
    },
  }
}

/** In the order of their names: all of a normal policy is in one order, so that its JSON is the same however the policy was written. */
function specsOf(side: SideInput): Specs {
  const selectors = Object.keys(side).sort()
  return Object.fromEntries(selectors.map((selector) => [selector, specOf(side[selector]!)]))
}

function specOf(spec: ActionSpec): Spec {
  if (typeof spec === 'string') return { action: spec, keepFirst: 0, keepLast: 0 }
  const action = spec.action ?? ACTIONS.find((name) => spec[name] !== undefined) ?? 'redact'
  return {
    action,
    keepFirst: spec.mask?.keepFirst ?? 0,
    keepLast: spec.mask?.keepLast ?? 0,
    mode: spec.mode,
    minConfidence: spec.minConfidence,
    numbers: spec.numbers,
  }
}

function posturesOf(...layers: (PosturesInput | undefined)[]): Postures {
  const out = { ...DEFAULT_POSTURE }
  for (const layer of layers) {
    if (layer === undefined) continue
    if (typeof layer !== 'string') Object.assign(out, layer)
    else for (const reason of REASONS) if (layer === 'pass' || !NEVER_BY_SHORT_FORM.has(reason)) out[reason] = layer
  }
  return out
}

type LateInput = Policy['onLateBlock']
function lateOf(late: LateInput, side: Side): 'redact' | 'abort' | undefined {
  return typeof late === 'string' ? late : late?.[side]
}
