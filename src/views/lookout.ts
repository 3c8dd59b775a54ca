import { BREAK, CLASS, LETTER, type Watch } from './watch.ts'

/** Texts of fewer bytes a watch looks over itself. */
const LEAST = 192
/** Bytes before the part of a text that a watch has come to which are seen with it. */
const LOOK_BACK = 128
const SPACE = 0x20

interface QuickLook {
  /** As the function of this name in hiding-spans.ts. */
  readonly hidingSpans: ((text: Uint8Array, from: number, ended: boolean, shift: number, spans: number[]) => number) | undefined
}

/**
 * Where in a text a watch has to look: a kernel's quick look sees most of it, and a watch would not stop there.
 *
 * Contract: the stops are those of the watch alone.
 */
export class Lookout {
  /** Start, end, … of where the watch has to look, in order of the starts. */
  readonly #spans: number[] = []
  #at = 0
  #asked = 0
  #isQuick = false

  /** `text[from…to)` is to be looked over, quickly where `by` can; `last`: the text ends there. */
  begin(text: Uint8Array, from: number, to: number, last: boolean, by: QuickLook): void {
    const hidingSpans = to - from < LEAST ? undefined : by.hidingSpans
    this.#isQuick = hidingSpans !== undefined
    if (hidingSpans === undefined) return
    this.#forget()
    const start = Math.max(0, from - LOOK_BACK)
    const certain = hidingSpans(text.subarray(start, to), from - start, last, start, this.#spans)
    if (!last) this.#spans.push(start + certain, Number.POSITIVE_INFINITY)
  }

  /** A whole text in which a watch stops nowhere is at hand. */
  sawNothing(): void {
    this.#forget()
    this.#isQuick = true
  }

  #forget(): void {
    this.#at = this.#asked = 0
    if (this.#spans.length > 0) this.#spans.length = 0
  }

  /** May a watch over `from…to` of the text, a part that stands apart, stop? Asked in growing order. */
  mayHide(from: number, to: number): boolean {
    if (!this.#isQuick) return true
    const spans = this.#spans
    while (this.#asked < spans.length && spans[this.#asked + 1] <= from) this.#asked += 2
    return this.#asked < spans.length && spans[this.#asked] < to
  }

  /** As `Watch.next`. Asked for in growing order. */
  next(watch: Watch, text: Uint8Array, from: number, to: number): number {
    if (!this.#isQuick) return watch.next(text, from, to)
    const spans = this.#spans
    let i = from
    while (i < to) {
      while (this.#at < spans.length && spans[this.#at + 1] <= i) this.#at += 2
      if (this.#at === spans.length) break
      const start = Math.min(spans[this.#at], to)
      if (start > i) {
        const resumed = lastStart(text, i, start)
        if (resumed > i) watch.reset()
        i = resumed
      }
      const end = Math.min(spans[this.#at + 1], to)
      const at = watch.next(text, i, end)
      if (at < end) return at
      i = end
    }
    watch.event = 0
    return to
  }
}

/** The last place up to `to` at which a watch may begin as if it had looked over all before; `from` where there is none behind it. */
function lastStart(text: Uint8Array, from: number, to: number): number {
  let at = to
  while (at > from && ((text[at] & 0xc0) === 0x80 || goesOn(text, at))) at--
  return at
}

/** May what stands before `at` be of a run that goes on there? */
function goesOn(text: Uint8Array, at: number): boolean {
  if ((CLASS[text[at - 1]] & (LETTER | BREAK)) !== 0) return true
  // a blank behind a line break is an indent
  return text[at - 1] === SPACE && at > 1 && (text[at - 2] === SPACE || (CLASS[text[at - 2]] & BREAK) !== 0)
}
