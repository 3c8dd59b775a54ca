import type { Confidence, Span } from '../core/words.ts'

/** What a check says of a candidate: the value's span, and a confidence of its own where the form alone decides it. */
export interface Verdict extends Span {
  /** Replaces the rule's confidence without context; keys and words may still raise it. */
  readonly confidence?: Confidence
}

/**
 * A check of what a pattern matched, `start`…`end` of `bytes`: the narrowed span, or undefined when it is no such value. It looks at
 * nothing outside the span (so that the answer cannot depend on windows or on an edited neighbour) and never throws.
 */
export type Validator = (bytes: Uint8Array, start: number, end: number) => Verdict | undefined
