import { CallerError } from './answer.ts'
import type { ConsoleState, Suppression } from './state.ts'

/** Where suppressions are kept: the console's own state, or the store that the gateway reads. */
export interface SuppressionStore {
  /** True when the gateway acts on what is written here. */
  readonly inForce: boolean
  list(): Promise<readonly Suppression[]>
  add(suppression: Suppression): Promise<void>
  remove(id: string): Promise<boolean>
}

/** Suppressions in the console's own state: kept and shown, and not yet acted on by the gateway. */
export function stateSuppressions(state: ConsoleState): SuppressionStore {
  return {
    inForce: false,
    list: async () => state.suppressions(),
    add: async (suppression) => state.suppress(suppression),
    remove: async (id) => state.unsuppress(id),
  }
}

const DAY_MS = 86_400_000
const MAX_DAYS = 365

/** Checks what was sent as a suppression. @throws CallerError that names the member */
export function readSuppression(value: unknown, rules: ReadonlySet<string>, now: number, id: string): Suppression {
  const { rule, route, path, reason, days } = (value ?? {}) as Record<string, unknown>
  if (typeof rule !== 'string' || !rules.has(rule)) throw new CallerError('rule', 'must be the id of a rule')
  if (typeof route !== 'string' || !/^(?:\*|[A-Za-z0-9][A-Za-z0-9._-]{0,63}|)$/.test(route))
    throw new CallerError('route', 'must be the name of a route, "*" for every route, or empty for outside every route')
  if (typeof path !== 'string' || !/^(?:\/[^\p{Cc}]{0,500}|)$/u.test(path))
    throw new CallerError('path', 'must be empty, or begin with "/" as in /orders/*/card')
  if (typeof reason !== 'string' || reason.trim().length < 3 || reason.length > 200)
    throw new CallerError('reason', 'must say why, in 3 to 200 characters')
  if (typeof days !== 'number' || !Number.isInteger(days) || days < 1 || days > MAX_DAYS)
    throw new CallerError('days', `must be a number of days from 1 to ${MAX_DAYS}`)
  return { id, rule, route, path, reason: reason.trim(), created: now, expires: now + days * DAY_MS }
}
