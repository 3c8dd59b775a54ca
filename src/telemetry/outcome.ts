import type { Reason, Receipt } from '../core/reasons.ts'
import type { FindingRecord, Mode, Side } from '../core/words.ts'

/** What became of one message. Complete when its last byte has left; holds no value. */
export interface DlpOutcome {
  readonly side: Side
  decision: 'clean' | 'found' | 'edited' | 'blocked' | 'aborted' | 'not-inspected'
  readonly mode: Mode
  readonly route: string
  readonly policyVersion: string
  kernel: string
  readonly method: string
  readonly host: string
  /** 0 for a request. */
  readonly status: number
  /** The first 128 findings, in order of place. */
  findings: readonly FindingRecord[]
  findingCount: number
  /** `rule|action|confidence|enforced` → how many; suppressed ones have `|suppressed` behind it. */
  counts: Readonly<Record<string, number>>
  /** Edits made; findings that overlap are one. */
  edits: number
  readonly receipt: Receipt
  blocked?: { readonly status: number; readonly reason: Reason | 'finding' | 'pool-empty'; readonly rules: readonly string[] }
  /** Why the message was ended after bytes of it had left. */
  aborted?: Reason | 'finding'
  /** Who went away before the end. */
  cut?: 'sender' | 'receiver'
}
