import { REASONS, REMARKS, type Receipt } from '../core/reasons.ts'
import type { DlpOutcome } from './outcome.ts'
import { safeHost } from './safe-host.ts'

/**
 * The one event a message, JSON-serialisable. Built field by field from what is listed here: no member can hold text of a body, a
 * URL or a header; method and host, which the caller chooses, are told only as far as they look like what they should be.
 */
export interface DlpEvent {
  readonly schema: 'edge-dlp/event/1'
  readonly id: string
  /** Milliseconds since 1970. */
  readonly time: number
  readonly side: 'request' | 'response'
  readonly decision: DlpOutcome['decision']
  readonly mode: 'observe' | 'enforce'
  /** Name of the policy's route; never the path itself, which may hold a value. */
  readonly route: string
  readonly policy: string
  readonly kernel: string
  readonly method: string
  readonly host: string
  readonly status: number
  readonly findings: readonly {
    readonly rule: string
    readonly action: string
    readonly confidence: string
    readonly enforced: boolean
    readonly count: number
    /** Left alone, because the policy says of their place that they are none. */
    readonly suppressed?: true
  }[]
  readonly findingCount: number
  /** Findings of kinds beyond the first 64, counted in `findingCount` alone. Absent: none. */
  readonly omitted?: number
  readonly edits: number
  readonly receipt: DlpOutcome['receipt']
  readonly reason?: string
  readonly blockedStatus?: number
  readonly rules?: readonly string[]
  readonly cut?: 'sender' | 'receiver'
}

const KINDS = 64

export function summarise(outcome: DlpOutcome, stamp: { id: string; time: number }): DlpEvent {
  const kinds = Object.entries(outcome.counts).sort(([a], [b]) => (a < b ? -1 : 1))
  const omitted = kinds.slice(KINDS).reduce((sum, [, count]) => sum + count, 0)
  const findings = kinds.slice(0, KINDS).map(([name, count]) => {
    const [rule, action, confidence, enforced, suppressed] = name.split('|')
    return { rule, action, confidence, enforced: enforced === '1', count, ...(suppressed ? { suppressed: true as const } : {}) }
  })
  return {
    schema: 'edge-dlp/event/1',
    id: stamp.id,
    time: stamp.time,
    side: outcome.side,
    decision: outcome.decision,
    mode: outcome.mode,
    route: outcome.route,
    policy: outcome.policyVersion,
    kernel: outcome.kernel,
    method: METHODS.has(outcome.method) ? outcome.method : 'other',
    host: safeHost(outcome.host),
    status: outcome.status,
    findings,
    findingCount: outcome.findingCount,
    ...(omitted === 0 ? {} : { omitted }),
    edits: outcome.edits,
    receipt: copyReceipt(outcome.receipt),
    ...(outcome.blocked === undefined
      ? {}
      : { reason: outcome.blocked.reason, blockedStatus: outcome.blocked.status, rules: outcome.blocked.rules }),
    ...(outcome.aborted === undefined ? {} : { reason: outcome.aborted }),
    ...(outcome.cut === undefined ? {} : { cut: outcome.cut }),
  }
}

/** The receipt with the reasons and remarks of the closed lists, in their order, and no others. */
function copyReceipt({ bytesIn, inspected, notInspected, remarks }: Receipt): Receipt {
  const copy: Receipt = { bytesIn, inspected, notInspected: {}, remarks: {} }
  for (const reason of REASONS) if (notInspected[reason] !== undefined) copy.notInspected[reason] = notInspected[reason]
  for (const remark of REMARKS) if (remarks[remark] !== undefined) copy.remarks[remark] = remarks[remark]
  return copy
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY', 'PROPFIND', 'REPORT', 'SEARCH'])

/**
 * The event as one Analytics Engine point: at most 20 blobs, 20 doubles, one index of 96 bytes. Places of blobs and doubles are a
 * contract with queries: new ones are added at the end.
 */
export function toAnalyticsPoint(event: DlpEvent): { blobs: string[]; doubles: number[]; indexes: string[] } {
  const notInspected = Object.values(event.receipt.notInspected).reduce((sum, bytes) => sum + bytes, 0)
  return {
    indexes: [(event.route || event.host).slice(0, 96)],
    blobs: [
      event.side,
      event.decision,
      event.mode,
      event.route,
      event.policy,
      event.method,
      event.reason ?? '',
      event.findings
        .slice(0, 13)
        .map(({ rule, count, suppressed }) => `${rule}:${count}${suppressed ? ':suppressed' : ''}`)
        .join(' '),
      event.host,
      event.kernel,
      event.cut ?? '',
    ],
    doubles: [
      event.status,
      event.findingCount,
      event.edits,
      event.receipt.bytesIn,
      event.receipt.inspected,
      notInspected,
      event.blockedStatus ?? 0,
    ],
  }
}
