import { DEFAULT_LIMITS } from '../../src/core/limits.ts'
import type { PlacedRule } from '../../src/core/rule.ts'
import type { Confidence, FindingRecord } from '../../src/core/words.ts'
import { chooseReading } from '../../src/pipeline/choose-reading.ts'
import { createEngine, type Engine } from '../../src/pipeline/engine.ts'
import { Inspector } from '../../src/pipeline/inspector.ts'
import type { SidePlan } from '../../src/policy/policy.ts'
import type { Kernel } from '../../src/scanner/kernel.ts'
import { builtTables } from './built-tables.ts'

/** A plan that changes nothing and reports every rule from `minConfidence` on. */
export function reportPlan(rules: readonly PlacedRule[], minConfidence: Confidence): SidePlan {
  const options = { keepFirst: 0, keepLast: 0, numbers: 'mark' as const }
  const rule = { action: 'redact' as const, mode: 'observe' as const, minConfidence, options }
  return {
    side: 'request',
    route: '',
    inspect: true,
    mode: 'observe',
    rules: rules.map(() => rule),
    mayBlock: false,
    onLateBlock: 'redact',
    places: { url: 'off', headers: false },
    posture: () => 'pass',
  }
}

export interface Scanner {
  readonly engine: Engine
  /** Findings in one body; offsets in bytes. Every finding is told, however many. */
  find(body: Uint8Array, contentType: string): FindingRecord[]
}

export function createScanner(rules: readonly PlacedRule[], kernel: Kernel, minConfidence: Confidence, explain = false): Scanner {
  const engine = createEngine({ rules, kernel, ...builtTables() })
  const plan = reportPlan(rules, minConfidence)
  return {
    engine,
    find(body, contentType) {
      const headers = new Headers(contentType === '' ? {} : { 'content-type': contentType })
      const { reading, reader, also } = chooseReading(headers, body.subarray(0, 4096))
      const inspector = new Inspector({
        engine,
        plan,
        limits: DEFAULT_LIMITS,
        reading,
        reader,
        also,
        onBlock: 'redact',
        maxRecords: Number.POSITIVE_INFINITY,
        explain,
      })
      inspector.inspectWhole(body)
      return inspector.records
    },
  }
}
