import type { Candidate, FieldKind, Finding } from '../core/words.ts'

/** The field a candidate stands in, as far as evidence needs it. */
export interface FieldContext {
  readonly kind: FieldKind
  /** Nearest name; '' if none. */
  readonly key: string
  /** Names around it, outermost first, nearest last. */
  keys(): readonly string[]
  /** The text is that of several values, joined. Default false. */
  readonly joined?: boolean
}

/**
 * The text around a candidate. `bytes[0]` is view offset `base`; at least EVIDENCE_BEFORE bytes before the candidate and
 * EVIDENCE_AFTER after it are there unless the field starts or ends earlier (`base === 0`, `ended`).
 * Evidence must not look further than those distances, so that the answer depends on the text alone.
 */
export interface FieldText {
  readonly bytes: Uint8Array
  readonly length: number
  readonly base: number
  /** The field ends at `base + length`. */
  readonly ended: boolean
  /** Words around the place asked for last, kept for who asks next. */
  context?: { readonly start: number; readonly end: number; readonly words: string }
}

/** Candidates → findings. Pure: the same text, field and candidate give the same answer. */
export interface Evidence {
  /** The finding, or undefined when the evidence does not carry it (or it lies wholly inside one of our marks). */
  assess(candidate: Candidate, text: FieldText, field: FieldContext): Finding | undefined
  /** Rules by key that want the whole value of a field with this key (rule indexes). Called once a field; must be cheap. */
  byKey(field: FieldContext): readonly number[]
}
