import { REASONS } from '../../src/core/reasons.ts'
import { countsOf, sentAt } from './wire.ts'

/** What an event says against the promise of receipts: bytes in are those inspected and those that were not, each for a reason of the closed list. */
export function receiptFaults(event: Record<string, unknown>): string[] {
  const { side, receipt } = event as { side: string; receipt?: Record<string, unknown> }
  if (receipt === undefined) return [`an event without a receipt: ${JSON.stringify(event).slice(0, 200)}`]
  const { bytesIn, inspected, notInspected } = receipt as {
    bytesIn: number
    inspected: number
    notInspected: Record<string, number>
  }
  const faults: string[] = []
  for (const count of [bytesIn, inspected, ...Object.values(notInspected)])
    if (!Number.isSafeInteger(count) || count < 0) faults.push(`${side}: ${count} bytes`)
  for (const reason of Object.keys(notInspected))
    if (!(REASONS as readonly string[]).includes(reason)) faults.push(`${side}: for ${reason}`)
  const left = Object.values(notInspected).reduce((sum, bytes) => sum + bytes, 0)
  if (bytesIn !== inspected + left) faults.push(`${side}: ${bytesIn} bytes in, ${inspected} inspected, ${left} not`)
  return faults
}

/**
 * The events of a gateway against what was written to it at the sockets: each that tells of a whole message counts as many bytes as one of the same side and method has, as written or
 * decoded; no other counts more than any was long.
 */
function countFaults(events: readonly Record<string, unknown>[], ports: WirePorts): string[] {
  const faults: string[] = []
  for (const side of ['request', 'response'] as const) {
    const of = side === 'request' ? [ports.requests] : ports.answers
    if (of.length === 0) continue
    const sent = of.flatMap(sentAt).map((message) => ({ message, counts: countsOf(message) }))
    // What follows an upgrade is no message.
    const own = events.filter((event) => event.side === side && event.status !== 101 && !('upgrade' in unread(event)))
    for (const event of own) {
      const { method, receipt, cut, reason } = event as {
        method: string
        receipt: { bytesIn: number }
        cut?: string
        reason?: string
      }
      const isWhole = cut === undefined && reason === undefined
      const isKnown = sent.some(
        ({ message, counts }) =>
          (method === 'other' || method === message.method) &&
          (isWhole ? counts.includes(receipt.bytesIn) : counts.some((count) => count >= receipt.bytesIn)),
      )
      if (!isKnown) faults.push(`${method} ${side}: ${receipt.bytesIn} bytes, of which the sockets know nothing`)
    }
  }
  return faults
}

const unread = ({ receipt }: Record<string, unknown>) => (receipt as { notInspected: object }).notInspected

/** The ports at which requests and answers were written. */
export interface WirePorts {
  readonly requests: number
  /** None: the origins are no servers. */
  readonly answers: readonly number[]
}

/** Every gateway of the suite, when it is closed: throws where a receipt of its events does not balance, or counts other bytes than were written. */
export function expectBalanced(events: readonly Record<string, unknown>[], ports: WirePorts): void {
  const faults = [...events.flatMap(receiptFaults), ...countFaults(events, ports)]
  if (faults.length > 0) throw new Error(`receipts: ${faults.slice(0, 5).join('; ')}`)
}
