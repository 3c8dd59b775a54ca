import type { RuleTables } from './compile/tables.ts'

/**
 * What a scan of a whole document cannot see of its fields: a match at the edge of one that the format's own sign beside it refuses (`(?<!=)` behind the `=`
 * of a form), and the edge of a text of its own does not. What is known of a byte is worked out when it is first asked for.
 */
export class FieldEdges {
  /** Some rule refuses the edge of a text, where it may have matched in the middle of one. */
  readonly refused: boolean
  readonly #tables: RuleTables | undefined
  /** By byte, the rules that it refuses as a neighbour, where the edge of a text is not refused. */
  readonly #before: (readonly number[] | undefined)[] = new Array(256)
  readonly #behind: (readonly number[] | undefined)[] = new Array(256)
  readonly #among = new Map<string, readonly number[]>()

  constructor(tables: RuleTables | undefined) {
    this.#tables = tables
    this.refused = tables !== undefined && (tables.startRefused.includes(1) || tables.endRefused.includes(1))
  }

  /** Of the signs of a format (ASCII), those that beside a field refuse what the edge of a text does not. The answer is kept. */
  among(signs: string): readonly number[] {
    let known = this.#among.get(signs)
    if (known === undefined) {
      known = [...signs].map((sign) => sign.charCodeAt(0)).filter((sign) => this.#matters(sign))
      this.#among.set(signs, known)
    }
    return known
  }

  #matters(byte: number): boolean {
    return this.#refusedBehind(byte).length + this.#refusedBefore(byte).length > 0
  }

  /** May `text[from…to)`, as a text of its own, hold a match that no scan of `text` finds? May be wrong in saying yes. */
  hide(text: Uint8Array, from: number, to: number): boolean {
    if (from > 0) {
      const rules = this.#refusedBehind(text[from - 1])
      for (let i = 0; i < rules.length; i++) if (mayBegin(this.#tables!, rules[i], text, from, to)) return true
    }
    if (to < text.length) {
      const rules = this.#refusedBefore(text[to])
      for (let i = 0; i < rules.length; i++) if (to - from >= this.#tables!.costs[rules[i]].minLength) return true
    }
    return false
  }

  #refusedBehind(byte: number): readonly number[] {
    return (this.#before[byte] ??= refusedBy(byte, this.#tables, 'beforeRow', 'startRefused'))
  }

  #refusedBefore(byte: number): readonly number[] {
    return (this.#behind[byte] ??= refusedBy(byte, this.#tables, 'afterRow', 'endRefused'))
  }
}

const NONE: readonly number[] = []

function refusedBy(
  byte: number,
  tables: RuleTables | undefined,
  row: 'beforeRow' | 'afterRow',
  edge: 'startRefused' | 'endRefused',
): readonly number[] {
  if (tables === undefined) return NONE
  const { guards, [row]: rows, [edge]: edgeRefused } = tables
  const refuses = (rule: number) => edgeRefused[rule] === 0 && (guards[rows[rule] + byte] | guards[rows[rule] + 256 + byte]) !== 0
  return [...rows.keys()].filter(refuses)
}

/** May a match of the rule begin at `text[from]` and end before `to`? What goes on with a long enough run is taken for one. */
function mayBegin(tables: RuleTables, rule: number, text: Uint8Array, from: number, to: number): boolean {
  const { next, classOf, classRow, start, runSet, runMin, sets, costs } = tables
  if (to - from < costs[rule].minLength) return false
  let state = start[rule]
  for (let at = from; ; at++) {
    const says = next[state]
    if (says === 1) return true
    if (says < 0) {
      const run = -says - 1
      // Its first byte led here.
      const end = at - 1 + runMin[run]
      while (at < end && at < to && sets[256 * runSet[run] + text[at]] === 1) at++
      return at >= end
    }
    if (at === to) return false
    state = next[state + 1 + classOf[classRow[rule] + text[at]]]
    if (state === 0) return false
  }
}
