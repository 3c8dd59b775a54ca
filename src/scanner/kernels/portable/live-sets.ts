import { WORD } from '../../compile/byte-set.ts'
import { INSIDE_ALWAYS, INSIDE_GUARDED, type RuleTables } from '../../compile/tables.ts'

/** What is remembered of one rule before all is forgotten: bounds memory; forgetting costs time only. */
const MAX_BYTES = 1 << 20
const MAX_RUN_SETS = 1024
/** There is room for so many sets at first. */
const FIRST_SETS = 16
/** About what an entry of a map takes. */
const SUM_BYTES = 64

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
 * run is known to whoever comes from its right). Sets, which are numbers, and the moves between them are made when first needed and remembered.
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
  /** The set that is being made. */
  private readonly made: Uint32Array

  private count = 0
  /** By set: a bit a row. By a sum of these: the last set that has it; by set: the one before with the same. */
  private bits = new Uint32Array(0)
  private lastOfSum = new Map<number, number>()
  private before: number[] = []
  /** `(set * classes + class) * 2 + (a match may end here)` → one more than the set that it leads to where no run is open, 0 where that is not known. */
  private plainMoves = new Int32Array(0)
  /** The same for `passBits`. */
  private bitMoves = new Int32Array(0)
  /** The others. */
  private moves = new Map<number, number>()
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
    this.maxSets = Math.floor(MAX_BYTES / (4 * this.words + 16 * classes + SUM_BYTES))
    this.made = new Uint32Array(this.words)
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

  has(set: number, state: number): boolean {
    const row = this.rowOf(state)
    return ((this.bits[set * this.words + (row >> 5)] >>> (row & 31)) & 1) === 1
  }

  /**
   * For each index from `low` to `end`: the states (runs apart) from which a match can be completed by at least one byte more.
   * `last`: the text ends at `end`; otherwise anything may follow there. Writes `into[index]`.
   */
  pass(buffer: Uint8Array, low: number, end: number, last: boolean, into: Int32Array): void {
    if (this.count > this.maxSets || this.runSets.length > MAX_RUN_SETS || this.moves.size > 8 * MAX_RUN_SETS) this.forget()
    const { tables, rule, kinds } = this
    const { sets, guards, endRefused, classOf } = tables
    const guard = tables.afterRow[rule]
    const classes = tables.classRow[rule]
    // By kind of run: where the run at hand ends, its rows that can go on there, and the first end inside that the guard allows.
    const to = new Int32Array(kinds.length).fill(-1)
    const behind = new Int32Array(kinds.length)
    const allowed = kinds.map(({ inside }) => (inside === INSIDE_GUARDED ? new Int32Array(end - low + 1) : null))
    let live = this.setOf(last ? [] : this.plain)
    into[end] = live
    if (kinds.length === 0) {
      this.plainPass(buffer, low, end, last, live, into)
      return
    }
    let steps = 0
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

  /** The same for a rule without runs: a look-up a byte where all is known. */
  private plainPass(buffer: Uint8Array, low: number, end: number, last: boolean, live: number, into: Int32Array): void {
    const { tables, rule } = this
    const { guards, classOf } = tables
    const guard = tables.afterRow[rule]
    const classes = tables.classRow[rule]
    const perSet = this.stride - 1
    let behind = last ? tables.endRefused[rule] : 0
    this.steps += end - low
    for (let at = end - 1; at >= low; at--) {
      const byte = buffer[at]
      if (at + 1 < end) behind = guards[guard + (WORD[byte] << 8) + buffer[at + 1]]
      const cls = classOf[classes + byte]
      const known = this.plainMoves[2 * (live * perSet + cls) + 1 - behind]
      live = known > 0 ? known - 1 : this.move(live, cls, behind === 0, 0)
      into[at] = live
    }
  }

  /** As `pass`, for a rule without runs: sets a bit for each index from `low` to `end` at which a match can be completed from `state`, always the same of the rule. */
  passBits(buffer: Uint8Array, low: number, end: number, last: boolean, state: number, bits: Uint8Array): void {
    if (this.count > this.maxSets) this.forget()
    const { tables, rule } = this
    const { guards, classOf } = tables
    const guard = tables.afterRow[rule]
    const classes = tables.classRow[rule]
    const perSet = this.stride - 1
    const first = this.setOf(last ? [] : this.plain)
    let live = 2 * perSet * first
    let behind = last ? tables.endRefused[rule] : 0
    let byte = this.has(first, state) ? 1 << (end & 7) : 0
    if ((end & 7) === 0) {
      bits[end >> 3] = byte
      byte = 0
    }
    this.makeRoomForBits()
    for (let at = end - 1; at >= low; ) {
      const moves = this.bitMoves
      let move = 0
      let cls = 0
      // Nothing but this while all moves are known.
      for (; at >= low; at--) {
        const own = buffer[at]
        if (at + 1 < end) behind = guards[guard + (WORD[own] << 8) + buffer[at + 1]]
        cls = classOf[classes + own]
        move = live + 2 * cls + 1 - behind
        const known = moves[move]
        if (known === 0) break
        live = known >> 2
        byte |= (known & 1) << (at & 7)
        if ((at & 7) !== 0) continue
        bits[at >> 3] = byte
        byte = 0
      }
      if (at >= low) this.makeBitMove(move, live / (2 * perSet), cls, behind === 0, state)
    }
    if ((low & 7) !== 0) bits[low >> 3] = byte
    this.steps += end - low
  }

  private makeRoomForBits(): void {
    if (this.bitMoves.length < this.plainMoves.length)
      this.bitMoves = grown(this.bitMoves, new Int32Array(this.plainMoves.length))
  }

  /** `move`, as where the moves of the set it leads to begin, times four, plus two, plus one when `state` is in it: one look-up a byte and nothing to multiply. */
  private makeBitMove(move: number, live: number, cls: number, free: boolean, state: number): void {
    const to = this.move(live, cls, free, 0)
    this.makeRoomForBits()
    this.bitMoves[move] = 8 * (this.stride - 1) * to + 2 + (this.has(to, state) ? 1 : 0)
  }

  private rowOf(state: number): number {
    return (state - this.from) / this.stride
  }

  /** The set from which a byte of class `cls` leads into `live`, into a run of `runs`, or, where `free`, to an end. */
  private move(live: number, cls: number, free: boolean, runs: number): number {
    const classes = this.stride - 1
    const plain = 2 * (live * classes + cls) + (free ? 1 : 0)
    if (runs === 0) {
      const known = this.plainMoves[plain]
      if (known > 0) return known - 1
    }
    const key = plain * 65_536 + runs
    if (runs > 0) {
      const known = this.moves.get(key)
      if (known !== undefined) return known
    }
    const { made, words, sources, sourcesFrom } = this
    let steps = 1
    const add = (row: number) => {
      const at = row * classes + cls
      const to = sourcesFrom[at + 1]
      for (let i = sourcesFrom[at]; i < to; i++) made[sources[i] >> 5] |= 1 << (sources[i] & 31)
      steps += 1 + to - sourcesFrom[at]
    }
    made.fill(0)
    for (let word = 0; word < words; word++) {
      for (let rows = this.bits[live * words + word]; rows !== 0; rows &= rows - 1) add(32 * word + 31 - Math.clz32(rows & -rows))
    }
    if (free) for (const row of this.accepting) add(row)
    for (const row of this.runSets[runs]) add(row)
    this.steps += steps
    const set = this.intern()
    if (runs === 0) this.plainMoves[plain] = set + 1
    else this.moves.set(key, set)
    return set
  }

  private setOf(rows: readonly number[]): number {
    this.made.fill(0)
    for (const row of rows) this.made[row >> 5] |= 1 << (row & 31)
    return this.intern()
  }

  /** The number of the set that is made. */
  private intern(): number {
    const { made, words, stride } = this
    let sum = 0x811c9dc5
    for (let word = 0; word < words; word++) sum = Math.imul(sum ^ made[word] ^ (made[word] >>> 15), 0x01000193)
    const last = this.lastOfSum.get(sum) ?? -1
    for (let set = last; set >= 0; set = this.before[set]) {
      let word = 0
      while (word < words && this.bits[set * words + word] === made[word]) word++
      if (word === words) return set
    }
    const set = this.count++
    this.before.push(last)
    this.lastOfSum.set(sum, set)
    if ((set + 1) * words > this.bits.length) {
      const room = 2 * set + FIRST_SETS
      this.bits = grown(this.bits, new Uint32Array(room * words))
      this.plainMoves = grown(this.plainMoves, new Int32Array(2 * room * (stride - 1)))
    }
    this.bits.set(made, set * words)
    return set
  }

  /** The runs of a kind that can be completed by what follows them, where `live` holds; `free`: a match may end there. */
  private runsBehind(live: number, free: boolean, k: number): number {
    const key = (live * 2 + (free ? 1 : 0)) * this.kinds.length + k
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
    this.count = 0
    this.lastOfSum = new Map()
    this.before = []
    this.bits = new Uint32Array(0)
    this.plainMoves = new Int32Array(0)
    this.bitMoves = new Int32Array(0)
    this.moves = new Map()
    this.runSets = []
    this.runSetIds = new Map()
    this.unions = new Map()
    this.behindMoves = new Map()
    this.internRuns([])
    for (const kind of this.kinds) kind.all = this.internRuns(kind.rows)
  }
}

function grown<A extends Uint32Array | Int32Array>(from: A, to: A): A {
  to.set(from)
  return to
}
