import type { ByteSet } from './byte-set.ts'

/** A pattern as a tree. `column` is 1-based and points at what an error is about. */
export type Node = SetNode | SequenceNode | AlternationNode | RepeatNode

/** One byte of a set. */
export interface SetNode {
  readonly type: 'set'
  readonly set: ByteSet
}

export interface SequenceNode {
  readonly type: 'sequence'
  readonly parts: readonly Node[]
}

export interface AlternationNode {
  readonly type: 'alternation'
  readonly parts: readonly Node[]
}

/** `node{min,max}`; `column` is the quantifier's. */
export interface RepeatNode {
  readonly type: 'repeat'
  readonly node: Node
  readonly min: number
  readonly max: number
  readonly column: number
}

/**
 * What one byte beside a match must not be. A byte `x` beside a match whose nearest own byte is `y` refuses it when
 * `reject[x]` and `when[y]`. `edge`: whether the start or end of the text is accepted.
 */
export interface Guard {
  readonly reject: ByteSet
  readonly when: ByteSet
  readonly edge: boolean
  readonly column: number
}

export interface Pattern {
  readonly left: Guard | null
  readonly body: Node
  readonly right: Guard | null
  /** The body without its guards, as it stands in the source: [from, to). */
  readonly from: number
  readonly to: number
}
