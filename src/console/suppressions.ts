import { timeOf } from '../core/time.ts'
import { definePolicy, type Policy } from '../policy/schema.ts'
import type { SuppressionInput } from '../policy/shape.ts'
import { canonicalJson } from '../policy/version.ts'
import { CallerError } from './answer.ts'

const DAY_MS = 86_400_000
const MAX_DAYS = 365

/** Reads what was asked to be suppressed; `paths` are the selectors of rules by id. @throws CallerError that names the member */
export function readSuppression(value: unknown, paths: ReadonlyMap<string, string>, now: number): SuppressionInput {
  const { rule, route, path, place, reason, days } = (value ?? {}) as Record<string, unknown>
  const selector = typeof rule === 'string' ? paths.get(rule) : undefined
  if (selector === undefined) throw new CallerError('rule', 'must be the id of a rule')
  if (typeof reason !== 'string' || reason.trim().length < 3)
    throw new CallerError('reason', 'must say why, in three characters or more')
  if (typeof days !== 'number' || !Number.isInteger(days) || days < 1 || days > MAX_DAYS)
    throw new CallerError('days', `must be a number of days from 1 to ${MAX_DAYS}`)
  const given = (text: unknown) => (typeof text === 'string' && text !== '' ? text : undefined)
  const narrowed = { route: given(route), path: given(path), place: given(place) }
  if (Object.values(narrowed).every((text) => text === undefined))
    throw new CallerError(
      'path',
      'a route or a place in the message is needed; a rule that is off everywhere has the action "allow" in the policy',
    )
  return {
    rule: selector,
    ...(JSON.parse(JSON.stringify(narrowed)) as typeof narrowed),
    reason: reason.trim(),
    expires: `${new Date(now + days * DAY_MS).toISOString().slice(0, 19)}Z`,
  }
}

/** The policy with one suppression more. @throws ConfigError when the policy does not allow it */
export function withSuppression(policy: Policy, one: SuppressionInput): Policy {
  return definePolicy<string>({ ...policy, suppressions: [...(policy.suppressions ?? []), one] })
}

/** The policy without it. @throws CallerError when it has none that is the same */
export function withoutSuppression(policy: Policy, one: unknown): Policy {
  const wanted = canonicalJson(one)
  const rest = (policy.suppressions ?? []).filter((other) => canonicalJson(other) !== wanted)
  if (rest.length === (policy.suppressions ?? []).length) throw new CallerError('suppression', 'there is none like that', 404)
  return definePolicy({ ...policy, suppressions: rest.length > 0 ? rest : undefined })
}

/** Those of a policy, and whether each still holds. */
export function listSuppressions(policy: Policy | undefined, now: number): { suppression: SuppressionInput; expired: boolean }[] {
  return (policy?.suppressions ?? []).map((suppression) => ({ suppression, expired: timeOf(suppression.expires)! <= now }))
}
