import { BYTE_FREQUENCY } from './byte-frequency.ts'
import type { WindowedRule } from './prefilter.ts'
import { passRate, VALUES, WINDOW } from './window.ts'

/** Sweeps that move a rule to a better bucket. */
const SWEEPS = 2

interface Bucket {
  readonly members: WindowedRule[]
  /** How many members allow `offset * 258 + value`. */
  readonly counts: Uint8Array
  cost: number
}

/**
 * Dearest rules first, each into the bucket whose pass rate it raises least, then a few sweeps that move rules: rules × buckets
 * unions a sweep. Rules found behind a leading run have wide windows and keep to buckets of their own, the first: a bit each
 * of `anchored`.
 */
export function assignBuckets(
  rules: readonly WindowedRule[],
  most: number,
  perBucket: number,
): { buckets: WindowedRule[][]; anchored: number } {
  const behindRuns = rules.filter((one) => one.anchored)
  const anchoredBuckets = Math.ceil(behindRuns.length / perBucket)
  const buckets: Bucket[] = Array.from({ length: most }, () => ({
    members: [],
    counts: new Uint8Array(WINDOW * VALUES),
    cost: 0,
  }))
  behindRuns.forEach((one, i) => {
    add(buckets[Math.floor(i / perBucket)], one)
  })
  const free = buckets.slice(anchoredBuckets)
  const put = (one: WindowedRule): Bucket => {
    let best: Bucket | null = null
    let bestRise = Number.POSITIVE_INFINITY
    for (const bucket of free) {
      if (bucket.members.length >= perBucket) continue
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
  const used = buckets.filter((bucket) => bucket.members.length > 0)
  return { buckets: used.map(({ members }) => members), anchored: (1 << anchoredBuckets) - 1 }
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
