import type { PlacedRule } from '../core/rule.ts'
import type { Policy } from '../policy/schema.ts'
import type { AuditEvent } from '../telemetry/audit.ts'
import type { DlpEvent } from '../telemetry/events.ts'
import type { Claims, Sink } from '../telemetry/sink.ts'
import { type KnownWords, type Shape, shapeOf, wordsOfPolicy } from './shape.ts'
import type { ConsoleState, Flow } from './state.ts'

/** Messages told one by one of a batch; of those beyond, what they count to. */
const TOLD = 50
/** A batch that has not been sent after so long never will be: what it waited in has ended. */
const STUCK_MS = 10_000

export interface RecorderOptions {
  readonly state: Pick<ConsoleState, 'record'>
  readonly rules: readonly PlacedRule[]
  /** The policy in force, whose own words are no values. */
  readonly policy: () => Policy | undefined
  /** Keeps what is under way alive after the answer has left. */
  readonly later: (promise: Promise<unknown>) => void
  readonly sleep: (ms: number) => Promise<unknown>
  /** How long messages gather before they are sent. Default 1 s. */
  readonly everyMs?: number
  readonly clock?: () => number
  readonly onError: (error: unknown) => void
}

/** Hears of every message, reduces it to its shape at once, and hands shapes and counts to the state in batches. */
export function createRecorder(options: RecorderOptions): Required<Sink> {
  const { state, policy, later, sleep, everyMs = 1_000, clock = Date.now, onError } = options
  const groups = new Map(options.rules.map(({ group, rule }) => [rule.id, group]))
  let messages: Shape[] = []
  let audits: AuditEvent[] = []
  let omitted = 0
  let flows = new Map<string, Flow>()
  let sendingSince = Number.NEGATIVE_INFINITY

  async function send(): Promise<void> {
    await sleep(everyMs)
    const batch = { messages, audits, omitted, flows: [...flows.values()] }
    messages = []
    audits = []
    omitted = 0
    flows = new Map()
    sendingSince = Number.NEGATIVE_INFINITY
    try {
      await state.record(batch)
    } catch (error) {
      onError(error)
    }
  }

  let words: { policy: Policy | undefined; of: KnownWords } | undefined
  function known(): KnownWords {
    const now = policy()
    if (words === undefined || words.policy !== now) words = { policy: now, of: wordsOfPolicy(now) }
    return words.of
  }

  function schedule(): void {
    const now = clock()
    if (now - sendingSince < STUCK_MS) return
    sendingSince = now
    later(send())
  }

  return {
    audit(event) {
      audits.push(event)
      if (audits.length > TOLD) audits.shift()
      schedule()
    },
    write(event: DlpEvent, claims?: Claims) {
      if (messages.length < TOLD) messages.push(shapeOf(event, claims, known()))
      else omitted++
      for (const { rule, enforced, count, ...finding } of event.findings) {
        const action = finding.suppressed ? 'suppressed' : finding.action
        const flow = { route: event.route, category: groups.get(rule) ?? '', side: event.side, action, enforced }
        const key = Object.values(flow).join('|')
        flows.set(key, { ...flow, count: (flows.get(key)?.count ?? 0) + count })
      }
      schedule()
    },
  }
}
