import { timeOf } from '../../src/core/time.ts'
import { UsageError } from './options.ts'

const SPANS: Record<string, number> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** A time as options take it, `2026-12-31`, `2026-12-31T12:00:00Z`, or from now on `12h`, `30d`, `4w`; as RFC 3339. */
export function timeOrSpan(text: string, option: string): string {
  const span = /^(\d{1,4})([hdw])$/.exec(text)
  if (span !== null) return new Date(Date.now() + Number(span[1]) * SPANS[span[2]]).toISOString()
  if (timeOf(text) !== undefined) return text
  throw new UsageError(`${option}: a time such as 2026-12-31 or 2026-12-31T12:00:00Z, or a span such as 12h, 30d, 4w`)
}
