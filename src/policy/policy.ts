import type { Limits } from '../core/limits.ts'
import type { Posture, Reason } from '../core/reasons.ts'
import type { Action, Confidence, Mode, Side } from '../core/words.ts'
import type { ActionOptions } from '../transform/transform.ts'
import type { SuppressionInput } from './shape.ts'
import type { SuppressTest } from './suppress.ts'

/** What is known of a message before its body is read. */
export interface MessageMeta {
  readonly side: Side
  readonly method: string
  /** Lower-case host without port; '' if unknown. */
  readonly host: string
  /** Path of the URL without query, percent-encoding as sent. */
  readonly path: string
  /** Essence of the inspected message's Content-Type (`application/json`), lower case; '' if none. */
  readonly contentType: string
}

/** What policy says about one rule on one side of one route. */
export interface RulePlan {
  readonly action: Action
  readonly mode: Mode
  readonly minConfidence: Confidence
  readonly options: ActionOptions
  /** True of places at which findings of this rule are left alone. Absent: nowhere. */
  readonly suppressed?: SuppressTest
}

/** What is inspected beside the body. `url` is `off` on the response side. */
export interface PlacesPlan {
  readonly url: 'off' | 'inspect' | 'refuse'
  readonly headers: boolean
}

/** What policy says about one message. Resolved once a message, cached per route and side. */
export interface SidePlan {
  readonly side: Side
  /** Name of the route, for events; '' when none matched. */
  readonly route: string
  /** False: the route skips inspection (`skipped-by-policy`). */
  readonly inspect: boolean
  /** enforce when any rule here is enforced; observe otherwise. An observing side changes nothing of a message. */
  readonly mode: Mode
  /** Indexed like the rule tables; a rule that no selector names is off (action `allow`, not reported). */
  readonly rules: readonly (RulePlan | undefined)[]
  /** True when an enforced rule here blocks. */
  readonly mayBlock: boolean
  readonly onLateBlock: 'redact' | 'abort'
  readonly places: PlacesPlan
  posture(reason: Reason): Posture
}

/** When a rule's block becomes redact (the policy's `breaker`). */
export interface BreakerLimits {
  /** More than this share of the messages of a route, in percent, … */
  readonly percent: number
  /** … of at least so many … */
  readonly minMessages: number
  /** … within this time … */
  readonly windowMs: number
  /** … softens the rule for this time. */
  readonly holdMs: number
}

/** Undefined: off. */
export type Breakers = Readonly<Record<Side, BreakerLimits | undefined>>

/** A policy bound to a rule catalogue; immutable. */
export interface CompiledPolicy {
  /** Hex hash of the canonical policy (limits included) and the rule build; in validators and events. */
  readonly version: string
  readonly limits: Limits
  /** All plans there are: both sides of what holds outside every route, then of each route. */
  readonly plans: readonly SidePlan[]
  /** Milliseconds since 1970 until which this holds: then a suppression expires, and the policy is compiled anew. */
  readonly until: number
  /** Suppressions that have expired. */
  readonly expired: readonly SuppressionInput[]
  readonly breaker: Breakers
  /** True when some exchanges are enforced and others observed (`enforcePercent`). */
  readonly splits: boolean
  /** `draw`: where the exchange falls among a hundred, 0 ≤ draw < 100. Default 0: enforced wherever any is. */
  plan(meta: MessageMeta, draw?: number): SidePlan
}
