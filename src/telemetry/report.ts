import type { AuditEvent } from './audit.ts'
import type { DlpEvent } from './events.ts'

/**
 * What events say, summed up by route and side: what was done, and what would be done if it was enforced. Made of events alone, so of no
 * value; adds one at a time, in memory that grows with routes and rules only.
 */
export interface Report {
  /** Milliseconds since 1970 of the first and the last event; undefined without any. */
  from?: number
  to?: number
  messages: number
  readonly routes: RouteReport[]
  readonly expiredSuppressions: ExpiredSuppression[]
  readonly breakers: { readonly side: string; readonly route: string; readonly rule: string; count: number }[]
  /** Policies that were not taken up, by code. */
  readonly refusedPolicies: Record<string, number>
  /** True when the last word on the kill switch is that it is on. */
  killSwitch: boolean
}

export interface RouteReport {
  /** '' outside every route. */
  readonly route: string
  readonly side: DlpEvent['side']
  messages: number
  /** Messages that were under enforcement. */
  enforced: number
  /** Messages that an enforced action changed, refused, or ended. */
  edited: number
  blocked: number
  /** Messages that it would have changed or refused, had it been enforced. A message that would be refused is not edited. */
  wouldEdit: number
  wouldBlock: number
  readonly rules: RuleReport[]
  /** Reason → messages and bytes that were not inspected. */
  readonly notInspected: Record<string, { messages: number; bytes: number }>
}

export interface RuleReport {
  readonly rule: string
  readonly action: string
  readonly outcome: 'enforced' | 'observed' | 'suppressed'
  messages: number
  findings: number
}

export type ExpiredSuppression = Pick<
  Extract<AuditEvent, { kind: 'suppression-expired' }>,
  'rule' | 'route' | 'path' | 'place' | 'expires'
>

export interface Reporter {
  /** Adds what is an event of edge-dlp; answers false for anything else. */
  add(value: unknown): boolean
  report(): Report
}

export function createReporter(): Reporter {
  const report: Report = {
    messages: 0,
    routes: [],
    expiredSuppressions: [],
    breakers: [],
    refusedPolicies: {},
    killSwitch: false,
  }
  const routes = new Map<string, RouteReport>()
  const rules = new Map<string, RuleReport>()

  function routeOf({ route, side }: DlpEvent): RouteReport {
    const name = `${side} ${route}`
    let found = routes.get(name)
    if (found === undefined) {
      const none = { messages: 0, enforced: 0, edited: 0, blocked: 0, wouldEdit: 0, wouldBlock: 0 }
      found = { route, side, ...none, rules: [], notInspected: {} }
      routes.set(name, found)
      report.routes.push(found)
    }
    return found
  }

  function ruleOf(at: RouteReport, rule: string, action: string, outcome: RuleReport['outcome']): RuleReport {
    const name = `${at.side} ${at.route} ${rule} ${action} ${outcome}`
    let found = rules.get(name)
    if (found === undefined) {
      found = { rule, action, outcome, messages: 0, findings: 0 }
      rules.set(name, found)
      at.rules.push(found)
    }
    return found
  }

  function addMessage(event: DlpEvent): void {
    const at = routeOf(event)
    report.messages++
    at.messages++
    if (event.mode === 'enforce') at.enforced++
    if (event.decision === 'edited') at.edited++
    if (event.decision === 'blocked' || event.decision === 'aborted') at.blocked++
    const open = new Set<string>()
    const seen = new Set<RuleReport>()
    for (const { rule, action, enforced, suppressed, count } of event.findings) {
      const outcome = suppressed ? 'suppressed' : enforced ? 'enforced' : 'observed'
      if (outcome === 'observed') open.add(action)
      const entry = ruleOf(at, rule, action, outcome)
      if (!seen.has(entry)) entry.messages++
      seen.add(entry)
      entry.findings += count
    }
    if (open.has('block')) at.wouldBlock++
    else if ([...open].some((action) => action !== 'allow')) at.wouldEdit++
    for (const [reason, bytes] of Object.entries(event.receipt.notInspected)) {
      const sum = (at.notInspected[reason] ??= { messages: 0, bytes: 0 })
      sum.messages++
      sum.bytes += bytes
    }
  }

  function addAudit(event: AuditEvent): void {
    if (event.kind === 'suppression-expired') {
      const { rule, route, path, place, expires } = event
      const one = { rule, route, path, place, expires }
      const same = (other: ExpiredSuppression) => JSON.stringify(other) === JSON.stringify(one)
      if (!report.expiredSuppressions.some(same)) report.expiredSuppressions.push(one)
    } else if (event.kind === 'breaker') {
      const { side, route, rule } = event
      const known = report.breakers.find((one) => one.side === side && one.route === route && one.rule === rule)
      if (known === undefined) report.breakers.push({ side, route, rule, count: 1 })
      else known.count++
    } else if (event.kind === 'policy-refused') report.refusedPolicies[event.code] = (report.refusedPolicies[event.code] ?? 0) + 1
    else if (event.kind === 'kill-switch') report.killSwitch = event.on
  }

  return {
    add(value) {
      const event = value as DlpEvent | AuditEvent | null
      const schema = typeof event === 'object' ? event?.schema : undefined
      if (schema === 'edge-dlp/event/1') addMessage(event as DlpEvent)
      else if (schema === 'edge-dlp/audit/1') addAudit(event as AuditEvent)
      else return false
      const { time } = event as DlpEvent
      report.from = Math.min(report.from ?? time, time)
      report.to = Math.max(report.to ?? time, time)
      return true
    },
    report() {
      report.routes.sort((a, b) => compare(a.route, b.route) || compare(a.side, b.side))
      for (const route of report.routes)
        route.rules.sort((a, b) => compare(a.outcome, b.outcome) || b.findings - a.findings || compare(a.rule, b.rule))
      return report
    },
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
