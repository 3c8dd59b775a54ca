import { insideMark, contextEnd, contextStart } from '../core/marks.ts'
import { EVIDENCE_AFTER, EVIDENCE_BEFORE } from '../core/limits.ts'
import type { PlacedRule } from '../core/rule.ts'
import type { Candidate, Confidence, Finding } from '../core/words.ts'
import type { Evidence, FieldContext, FieldText } from './evidence.ts'
import { keyMatcher, words } from './names.ts'
import type { Validator } from './validator.ts'
import { validators } from './validators/index.ts'

export interface KeyedEvidence extends Evidence {
  /** Lower-case literals, one of which stands in every key for which `byKey` answers something. */
  readonly keyStems: readonly string[]
}

interface Prepared {
  readonly placed: PlacedRule
  readonly validate: Validator | undefined
  readonly stop: ReadonlySet<string>
  readonly keyMatches: (key: string) => boolean
  readonly phrases: readonly string[]
}

const NONE: readonly number[] = []
const CACHE = 512

/**
 * Prepares the evidence of a set of rules: validator, stop values, keys and words near a match. Marks of ours are no text: a
 * candidate inside one is dropped, and words beyond one do not count.
 */
export function createEvidence(rules: readonly PlacedRule[]): KeyedEvidence {
  const prepared = rules.map(prepare)
  const byKeyRules = prepared.flatMap((rule, index) => (rule.placed.rule.byKey === true ? [index] : []))
  const cache = new Map<string, readonly number[]>()
  return {
    keyStems: [...new Set(byKeyRules.flatMap((index) => prepared[index].placed.rule.keys ?? []).map(stem))].sort(),
    byKey(field) {
      if (byKeyRules.length === 0) return NONE
      const { key } = field
      if (key === '') return NONE
      let found = cache.get(key)
      if (found === undefined) {
        const matching = byKeyRules.filter((index) => prepared[index].keyMatches(key))
        found = matching.length === 0 ? NONE : matching
        if (cache.size >= CACHE) cache.clear()
        cache.set(key, found)
      }
      return found
    },
    assess: (candidate, text, field) => assess(prepared[candidate.rule], candidate, text, field),
  }
}

function prepare(placed: PlacedRule): Prepared {
  const { rule } = placed
  return {
    placed,
    validate: rule.validator === undefined ? undefined : validators[rule.validator as keyof typeof validators],
    stop: new Set((rule.stop ?? []).map((value) => value.toLowerCase().replace(/[^a-z0-9]/g, ''))),
    keyMatches: keyMatcher(rule.keys ?? []),
    phrases: (rule.words ?? []).map((word) => ` ${word} `),
  }
}

/** The part of a key that every spelling of it has: its longest word. */
function stem(key: string): string {
  return key.split(' ').reduce((longest, word) => (word.length > longest.length ? word : longest), '')
}

function assess(prepared: Prepared, candidate: Candidate, text: FieldText, field: FieldContext): Finding | undefined {
  const { rule } = prepared.placed
  const { bytes, length, base } = text
  let start = candidate.start - base
  let end = candidate.end - base
  if (insideMark(bytes, length, start, end)) return undefined
  if (prepared.validate !== undefined) {
    const span = prepared.validate(bytes, start, end, length)
    if (span === undefined) return undefined
    start = span.start
    end = span.end
    if (insideMark(bytes, length, start, end)) return undefined
  }
  if (prepared.stop.size > 0 && prepared.stop.has(squeezed(bytes, start, end))) return undefined
  let confidence = baseConfidence(rule, bytes, start, end)
  if (confidence !== 'high') {
    if (rule.keys !== undefined && (prepared.keyMatches(field.key) || field.keys().some(prepared.keyMatches))) confidence = higher(confidence, rule.keyConfidence ?? 'high')
    if (confidence !== 'high' && prepared.phrases.length > 0 && near(prepared.phrases, text, start, end, field)) confidence = higher(confidence, rule.wordConfidence ?? 'medium')
  }
  return { rule: candidate.rule, start: start + base, end: end + base, confidence }
}

/** A rule may give separated spellings more trust than a bare run of digits (`bareConfidence`). */
function baseConfidence(rule: PlacedRule['rule'], bytes: Uint8Array, start: number, end: number): Confidence {
  if (rule.bareConfidence === undefined) return rule.confidence
  for (let i = start; i < end; i++) if (bytes[i] === 0x2d) return rule.confidence
  return rule.bareConfidence
}

/** Whether a context word stands in the text around, or in a name around the field. */
function near(phrases: readonly string[], text: FieldText, start: number, end: number, field: FieldContext): boolean {
  const { bytes, length } = text
  const from = contextStart(bytes, length, Math.max(0, start - EVIDENCE_BEFORE), start)
  const to = contextEnd(bytes, length, end, Math.min(length, end + EVIDENCE_AFTER))
  const before = words(bytes, from, start)
  const after = words(bytes, end, to)
  const names = ` ${field.keys().map((key) => key.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/[^A-Za-z0-9]+/g, ' ').toLowerCase()).join(' | ')} `
  return phrases.some((phrase) => before.includes(phrase) || after.includes(phrase) || names.includes(phrase))
}

function squeezed(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  for (let i = start; i < end && text.length < 128; i++) {
    const byte = bytes[i]
    if ((byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x7a)) text += String.fromCharCode(byte)
    else if (byte >= 0x41 && byte <= 0x5a) text += String.fromCharCode(byte + 32)
  }
  return text
}

function higher(a: Confidence, b: Confidence): Confidence {
  return a === 'high' || b === 'high' ? 'high' : a === 'medium' || b === 'medium' ? 'medium' : 'low'
}
