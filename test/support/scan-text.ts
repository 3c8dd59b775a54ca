import { placedRules } from '../../rules/index.ts'
import type { PlacedRule } from '../../src/core/rule.ts'
import type { Finding } from '../../src/core/words.ts'
import { createEvidence } from '../../src/evidence/assess.ts'
import type { FieldContext } from '../../src/evidence/evidence.ts'
import { ruleSources } from '../../src/pipeline/engine.ts'
import { compileRules } from '../../src/scanner/compile/compile.ts'
import { createPortableKernel } from '../../src/scanner/kernels/portable/kernel.ts'

export const PLAIN_TEXT: FieldContext = { kind: 'text', key: '', keys: () => [] }

/** Findings in `text` as one field, in order, byte offsets: scanner and evidence without readers. */
export function createTextScan(
  rules: readonly PlacedRule[] = placedRules,
): (text: Uint8Array, field?: FieldContext) => Finding[] {
  const session = createPortableKernel().open(compileRules(ruleSources(rules)))
  const evidence = createEvidence(rules)
  return (bytes, field = PLAIN_TEXT) => {
    session.reset()
    const candidates = [...session.feed(bytes, true).candidates]
    const text = { bytes, length: bytes.length, base: 0, ended: true }
    for (const rule of evidence.byKey(field)) candidates.push({ rule, start: 0, end: bytes.length })
    const findings = candidates
      .map((candidate) => evidence.assess(candidate, text, field))
      .filter((finding) => finding !== undefined)
    return findings.sort((a, b) => a.start - b.start || a.end - b.end || a.rule - b.rule)
  }
}
