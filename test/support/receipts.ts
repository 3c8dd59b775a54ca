import { REASONS } from '../../src/core/reasons.ts'

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

/** Every gateway of the suite, when it is closed: throws where a receipt of its events does not balance. */
export function expectBalanced(events: readonly Record<string, unknown>[]): void {
  const faults = events.flatMap(receiptFaults)
  if (faults.length > 0) throw new Error(`receipts: ${faults.slice(0, 5).join('; ')}`)
}
