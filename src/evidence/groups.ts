import type { Span } from '../core/words.ts'
import { isAlnum, isDigit } from './bytes.ts'

/** How a number is written: 0 without separators, the one byte that separates its groups, or -1 when several do. */
export function separatorOf(bytes: Uint8Array, start: number, end: number): number {
  let separator = 0
  for (let i = start; i < end; i++) {
    if (isAlnum(bytes[i])) continue
    if (separator === 0) separator = bytes[i]
    else if (separator !== bytes[i]) return -1
  }
  return separator
}

/**
 * Numbers written in groups of one size (`123 456 782`, `2341 2341 2346`) among further groups of that size. Every window of `count` groups
 * with one kind of separator is looked at, also those that overlap one that passed: which of them is the number nobody can tell, and what
 * stands beside an edited neighbour must have been looked at before.
 * `start`…`end` is groups of `size` digits with one byte between them. Returns the span from the first window that `passes` to the last.
 */
export function numberInGroups(
  bytes: Uint8Array,
  start: number,
  end: number,
  size: number,
  count: number,
  passes: (bytes: Uint8Array, start: number, end: number) => boolean,
): Span | undefined {
  const step = size + 1
  let first = -1
  let last = -1
  for (let from = start; from + count * step - 1 <= end; from += step) {
    const to = from + count * step - 1
    if (separatorOf(bytes, from, to) <= 0 || !isDigit(bytes[to - 1]) || !passes(bytes, from, to)) continue
    if (first < 0) first = from
    last = to
  }
  return first < 0 ? undefined : { start: first, end: last }
}
