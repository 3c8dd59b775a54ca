import type { DlpEvent } from '../telemetry/events.ts'
import { createReporter, type Report } from '../telemetry/report.ts'
import type { Shape } from './shape.ts'

/** What `edge-dlp report` says of events, of the messages that are kept. */
export function reportOf(shapes: readonly Shape[]): Report {
  const reporter = createReporter()
  for (const { bytesIn, inspected, notInspected, ...shape } of shapes) {
    const receipt: DlpEvent['receipt'] = { bytesIn, inspected, notInspected, remarks: {} }
    reporter.add({ ...shape, schema: 'edge-dlp/event/1', receipt })
  }
  return reporter.report()
}
