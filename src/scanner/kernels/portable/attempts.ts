/**
 * A walk of one rule's automaton that could not end in the piece it began in. Walks that come to the same state at the same
 * offset go on as one (`into`): from there on they have the same future. Offsets are absolute.
 */
export interface Walk {
  readonly rule: number
  state: number
  /** Where it goes on; in a run: where it entered it. */
  at: number
  /** Where the longest match so far ends, or -1. */
  last: number
  done: boolean
  into: Walk | null
  intoAt: number
  /** Attempts that still wait for it. */
  waiting: number
}

/** A start of one rule that waits to be decided, in a queue ordered by start. */
export interface Attempt {
  readonly start: number
  /** End of its match without what `walk` found from `since` on, or -1. */
  own: number
  since: number
  walk: Walk | null
}

export function newWalk(rule: number, state: number, at: number, last: number): Walk {
  return { rule, state, at, last, done: false, into: null, intoAt: 0, waiting: 1 }
}

/** End of the attempt's match as far as it is known, or -1. Follows walks that have become one. */
export function endOf(attempt: Attempt): number {
  let walk = attempt.walk
  if (walk === null) return attempt.own
  while (walk.into !== null) {
    if (walk.last >= attempt.since) attempt.own = Math.max(attempt.own, walk.last)
    attempt.since = walk.intoAt
    walk = walk.into
  }
  attempt.walk = walk
  return walk.last >= attempt.since ? Math.max(attempt.own, walk.last) : attempt.own
}

/** Lets `walk` go on as `other`, which is in the same state at offset `at`. */
export function mergeInto(walk: Walk, other: Walk, at: number): void {
  walk.into = other
  walk.intoAt = at
  tail(other).waiting += walk.waiting
}

/** The walk that goes on for this one. */
export function tail(walk: Walk): Walk {
  while (walk.into !== null) walk = walk.into
  return walk
}
