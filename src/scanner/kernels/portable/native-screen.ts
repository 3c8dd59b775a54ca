import { LONG_RUN } from '../../compile/long-runs.ts'
import type { NativeSearches } from '../../compile/native-searches.ts'
import { GATE_REACH, SIGHT, WINDOW } from '../../compile/places.ts'

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

interface Group {
  readonly needs: readonly number[]
  /** Index of its first search, and of the one behind its last. */
  readonly from: number
  readonly to: number
  /** The next group that does not begin with the same gate. */
  readonly behind: number
}

/** A gate as it is asked for. */
interface Gate {
  readonly literal: string
  readonly run: RegExp | undefined
  readonly length: number
  readonly folded: boolean
}

interface Run {
  readonly needs: readonly number[]
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
  private readonly groups: readonly Group[]
  private readonly gates: readonly Gate[]
  /** Where in the text at hand each gate stands first; negative: not asked yet. */
  private readonly opens: Float64Array
  private readonly runs: readonly Run[]
  private readonly decoder = byteDecoder()

  constructor({ gates, groups, runs }: NativeSearches) {
    this.searches = groups.flatMap(({ searches }) =>
      searches.map(({ source, ...search }) => ({ ...search, expression: compiled(source, 'g') })),
    )
    let from = 0
    this.groups = groups.map(({ needs, searches }, n) => {
      const others = groups.findIndex((group, i) => i > n && group.needs[0] !== needs[0])
      return { needs, from, to: (from += searches.length), behind: others < 0 ? groups.length : others }
    })
    this.gates = gates.map(({ source, isRun, length, folded }) => ({
      literal: source,
      run: isRun ? compiled(source, 'y') : undefined,
      length,
      folded,
    }))
    this.opens = new Float64Array(gates.length)
    this.runs = runs.map(({ source, outside, needs }) => ({
      needs,
      inside: compiled(source, 'y'),
      outside: compiled(outside, 'g'),
    }))
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

  /** Finds windows that end at [from, to) of `bytes`, and runs that become long there; `before` bytes (GATE_REACH or more) in front of it and SIGHT behind it are there. False when it has given up. */
  find(bytes: Uint8Array, from: number, to: number, before: number): boolean {
    const origin = from - before
    const view = new Uint8Array(bytes.buffer, bytes.byteOffset + origin, to + SIGHT - origin)
    const string = this.decoder.decode(view)
    const folded = string.toLowerCase()
    const most = FEW + (to - from) / BYTES_PER_HIT
    this.count = 0
    this.opens.fill(-1)
    // By index: where script is interpreted, an iterator costs as much as what is done here.
    for (let n = 0; n < this.groups.length; ) {
      const { needs, from: first, to: end, behind } = this.groups[n]
      const open = this.openFrom(needs, string, folded)
      n = open < 0 && this.opens[needs[0]] === Number.POSITIVE_INFINITY ? behind : n + 1
      if (open < 0) continue
      for (let i = first; i < end; i++) {
        const { expression, length, ends, folded: isFolded } = this.searches[i]
        const text = isFolded ? folded : string
        expression.lastIndex = open
        while (expression.test(text)) {
          const at = origin + expression.lastIndex
          for (const place of ends) this.add(at - place + WINDOW - 1, i, from, to)
          if (this.count > most) return false
          // The next begins a byte behind where this one did.
          expression.lastIndex -= length - 1
        }
      }
    }
    for (let i = 0; i < this.runs.length; i++) {
      const open = this.openFrom(this.runs[i].needs, string, folded)
      if (open >= 0 && !this.findRuns(this.runs[i], this.searches.length + i, string, open, origin, from, to, most)) return false
    }
    this.places.subarray(0, this.count).sort()
    return true
  }

  /** From where on all of these gates are open; -1: nowhere. */
  private openFrom(needs: readonly number[], string: string, folded: string): number {
    let open = 0
    for (let i = 0; i < needs.length; i++) {
      const gate = needs[i]
      if (this.opens[gate] < 0) this.opens[gate] = ask(this.gates[gate], string, folded)
      if (this.opens[gate] === Number.POSITIVE_INFINITY) return -1
      open = Math.max(open, this.opens[gate] - GATE_REACH)
    }
    return open
  }

  /** The same for the long runs of a class. */
  private findRuns(
    { inside, outside }: Run,
    search: number,
    string: string,
    at: number,
    origin: number,
    from: number,
    to: number,
    most: number,
  ): boolean {
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

/** Where a gate stands first in a text; Infinity: nowhere. */
function ask({ literal, run, length, folded: isFolded }: Gate, string: string, folded: string): number {
  const text = isFolded ? folded : string
  if (run === undefined) {
    const at = text.indexOf(literal)
    return at < 0 ? Number.POSITIVE_INFINITY : at
  }
  run.lastIndex = 0
  run.test(text)
  const { lastIndex } = run
  return lastIndex + length > text.length ? Number.POSITIVE_INFINITY : lastIndex
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
