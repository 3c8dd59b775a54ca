import { passRate, probability, TEXT_END, TEXT_START, VALUES, WINDOW, type WindowSets } from './window.ts'

export const BUCKETS = 8
export const RULES_PER_BUCKET = 64
/** Rules of one group; more rules make more groups, each a pass over the text of its own. */
export const RULES_PER_GROUP = BUCKETS * RULES_PER_BUCKET
/** Values of the text fall into at most 64 classes, those that hardly any window tells apart together. */
export const CLASS_BITS = 6
export const CLASSES = 1 << CLASS_BITS
/** Sweeps that move a rule to a better bucket. */
const SWEEPS = 2

/**
 * Pair shift-and: `lo`/`hi` are the halves of a 64-bit word for a pair of classes, whose lane j (8 bits, one a bucket) says
 * which buckets allow the pair at offsets j and j + 1 of their windows; `positionLo`/`positionHi` are the halves of a word that
 * says, for a bucket, offset and value, which of its up to 64 rules allow it.
 */
export interface Prefilter {
  /** Byte, start or end of text → class. */
  readonly classOf: Uint8Array
  readonly lo: Int32Array
  readonly hi: Int32Array
  /** `((bucket * 9) + offset) * 258 + value` → a bit a rule. */
  readonly positionLo: Int32Array
  readonly positionHi: Int32Array
  /** `bucket * 64 + bit` → rule index, or -1. */
  readonly rules: Int32Array
  /** Buckets whose rules are found at the byte behind their leading run. */
  readonly anchored: number
  /** Buckets of one rule whose pair table says as much as its positions do; buckets of more than 32. */
  readonly exact: number
  readonly wide: number
}

/** A rule and its window, for `buildPrefilter`. */
export interface WindowedRule {
  readonly rule: number
  readonly window: WindowSets
  readonly anchored: boolean
}

interface Bucket {
  members: WindowedRule[]
  union: Uint8Array[]
  cost: number
}

/** Spreads at most 512 rules over eight buckets so that their windows blur each other least, and builds the tables. */
export function buildPrefilter(rules: readonly WindowedRule[]): Prefilter {
  const { buckets, anchored } = assign(rules)
  const { classOf, classes, joined } = classesOf(buckets)
  const lo = new Int32Array(CLASSES * CLASSES)
  const hi = new Int32Array(CLASSES * CLASSES)
  for (let lane = 0; lane < WINDOW - 1; lane++) {
    const first = classes.map((values) => bucketsAt(buckets, lane, values))
    const second = classes.map((values) => bucketsAt(buckets, lane + 1, values))
    for (let a = 0; a < classes.length; a++) {
      for (let b = 0; b < classes.length; b++) {
        const at = (a << CLASS_BITS) | b
        if (lane < 4) lo[at] |= (first[a] & second[b]) << (8 * lane)
        else hi[at] |= (first[a] & second[b]) << (8 * (lane - 4))
      }
    }
  }
  const positionLo = new Int32Array(buckets.length * WINDOW * VALUES)
  const positionHi = new Int32Array(buckets.length * WINDOW * VALUES)
  const index = new Int32Array(buckets.length * RULES_PER_BUCKET).fill(-1)
  buckets.forEach(({ members }, k) => {
    members.forEach(({ rule, window }, bit) => {
      index[k * RULES_PER_BUCKET + bit] = rule
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
  return { classOf, lo, hi, positionLo, positionHi, rules: index, anchored, exact, wide }
}

/** Which buckets have one of `values` at `offset`, a bit a bucket. */
function bucketsAt(buckets: readonly Bucket[], offset: number, values: readonly number[]): number {
  let bits = 0
  buckets.forEach(({ union }, k) => {
    if (values.some((value) => union[offset][value])) bits |= 1 << k
  })
  return bits
}

/**
 * Dearest rules first, each into the bucket whose pass rate it raises least, then a few sweeps that move rules: rules × buckets
 * unions a sweep. Rules found behind a leading run have wide windows and keep to buckets of their own.
 */
function assign(rules: readonly WindowedRule[]): { buckets: Bucket[]; anchored: number } {
  const behindRuns = rules.filter((one) => one.anchored)
  const anchoredBuckets = Math.ceil(behindRuns.length / RULES_PER_BUCKET)
  const buckets: Bucket[] = Array.from({ length: anchoredBuckets }, (_, k) =>
    bucketOf(behindRuns.slice(k * RULES_PER_BUCKET, (k + 1) * RULES_PER_BUCKET)),
  )
  const free: Bucket[] = []
  while (anchoredBuckets + free.length < BUCKETS) free.push(bucketOf([]))
  const put = (one: WindowedRule) => {
    let best: Bucket | null = null
    let bestRise = Number.POSITIVE_INFINITY
    for (const bucket of free) {
      if (bucket.members.length >= RULES_PER_BUCKET) continue
      const rise = unionCost(bucket, one) - bucket.cost
      if (rise < bestRise) {
        best = bucket
        bestRise = rise
      }
    }
    best!.members.push(one)
    refresh(best!)
  }
  const dearest = rules
    .filter((one) => !one.anchored)
    .map((one) => ({ one, cost: passRate(one.window) }))
    .sort((a, b) => b.cost - a.cost || a.one.rule - b.one.rule)
    .map(({ one }) => one)
  for (const one of dearest) put(one)
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const one of dearest) {
      const from = free.find((bucket) => bucket.members.includes(one))!
      from.members = from.members.filter((other) => other !== one)
      refresh(from)
      put(one)
    }
  }
  buckets.push(...free.filter((bucket) => bucket.members.length > 0))
  return { buckets, anchored: (1 << anchoredBuckets) - 1 }
}

function bucketOf(members: WindowedRule[]): Bucket {
  const bucket = { members, union: [], cost: 0 }
  refresh(bucket)
  return bucket
}

function refresh(bucket: Bucket): void {
  const union = Array.from({ length: WINDOW }, () => new Uint8Array(VALUES))
  for (const { window } of bucket.members) {
    for (let offset = 0; offset < WINDOW; offset++) {
      for (let value = 0; value < VALUES; value++) union[offset][value] |= window[offset][value]
    }
  }
  bucket.union = union
  bucket.cost = bucket.members.length === 0 ? 0 : passRate(union)
}

const scratch = new Uint8Array(VALUES)
function unionCost(bucket: Bucket, { window }: WindowedRule): number {
  let share = 1
  for (let offset = 0; offset < WINDOW; offset++) {
    for (let value = 0; value < 256; value++) scratch[value] = bucket.union[offset][value] | window[offset][value]
    share *= Math.min(1, Math.max(probability(scratch), 1e-6))
  }
  return share
}

/** At most 64 classes of values; where more differ, those that are rare and alike are joined, which only lets more pass. */
function classesOf(buckets: readonly Bucket[]): { classOf: Uint8Array; classes: number[][]; joined: boolean } {
  const known = new Map<string, { values: number[]; bits: Uint8Array; weight: number }>()
  for (let value = 0; value < VALUES; value++) {
    const bits = new Uint8Array(buckets.length * WINDOW)
    buckets.forEach(({ union }, k) => {
      for (let offset = 0; offset < WINDOW; offset++) bits[k * WINDOW + offset] = union[offset][value]
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
  while (list.length > CLASSES) {
    let bestA = 0
    let bestB = 1
    let bestCost = Number.POSITIVE_INFINITY
    for (let a = 0; a < list.length; a++) {
      for (let b = a + 1; b < list.length; b++) {
        const x = list[a]
        const y = list[b]
        let cost = 0
        for (let i = 0; i < x.bits.length && cost < bestCost; i++) {
          if (x.bits[i] !== y.bits[i]) cost += x.bits[i] ? y.weight : x.weight
        }
        if (cost < bestCost) {
          bestA = a
          bestB = b
          bestCost = cost
        }
      }
    }
    const one = list[bestA]
    const [other] = list.splice(bestB, 1)
    one.values.push(...other.values)
    one.bits = one.bits.map((bit, i) => bit | other.bits[i])
    one.weight += other.weight
  }
  const classOf = new Uint8Array(VALUES)
  list.forEach(({ values }, index) => {
    for (const value of values) classOf[value] = index
  })
  return { classOf, classes: list.map(({ values }) => values), joined }
}
