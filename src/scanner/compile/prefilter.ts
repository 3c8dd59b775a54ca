import { probability } from './frequency.ts'
import { TEXT_END, TEXT_START, VALUES, WINDOW, type WindowSets } from './window.ts'

export const BUCKETS = 8
export const RULES_PER_BUCKET = 32
export const RULES_PER_GROUP = BUCKETS * RULES_PER_BUCKET
/** Classes of the pair tables; a class holds what no bucket, or hardly one, tells apart. */
export const CLASS_BITS = 6
const CLASSES = 1 << CLASS_BITS

/**
 * Pair shift-and over up to 256 rules: `lo`/`hi` hold, for a pair of classes, which buckets allow it at which of eight offsets
 * (lane = offset, bit = bucket); `position` holds, for bucket, offset and value, which of the bucket's rules allow it.
 */
export interface Prefilter {
  /** Byte, start or end of text → class. */
  readonly classOf: Uint8Array
  readonly lo: Int32Array
  readonly hi: Int32Array
  /** `((bucket * 9) + offset) * 258 + value` → a bit a rule. */
  readonly position: Int32Array
  /** `bucket * 32 + bit` → rule index, or -1. */
  readonly rules: Int32Array
}

interface Bucket {
  readonly rules: number[]
  union: Uint8Array[]
  cost: number
}

/** Spreads rules over buckets so that their windows blur each other least, and builds the tables. */
export function buildPrefilter(rules: readonly number[], windows: ReadonlyMap<number, WindowSets>): Prefilter {
  const buckets = assign(rules, windows)
  const { classOf, samples } = classes(buckets)
  const lo = new Int32Array(CLASSES * CLASSES)
  const hi = new Int32Array(CLASSES * CLASSES)
  for (let a = 0; a < samples.length; a++) {
    for (let b = 0; b < samples.length; b++) {
      for (let lane = 0; lane < WINDOW - 1; lane++) {
        let bits = 0
        for (let k = 0; k < buckets.length; k++) {
          const { union } = buckets[k]
          if (samples[a].some((value) => union[lane][value]) && samples[b].some((value) => union[lane + 1][value])) bits |= 1 << k
        }
        const at = (a << CLASS_BITS) | b
        if (lane < 4) lo[at] |= bits << (8 * lane)
        else hi[at] |= bits << (8 * (lane - 4))
      }
    }
  }
  const position = new Int32Array(BUCKETS * WINDOW * VALUES)
  const index = new Int32Array(RULES_PER_GROUP).fill(-1)
  for (let k = 0; k < buckets.length; k++) {
    buckets[k].rules.forEach((rule, bit) => {
      index[k * RULES_PER_BUCKET + bit] = rule
      const window = windows.get(rule)!
      for (let offset = 0; offset < WINDOW; offset++) {
        for (let value = 0; value < VALUES; value++)
          if (window[offset][value]) position[(k * WINDOW + offset) * VALUES + value] |= 1 << bit
      }
    })
  }
  return { classOf, lo, hi, position, rules: index }
}

/** Share of positions of ordinary text at which a window passes, taking bytes as independent. */
export function passRate(window: readonly Uint8Array[]): number {
  return window.reduce((share, set) => share * Math.max(probability(set), 1e-4), 1)
}

/** Dearest rules first, each into the bucket whose pass rate it raises least: at most rules × buckets unions. */
function assign(rules: readonly number[], windows: ReadonlyMap<number, WindowSets>): Bucket[] {
  const buckets: Bucket[] = []
  const byCost = rules
    .map((rule) => ({ rule, window: windows.get(rule)!, cost: passRate(windows.get(rule)!) }))
    .sort((a, b) => b.cost - a.cost || a.rule - b.rule)
  for (const { rule, window, cost } of byCost) {
    let best: { bucket: Bucket; union: Uint8Array[]; cost: number } | undefined
    for (const bucket of buckets) {
      if (bucket.rules.length >= RULES_PER_BUCKET) continue
      const union = bucket.union.map((set, offset) => set.map((flag, value) => flag | window[offset][value]))
      const joint = passRate(union)
      if (best === undefined || joint - bucket.cost < best.cost - best.bucket.cost) best = { bucket, union, cost: joint }
    }
    if (buckets.length < BUCKETS && (best === undefined || best.cost - best.bucket.cost > cost))
      buckets.push({ rules: [rule], union: [...window], cost })
    else {
      best!.bucket.rules.push(rule)
      best!.bucket.union = best!.union
      best!.bucket.cost = best!.cost
    }
  }
  return buckets
}

/** At most 64 classes of values; where more differ, those that are rare and alike are joined (which only lets more pass). */
function classes(buckets: readonly Bucket[]): { classOf: Uint8Array; samples: number[][] } {
  const signature = (value: number) => buckets.flatMap(({ union }) => union.map((set) => set[value]))
  const known = new Map<string, { values: number[]; bits: number[]; weight: number }>()
  for (let value = 0; value < VALUES; value++) {
    const bits = signature(value)
    const key = bits.join('')
    const one = known.get(key) ?? { values: [], bits, weight: 0 }
    one.values.push(value)
    known.set(key, one)
  }
  const list = [...known.values()]
  for (const one of list) {
    const set = new Uint8Array(256)
    for (const value of one.values) if (value < 256) set[value] = 1
    one.weight = probability(set) + (one.values.includes(TEXT_START) || one.values.includes(TEXT_END) ? 1 : 0)
  }
  while (list.length > CLASSES) {
    let best = { a: 0, b: 1, cost: Number.POSITIVE_INFINITY }
    for (let a = 0; a < list.length; a++) {
      for (let b = a + 1; b < list.length; b++) {
        let cost = 0
        for (let i = 0; i < list[a].bits.length; i++)
          cost += list[a].bits[i] === list[b].bits[i] ? 0 : list[a].bits[i] ? list[b].weight : list[a].weight
        if (cost < best.cost) best = { a, b, cost }
      }
    }
    const joined = list[best.a]
    const other = list[best.b]
    joined.values.push(...other.values)
    joined.bits = joined.bits.map((bit, i) => bit | other.bits[i])
    joined.weight += other.weight
    list.splice(best.b, 1)
  }
  const classOf = new Uint8Array(VALUES)
  list.forEach((one, index) => {
    for (const value of one.values) classOf[value] = index
  })
  return { classOf, samples: list.map((one) => one.values) }
}
