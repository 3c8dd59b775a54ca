import type { RuleDefinition } from '../core/rule.ts'
import type { Candidate, EvidenceNote, Finding } from '../core/words.ts'
import { contextWords, keyMatcher, phrase } from './context.ts'
import type { FieldContext, FieldText } from './evidence.ts'

/**
 * Why a finding counted: looked for once more, after `assess` has decided, so that what decides does no book-keeping. Every note is in the
 * rule's own terms, and none holds text of the message. It may name more than was needed: a listed word counts also where the check sufficed.
 */
export function explainFinding(
  rule: RuleDefinition,
  candidate: Candidate,
  finding: Finding,
  text: FieldText,
  field: FieldContext,
): readonly EvidenceNote[] {
  const notes: EvidenceNote[] = []
  const whole = rule.byKey === true && candidate.start === 0 && text.base === 0 && text.ended && candidate.end === text.length
  const named = nameOf(rule.keys ?? [], field)
  if (whole && named !== undefined) notes.push({ kind: 'whole-value', what: named })
  else {
    notes.push({ kind: 'pattern', what: rule.title.replace(/\.$/, '') })
    if (rule.byKey !== true && named !== undefined) notes.push({ kind: 'key', what: named })
  }
  const check = (whole ? rule.valueValidator : undefined) ?? rule.validator
  if (check !== undefined) notes.push({ kind: 'check', what: check })
  if ((rule.words ?? []).length > 0) {
    const around = contextWords(text, finding.start - text.base, finding.end - text.base)
    const word = rule.words!.find((listed) => around.includes(phrase(listed)))
    if (word !== undefined) notes.push({ kind: 'word', what: word })
  }
  return notes
}

/** The listed name that the field's own name, or the one around it, is taken for. */
function nameOf(listed: readonly string[], field: FieldContext): string | undefined {
  if (field.key === '') return undefined
  const names = field.keys()
  const near = names.length > 1 ? [field.key, names[names.length - 2]] : [field.key]
  return listed.find((name) => near.some((key) => keyMatcher([name]).matches(key)))
}
