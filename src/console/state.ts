import type { Side } from '../core/words.ts'
import type { AuditEvent } from '../telemetry/audit.ts'
import type { Shape } from './shape.ts'

/** What the console remembers. Everything in it is free of values of messages; implemented over SQL (sql-state.ts). */
export interface ConsoleState {
  record(batch: Batch): Promise<void> | void
  /** Newest first. */
  traffic(filter: TrafficFilter): Promise<Traffic> | Traffic
  /** Newest first. */
  audits(): Promise<AuditEvent[]> | AuditEvent[]
  flows(): Promise<Flow[]> | Flow[]
  policy(): Promise<SavedPolicy | null> | SavedPolicy | null
  savePolicy(saved: SavedPolicy | null): Promise<void> | void
}

export interface Batch {
  readonly messages: readonly Shape[]
  /** What happened to the gateway itself. Words of the policy and codes. */
  readonly audits: readonly AuditEvent[]
  /** Messages of which only the counts are kept. */
  readonly omitted: number
  readonly flows: readonly Flow[]
}

/** One way on which data of a category went, and how often. */
export interface Flow {
  readonly route: string
  /** Group of the rule tree, `identity/us`. */
  readonly category: string
  readonly side: Side
  readonly action: string
  readonly enforced: boolean
  readonly count: number
}

export interface TrafficFilter {
  readonly route?: string
  readonly rule?: string
  readonly action?: string
  readonly side?: Side
  readonly limit?: number
}

export interface Traffic {
  readonly messages: readonly Shape[]
  /** Messages recorded since the state was made, and those kept now. */
  readonly seen: number
  readonly kept: number
  /** Names to filter by, of all that is kept. */
  readonly routes: readonly string[]
  readonly rules: readonly string[]
  readonly actions: readonly string[]
}

/** A policy written in the console. `base` is the fingerprint of the one it was made from: when that changes, it no longer counts. */
export interface SavedPolicy {
  readonly text: string
  readonly base: string
  readonly time: number
}
