import { TEXT_END, TEXT_START } from '../../compile/places.ts'
import { CLASS_BITS, CLASSES, type Prefilter } from '../../compile/prefilter.ts'

/**
 * The filter as the portable kernel asks it. A step of a shift-or costs an interpreter four words; but only its top lane is ever looked at, and that is the sum of
 * one lane of each of the last four pairs. So lanes have tables of their own, and mostly two of the four are looked at: those of a pair and the one before it.
 */
export interface LaneTables {
  /** Two bytes, as one number of 16 bits, little-endian → their pair of classes. */
  readonly pairOf: Uint16Array
  /** By pair of classes, lane j of its words: the low half of windows that begin with the first byte of a pair, the high half of the others. */
  readonly lanes: readonly [Int32Array, Int32Array, Int32Array, Int32Array]
}

/** No pair was there: nothing passes. */
const NO_PAIR = CLASSES * CLASSES

const known = new WeakMap<Prefilter, LaneTables>()

/** The lanes of a filter, made once. */
export function laneTables(prefilter: Prefilter): LaneTables {
  let tables = known.get(prefilter)
  if (tables === undefined) {
    tables = makeLanes(prefilter)
    known.set(prefilter, tables)
  }
  return tables
}

function makeLanes({ classOf, pairs }: Prefilter): LaneTables {
  const pairOf = new Uint16Array(65_536)
  for (let second = 0, at = 0; second < 256; second++) {
    for (let first = 0; first < 256; first++) pairOf[at++] = (classOf[first] << CLASS_BITS) | classOf[second]
  }
  const lane = (j: number): Int32Array => {
    const words = new Int32Array(NO_PAIR + 1).fill(-1)
    const shift = 16 * (j & 1)
    for (let pair = 0, at = j >> 1; pair < NO_PAIR; pair++, at += 4) {
      words[pair] = ((pairs[at + 2] >>> shift) << 16) | ((pairs[at] >>> shift) & 0xffff)
    }
    return words
  }
  return { pairOf, lanes: [lane(0), lane(1), lane(2), lane(3)] }
}

/** The last pairs that were looked at, the latest first. */
export type LastPairs = [number, number, number, number]

export function forgetPairs(last: LastPairs): void {
  last.fill(NO_PAIR)
}

/**
 * Takes the pairs of a text, given two bytes a word, from index `from` (even) on through the filter, as long as they end at `to` or before, and writes for each pair that
 * completes a window its index and the buckets: low half for windows that begin six bytes before it, high half for seven; goes on writing
 * at `count` and answers where it stopped. `last` is updated. A function of its own without a call inside: that makes it four times as fast as verifying in the loop (V8).
 */
export function findAlarms(
  { pairOf, lanes }: LaneTables,
  words: Uint16Array,
  from: number,
  to: number,
  last: LastPairs,
  alarms: Int32Array,
  count: number,
): number {
  const [lane0, lane1, lane2, lane3] = lanes
  let [d, c, b, a] = last
  const end = to >> 1
  let at = from >> 1
  let refused = 0
  // Four pairs a turn, so that none has to be handed on.
  for (; at + 4 <= end; at += 4) {
    a = pairOf[words[at]]
    refused = lane3[a] | lane2[d]
    if (refused !== -1 && (refused |= lane1[c] | lane0[b]) !== -1) {
      alarms[count++] = 2 * at
      alarms[count++] = ~refused
    }
    b = pairOf[words[at + 1]]
    refused = lane3[b] | lane2[a]
    if (refused !== -1 && (refused |= lane1[d] | lane0[c]) !== -1) {
      alarms[count++] = 2 * at + 2
      alarms[count++] = ~refused
    }
    c = pairOf[words[at + 2]]
    refused = lane3[c] | lane2[b]
    if (refused !== -1 && (refused |= lane1[a] | lane0[d]) !== -1) {
      alarms[count++] = 2 * at + 4
      alarms[count++] = ~refused
    }
    d = pairOf[words[at + 3]]
    refused = lane3[d] | lane2[c]
    if (refused !== -1 && (refused |= lane1[b] | lane0[a]) !== -1) {
      alarms[count++] = 2 * at + 6
      alarms[count++] = ~refused
    }
  }
  last[0] = d
  last[1] = c
  last[2] = b
  last[3] = a
  for (; at < end; at++) count = step(lanes, pairOf[words[at]], 2 * at, last, alarms, count)
  return count
}

/** The same for one pair at an edge of the text: its first byte has index `start`, its last the one before `end`. */
export function stepAtEdge(
  { classOf }: Prefilter,
  { lanes }: LaneTables,
  buffer: Uint8Array,
  at: number,
  start: number,
  end: number,
  last: LastPairs,
  alarms: Int32Array,
  count: number,
): number {
  const first = at < start ? TEXT_START : at >= end ? TEXT_END : buffer[at]
  const second = at + 1 < start ? TEXT_START : at + 1 >= end ? TEXT_END : buffer[at + 1]
  return step(lanes, (classOf[first] << CLASS_BITS) | classOf[second], at, last, alarms, count)
}

function step(lanes: LaneTables['lanes'], pair: number, at: number, last: LastPairs, alarms: Int32Array, count: number): number {
  last[3] = last[2]
  last[2] = last[1]
  last[1] = last[0]
  last[0] = pair
  const refused = laneOf(lanes, last, 3)
  if (refused === -1) return count
  alarms[count] = at
  alarms[count + 1] = ~refused
  return count + 2
}

/** Lane `j` of the state behind the last pairs. */
function laneOf(lanes: LaneTables['lanes'], last: LastPairs, j: number): number {
  let refused = 0
  for (let i = 0; i <= j; i++) refused |= lanes[j - i][last[i]]
  return refused
}

/**
 * `last` are the pairs before index `at`: the earliest start of a match, in one of `buckets`, whose window they still allow and which has not been
 * answered (windows that end before `end` have). Without one: `at`, behind which no start was looked at.
 */
export function earliestAlive({ lanes }: LaneTables, last: LastPairs, buckets: number, at: number, end: number): number {
  if (buckets === 0) return end
  for (let offset = at === end ? 6 : 5; offset >= 0; offset--) {
    const allowed = ~laneOf(lanes, last, offset >> 1)
    if (((allowed >>> (16 * (offset & 1))) & buckets) !== 0) return at - 1 - offset
  }
  return at
}
