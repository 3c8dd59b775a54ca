/**
 * The words every stage shares. Positions are byte offsets, end exclusive; which text they count in is said at each use:
 * the *source* (the decoded body as it arrives, after Content-Encoding) or a *view* (the text of one field).
 */

/** A run of bytes, end exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** Which message of an exchange is inspected. */
export type Side = 'request' | 'response'

/** How sure a finding is; each rule's file says what makes it which. Policy acts from `medium` on by default. */
export type Confidence = 'low' | 'medium' | 'high'

/** `observe` changes nothing of a message and records what would have been done; `enforce` does it. */
export type Mode = 'observe' | 'enforce'

/** What is done with a finding. `allow` leaves it alone and counts it. */
export type Action = 'allow' | 'redact' | 'mask' | 'hash' | 'drop' | 'block'

/** A rule match in the text of one field: `rule` is the index in the rule tables, offsets count in the field's view. */
export interface Candidate {
  readonly rule: number
  readonly start: number
  readonly end: number
}

/** What a reader says a field is. `text`: a body, or part of one, without structure. */
export type FieldKind = 'text' | 'key' | 'string' | 'number'

/**
 * A candidate with evidence. `start`/`end` count in the field's view and may be narrower than the candidate's
 * (a validator may cut an assignment down to its value).
 */
export interface Finding {
  readonly rule: number
  readonly start: number
  readonly end: number
  readonly confidence: Confidence
}

/** Why a finding counted, one reason a note. Told in the rule's own terms: names and words are those that the rule lists, never text of the message. */
export interface EvidenceNote {
  readonly kind: 'pattern' | 'check' | 'whole-value' | 'key' | 'word' | 'decoded'
  /** The rule's title, a validator's id, or a name or word that the rule lists; '' for `decoded`. */
  readonly what: string
}

/** Replaces source bytes `start`…`end` by `bytes`. */
export interface Edit extends Span {
  readonly bytes: Uint8Array
}

/** What was found, as events, outcomes and commands tell it: never the value. Offsets are source offsets. */
export interface FindingRecord extends Span {
  /** Rule id, e.g. `credit-card`. */
  readonly rule: string
  /** Label of the taxonomy, e.g. `credit_card`. */
  readonly label: string
  readonly confidence: Confidence
  /** Where in the document: `/orders/0/card`, keys as in RFC 6901; '' for the whole document. Keys that hold a finding themselves are masked. */
  readonly path: string
  /** Where beside the body: `url`, or `header NAME`. Absent: in the body. Span and path are then of that text. */
  readonly place?: string
  /** What policy says of it on its side and route. */
  readonly action: Action
  /** True when the action was carried out (mode `enforce`). */
  readonly enforced: boolean
  /** Why it counted; only where that was asked for (`explain`). */
  readonly why?: readonly EvidenceNote[]
  /** Its runs, where mark-up divides it; told with `why`. */
  readonly pieces?: readonly Span[]
  /** Policy says of this place that it is none: left alone, and told. */
  readonly suppressed?: true
}
