import { WORD } from '../../compile/byte-set.ts'
import { INSIDE_ALWAYS, INSIDE_GUARDED, type RuleTables } from '../../compile/tables.ts'

/** Sets remembered of one rule before all are forgotten: bounds memory; forgetting costs time only. */
const MAX_SETS = 1024
const MAX_SET_BYTES = 256 << 10

/** The states from which a match can still be completed at some place of the text. */
export interface LiveSet {
  readonly id: number
  /** A bit a state of the rule, by row. */
  readonly bits: Uint32Array
  readonly rows: Int32Array
}

/** Runs of one rule that differ only in what follows them. */
interface RunKind {
  readonly set: number
  readonly min: number
  readonly max: number
  readonly inside: number
  /** Rows of the run states, and the same as a number (`RunSets`). */
  readonly rows: number[]
  all: number
}

/**
 * One rule's automaton backwards. Read from right to left, a set of states becomes the set from which the byte at hand leads
 * into it: so one pass says of every place from which states a match can be completed, exactly, counts included (the length of a
 * run is known to whoever comes from its right). Sets and the moves between them are made when first needed and remembered.
 */
export class LiveSets {
  /** Table look-ups so far; making a move counts what it looked at. */
  steps = 0
  private readonly tables: RuleTables
  private readonly rule: number
  private readonly from: number
  private readonly stride: number
  private readonly words: number
  private readonly maxSets: number
  /** `row * classes + class` → rows that lead into it: [begin, end) of `sources`. */
  private readonly sourcesFrom: Int32Array
  private readonly sources: Int32Array
  private readonly accepting: number[] = []
  private readonly plain: number[] = []
  private readonly kinds: RunKind[] = []
  private readonly mark: Uint32Array
  private marks = 0

  private sets = new Map<string, LiveSet>()
  private moves = new Map<number, LiveSet>()
  /** Sets of run rows by number; 0 is the empty one. */
  private runSets: number[][] = []
  private runSetIds = new Map<string, number>()
  private unions = new Map<number, number>()
  private behindMoves = new Map<number, number>()

  constructor(tables: RuleTables, rule: number) {
    this.tables = tables
    this.rule = rule
    const rows = tables.states[rule]
    const classes = tables.classes[rule]
    this.from = tables.rowsFrom[rule]
    this.stride = classes + 1
    this.words = (rows + 31) >> 5
    this.maxSets = Math.max(16, Math.min(MAX_SETS, Math.floor(MAX_SET_BYTES / (this.words * 4))))
    this.mark = new Uint32Array(rows)
    const counts = new Int32Array(rows * classes + 1)
    const eachMove = (visit: (key: number, row: number) => void) => {
      for (let row = 0; row < rows; row++) {
        const state = this.from + row * this.stride
        for (let c = 0; c < classes; c++) {
          const to = tables.next[state + 1 + c]
          if (to !== 0) visit(this.rowOf(to) * classes + c, row)
        }
      }
    }
    eachMove((key) => counts[key + 1]++)
    for (let i = 1; i < counts.length; i++) counts[i] += counts[i - 1]
    const sources = new Int32Array(counts[counts.length - 1])
    const fill = counts.slice()
    eachMove((key, row) => {
      sources[fill[key]++] = row
    })
    this.sourcesFrom = counts
    this.sources = sources
    for (let row = 0; row < rows; row++) {
      const kind = tables.next[this.from + row * this.stride]
      if (kind >= 0) this.plain.push(row)
      if (kind === 1) this.accepting.push(row)
      if (kind >= 0) continue
      const run = -kind - 1
      const [set, min, max, inside] = [tables.runSet[run], tables.runMin[run], tables.runMax[run], tables.runInside[run]]
      const known = this.kinds.find((one) => one.set === set && one.min === min && one.max === max && one.inside === inside)
      if (known !== undefined) known.rows.push(row)
      else this.kinds.push({ set, min, max, inside, rows: [row], all: 0 })
    }
    this.forget()
  }

  has(set: LiveSet, state: number): boolean {
    const row = this.rowOf(state)
    return ((set.bits[row >> 5] >>> (row & 31)) & 1) === 1
  }

  /**
   * For each index from `low` to `end`: the states (runs apart) from which a match can be completed by at least one byte more.
   * `last`: the text ends at `end`; otherwise anything may follow there. Writes `into[index]`.
   */
  pass(buffer: Uint8Array, low: number, end: number, last: boolean, into: LiveSet[]): void {
    if (this.sets.size > this.maxSets || this.runSets.length > this.maxSets || this.moves.size > 8 * this.maxSets) this.forget()
    const { tables, rule, kinds } = this
    const { sets, guards, endRefused, classOf } = tables
    const guard = tables.afterRow[rule]
    const classes = tables.classRow[rule]
    // By kind of run: where the run at hand ends, its rows that can go on there, and the first end inside that the guard allows.
    const to = new Int32Array(kinds.length).fill(-1)
    const behind = new Int32Array(kinds.length)
    const allowed = kinds.map(({ inside }) => (inside === INSIDE_GUARDED ? new Int32Array(end - low + 1) : null))
    let live = last ? this.intern([]) : this.intern(this.plain)
    let steps = 0
    into[end] = live
    for (let at = end - 1; at >= low; at--) {
      const byte = buffer[at]
      const edge = at + 1 === end
      // Does the guard allow an end behind this byte? Where the byte after is not known: yes.
      const free = edge ? !last || endRefused[rule] === 0 : guards[guard + (WORD[byte] << 8) + buffer[at + 1]] === 0
      let runs = 0
      for (let k = 0; k < kinds.length; k++) {
        const kind = kinds[k]
        if (sets[(kind.set << 8) + byte] === 0) {
          to[k] = -1
          continue
        }
        steps++
        const ends = allowed[k]
        if (to[k] < 0) {
          to[k] = at + 1
          behind[k] = edge && !last ? kind.all : this.runsBehind(live, free, k)
          if (ends !== null) ends[at + 1 - low] = -1
        } else if (ends !== null && free) ends[at + 1 - low] = at + 1
        if (ends !== null) ends[at - low] = ends[at + 1 - low]
        const length = to[k] - at
        let inside = false
        if (length > kind.min) {
          if (kind.inside === INSIDE_ALWAYS) inside = true
          else if (ends !== null) {
            const first = ends[at + kind.min - low]
            inside = first >= 0 && first <= at + kind.max
          }
        }
        if (inside) runs = this.union(runs, kind.all)
        else if (length <= kind.max && (length >= kind.min || (!last && to[k] === end))) runs = this.union(runs, behind[k])
      }
      steps++
      live = this.move(live, classOf[classes + byte], free, runs)
      into[at] = live
    }
    this.steps += steps
  }

  private rowOf(state: number): number {
    return (state - this.from) / this.stride
  }

  /** The set from which a byte of class `cls` leads into `live`, into a run of `runs`, or, where `free`, to an end. */
  private move(live: LiveSet, cls: number, free: boolean, runs: number): LiveSet {
    const key = ((live.id * this.stride + cls) * 2 + (free ? 1 : 0)) * 65_536 + runs
    const known = this.moves.get(key)
    if (known !== undefined) return known
    const rows: number[] = []
    const classes = this.stride - 1
    this.marks++
    const add = (row: number) => {
      const at = row * classes + cls
      for (let i = this.sourcesFrom[at]; i < this.sourcesFrom[at + 1]; i++) {
        const source = this.sources[i]
        if (this.mark[source] === this.marks) continue
        this.mark[source] = this.marks
        rows.push(source)
      }
    }
    for (const row of live.rows) add(row)
    if (free) for (const row of this.accepting) add(row)
    for (const row of this.runSets[runs]) add(row)
    this.steps += live.rows.length + rows.length
    const made = this.intern(rows.sort((a, b) => a - b))
    this.moves.set(key, made)
    return made
  }

  private intern(rows: readonly number[]): LiveSet {
    const key = rows.join()
    let set = this.sets.get(key)
    if (set === undefined) {
      const bits = new Uint32Array(this.words)
      for (const row of rows) bits[row >> 5] |= 1 << (row & 31)
      set = { id: this.sets.size, bits, rows: Int32Array.from(rows) }
      this.sets.set(key, set)
    }
    return set
  }

  /** The runs of a kind that can be completed by what follows them, where `live` holds; `free`: a match may end there. */
  private runsBehind(live: LiveSet, free: boolean, k: number): number {
    const key = (live.id * 2 + (free ? 1 : 0)) * this.kinds.length + k
    const known = this.behindMoves.get(key)
    if (known !== undefined) return known
    const { next, runNext } = this.tables
    const rows = this.kinds[k].rows.filter((row) => {
      const then = runNext[-next[this.from + row * this.stride] - 1]
      return (free && next[then] === 1) || this.has(live, then)
    })
    this.steps += this.kinds[k].rows.length
    const made = this.internRuns(rows)
    this.behindMoves.set(key, made)
    return made
  }

  private union(a: number, b: number): number {
    if (a === 0 || a === b) return b
    if (b === 0) return a
    const key = a * 65_536 + b
    const known = this.unions.get(key)
    if (known !== undefined) return known
    const made = this.internRuns([...new Set([...this.runSets[a], ...this.runSets[b]])].sort((x, y) => x - y))
    this.unions.set(key, made)
    return made
  }

  private internRuns(rows: readonly number[]): number {
    const key = rows.join()
    let id = this.runSetIds.get(key)
    if (id === undefined) {
      id = this.runSets.push([...rows]) - 1
      this.runSetIds.set(key, id)
    }
    return id
  }

  private forget(): void {
    this.sets = new Map()
    this.moves = new Map()
    this.runSets = []
    this.runSetIds = new Map()
    this.unions = new Map()
    this.behindMoves = new Map()
    this.internRuns([])
    for (const kind of this.kinds) kind.all = this.internRuns(kind.rows)
  }
}
