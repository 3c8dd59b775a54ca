import { ConfigError } from '../core/errors.ts'
import { beginsMark, endsMark, insideMark } from '../core/marks.ts'
import type { PlacedRule } from '../core/rule.ts'
import type { Candidate, Confidence, Finding } from '../core/words.ts'
import { createByKey } from './by-key.ts'
import { isAlnum, isUpper } from './bytes.ts'
import { contextWords, type KeyMatcher, keyMatcher, phrase } from './context.ts'
import type { Evidence, FieldContext, FieldText } from './evidence.ts'
import type { Validator } from './validator.ts'
import { VALIDATORS } from './validators/index.ts'

/** Evidence, and what a screen must look for so that no field wanted by its key is passed over. */
export interface KeyedEvidence extends Evidence {
  /** Lower-case ASCII. A key for which `byKey` is not empty contains one of them as contiguous text, whatever its case. */
  readonly keyStems: readonly string[]
}

const RANK: Readonly<Record<Confidence, number>> = { low: 0, medium: 1, high: 2 }

interface Prepared {
  readonly validate: Validator | undefined
  readonly validateValue: Validator | undefined
  readonly confidence: Confidence
  readonly keys: KeyMatcher | undefined
  readonly keyConfidence: Confidence
  readonly words: readonly string[]
  readonly wordConfidence: Confidence
  readonly stop: ReadonlySet<string>
  readonly byKey: boolean
  readonly joints: readonly number[]
  readonly inLists: boolean
}

/**
 * Evidence of these rules; `Finding.rule` and `byKey` count as the list does.
 * @throws ConfigError when a rule names an unknown validator
 */
export function createEvidence(rules: readonly PlacedRule[]): KeyedEvidence {
  const prepared = rules.map(({ rule }): Prepared => {
    const validate = validatorOf(rule.id, rule.validator)
    return {
      validate,
      validateValue: validatorOf(rule.id, rule.valueValidator) ?? validate,
      confidence: rule.confidence,
      keys: rule.keys === undefined ? undefined : keyMatcher(rule.keys),
      keyConfidence: rule.keyConfidence ?? 'high',
      words: (rule.words ?? []).map(phrase),
      wordConfidence: rule.wordConfidence ?? 'medium',
      stop: new Set((rule.stop ?? []).map(folded)),
      byKey: rule.byKey === true,
      joints: [...(rule.joints ?? '')].map((sign) => sign.charCodeAt(0)),
      inLists: rule.inLists !== false,
    }
  })
  const named = createByKey(
    rules.flatMap(({ rule }, index) => (rule.byKey === true ? [{ rule: index, keys: rule.keys ?? [] }] : [])),
  )

  return {
    keyStems: named.stems,
    byKey: named.rulesFor,
    assess(candidate: Candidate, text: FieldText, field: FieldContext): Finding | undefined {
      const rule = prepared[candidate.rule]
      if (field.joined === true && !rule.inLists) return undefined
      const { bytes, length, base } = text
      let start = candidate.start - base
      let end = candidate.end - base
      if (start >= end || insideMark(bytes, length, start, end)) return undefined
      const whole =
        rule.byKey && base === 0 && start === 0 && end === length && text.ended && named.rulesFor(field).includes(candidate.rule)
      // the name of an assignment is the type of one of our marks: no evidence
      if (rule.byKey && !whole && insideMark(bytes, length, start, Math.min(end, start + 4))) return undefined
      const validate = whole ? rule.validateValue : rule.validate
      let confidence = rule.confidence
      if (validate !== undefined) {
        const verdict = validate(bytes, start, end)
        if (verdict === undefined) return undefined
        if (verdict.start !== start || verdict.end !== end) {
          start = verdict.start
          end = verdict.end
          if (start >= end || insideMark(bytes, length, start, end)) return undefined
        }
        confidence = verdict.confidence ?? confidence
      }
      if (rule.joints.length > 0 && isJoined(bytes, length, start, end, rule.joints)) return undefined
      if (rule.stop.size > 0 && rule.stop.has(foldedBytes(bytes, start, end))) return undefined
      if (whole) confidence = higher(confidence, rule.keyConfidence)
      else if (!rule.byKey) {
        if (rule.keys !== undefined && RANK[confidence] < RANK[rule.keyConfidence] && hasKey(rule.keys, field))
          confidence = rule.keyConfidence
        if (rule.words.length > 0 && RANK[confidence] < RANK[rule.wordConfidence]) {
          const around = contextWords(text, start, end)
          if (rule.words.some((word) => around.includes(word))) confidence = rule.wordConfidence
        }
      }
      return { rule: candidate.rule, start: start + base, end: end + base, confidence }
    },
  }
}

/** Signs looked at between a value and a mark. */
const JOINTS_MAX = 8
const DOT = 0x2e

/** Does a mark stand before or behind the value, with nothing but joints between: dots, and signs that the value has itself? */
function isJoined(bytes: Uint8Array, length: number, start: number, end: number, joints: readonly number[]): boolean {
  const joins = (byte: number): boolean => {
    if (!joints.includes(byte)) return false
    const at = byte === DOT ? start : bytes.indexOf(byte, start)
    return at >= 0 && at < end
  }
  let from = start
  while (from > 0 && start - from < JOINTS_MAX && joins(bytes[from - 1])) from--
  // `::1` brings its joint along
  if ((from < start || joins(bytes[start])) && endsMark(bytes, from)) return true
  let to = end
  while (to < length && to - end < JOINTS_MAX && joins(bytes[to])) to++
  return to > end && beginsMark(bytes, length, to)
}

function validatorOf(rule: string, id: string | undefined): Validator | undefined {
  if (id === undefined) return undefined
  if (!Object.hasOwn(VALIDATORS, id))
    throw new ConfigError(
      'unknown-validator',
      'validator',
      `rule ${rule} names "${id}"; the validators are ${Object.keys(VALIDATORS).join(', ')}`,
    )
  return VALIDATORS[id as keyof typeof VALIDATORS]
}

function higher(a: Confidence, b: Confidence): Confidence {
  return RANK[a] >= RANK[b] ? a : b
}

/** The nearest name decides; the one around it counts too, for `{"card": {"number": …}}`. */
function hasKey(keys: KeyMatcher, field: FieldContext): boolean {
  if (field.key === '') return false
  if (keys.matches(field.key)) return true
  const names = field.keys()
  return names.length > 1 && keys.matches(names[names.length - 2])
}

function folded(value: string): string {
  return value.toLowerCase().replace(/[^a-z0-9]/g, '')
}

function foldedBytes(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  for (let i = start; i < end && text.length <= 256; i++) {
    if (isAlnum(bytes[i])) text += String.fromCharCode(isUpper(bytes[i]) ? bytes[i] + 32 : bytes[i])
  }
  return text
}
