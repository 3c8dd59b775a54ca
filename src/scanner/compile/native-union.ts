import { charactersOf, FOLDED, kindsApart, RAW, type Sample, SET } from './native-sample.ts'
import type { Shape } from './native-shapes.ts'
import { WINDOW } from './places.ts'

/**
 * Nanoseconds, measured in the test host of Fastly: a step of the engine's skipping loop; an attempt to match where it stops: a quick look at four bytes, then at each; what follows a core
 * that passes, and each part of that; a search that finds nothing, by byte of its text.
 */
const SKIP = 0.9
const QUICK = 15
const LOOK = 20
const CORE = 250
const PART = 40
const CALL = 0.3
/** Where the engine's skipping loop looks at places that are not the first: it is left more often. */
const NOT_FIRST = 4
const MOST_PARTS = 12
/** Its regular expressions skip by at most so many places, none of which may hold more than so many of 128 characters. */
const AHEAD = 8
const CHARACTERS = [4, 8, 16]
/** Places in which windows lie, moved against each other; a window alone begins at the second. */
const FRAME = 20
const BEGIN = 5

interface Core {
  readonly from: number
  readonly to: number
  readonly cost: number
}

/** Windows as one: what any of them allows at each place of a frame in which they lie, and where in the sample that stands. */
export class Union {
  readonly sample: Sample
  readonly members: readonly { readonly shape: Shape; readonly at: number }[]
  private readonly sets: Uint32Array
  private readonly rows: readonly Uint32Array[]
  private readonly rules: ReadonlySet<number>
  private found: Core | undefined

  private constructor(sample: Sample, members: Union['members'], sets: Uint32Array, rows: readonly Uint32Array[]) {
    this.sample = sample
    this.members = members
    this.sets = sets
    this.rows = rows
    this.rules = new Set(members.map(({ shape }) => shape.rule))
  }

  static of(shape: Shape, sample: Sample): Union {
    const sets = new Uint32Array(FRAME * SET).fill(0xffffffff)
    const rows = Array.from({ length: FRAME }, () => sample.anything)
    for (let i = 0; i < WINDOW; i++) {
      const set = sample.fold(shape.places[i])
      sets.set(sample.bitsOf(set), (BEGIN + i) * SET)
      rows[BEGIN + i] = sample.rowOf(set)
    }
    return new Union(sample, [{ shape, at: BEGIN }], sets, rows)
  }

  sharesRule(other: Union): boolean {
    for (const rule of this.rules) if (other.rules.has(rule)) return true
    return false
  }

  /** With the windows of another, `shift` places further on. */
  with(other: Union, shift: number): Union {
    this.join(other, shift)
    const members = [...this.members, ...other.members.map(({ shape, at }) => ({ shape, at: at + shift }))]
    const rows = this.rows.map((row, place) => {
      const with_ = other.rows[place - shift]
      return with_ === undefined || row === this.sample.anything ? this.sample.anything : row.map((x, i) => x | with_[i])
    })
    return new Union(this.sample, members, joined.slice(), rows)
  }

  /** Nanoseconds a byte of the search for both; Infinity where that is `most` or more, or they do not fit into one frame. */
  costWith(other: Union, shift: number, most: number): number {
    for (const { at } of other.members) if (at + shift < 0 || at + shift + WINDOW > FRAME) return Number.POSITIVE_INFINITY
    this.join(other, shift)
    return coreOf(this.sample, joined, this.rows, other.rows, shift, this.members.length + other.members.length, most).cost
  }

  private join(other: Union, shift: number): void {
    for (let place = 0; place < FRAME; place++) {
      const there = place - shift
      const inside = there >= 0 && there < FRAME
      for (let i = 0; i < SET; i++)
        joined[place * SET + i] = inside ? this.sets[place * SET + i] | other.sets[there * SET + i] : 0xffffffff
    }
  }

  /** Which places its search looks for first, and what it costs in nanoseconds a byte of the sample. */
  get core(): Core {
    this.found ??= coreOf(this.sample, this.sets, this.rows, this.rows, 0, this.members.length, Number.POSITIVE_INFINITY)
    return this.found
  }

  setAt(place: number): Uint8Array {
    return Uint8Array.from({ length: 256 }, (_, b) => (this.sets[place * SET + (b >> 5)] >>> (b & 31)) & 1)
  }
}

const joined = new Uint32Array(FRAME * SET)
const characters = new Uint8Array(FRAME)
const share = new Float64Array(FRAME)
/** Share of the bytes that pass a quick look at a place; negative: not asked yet. */
const quickly = new Float64Array(FRAME)
const stretch = new Uint32Array(SET)

function coreOf(
  sample: Sample,
  sets: Uint32Array,
  rows: readonly Uint32Array[],
  others: readonly Uint32Array[],
  shift: number,
  members: number,
  most: number,
): Core {
  let first = -1
  let end = 0
  quickly.fill(-1)
  for (let place = 0; place < FRAME; place++) {
    characters[place] = charactersOf(sets, place * SET)
    share[place] = sample.shareOf(sets, place * SET)
    if (share[place] > 0.97) continue
    if (first < 0) first = place
    end = place + 1
  }
  let best = { from: Math.max(first, 0), to: Math.max(end, first + 1, 1), cost: Number.POSITIVE_INFINITY }
  for (let from = Math.max(first, 0); from < end; from++) {
    if (from > first && characters[from] > 26) continue
    const to = Math.min(from + AHEAD, end)
    let quick = 1
    for (let place = from; place < Math.min(to, from + 4); place++) {
      if (quickly[place] < 0) quickly[place] = sample.quickShare(sets, place * SET)
      quick *= quickly[place]
    }
    let looks = 1
    for (let place = from, passed = 1; place < to; place++) looks += passed *= share[place]
    const skipped = skipCost(sample, sets, from, to, QUICK + quick * LOOK * looks)
    if (CALL + skipped >= Math.min(most, best.cost)) continue
    const passing = sample.countBoth(rows, others, shift, from, to) / sample.bytes.length
    const cost = CALL + skipped + passing * (CORE + PART * Math.min(members, MOST_PARTS))
    if (cost < best.cost) best = { from, to, cost }
  }
  return best.cost < most ? best : { ...best, cost: Number.POSITIVE_INFINITY }
}

/** As the engine chooses by how many places to skip: the most of them, weighed by how rarely it may not. */
function skipCost(sample: Sample, sets: Uint32Array, from: number, to: number, attempt: number): number {
  let points = 0
  let cost = attempt
  for (const most of CHARACTERS) {
    for (let place = from; place < to; ) {
      if (characters[place] > most) {
        place++
        continue
      }
      const begin = place
      stretch.fill(0)
      // The engine's table knows seven bits of a character.
      for (; place < to && characters[place] <= most; place++)
        for (let i = 0; i < SET; i++) stretch[i] |= sets[place * SET + i] | sets[place * SET + ((i + SET / 2) % SET)]
      const common = sample.shareOf(stretch, 0)
      const length = place - begin
      const inSight = length < 4 || begin - from <= 4
      const worth = length * ((inSight ? 64 : 128) - 128 * common - charactersOf(stretch, 0))
      if (worth <= points) continue
      points = worth
      cost = (SKIP + common * attempt + (begin > from ? NOT_FIRST : 0)) / ((1 - common) * length + common)
    }
  }
  return cost
}

/** A window in parts of fewer kinds of bytes at a place, where the searches for these cost less; the sample in which its searches look. */
export function placed(shape: Shape): Union[] {
  const alone = (one: Shape): Union => {
    const [raw, folded] = [Union.of(one, RAW), Union.of(one, FOLDED)]
    return folded.core.cost <= 1.1 * raw.core.cost ? folded : raw
  }
  const whole = alone(shape)
  if (whole.core.cost < 3) return [whole]
  let best = { parts: [whole], cost: whole.core.cost }
  for (let place = 0; place < WINDOW; place++) {
    const sets = kindsApart(shape.places[place])
    if (sets.length < 2) continue
    const parts = sets.map((set) => alone({ ...shape, places: shape.places.map((own, i) => (i === place ? set : own)) }))
    const cost = parts.reduce((sum, part) => sum + part.core.cost, 0)
    if (cost < best.cost) best = { parts, cost }
  }
  return best.parts
}
