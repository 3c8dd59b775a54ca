/** Numbers that a resting list keeps room for. */
const TRIMMED = 64

/** Spans of a text in which something was seen, asked for in growing order of place. */
export class Alarms {
  // Start, end, …, merged and in order when `settle` was called last; behind them those that came since.
  #spans = new Float64Array(16)
  #count = 0
  #settled = 0
  #at = 0

  add(start: number, end: number): void {
    if (this.#count === this.#spans.length) {
      const wider = new Float64Array(2 * this.#count)
      wider.set(this.#spans)
      this.#spans = wider
    }
    this.#spans[this.#count] = start
    this.#spans[this.#count + 1] = end
    this.#count += 2
  }

  /** Takes in what was added, and forgets what ends at or before `from`: nobody asks for that any more. */
  settle(from: number): void {
    const spans = this.#spans
    this.#sort()
    let kept = 0
    for (let i = 0; i < this.#count; i += 2) {
      const start = spans[i]
      const end = spans[i + 1]
      if (end <= from) continue
      if (kept > 0 && start <= spans[kept - 1]) spans[kept - 1] = Math.max(spans[kept - 1], end)
      else {
        spans[kept] = start
        spans[kept + 1] = end
        kept += 2
      }
    }
    this.#count = this.#settled = kept
    this.#at = 0
  }

  /** Gives back room that is not needed for what is kept. For a stream that rests. */
  trim(): void {
    if (this.#spans.length <= TRIMMED || this.#count > TRIMMED) return
    this.#spans = this.#spans.slice(0, TRIMMED)
  }

  /** Where the first span begins that ends behind `at`; Infinity: there is none. */
  next(at: number): number {
    while (this.#at < this.#settled && this.#spans[this.#at + 1] <= at) this.#at += 2
    return this.#at < this.#settled ? this.#spans[this.#at] : Number.POSITIVE_INFINITY
  }

  /** The scanner tells in no promised order, and mostly in order. */
  #sort(): void {
    const spans = this.#spans
    let sorted = true
    for (let i = 2; i < this.#count && sorted; i += 2) sorted = spans[i - 2] <= spans[i]
    if (sorted) return
    const order = Array.from({ length: this.#count / 2 }, (_, i) => 2 * i).sort((a, b) => spans[a] - spans[b])
    const copy = spans.slice(0, this.#count)
    order.forEach((from, i) => {
      spans[2 * i] = copy[from]
      spans[2 * i + 1] = copy[from + 1]
    })
  }
}
