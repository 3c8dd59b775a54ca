import type { Candidate } from '../core/words.ts'

const NOTHING: readonly Candidate[] = []

/**
 * What a scan of a text has found, for the fields in it: where a field is text of the source as it stands, and nothing beside it decides, a scan of the field alone
 * would find the same. Fields are asked for in growing order.
 */
export class Seen {
  #found: readonly Candidate[] = NOTHING
  #at = 0
  #settled = -1

  /** `found` by their starts; nothing else begins before `settled`. */
  tell(found: readonly Candidate[], settled: number): void {
    this.#found = found
    this.#at = 0
    this.#settled = settled
  }

  /** What is at hand and ends behind `from`. */
  behind(from: number): Candidate[] {
    return this.#found.filter(({ end }) => end > from)
  }

  /** The candidates of the field at `from`…`to`, counted from its start; undefined when that takes a look: more may come, or one lies across an edge. */
  in(from: number, to: number): readonly Candidate[] | undefined {
    if (to > this.#settled) return undefined
    const found = this.#found
    let at = this.#at
    while (at < found.length && found[at].end <= from) at++
    this.#at = at
    if (at === found.length || found[at].start >= to) return NOTHING
    const inside: Candidate[] = []
    for (; at < found.length && found[at].start < to; at++) {
      const { rule, start, end } = found[at]
      if (start < from || end > to) return undefined
      inside.push({ rule, start: start - from, end: end - from })
    }
    return inside
  }
}

/** The order in which findings are told. */
export function compareCandidates(a: Candidate, b: Candidate): number {
  return a.start - b.start || b.end - a.end || a.rule - b.rule
}
