import type { ValidatorId } from './validator-id.ts'
import type { Confidence } from './words.ts'

/**
 * A rule as its file writes it: data and samples. `rules/<group>/<id>.ts` exports it as `rule`; its selector is `group/id`.
 */
export interface RuleDefinition {
  /** kebab-case, country or vendor first where it has one; never changes meaning. */
  readonly id: string
  /** Label of the taxonomy, reported beside the id. Also the mark's type, in upper case. */
  readonly label: string
  /** One sentence for `edge-dlp rules`. */
  readonly title: string
  /** Where format and checksum are defined (RFC, standard, issuer). */
  readonly source: string
  /** Pattern in the rule dialect (docs/rule-dialect.md). A rule has this or `terms`. */
  readonly pattern?: string
  /** The values themselves, up to hundreds of thousands, in place of a pattern: each is found where it stands by itself, as `\b(?:…|…)\b` would find it. */
  readonly terms?: readonly string[]
  /** Letters of ASCII in `terms` match in either case. Default false. */
  readonly ignoreCase?: boolean
  /** A check by id of what the pattern matched; it may narrow the span. */
  readonly validator?: ValidatorId
  /** Confidence of a match that passed its validator, without any context. */
  readonly confidence: Confidence
  /** Confidence of a match without a hyphen (a bare run, other separators); `confidence` when absent. */
  readonly bareConfidence?: Confidence
  /** Names (keys, column headers, words before the value) that raise the confidence to `keyConfidence`. Compared in lower case, separators ignored. */
  readonly keys?: readonly string[]
  /** Confidence when a key matches. Default `high`. */
  readonly keyConfidence?: Confidence
  /** Context words near the match (whole words, before and after, at most 128 bytes) that raise it to `wordConfidence`. */
  readonly words?: readonly string[]
  /** Default `medium`. */
  readonly wordConfidence?: Confidence
  /**
   * ASCII signs that join the parts of such a value. A match that a dot, or one of these signs that it has itself, joins to a mark of ours was part of something
   * longer before that was edited, and refused for it; so it is refused still.
   */
  readonly joints?: string
  /** False: not looked for in the joined pieces of a list, because lists of other things (times of day) often spell one. Default true. */
  readonly inLists?: boolean
  /**
   * A rule by key: the whole value of a field whose key matches `keys` is the candidate, checked by `validator`.
   * In text, where there are no fields, `pattern` finds the assignment and the validator narrows it to the value.
   */
  readonly byKey?: boolean
  /** A rule by key: the check of a whole value, where it is not `validator`. */
  readonly valueValidator?: ValidatorId
  /** Values that are never findings: documentation values, placeholders. Compared without separators, in lower case. */
  readonly stop?: readonly string[]
  /** Proof: texts in which the rule must find exactly the marked value, `⟦…⟧`, and texts in which it must find nothing. */
  readonly samples: {
    readonly find: readonly string[]
    readonly ignore: readonly string[]
  }
}

/** A rule with its place in the tree. */
export interface PlacedRule {
  readonly group: string
  readonly rule: RuleDefinition
}
