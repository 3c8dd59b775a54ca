import { BYTE_FREQUENCY } from './byte-frequency.ts'
import { passRate, probability, TEXT_END, TEXT_START, VALUES, WINDOW, type WindowSets } from './window.ts'

export const BUCKETS = 8
export const WINDOWS_PER_BUCKET = 64
/** Windows of one group (most rules have one); more make more groups, each a pass over the text of its own. */
export const WINDOWS_PER_GROUP = BUCKETS * WINDOWS_PER_BUCKET
/** Values of the text fall into at most 64 classes, those that hardly any window tells apart together. */
export const CLASS_BITS = 6
export const CLASSES = 1 << CLASS_BITS
/** Sweeps that move a rule to a better bucket. */
const SWEEPS = 2

/**
 * Pair shift-and: `pairs` holds low and high half of a 64-bit word for a pair of classes, whose lane j (8 bits, one a bucket) says
 * which buckets allow the pair at offsets j and j + 1 of their windows; `positionLo`/`positionHi` are the halves of a word that
 * says, for a bucket, offset and value, which of its up to 64 windows allow it.
 */
export interface Prefilter {
  /** Byte, start or end of text → class. */
  readonly classOf: Uint8Array
  readonly pairs: Int32Array
  /** `((bucket * 9) + offset) * 258 + value` → a bit a rule. */
  readonly positionLo: Int32Array
  readonly positionHi: Int32Array
  /** `bucket * 64 + bit` → index of the window's rule, or -1. */
  readonly rules: Int32Array
  /** Buckets whose rules are found at the byte behind their leading run. */
  readonly anchored: number
  /** Buckets of one window whose pair table says as much as its positions do; buckets of more than 32. */
  readonly exact: number
  readonly wide: number
}

/** A rule and a window of it, for `buildPrefilter`. */
export interface WindowedRule {
  readonly rule: number
  readonly window: WindowSets
  readonly anchored: boolean
}

interface Bucket {
  readonly members: WindowedRule[]
  /** How many members allow `offset * 258 + value`. */
  readonly counts: Uint8Array
  cost: number
}

/** Spreads at most 512 windows over eight buckets so that their windows blur each other least, and builds the tables. */
export function buildPrefilter(rules: readonly WindowedRule[]): Prefilter {
  const { buckets, anchored } = assign(rules)
  const { classOf, classes, joined } = classesOf(buckets)
  const pairs = new Int32Array(2 * CLASSES * CLASSES)
  for (let lane = 0; lane < WINDOW - 1; lane++) {
    const first = classes.map((values) => bucketsAt(buckets, lane, values))
    const second = classes.map((values) => bucketsAt(buckets, lane + 1, values))
    for (let a = 0; a < classes.length; a++) {
      for (let b = 0; b < classes.length; b++) {
        // Word 0 has lanes 0 to 3, word 1 lanes 4 to 7.
        pairs[2 * ((a << CLASS_BITS) | b) + (lane >> 2)] |= (first[a] & second[b]) << (8 * (lane & 3))
      }
    }
  }
  const positionLo = new Int32Array(buckets.length * WINDOW * VALUES)
  const positionHi = new Int32Array(buckets.length * WINDOW * VALUES)
  const index = new Int32Array(buckets.length * WINDOWS_PER_BUCKET).fill(-1)
  buckets.forEach(({ members }, k) => {
    members.forEach(({ rule, window }, bit) => {
      index[k * WINDOWS_PER_BUCKET + bit] = rule
      const words = bit < 32 ? positionLo : positionHi
      for (let offset = 0; offset < WINDOW; offset++) {
        const row = (k * WINDOW + offset) * VALUES
        for (let value = 0; value < VALUES; value++) if (window[offset][value]) words[row + value] |= 1 << (bit & 31)
      }
    })
  })
  let exact = 0
  let wide = 0
  buckets.forEach(({ members }, k) => {
    if (members.length === 1 && !joined) exact |= 1 << k
    if (members.length > 32) wide |= 1 << k
  })
  return { classOf, pairs, positionLo, positionHi, rules: index, anchored, exact, wide }
}

/** Which buckets have one of `values` at `offset`, a bit a bucket. */
function bucketsAt(buckets: readonly Bucket[], offset: number, values: readonly number[]): number {
  let bits = 0
  buckets.forEach(({ counts }, k) => {
    if (values.some((value) => counts[offset * VALUES + value] > 0)) bits |= 1 << k
  })
  return bits
}

/**
 * Dearest rules first, each into the bucket whose pass rate it raises least, then a few sweeps that move rules: rules × buckets
 * unions a sweep. Rules found behind a leading run have wide windows and keep to buckets of their own.
 */
function assign(rules: readonly WindowedRule[]): { buckets: Bucket[]; anchored: number } {
  const behindRuns = rules.filter((one) => one.anchored)
  const anchoredBuckets = Math.ceil(behindRuns.length / WINDOWS_PER_BUCKET)
  const buckets: Bucket[] = Array.from({ length: BUCKETS }, () => ({
    members: [],
    counts: new Uint8Array(WINDOW * VALUES),
    cost: 0,
  }))
  behindRuns.forEach((one, i) => {
    add(buckets[Math.floor(i / WINDOWS_PER_BUCKET)], one)
  })
  const free = buckets.slice(anchoredBuckets)
  const put = (one: WindowedRule): Bucket => {
    let best: Bucket | null = null
    let bestRise = Number.POSITIVE_INFINITY
    for (const bucket of free) {
      if (bucket.members.length >= WINDOWS_PER_BUCKET) continue
      const rise = costOf(bucket, one) - bucket.cost
      if (rise < bestRise) {
        best = bucket
        bestRise = rise
      }
    }
    add(best!, one)
    return best!
  }
  const dearest = rules
    .filter((one) => !one.anchored)
    .map((one) => ({ one, cost: passRate(one.window) }))
    .sort((a, b) => b.cost - a.cost || a.one.rule - b.one.rule)
    .map(({ one }) => one)
  const places = new Map<WindowedRule, Bucket>()
  for (const one of dearest) places.set(one, put(one))
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const one of dearest) {
      remove(places.get(one)!, one)
      places.set(one, put(one))
    }
  }
  return { buckets: buckets.filter((bucket) => bucket.members.length > 0), anchored: (1 << anchoredBuckets) - 1 }
}

function add(bucket: Bucket, one: WindowedRule): void {
  bucket.members.push(one)
  count(bucket, one, 1)
}

function remove(bucket: Bucket, one: WindowedRule): void {
  bucket.members.splice(bucket.members.indexOf(one), 1)
  count(bucket, one, -1)
}

function count(bucket: Bucket, { window }: WindowedRule, step: number): void {
  for (let offset = 0; offset < WINDOW; offset++) {
    const set = window[offset]
    for (let value = 0; value < VALUES; value++) if (set[value]) bucket.counts[offset * VALUES + value] += step
  }
  bucket.cost = bucket.members.length === 0 ? 0 : costOf(bucket, null)
}

/** Pass rate of the bucket's union, with one window more. */
function costOf({ counts }: Bucket, one: WindowedRule | null): number {
  let share = 1
  for (let offset = 0; offset < WINDOW; offset++) {
    const set = one === null ? null : one.window[offset]
    let sum = 0
    for (let value = 0; value < 256; value++) {
      if (counts[offset * VALUES + value] > 0 || set?.[value]) sum += BYTE_FREQUENCY[value]
    }
    share *= Math.min(1, Math.max(sum, 1e-6))
  }
  return share
}

/** At most 64 classes of values; where more differ, those that are rare and alike are joined, which only lets more pass. */
function classesOf(buckets: readonly Bucket[]): { classOf: Uint8Array; classes: number[][]; joined: boolean } {
  const known = new Map<string, { values: number[]; bits: Uint8Array; weight: number }>()
  for (let value = 0; value < VALUES; value++) {
    const bits = new Uint8Array(buckets.length * WINDOW)
    buckets.forEach(({ counts }, k) => {
      for (let offset = 0; offset < WINDOW; offset++) bits[k * WINDOW + offset] = counts[offset * VALUES + value] > 0 ? 1 : 0
    })
    const key = bits.join('')
    const one = known.get(key) ?? { values: [], bits, weight: 0 }
    one.values.push(value)
    known.set(key, one)
  }
  const list = [...known.values()]
  for (const one of list) {
    const set = new Uint8Array(256)
    for (const value of one.values) if (value < 256) set[value] = 1
    // The edges of the text are rare, but a class of them keeps guards exact there.
    one.weight = probability(set) + (one.values.includes(TEXT_START) || one.values.includes(TEXT_END) ? 1 : 0)
  }
  const joined = list.length > CLASSES
  // What it costs to join two: how often a value passes where it did not. Rows of the lower triangle.
  const join = (x: (typeof list)[number], y: (typeof list)[number]): number => {
    let cost = 0
    for (let i = 0; i < x.bits.length; i++) if (x.bits[i] !== y.bits[i]) cost += x.bits[i] ? y.weight : x.weight
    return cost
  }
  const costs = joined ? list.map((x, i) => list.slice(0, i).map((y) => join(x, y))) : []
  while (list.length > CLASSES) {
    let [a, b] = [1, 0]
    for (let i = 1; i < list.length; i++) for (let j = 0; j < i; j++) if (costs[i][j] < costs[a][b]) [a, b] = [i, j]
    const one = list[b]
    const [other] = list.splice(a, 1)
    costs.splice(a, 1)
    for (let i = a; i < costs.length; i++) costs[i].splice(a, 1)
    one.values.push(...other.values)
    one.bits = one.bits.map((bit, i) => bit | other.bits[i])
    one.weight += other.weight
    for (let i = 0; i < list.length; i++) if (i !== b) costs[Math.max(i, b)][Math.min(i, b)] = join(list[i], one)
  }
  const classOf = new Uint8Array(VALUES)
  list.forEach(({ values }, index) => {
    for (const value of values) classOf[value] = index
  })
  return { classOf, classes: list.map(({ values }) => values), joined }
}
