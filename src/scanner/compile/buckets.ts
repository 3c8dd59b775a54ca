import { BYTE_FREQUENCY } from './byte-frequency.ts'
import { passRate } from './pass-rate.ts'
import { WINDOW } from './places.ts'
import type { WindowedRule } from './prefilter.ts'
import { SAMPLE_TEXT } from './sample-text.ts'
import type { WindowSets } from './window.ts'

/** Sweeps that move a rule to a better bucket. */
const SWEEPS = 2
const SAMPLE = new TextEncoder().encode(SAMPLE_TEXT)
/** Places of the sample at which a window may begin, and the words of a set of them. */
const PLACES = SAMPLE.length - WINDOW + 1
const WORDS = Math.ceil(PLACES / 32)
/** Pairs of a window's places: those that begin at even offsets, then those at odd ones. The filter sees a window by the ones or by the others. */
const PAIRS = WINDOW - 1
const HALF = PAIRS / 2

interface Bucket {
  readonly members: Member[]
  /** How many members allow `offset * 256 + byte`, and how often a byte of ordinary text is allowed at each offset. */
  readonly counts: Uint8Array
  readonly shares: Float64Array
  /** Places of the sample, a set a pair, at which some member allows it; and how many do. */
  readonly allowed: Uint32Array
  readonly allowing: Uint8Array
  cost: number
}

/** A window; by offset, the bytes it allows; by pair, the places of the sample at which it does. */
interface Member {
  readonly one: WindowedRule
  readonly bytes: readonly Uint8Array[]
  readonly allowed: Uint32Array
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
    allowed: new Uint32Array(PAIRS * WORDS),
    allowing: new Uint8Array(PAIRS * WORDS * 32),
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
      const rise = costOf(bucket, member) - bucket.cost
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

/** The places of the sample at which the pairs of a window are allowed, as in `Bucket`. */
function placesOf(window: WindowSets): Uint32Array {
  const allowed = new Uint32Array(PAIRS * WORDS)
  let first = placesOfOne(window, 0)
  for (let offset = 0; offset < PAIRS; offset++) {
    const second = placesOfOne(window, offset + 1)
    const from = ((offset & 1) * HALF + (offset >> 1)) * WORDS
    for (let i = 0; i < WORDS; i++) allowed[from + i] = first[i] & second[i]
    first = second
  }
  return allowed
}

/** The same of the byte at one offset. */
function placesOfOne(window: WindowSets, offset: number): Uint32Array {
  const set = window[offset]
  const allowed = new Uint32Array(WORDS)
  for (let i = 0; i < WORDS; i++) {
    const from = 32 * i + offset
    const end = Math.min(32, PLACES - 32 * i)
    let places = 0
    for (let bit = 0; bit < end; bit++) places |= set[SAMPLE[from + bit]] << bit
    allowed[i] = places
  }
  return allowed
}

function memberOf(one: WindowedRule): Member {
  const bytes = one.window.map((set) => {
    const list: number[] = []
    for (let byte = 0; byte < 256; byte++) if (set[byte]) list.push(byte)
    return Uint8Array.from(list)
  })
  return { one, bytes, allowed: placesOf(one.window) }
}

function add(bucket: Bucket, member: Member): void {
  bucket.members.push(member)
  const { counts, shares } = bucket
  for (let offset = 0; offset < WINDOW; offset++) {
    for (const byte of member.bytes[offset]) if (counts[offset * 256 + byte]++ === 0) shares[offset] += BYTE_FREQUENCY[byte]
  }
  const { allowed, allowing } = bucket
  for (let i = 0; i < allowed.length; i++) {
    for (let places = member.allowed[i]; places !== 0; places &= places - 1)
      allowing[32 * i + 31 - Math.clz32(places & -places)]++
    allowed[i] |= member.allowed[i]
  }
  bucket.cost = costOf(bucket, NOTHING)
}

const NOTHING: Pick<Member, 'bytes' | 'allowed'> = {
  bytes: Array.from({ length: WINDOW }, () => new Uint8Array(0)),
  allowed: new Uint32Array(PAIRS * WORDS),
}

function remove(bucket: Bucket, member: Member): void {
  bucket.members.splice(bucket.members.indexOf(member), 1)
  const { counts, shares } = bucket
  for (let offset = 0; offset < WINDOW; offset++) {
    for (const byte of member.bytes[offset]) if (--counts[offset * 256 + byte] === 0) shares[offset] -= BYTE_FREQUENCY[byte]
  }
  const { allowed, allowing } = bucket
  for (let i = 0; i < allowed.length; i++) {
    for (let places = member.allowed[i]; places !== 0; places &= places - 1) {
      const place = places & -places
      if (--allowing[32 * i + 31 - Math.clz32(place)] === 0) allowed[i] &= ~place
    }
  }
  bucket.cost = costOf(bucket, NOTHING)
}

/**
 * Share of places at which the bucket passes with one window more: in the sample, and, for what does not occur there, by the frequencies of bytes with places
 * taken as independent.
 */
function costOf({ members, counts, shares, allowed }: Bucket, member: Pick<Member, 'bytes' | 'allowed'>): number {
  if (members.length === 0 && member === NOTHING) return 0
  let product = 1
  for (let offset = 0; offset < WINDOW; offset++) {
    let share = shares[offset]
    const from = offset * 256
    const bytes = member.bytes[offset]
    for (let i = 0; i < bytes.length; i++) if (counts[from + bytes[i]] === 0) share += BYTE_FREQUENCY[bytes[i]]
    product *= Math.min(1, Math.max(share, 1e-6))
  }
  const added = member.allowed
  let passed = 0
  for (let half = 0; half < PAIRS * WORDS; half += HALF * WORDS) {
    for (let i = half; i < half + WORDS; i++) {
      let places = allowed[i] | added[i]
      for (let at = i + WORDS; places !== 0 && at < half + HALF * WORDS; at += WORDS) places &= allowed[at] | added[at]
      for (; places !== 0; places &= places - 1) passed++
    }
  }
  return product + passed / (2 * PLACES)
}
