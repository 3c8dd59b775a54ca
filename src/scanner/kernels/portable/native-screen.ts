import { LONG_RUN } from '../../compile/long-runs.ts'
import type { NativeSearches } from '../../compile/native-searches.ts'
import { WINDOW } from '../../compile/places.ts'

/** Bytes behind the end of a window that its search may look at. */
export const SIGHT = 32
/** Most bytes a place to be looked at must have on average: where there are more of them, the filter is cheaper. */
const BYTES_PER_HIT = 48
/** Not worth giving up for. */
const FEW = 8
/** One number for place and search. */
const SEARCHES = 4096

/** A search as it is carried out. */
interface Search {
  readonly expression: RegExp
  readonly length: number
  readonly ends: readonly number[]
  readonly group: number
  readonly buckets: number
  readonly folded: boolean
}

interface Run {
  readonly inside: RegExp
  readonly outside: RegExp
}

/**
 * Native searches in place of the filter, for engines that interpret their script and not their regular expressions. Finds, of a stretch of text, where windows may end;
 * gives up where that is so often that the filter costs less. The expressions are made and tried at once: where a build takes a snapshot, a request finds them compiled.
 */
export class NativeScreen {
  /** How many places were found, and the n-th of them. */
  count = 0
  private places = new Float64Array(1024)
  private readonly searches: readonly Search[]
  private readonly runs: readonly Run[]
  private readonly decoder = byteDecoder()

  constructor({ searches, runs }: NativeSearches) {
    this.searches = searches.map(({ source, ...search }) => ({ ...search, expression: compiled(source, 'g') }))
    this.runs = runs.map(({ source, outside }) => ({ inside: compiled(source, 'y'), outside: compiled(outside, 'g') }))
  }

  /** Index of the last byte of the n-th window. */
  endAt(n: number): number {
    return Math.trunc(this.places[n] / SEARCHES)
  }

  /** The group of its windows; -1: there a long run is found. */
  groupAt(n: number): number {
    const search = this.places[n] % SEARCHES
    return search < this.searches.length ? this.searches[search].group : -1
  }

  bucketsAt(n: number): number {
    return this.searches[this.places[n] % SEARCHES].buckets
  }

  /** Finds windows that end at [from, to) of `bytes`, and runs that become long there; `before` bytes (LONG_RUN or more) in front of it and SIGHT behind it are there. False when it has given up. */
  find(bytes: Uint8Array, from: number, to: number, before: number): boolean {
    const origin = from - before
    const view = new Uint8Array(bytes.buffer, bytes.byteOffset + origin, to + SIGHT - origin)
    const string = this.decoder.decode(view)
    const folded = string.toLowerCase()
    const most = FEW + (to - from) / BYTES_PER_HIT
    this.count = 0
    for (let i = 0; i < this.searches.length; i++) {
      const { expression, length, ends, folded: isFolded } = this.searches[i]
      const text = isFolded ? folded : string
      expression.lastIndex = 0
      while (expression.test(text)) {
        const at = origin + expression.lastIndex
        for (const end of ends) this.add(at - end + WINDOW - 1, i, from, to)
        if (this.count > most) return false
        // The next begins a byte behind where this one did.
        expression.lastIndex -= length - 1
      }
    }
    for (let i = 0; i < this.runs.length; i++)
      if (!this.findRuns(this.runs[i], this.searches.length + i, string, origin, from, to, most)) return false
    this.places.subarray(0, this.count).sort()
    return true
  }

  /** The same for the long runs of a class. */
  private findRuns(
    { inside, outside }: Run,
    search: number,
    string: string,
    origin: number,
    from: number,
    to: number,
    most: number,
  ): boolean {
    let at = 0
    for (;;) {
      inside.lastIndex = at
      inside.test(string)
      at = inside.lastIndex
      if (at + LONG_RUN > string.length) return true
      this.add(origin + at + LONG_RUN - 1, search, from, to)
      if (this.count > most) return false
      outside.lastIndex = at + LONG_RUN
      if (!outside.test(string)) return true
      at = outside.lastIndex
    }
  }

  private add(end: number, search: number, from: number, to: number): void {
    if (end < from || end >= to) return
    if (this.count === this.places.length) {
      const more = new Float64Array(2 * this.count)
      more.set(this.places)
      this.places = more
    }
    this.places[this.count++] = end * SEARCHES + search
  }
}

/** How often which characters occur tells the engine how to skip; what it compiles is kept for each width of characters. */
const ORDINARY =
  '{"id":"ord-71934","created":"2026-03-14T08:05:27Z","lines":[{"name":"harbor lamp","note":"leave it at the willow door"}]}'

/** Makes a string of bytes, a character of each. The types of Fastly's engine know UTF-8 alone; it decodes what the Encoding standard names. */
export const byteDecoder = (): TextDecoder => new TextDecoder('windows-1252' as 'utf-8')

/** An expression that has been compiled for texts of both widths: where a build takes a snapshot, a request finds it so. */
export function compiled(source: string, flags: string): RegExp {
  const expression = new RegExp(source, flags)
  for (const text of [ORDINARY, `${ORDINARY}\u20ac`]) {
    expression.lastIndex = 0
    expression.test(text)
  }
  expression.lastIndex = 0
  return expression
}
