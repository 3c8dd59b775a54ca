import { assignBuckets } from './buckets.ts'
import { CLASSES, classesOf } from './classes.ts'
import type { KnownBegin } from './known-begin.ts'
import { TAIL, VALUES, WINDOW } from './places.ts'
import type { WindowSets } from './window.ts'

export { CLASS_BITS, CLASSES } from './classes.ts'

export const BUCKETS = 16
export const WINDOWS_PER_BUCKET = 64
/** Windows of one group (most rules have one); more make more groups, of which two are looked for in one pass over the text. */
export const WINDOWS_PER_GROUP = BUCKETS * WINDOWS_PER_BUCKET
export const GROUPS_PER_PASS = 2
/** Of `known`: what the window lets through the guard before a match allows. */
export const GUARDED = 16

/** Lanes of a half of a filter word, 16 bits each: one for every second offset of a window. */
export const LANES = 4
/** Offsets of the first lane: of windows that begin with the first byte of a pair, and of those that begin with the second. */
const FIRST_OFFSET = [0, 1]

/**
 * Shift-or over pairs of values that do not overlap. `pairs` holds, for a pair of classes, two 64-bit words: lane j (16 bits, one
 * a bucket) of the first says which buckets refuse the pair at offsets 2j and 2j + 1 of their windows, of the second which
 * refuse it at 2j + 1 and 2j + 2. So a window is seen whichever byte of a pair it begins with, and each step takes two bytes.
 * `positions` is exact: a 64-bit word says, for a bucket, offset and value, which of its up to 64 windows allow it.
 */
export interface Prefilter {
  /** Byte, start or end of text → class. */
  readonly classOf: Uint8Array
  /** `4 * (first << CLASS_BITS | second)`: the two words, low half first. */
  readonly pairs: Int32Array
  /** `2 * (((bucket * 9) + offset) * 258 + value)`: low and high half of a bit a window. */
  readonly positions: Int32Array
  /** `2 * (((bucket * 4) + place) * 256 + byte)`: the same for the TAIL bytes behind a window, as far as the rule's automaton tells. */
  readonly tail: Int32Array
  /** `bucket * 64 + bit` → index of the window's rule, or -1. */
  readonly rules: Int32Array
  /** `2 * (bucket * 64 + bit)` → how many bytes of a match the window settles (0 to 8; + GUARDED: the guard before it too), and the state behind them. */
  readonly known: Int32Array
  /** Buckets whose rules are found at the byte behind their leading run; the others; buckets of more than 32. */
  readonly anchored: number
  readonly plain: number
  readonly wide: number
}

/** A rule and a window of it, for `buildPrefilter`. */
export interface WindowedRule {
  readonly rule: number
  readonly window: WindowSets
  readonly anchored: boolean
  readonly known: KnownBegin
}

/** What may stand at the TAIL places behind a window: 256 flags each, fewer where anything may. */
export type TailOf = (windowed: WindowedRule) => readonly Uint8Array[]

/** Spreads at most 1,024 windows over sixteen buckets so that they blur each other least, and builds the tables. */
function buildPrefilter(rules: readonly WindowedRule[], classOf: Uint8Array, tailOf: TailOf): Prefilter {
  const { buckets, anchored } = assignBuckets(rules, BUCKETS, WINDOWS_PER_BUCKET)
  const positions = new Int32Array(2 * buckets.length * WINDOW * VALUES)
  const tail = new Int32Array(2 * buckets.length * TAIL * 256).fill(-1)
  const index = new Int32Array(buckets.length * WINDOWS_PER_BUCKET).fill(-1)
  const begins = new Int32Array(2 * index.length)
  let wide = 0
  buckets.forEach((members, k) => {
    if (members.length > 32) wide |= 1 << k
    members.forEach((member, bit) => {
      const { rule, window, known } = member
      index[k * WINDOWS_PER_BUCKET + bit] = rule
      begins.set([known.bytes | (known.guarded ? GUARDED : 0), known.state], 2 * (k * WINDOWS_PER_BUCKET + bit))
      const mask = ~(1 << (bit & 31))
      tailOf(member).forEach((allowed, place) => {
        const row = (k * TAIL + place) * 256
        for (let byte = 0; byte < 256; byte++) if (allowed[byte] === 0) tail[2 * (row + byte) + (bit >> 5)] &= mask
      })
      for (let offset = 0; offset < WINDOW; offset++) {
        const row = (k * WINDOW + offset) * VALUES
        for (let value = 0; value < VALUES; value++) {
          if (window[offset][value]) positions[2 * (row + value) + (bit >> 5)] |= 1 << (bit & 31)
        }
      }
    })
  })
  return {
    classOf,
    pairs: pairsOf(buckets, classOf),
    positions,
    tail,
    rules: index,
    known: begins,
    anchored,
    plain: ((1 << buckets.length) - 1) & ~anchored,
    wide,
  }
}

/** The filters of groups. The two of a pass over the text (the first and the second, the third and the fourth …) take its values for the same classes. */
export function buildPrefilters(groups: readonly (readonly WindowedRule[])[], tailOf: TailOf): Prefilter[] {
  const prefilters: Prefilter[] = []
  for (let i = 0; i < groups.length; i += GROUPS_PER_PASS) {
    const pass = groups.slice(i, i + GROUPS_PER_PASS)
    const classOf = classesOf(pass.flat().map(({ window }) => window))
    for (const group of pass) prefilters.push(buildPrefilter(group, classOf, tailOf))
  }
  return prefilters
}

/** Not the product of what the windows of a bucket allow together, but the sum of what each allows: that is much less. */
function pairsOf(buckets: readonly (readonly WindowedRule[])[], classOf: Uint8Array): Int32Array {
  const pairs = new Int32Array(4 * CLASSES * CLASSES).fill(-1)
  const classes = Math.max(...classOf) + 1
  buckets.forEach((members, k) => {
    for (const { window } of members) {
      const allowed = window.map((set) => allowedClasses(set, classOf))
      for (let half = 0; half < 2; half++) {
        for (let lane = 0; lane < LANES; lane++) {
          const offset = FIRST_OFFSET[half] + 2 * lane
          const word = 2 * half + (lane >> 1)
          const bit = ~(1 << (16 * (lane & 1) + k))
          const first = allowed[offset]
          const second = allowed[offset + 1]
          for (let a = 0; a < first.length; a++) {
            const row = 4 * CLASSES * first[a] + word
            if (second.length === classes) for (let b = 0; b < 4 * classes; b += 4) pairs[row + b] &= bit
            else for (let b = 0; b < second.length; b++) pairs[row + 4 * second[b]] &= bit
          }
        }
      }
    }
  })
  return pairs
}

function allowedClasses(set: Uint8Array, classOf: Uint8Array): number[] {
  const classes: number[] = []
  const flags = new Uint8Array(CLASSES)
  for (let value = 0; value < VALUES; value++) if (set[value]) flags[classOf[value]] = 1
  for (let c = 0; c < CLASSES; c++) if (flags[c]) classes.push(c)
  return classes
}
