import type { Span } from '../core/words.ts'

/** Source spans inside a text that are no part of it, in growing order: a finding across them is edited around them. */
export class Gaps {
  #spans = new Float64Array(16)
  #first = 0
  #count = 0

  push(from: number, to: number): void {
    if (2 * this.#count === this.#spans.length) {
      const wider = new Float64Array(4 * (this.#count - this.#first) + 16)
      wider.set(this.#spans.subarray(2 * this.#first, 2 * this.#count))
      this.#spans = wider
      this.#count -= this.#first
      this.#first = 0
    }
    this.#spans[2 * this.#count] = from
    this.#spans[2 * this.#count++ + 1] = to
  }

  /** Forgets the gaps that end at or before `at`. */
  forget(at: number): void {
    while (this.#first < this.#count && this.#spans[2 * this.#first + 1] <= at) this.#first++
    if (this.#first === this.#count) this.#first = this.#count = 0
  }

  /** What is left of a span without the gaps in it; undefined where there are none, or nothing else. */
  split(start: number, end: number): Span[] | undefined {
    let low = this.#firstBehind(start)
    if (low === this.#count || this.#spans[2 * low] >= end) return undefined
    const left: Span[] = []
    let at = start
    for (; low < this.#count; low++) {
      const from = this.#spans[2 * low]
      if (from >= end) break
      if (from > at) left.push({ start: at, end: from })
      at = Math.max(at, this.#spans[2 * low + 1])
    }
    if (at < end) left.push({ start: at, end })
    return left.length === 0 ? undefined : left
  }

  /** Index of the first gap that ends behind `at`. */
  #firstBehind(at: number): number {
    let low = this.#first
    let high = this.#count
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#spans[2 * middle + 1] <= at) low = middle + 1
      else high = middle
    }
    return low
  }
}
