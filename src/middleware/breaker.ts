import type { Side } from '../core/words.ts'
import type { BreakerLimits, RulePlan, SidePlan } from '../policy/policy.ts'
import type { AuditNews } from '../telemetry/audit.ts'
import type { DlpOutcome } from '../telemetry/outcome.ts'

/**
 * Keeps planted text from taking pages down. Who can write a comment with a card number into a page makes a rule that blocks refuse it
 * to everybody; so when a rule blocks too large a share of the messages of a route, its `block` is `redact` for a while: the value
 * still does not pass, and the page does. Per isolate, side, route and rule; nothing of a message is kept but counts.
 */
export interface Breaker {
  /** The plan as it holds now. */
  soften(plan: SidePlan): SidePlan
  /** Counts a message that is over. `limits` undefined: the policy has no breaker on its side. */
  record(outcome: DlpOutcome, limits: BreakerLimits | undefined): void
}

/** What was seen of one side of one route in a twelfth of the window. */
interface Slot {
  readonly start: number
  messages: number
  readonly blocked: Map<string, number>
}

const SLOTS = 12
/** Routes that are counted; beyond, which only happens when policies with other routes come and come, all are forgotten. */
const MAX_ROUTES = 2048

export interface BreakerOptions {
  /** Ids of the rules, in the order of plans. */
  readonly rules: readonly string[]
  readonly clock: () => number
  readonly audit: (news: AuditNews) => void
}

export function createBreaker({ rules, clock, audit }: BreakerOptions): Breaker {
  const windows = new Map<string, Slot[]>()
  /** Side and route → rule → until when it is softened. */
  const open = new Map<string, Map<string, number>>()
  const softened = new WeakMap<SidePlan, Map<string, SidePlan>>()

  /** Rules softened there, those whose time is over taken out. */
  const openAt = (name: string): ReadonlyMap<string, number> | undefined => {
    const there = open.get(name)
    if (there === undefined) return undefined
    for (const [rule, until] of there) if (clock() >= until) there.delete(rule)
    if (there.size === 0) open.delete(name)
    return there
  }

  const slotsAt = (name: string, { windowMs }: BreakerLimits): Slot[] => {
    let slots = windows.get(name)
    if (slots === undefined) {
      if (windows.size >= MAX_ROUTES) windows.clear()
      windows.set(name, (slots = []))
    }
    const length = windowMs / SLOTS
    const start = clock() - (clock() % length)
    while (slots.length > 0 && slots[0].start <= start - windowMs) slots.shift()
    if (slots.at(-1)?.start !== start) slots.push({ start, messages: 0, blocked: new Map() })
    return slots
  }

  return {
    soften(plan) {
      if (open.size === 0 || !plan.mayBlock) return plan
      const there = openAt(nameOf(plan.side, plan.route))
      if (there === undefined || there.size === 0) return plan
      const key = [...there.keys()].sort().join()
      const known = softened.get(plan) ?? new Map<string, SidePlan>()
      softened.set(plan, known)
      const ready = known.get(key) ?? soft(plan, (index) => there.has(rules[index]))
      known.set(key, ready)
      return ready
    },
    record({ side, route, mode, decision, blocked, aborted, counts }, limits) {
      if (limits === undefined || mode !== 'enforce') return
      const name = nameOf(side, route)
      const slots = slotsAt(name, limits)
      const slot = slots[slots.length - 1]
      slot.messages++
      const refused =
        (decision === 'blocked' && blocked?.reason === 'finding') || (decision === 'aborted' && aborted === 'finding')
      if (!refused) return
      const messages = slots.reduce((sum, one) => sum + one.messages, 0)
      for (const rule of blockers(counts)) {
        slot.blocked.set(rule, (slot.blocked.get(rule) ?? 0) + 1)
        const count = slots.reduce((sum, one) => sum + (one.blocked.get(rule) ?? 0), 0)
        if (messages < limits.minMessages || count * 100 <= limits.percent * messages) continue
        const until = clock() + limits.holdMs
        const there = open.get(name) ?? new Map<string, number>()
        open.set(name, there)
        // A stream that began before may end after.
        if (there.has(rule)) continue
        there.set(rule, until)
        for (const one of slots) one.blocked.delete(rule)
        audit({ kind: 'breaker', side, route, rule, blocked: count, messages, until })
      }
    },
  }
}

function nameOf(side: Side, route: string): string {
  return `${side} ${route}`
}

/** Ids of the rules that blocked, of an outcome's counts. */
function blockers(counts: DlpOutcome['counts']): Set<string> {
  const kinds = Object.keys(counts).map((kind) => kind.split('|'))
  return new Set(kinds.filter(([, action, , enforced]) => action === 'block' && enforced === '1').map(([rule]) => rule))
}

function soft(plan: SidePlan, isOpen: (index: number) => boolean): SidePlan {
  const rules = plan.rules.map((rule, i): RulePlan | undefined =>
    rule?.action === 'block' && rule.mode === 'enforce' && isOpen(i) ? { ...rule, action: 'redact' } : rule,
  )
  return { ...plan, rules, mayBlock: rules.some((rule) => rule?.action === 'block' && rule.mode === 'enforce') }
}
