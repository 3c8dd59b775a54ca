import { BYTE_FREQUENCY } from './byte-frequency.ts'
import { passRate } from './pass-rate.ts'
import type { WindowedRule } from './prefilter.ts'
import { WINDOW } from './window.ts'

/** Sweeps that move a rule to a better bucket. */
const SWEEPS = 2

interface Bucket {
  readonly members: Member[]
  /** How many members allow `offset * 256 + byte`, and how often a byte of ordinary text is allowed at each offset. */
  readonly counts: Uint8Array
  readonly shares: Float64Array
  cost: number
}

/** A window and, by offset, the bytes it allows. */
interface Member {
  readonly one: WindowedRule
  readonly bytes: readonly Uint8Array[]
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
  const behindRuns = rules.filter((one) => one.anchored).map(memberOf)
  const anchoredBuckets = Math.ceil(behindRuns.length / perBucket)
  const buckets: Bucket[] = Array.from({ length: most }, () => ({
    members: [],
    counts: new Uint8Array(WINDOW * 256),
    shares: new Float64Array(WINDOW),
    cost: 0,
  }))
  behindRuns.forEach((member, i) => {
    add(buckets[Math.floor(i / perBucket)], member)
  })
  const free = buckets.slice(anchoredBuckets)
  const put = (member: Member): Bucket => {
    let best: Bucket | null = null
    let bestRise = Number.POSITIVE_INFINITY
    for (const bucket of free) {
      if (bucket.members.length >= perBucket) continue
      const rise = costWith(bucket, member) - bucket.cost
      if (rise < bestRise) {
        best = bucket
        bestRise = rise
      }
    }
    add(best!, member)
    return best!
  }
  const dearest = rules
    .filter((one) => !one.anchored)
    .map((one) => ({ member: memberOf(one), cost: passRate(one.window) }))
    .sort((a, b) => b.cost - a.cost || a.member.one.rule - b.member.one.rule)
    .map(({ member }) => member)
  const places = new Map<Member, Bucket>()
  for (const member of dearest) places.set(member, put(member))
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const member of dearest) {
      remove(places.get(member)!, member)
      places.set(member, put(member))
    }
  }
  const used = buckets.filter((bucket) => bucket.members.length > 0)
  return { buckets: used.map(({ members }) => members.map(({ one }) => one)), anchored: (1 << anchoredBuckets) - 1 }
}

function memberOf(one: WindowedRule): Member {
  const bytes = one.window.map((set) => {
    const list: number[] = []
    for (let byte = 0; byte < 256; byte++) if (set[byte]) list.push(byte)
    return Uint8Array.from(list)
  })
  return { one, bytes }
}

function add(bucket: Bucket, member: Member): void {
  bucket.members.push(member)
  const { counts, shares } = bucket
  for (let offset = 0; offset < WINDOW; offset++) {
    for (const byte of member.bytes[offset]) if (counts[offset * 256 + byte]++ === 0) shares[offset] += BYTE_FREQUENCY[byte]
  }
  bucket.cost = productOf(shares)
}

function remove(bucket: Bucket, member: Member): void {
  bucket.members.splice(bucket.members.indexOf(member), 1)
  const { counts, shares } = bucket
  for (let offset = 0; offset < WINDOW; offset++) {
    for (const byte of member.bytes[offset]) if (--counts[offset * 256 + byte] === 0) shares[offset] -= BYTE_FREQUENCY[byte]
  }
  bucket.cost = bucket.members.length === 0 ? 0 : productOf(shares)
}

const productOf = (shares: ArrayLike<number>): number => {
  let product = 1
  for (let offset = 0; offset < WINDOW; offset++) product *= Math.min(1, Math.max(shares[offset], 1e-6))
  return product
}

/** Pass rate of the bucket's union with one window more, places taken as independent. */
function costWith({ counts, shares }: Bucket, member: Member): number {
  let product = 1
  for (let offset = 0; offset < WINDOW; offset++) {
    let share = shares[offset]
    const from = offset * 256
    const bytes = member.bytes[offset]
    for (let i = 0; i < bytes.length; i++) if (counts[from + bytes[i]] === 0) share += BYTE_FREQUENCY[bytes[i]]
    product *= Math.min(1, Math.max(share, 1e-6))
  }
  return product
}
