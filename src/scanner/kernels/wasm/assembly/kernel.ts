import {
  ABI_VERSION,
  ANCHOR_AT,
  ANCHORED,
  BAD_BUFFER,
  C_BEFORE,
  C_COUNT,
  C_HALVES,
  C_MEMBERS,
  C_SET,
  DEAD,
  DONE,
  END_REFUSED,
  G_ANCHORED,
  G_BUCKETS,
  G_FIRST,
  G_PAIRS,
  G_PLAIN,
  G_POSITIONS,
  G_RULES,
  G_SECOND,
  G_TAIL,
  G_WINDOWS,
  GROUP_BYTES,
  GUARDED,
  H_ALIVE,
  H_ASK_RULE_STEPS,
  H_ASK_STEPS,
  H_ASKED,
  H_BEGIN,
  H_BLOCK_STEPS,
  H_END,
  H_EPOCH,
  H_FROM,
  H_GROUP,
  H_GROUP_TABLE,
  H_GROUPS,
  H_KNOWN,
  H_LAST,
  H_LONG_RUN_TABLE,
  H_LONG_RUNS,
  H_MOST_RECORDS,
  H_NEXT,
  H_NEXT_LENGTH,
  H_ORIGIN,
  H_REACHED,
  H_RECORD_CAPACITY,
  H_RECORD_TABLE,
  H_RECORDS,
  H_RULE_STATE,
  H_RULE_STEPS,
  H_RULE_TABLE,
  H_RULES,
  H_RUN_STATE,
  H_RUN_TABLE,
  H_RUNS,
  H_STATUS,
  H_STEPS,
  H_VERSION,
  H_WALK_STEPS,
  H_WINDOW,
  H_WINDOW_LENGTH,
  H_WORD,
  HAS_RUNS,
  HEADER_BYTES,
  INSIDE_ALWAYS,
  INSIDE_NEVER,
  KIND_SHIFT,
  KNOWN_SHIFT,
  LONG_RUN,
  LONG_RUN_BYTES,
  LOOK_BEHIND,
  LOOK_VERSION,
  M_OFFSET,
  M_PROBE_AT,
  M_PROBE_ROWS,
  M_RULE,
  M_STATE,
  MAGIC_0,
  MAGIC_1,
  MAGIC_2,
  MAGIC_3,
  MATCH,
  NEXT_PADDING,
  PAIR_BYTES,
  PAIR_ROOM,
  R_AFTER,
  R_BEFORE,
  R_CLASS_OF,
  R_FLAGS,
  R_RUN_MAX,
  R_RUN_MIN,
  R_RUN_SET,
  R_SHAPE,
  R_SHAPE_LENGTH,
  R_START,
  RAW,
  REACH,
  RECORD_BYTES,
  RULE_BYTES,
  RULE_STATE_BYTES,
  RUN_BYTES,
  RUN_STATE_BYTES,
  S_DIED,
  S_EPOCH,
  S_FROM,
  S_LIVE,
  S_RAW,
  S_STEPS,
  START_REFUSED,
  TAIL,
  TEXT_END,
  TEXT_START,
  TRACK_VERSION,
  U_INSIDE,
  U_MAX,
  U_MIN,
  U_NEXT,
  U_SET,
  V_EPOCH,
  V_FROM,
  V_TO,
  VALUES,
  WALK,
  WINDOW,
  WINDOW_BYTES,
  WINDOWS_PER_BUCKET,
} from './layout'
import { look } from './look'
import { track } from './track'

/** Bytes of a row of position words: one offset of one bucket. */
const ROW = VALUES * 8
const BUCKET_ROWS = WINDOW * ROW
/** The same of the places behind a window. */
const TAIL_ROW = 256 * 8
const BUCKET_TAIL = TAIL * TAIL_ROW
const ALL: u64 = 0xffffffffffffffff
const HIGHEST: u64 = 0xffff000000000000
/** Windows of so many places are reported at once; all of them find room. */
const PLACES: u32 = 8
/** Bytes taken between two looks at what has passed. */
const BLOCK_BYTES = 8
/** Places inside a run at which a match may not end that are looked at for one start. */
const LOOK_BACK = 64
const RULE_MASK: u32 = (1 << KNOWN_SHIFT) - 1

/** Scans, looks or tracks, as the header asks. The buffer is the caller's and nothing outside of it is written; DONE or why nothing was done. */
export function run(buffer: usize, length: u32): u32 {
  if (length < <u32>HEADER_BYTES) return BAD_BUFFER
  if (
    load<u32>(buffer) != <u32>MAGIC_0 ||
    load<u32>(buffer, 4) != <u32>MAGIC_1 ||
    load<u32>(buffer, 8) != <u32>MAGIC_2 ||
    load<u32>(buffer, 12) != <u32>MAGIC_3
  )
    return BAD_BUFFER
  const version = load<u32>(buffer, H_VERSION)
  const looks = version == <u32>LOOK_VERSION
  const tracks = version == <u32>TRACK_VERSION
  const status: u32 = looks ? look(buffer, length) : tracks ? track(buffer, length) : isWhole(buffer, length) ? DONE : BAD_BUFFER
  store<u32>(buffer, status, H_STATUS)
  if (looks || tracks || status != <u32>DONE) return status
  const group = load<u32>(buffer, H_GROUP)
  const groups = load<u32>(buffer, H_GROUPS)
  if (group >= groups) scanLongRuns(buffer, length)
  else if (group + 1 < groups) scan<u16>(buffer, length)
  else scan<u8>(buffer, length)
  return status
}

// @ts-ignore: decorator
@inline function fits(offset: u32, count: u32, size: u32, length: u32): bool {
  return <u64>offset + <u64>count * <u64>size <= <u64>length
}

/** Every table lies in the buffer, and the piece in the window area. */
function isWhole(buffer: usize, length: u32): bool {
  if (load<i32>(buffer, H_VERSION) != ABI_VERSION) return false
  const rules = load<u32>(buffer, H_RULES)
  if (!fits(load<u32>(buffer, H_RULE_TABLE), rules, RULE_BYTES, length)) return false
  if (!fits(load<u32>(buffer, H_RULE_STATE), rules, RULE_STATE_BYTES, length)) return false
  if (!fits(load<u32>(buffer, H_NEXT), load<u32>(buffer, H_NEXT_LENGTH) + NEXT_PADDING, 4, length)) return false
  if (!fits(load<u32>(buffer, H_RUN_TABLE), load<u32>(buffer, H_RUNS), RUN_BYTES, length)) return false
  if (!fits(load<u32>(buffer, H_RUN_STATE), load<u32>(buffer, H_RUNS), RUN_STATE_BYTES, length)) return false
  if (!fits(load<u32>(buffer, H_WORD), 256, 1, length)) return false
  if (!fits(load<u32>(buffer, H_RECORD_TABLE), load<u32>(buffer, H_RECORD_CAPACITY), RECORD_BYTES, length)) return false
  if (!fits(load<u32>(buffer, H_WINDOW), load<u32>(buffer, H_WINDOW_LENGTH), 1, length)) return false
  const groups = load<u32>(buffer, H_GROUPS)
  if (!fits(load<u32>(buffer, H_GROUP_TABLE), groups, GROUP_BYTES, length)) return false
  const group = load<u32>(buffer, H_GROUP)
  if (group >= groups ? !isWholeClass(buffer, length, group - groups) : !areWholeGroups(buffer, length, group, groups)) return false
  const from = load<u32>(buffer, H_FROM)
  const begin = load<u32>(buffer, H_BEGIN)
  const end = load<u32>(buffer, H_END)
  return (
    begin >= <u32>LOOK_BEHIND && begin <= from && from <= end + <u32>REACH && end <= load<u32>(buffer, H_WINDOW_LENGTH) && begin <= end &&
    load<u32>(buffer, H_KNOWN) + 1 >= begin && load<u32>(buffer, H_KNOWN) <= begin
  )
}

function areWholeGroups(buffer: usize, length: u32, group: u32, groups: u32): bool {
  const g = buffer + load<u32>(buffer, H_GROUP_TABLE) + group * GROUP_BYTES
  const two = group + 1 < groups
  if (!isWholeGroup(g, length, two) || (two && !isWholeGroup(g + GROUP_BYTES, length, false))) return false
  return load<u32>(buffer, H_RECORD_CAPACITY) >= PLACES * (load<u32>(g, G_WINDOWS) + (two ? load<u32>(g + GROUP_BYTES, G_WINDOWS) : 0))
}

function isWholeGroup(g: usize, length: u32, two: bool): bool {
  const buckets = load<u32>(g, G_BUCKETS)
  if (buckets > 16 || load<u32>(g, G_WINDOWS) > buckets * WINDOWS_PER_BUCKET) return false
  if (!fits(load<u32>(g, G_FIRST), VALUES, 2, length) || !fits(load<u32>(g, G_SECOND), VALUES, 2, length)) return false
  // Whatever the two offsets of a pair add up to.
  if (!fits(load<u32>(g, G_PAIRS), two ? 2 * PAIR_ROOM : PAIR_ROOM, PAIR_BYTES, length)) return false
  if (!fits(load<u32>(g, G_POSITIONS), buckets, BUCKET_ROWS, length)) return false
  if (!fits(load<u32>(g, G_TAIL), buckets, BUCKET_TAIL, length)) return false
  return fits(load<u32>(g, G_RULES), buckets * WINDOWS_PER_BUCKET, WINDOW_BYTES, length)
}

function isWholeClass(buffer: usize, length: u32, index: u32): bool {
  const classes = load<u32>(buffer, H_LONG_RUNS)
  if (index >= classes || !fits(load<u32>(buffer, H_LONG_RUN_TABLE), classes, LONG_RUN_BYTES, length)) return false
  const c = buffer + load<u32>(buffer, H_LONG_RUN_TABLE) + index * LONG_RUN_BYTES
  const count = load<u32>(c, C_COUNT)
  return (
    fits(load<u32>(c, C_SET), 256, 1, length) && fits(load<u32>(c, C_HALVES), 32, 1, length) &&
    fits(load<u32>(c, C_MEMBERS), count, WINDOW_BYTES, length) && count <= load<u32>(buffer, H_RECORD_CAPACITY) >> 1
  )
}

// @ts-ignore: decorator
@inline function valueAt(window: usize, index: i32, origin: i32, end: i32): u32 {
  return index < origin ? TEXT_START : index >= end ? TEXT_END : <u32>load<u8>(window + index)
}

/**
 * All pairs of the piece through the filter; a restart needs nothing of an earlier call but the bytes. `N`: u8 for one group, u16 for two at once, which share the
 * look at each byte and the classes of its pair.
 */
function scan<N>(buffer: usize, length: u32): void {
  const two = sizeof<N>() == 2
  const g = buffer + load<u32>(buffer, H_GROUP_TABLE) + load<u32>(buffer, H_GROUP) * GROUP_BYTES
  const h = g + GROUP_BYTES
  const firsts = buffer + load<u32>(g, G_FIRST)
  const seconds = buffer + load<u32>(g, G_SECOND)
  const pairs = buffer + load<u32>(g, G_PAIRS)
  const window = buffer + load<u32>(buffer, H_WINDOW)
  const end = load<i32>(buffer, H_END)
  const origin = load<i32>(buffer, H_ORIGIN)
  const last = load<u32>(buffer, H_LAST) != 0
  const from = load<i32>(buffer, H_FROM)
  const limit = last ? end + REACH : end
  store<u32>(buffer, 0, H_RECORDS)
  store<u32>(buffer, 0, H_STEPS)
  store<i32>(buffer, -1, H_ASKED)
  store<i32>(buffer, limit, H_REACHED)
  const windows = load<u32>(g, G_WINDOWS) + (two ? load<u32>(h, G_WINDOWS) : 0)
  store<u32>(buffer, load<u32>(buffer, H_RECORD_CAPACITY) - PLACES * windows, H_MOST_RECORDS)
  // Blocks all of whose windows, and what is behind them, lie in the piece and are asked for: from `first` on and before `beyond`.
  const first = max(from - 1, origin + REACH)
  const beyond = end - BLOCK_BYTES - TAIL
  let at = from - REACH
  let a: u64 = ALL
  let b: u64 = ALL
  let c: u64 = ALL
  let d: u64 = ALL
  let fast = true
  for (;;) {
    if (fast && at >= origin) {
      fast = false
      if (ASC_FEATURE_SIMD) {
        let s4 = i64x2.replace_lane(i64x2.splat(a), 1, b)
        let t4 = i64x2.replace_lane(i64x2.splat(c), 1, d)
        const top = i64x2.splat(<i64>HIGHEST)
        while (at + 8 <= end) {
          const w = window + at
          let pair = pairAt<N>(firsts, seconds, w)
          const s1 = v128.or(i64x2.shl(s4, 16), v128.load(pairs + pair))
          const t1 = two ? v128.or(i64x2.shl(t4, 16), v128.load(pairs + pair, PAIR_BYTES)) : top
          pair = pairAt<N>(firsts, seconds, w + 2)
          const s2 = v128.or(i64x2.shl(s1, 16), v128.load(pairs + pair))
          const t2 = two ? v128.or(i64x2.shl(t1, 16), v128.load(pairs + pair, PAIR_BYTES)) : top
          pair = pairAt<N>(firsts, seconds, w + 4)
          const s3 = v128.or(i64x2.shl(s2, 16), v128.load(pairs + pair))
          const t3 = two ? v128.or(i64x2.shl(t2, 16), v128.load(pairs + pair, PAIR_BYTES)) : top
          pair = pairAt<N>(firsts, seconds, w + 6)
          s4 = v128.or(i64x2.shl(s3, 16), v128.load(pairs + pair))
          if (two) t4 = v128.or(i64x2.shl(t3, 16), v128.load(pairs + pair, PAIR_BYTES))
          let all = v128.and(v128.and(s1, s2), v128.and(s3, s4))
          if (two) all = v128.and(all, v128.and(v128.and(t1, t2), v128.and(t3, t4)))
          if (v128.any_true(v128.andnot(top, all))) {
            if (isFull(buffer, at, from)) return
            const inside = at >= first && at < beyond
            reportBlock(buffer, length, g, at, completed(s1, s2), completed(s3, s4), inside, from, limit)
            if (two) reportBlock(buffer, length, h, at, completed(t1, t2), completed(t3, t4), inside, from, limit)
          }
          at += 8
        }
        a = i64x2.extract_lane(s4, 0)
        b = i64x2.extract_lane(s4, 1)
        c = i64x2.extract_lane(t4, 0)
        d = i64x2.extract_lane(t4, 1)
      } else {
        while (at + 4 <= end) {
          const w = window + at
          let pair = pairAt<N>(firsts, seconds, w)
          const a1 = (a << 16) | load<u64>(pairs + pair)
          const b1 = (b << 16) | load<u64>(pairs + pair, 8)
          const c1 = two ? (c << 16) | load<u64>(pairs + pair, PAIR_BYTES) : ALL
          const d1 = two ? (d << 16) | load<u64>(pairs + pair, PAIR_BYTES + 8) : ALL
          pair = pairAt<N>(firsts, seconds, w + 2)
          a = (a1 << 16) | load<u64>(pairs + pair)
          b = (b1 << 16) | load<u64>(pairs + pair, 8)
          if (two) {
            c = (c1 << 16) | load<u64>(pairs + pair, PAIR_BYTES)
            d = (d1 << 16) | load<u64>(pairs + pair, PAIR_BYTES + 8)
          }
          if ((two ? a1 & a & b1 & b & c1 & c & d1 & d : a1 & a & b1 & b) < HIGHEST) {
            if (isFull(buffer, at, from)) return
            const inside = at >= first && at < beyond
            reportBlock(buffer, length, g, at, completedBy(a1, b1) | (completedBy(a, b) << 32), 0, inside, from, limit)
            if (two)
              reportBlock(buffer, length, h, at, completedBy(c1, d1) | (completedBy(c, d) << 32), 0, inside, from, limit)
          }
          at += 4
        }
      }
    }
    // Pairs that reach over an edge of the text, and the last few.
    if (last ? at >= limit - 1 : at + 2 > end) break
    const pair = entryOf<N>(
      <usize>load<u16>(firsts + (<usize>valueAt(window, at, origin, end) << 1)) +
        <usize>load<u16>(seconds + (<usize>valueAt(window, at + 1, origin, end) << 1)),
    )
    a = (a << 16) | load<u64>(pairs + pair)
    b = (b << 16) | load<u64>(pairs + pair, 8)
    let other: u64 = 0
    if (two) {
      c = (c << 16) | load<u64>(pairs + pair, PAIR_BYTES)
      d = (d << 16) | load<u64>(pairs + pair, PAIR_BYTES + 8)
      other = completedBy(c, d)
    }
    const mine = completedBy(a, b)
    if ((mine | other) != 0) {
      if (isFull(buffer, at, from)) return
      report(buffer, length, g, at, mine, from, limit)
      if (two) report(buffer, length, h, at, other, from, limit)
    }
    at += 2
  }
  if (last) return
  let alive = earliestAlive(a, b, load<u32>(g, G_PLAIN), at, end)
  if (two) alive = min(alive, earliestAlive(c, d, load<u32>(h, G_PLAIN), at, end))
  store<i32>(buffer, alive, H_ALIVE)
}

/** Where the entries of the pair of bytes at `w` are. */
// @ts-ignore: decorator
@inline function pairAt<N>(firsts: usize, seconds: usize, w: usize): usize {
  return entryOf<N>(<usize>load<u16>(firsts + (<usize>load<u8>(w) << 1)) + <usize>load<u16>(seconds + (<usize>load<u8>(w, 1) << 1)))
}

/** Those of two groups stand beside one another. */
// @ts-ignore: decorator
@inline function entryOf<N>(pair: usize): usize {
  return sizeof<N>() == 2 ? pair << 1 : pair
}

/** The buckets whose windows a pair completes: in the low sixteen bits those that begin six bytes before it (seven, with the byte before a match), then those one byte later. */
// @ts-ignore: decorator
@inline function completedBy(a: u64, b: u64): u64 {
  return (~b >> 48) | ((~a >> 48) << 16)
}

/** The same of two pairs, those of the second in the upper half. */
// @ts-ignore: decorator
@inline function completed(first: v128, second: v128): u64 {
  return ~i64x2.extract_lane(v128.shuffle<u16>(first, second, 7, 3, 15, 11, 0, 0, 0, 0), 0)
}

/** Whether the windows that end behind index `at` might find no room: then it says how far the call came. */
// @ts-ignore: decorator
@inline function isFull(buffer: usize, at: i32, from: i32): bool {
  const reached = at + 1
  // The windows that end before `from` are none of this call.
  if (load<i32>(buffer, H_RECORDS) <= load<i32>(buffer, H_MOST_RECORDS) || reached <= from || reached >= load<i32>(buffer, H_REACHED)) return false
  store<i32>(buffer, reached, H_REACHED)
  return true
}

/** Begins the rules of a class of long runs at each run that becomes long enough in the piece. */
function scanLongRuns(buffer: usize, length: u32): void {
  const c =
    buffer + load<u32>(buffer, H_LONG_RUN_TABLE) + (load<u32>(buffer, H_GROUP) - load<u32>(buffer, H_GROUPS)) * LONG_RUN_BYTES
  const set = buffer + load<u32>(c, C_SET)
  const window = buffer + load<u32>(buffer, H_WINDOW)
  const end = load<i32>(buffer, H_END)
  const origin = load<i32>(buffer, H_ORIGIN)
  const last = load<u32>(buffer, H_LAST) != 0
  // Runs that begin here or before were answered.
  const known = load<i32>(buffer, H_FROM) - LONG_RUN
  const stop = known > origin ? known : origin
  store<u32>(buffer, 0, H_RECORDS)
  store<u32>(buffer, 0, H_STEPS)
  store<i32>(buffer, -1, H_ASKED)
  store<i32>(buffer, last ? end + REACH : end, H_REACHED)
  const full = ASC_FEATURE_SIMD
    ? findInBlocks(buffer, length, c, set, window, stop, known, end)
    : findFromBehind(buffer, length, c, set, window, stop, known, end)
  if (full || last) return
  // The run at the end that may yet become long enough, or what stands before it.
  let start = end
  const least = end - LONG_RUN > origin ? end - LONG_RUN : origin
  while (start > least && load<u8>(set + load<u8>(window + start - 1)) != 0) start--
  store<i32>(buffer, (end - start >= LONG_RUN ? end : start) - load<i32>(c, C_BEFORE), H_ALIVE)
}

/** Bytes of a block; a long run covers a whole one. */
const BLOCK = 16

/** Asks of each block whether all of it is of the class, and looks around those. True when records ran out of room. */
function findInBlocks(buffer: usize, length: u32, c: usize, set: usize, window: usize, stop: i32, known: i32, end: i32): bool {
  const low = v128.load(buffer + load<u32>(c, C_HALVES))
  const high = v128.load(buffer + load<u32>(c, C_HALVES), 16)
  let inside = false
  for (let at = (stop + BLOCK - 1) & -BLOCK; at + BLOCK <= end; at += BLOCK) {
    const text = v128.load(window + at)
    const ofClass = v128.and(
      i8x16.swizzle(low, v128.and(text, i8x16.splat(15))),
      i8x16.swizzle(high, i8x16.shr_u(text, 4)),
    )
    if (!i8x16.all_true(ofClass)) {
      inside = false
      continue
    }
    if (inside) continue
    inside = true
    let start = at
    while (start > stop && load<u8>(set + load<u8>(window + start - 1)) != 0) start--
    if (start <= known) continue
    let to = at + BLOCK
    while (to < start + LONG_RUN && to < end && load<u8>(set + load<u8>(window + to)) != 0) to++
    if (to == start + LONG_RUN && beginAtRun(buffer, length, c, start)) return true
  }
  return false
}

/** As the portable kernel's `findLongRuns`. True when records ran out of room. */
function findFromBehind(buffer: usize, length: u32, c: usize, set: usize, window: usize, stop: i32, known: i32, end: i32): bool {
  let start = stop
  while (start + LONG_RUN <= end) {
    let at = start + LONG_RUN - 1
    while (at >= start && load<u8>(set + load<u8>(window + at)) != 0) at--
    if (at < start) {
      if (start > known && beginAtRun(buffer, length, c, start)) return true
      at = start + LONG_RUN
      while (at < end && load<u8>(set + load<u8>(window + at)) != 0) at++
    }
    start = at + 1
  }
  return false
}

/** Begins the rules of the class of which a run begins at index `start`; true where their records would find no room. */
function beginAtRun(buffer: usize, length: u32, c: usize, start: i32): bool {
  const count = load<u32>(c, C_COUNT)
  if (load<u32>(buffer, H_RECORDS) > load<u32>(buffer, H_RECORD_CAPACITY) - count) {
    store<i32>(buffer, start + LONG_RUN - 1, H_REACHED)
    return true
  }
  const members = buffer + load<u32>(c, C_MEMBERS)
  for (let i: u32 = 0; i < count; i++) {
    const member = members + i * WINDOW_BYTES
    begin(buffer, length, member, start - load<i32>(member, M_STATE), false)
  }
  return false
}

/** As the portable kernel's function of this name. */
function earliestAlive(a: u64, b: u64, plain: u32, at: i32, end: i32): i32 {
  if (plain == 0) return end
  for (let offset = at == end ? 6 : 5; offset >= 0; offset--) {
    const word = ~(offset & 1 ? b : a) >> <u64>(16 * (offset >> 1))
    if ((<u32>word & plain) != 0) return at - 1 - offset
  }
  return at
}

/**
 * The windows that four pairs, the first at index `at`, complete: `x` of two, `y` of the next two. `inside`: all nine places of each, and the TAIL behind them, are bytes
 * of the piece, and none was answered.
 */
function reportBlock(buffer: usize, length: u32, g: usize, at: i32, x: u64, y: u64, inside: bool, from: i32, limit: i32): void {
  if (!inside) {
    report(buffer, length, g, at, x, from, limit)
    report(buffer, length, g, at + 2, x >> 32, from, limit)
    report(buffer, length, g, at + 4, y, from, limit)
    report(buffer, length, g, at + 6, y >> 32, from, limit)
    return
  }
  // Sixteen bits, a bit a bucket, for each of eight places one behind the other.
  const buckets = (((<u64>1) << load<u32>(g, G_BUCKETS)) - 1) * 0x0001000100010001
  x &= buckets
  y &= buckets
  const positions = buffer + load<u32>(g, G_POSITIONS)
  const members = buffer + load<u32>(g, G_RULES)
  const tail = buffer + load<u32>(g, G_TAIL)
  const window = buffer + load<u32>(buffer, H_WINDOW)
  let base = at - 6
  for (;;) {
    if (x == 0) {
      if (y == 0) return
      x = y
      y = 0
      base += 4
    }
    const i = <u32>ctz(x)
    x &= x - 1
    const start = base + <i32>(i >> 4)
    const w = window + start
    const k = i & 15
    const row = positions + k * BUCKET_ROWS
    let s =
      load<u64>(row + (<usize>load<u8>(w) << 3), ROW) &
      load<u64>(row + (<usize>load<u8>(w, 1) << 3), 2 * ROW) &
      load<u64>(row + (<usize>load<u8>(w - 1) << 3))
    if (s == 0) continue
    s &=
      load<u64>(row + (<usize>load<u8>(w, 2) << 3), 3 * ROW) &
      load<u64>(row + (<usize>load<u8>(w, 3) << 3), 4 * ROW) &
      load<u64>(row + (<usize>load<u8>(w, 4) << 3), 5 * ROW)
    if (s == 0) continue
    s &=
      load<u64>(row + (<usize>load<u8>(w, 5) << 3), 6 * ROW) &
      load<u64>(row + (<usize>load<u8>(w, 6) << 3), 7 * ROW) &
      load<u64>(row + (<usize>load<u8>(w, 7) << 3), 8 * ROW)
    if (s == 0) continue
    const behind = tail + k * BUCKET_TAIL
    s &=
      load<u64>(behind + (<usize>load<u8>(w, 8) << 3)) &
      load<u64>(behind + (<usize>load<u8>(w, 9) << 3), TAIL_ROW) &
      load<u64>(behind + (<usize>load<u8>(w, 10) << 3), 2 * TAIL_ROW) &
      load<u64>(behind + (<usize>load<u8>(w, 11) << 3), 3 * TAIL_ROW)
    const bucket = members + k * WINDOWS_PER_BUCKET * WINDOW_BYTES
    for (; s != 0; s &= s - 1) {
      begin(buffer, length, bucket + <usize>ctz(s) * WINDOW_BYTES, start, true)
    }
  }
}

/** The windows `x` that the pair at index `at` completes. */
function report(buffer: usize, length: u32, g: usize, at: i32, x: u64, from: i32, limit: i32): void {
  let buckets = <u32>x & 0xffff
  if (buckets != 0 && at + 1 >= from && at + 1 < limit) verify(buffer, length, g, at - 6, buckets)
  buckets = (<u32>x >> 16) & 0xffff
  if (buckets != 0 && at + 2 >= from && at + 2 < limit) verify(buffer, length, g, at - 5, buckets)
}

/** Finds which rules of these buckets have their window at index `start`, its second value, and begins them. */
function verify(buffer: usize, length: u32, g: usize, start: i32, buckets: u32): void {
  const window = buffer + load<u32>(buffer, H_WINDOW)
  const end = load<i32>(buffer, H_END)
  const origin = load<i32>(buffer, H_ORIGIN)
  const positions = buffer + load<u32>(g, G_POSITIONS)
  const rules = buffer + load<u32>(g, G_RULES)
  const anchored = load<u32>(g, G_ANCHORED)
  buckets &= (1 << load<u32>(g, G_BUCKETS)) - 1
  while (buckets != 0) {
    const k = ctz(buckets)
    buckets &= buckets - 1
    // A plain rule cannot start before the text; the window of one found behind its run may.
    if (start < origin && ((anchored >> k) & 1) == 0) continue
    const row = positions + k * BUCKET_ROWS
    let s: u64 = ALL
    for (let offset = 0; offset < WINDOW && s != 0; offset++) {
      s &= load<u64>(row + offset * ROW + (<usize>valueAt(window, start - 1 + offset, origin, end) << 3))
    }
    const members = rules + k * WINDOWS_PER_BUCKET * WINDOW_BYTES
    // Places behind the end of the text are no bytes that a walk could leave out.
    for (; s != 0; s &= s - 1) begin(buffer, length, members + <usize>ctz(s) * WINDOW_BYTES, start, false)
  }
}

// @ts-ignore: decorator
@inline function emit(buffer: usize, kind: u32, rule: u32, x: i32, y: i32, z: i32): void {
  const count = load<u32>(buffer, H_RECORDS)
  if (count >= load<u32>(buffer, H_RECORD_CAPACITY)) return
  const record = buffer + load<u32>(buffer, H_RECORD_TABLE) + count * RECORD_BYTES
  store<u32>(record, (kind << KIND_SHIFT) | rule)
  store<i32>(record, x, 4)
  store<i32>(record, y, 8)
  store<i32>(record, z, 12)
  store<u32>(buffer, count + 1, H_RECORDS)
}

/**
 * A rule whose window is at index `at`: looks at its probes and its guard and walks it. What dismisses most at least cost comes first, told by the window's own
 * record. `seen`: all of the window are bytes, so it has settled what its record says.
 */
function begin(buffer: usize, length: u32, member: usize, at: i32, seen: bool): void {
  const word = load<u32>(member, M_RULE)
  const rule = word & RULE_MASK
  if (rule >= load<u32>(buffer, H_RULES)) return
  const state = stateOf(buffer, rule)
  const start = at - load<i32>(member, M_OFFSET)
  const origin = load<i32>(buffer, H_ORIGIN)
  // Covered by a match, before the text, or before what the piece holds.
  if (start < load<i32>(state, S_FROM) || start < origin || start + LOOK_BEHIND <= load<i32>(buffer, H_BEGIN)) return
  const probes = load<u32>(member, M_PROBE_AT)
  if (probes != 0 && !mayMatch(buffer, length, member, start, probes)) return
  const r = buffer + load<u32>(buffer, H_RULE_TABLE) + rule * RULE_BYTES
  const flags = load<u32>(r, R_FLAGS)
  if ((flags & ANCHORED) != 0) {
    beginBehindRun(buffer, length, r, state, rule, at)
    return
  }
  const window = buffer + load<u32>(buffer, H_WINDOW)
  const known = seen ? word >> KNOWN_SHIFT : 0
  if (start == origin) {
    if ((flags & START_REFUSED) != 0) return
  } else if ((known & GUARDED) == 0) {
    const before = load<u32>(r, R_BEFORE)
    if (!fits(before, 512, 1, length)) return
    const own = <usize>load<u8>(buffer + load<u32>(buffer, H_WORD) + load<u8>(window + start))
    if (load<u8>(buffer + before + (own << 8) + load<u8>(window + start - 1)) != 0) return
  }
  if (!fitsShape(buffer, length, r, state, start) || isDead(buffer, length, r, state, rule, start)) return
  if (isLeft(buffer, state)) leave(buffer, state, rule, at)
  else {
    const bytes = <i32>(known & (GUARDED - 1))
    walk(buffer, length, r, state, rule, start, start + bytes, bytes == 0 ? load<u32>(r, R_START) : load<u32>(member, M_STATE))
  }
}

/** May a match that goes on as the rule's shape does from index `from` hold the byte that ended its last walk? */
// @ts-ignore: decorator
@inline function fitsShape(buffer: usize, length: u32, r: usize, state: usize, from: i32): bool {
  const place = <u32>(load<i32>(state, S_DIED) - from)
  return place >= load<u32>(r, R_SHAPE_LENGTH) || holds(buffer, length, r, from, place)
}

function holds(buffer: usize, length: u32, r: usize, from: i32, place: u32): bool {
  const shape = load<u32>(r, R_SHAPE)
  if (!fits(shape, load<u32>(r, R_SHAPE_LENGTH), 4, length) || from + <i32>place >= load<i32>(buffer, H_END)) return true
  const row = load<u32>(buffer + shape + (<usize>place << 2))
  return row > length - VALUES || load<u8>(buffer + row + load<u8>(buffer + load<u32>(buffer, H_WINDOW) + from + place)) != 0
}

/** Is it known that a walk of the rule from `index` finds nothing? Where that is not known of a rule that costs much, the call stops after these windows, and asks. */
// @ts-ignore: decorator
@inline function isDead(buffer: usize, length: u32, r: usize, state: usize, rule: u32, index: i32): bool {
  const live = load<u32>(state, S_LIVE)
  if (live != 0) return fits(live, (<u32>index >> 3) + 1, 1, length) && ((load<u8>(buffer + live + (index >> 3)) >> (index & 7)) & 1) == 0
  if (
    load<i32>(state, S_STEPS) > load<i32>(buffer, H_ASK_RULE_STEPS) &&
    load<i32>(buffer, H_BLOCK_STEPS) + load<i32>(buffer, H_STEPS) > load<i32>(buffer, H_ASK_STEPS) &&
    (load<u32>(r, R_FLAGS) & HAS_RUNS) == 0
  ) {
    store<u32>(buffer, rule, H_ASKED)
    store<i32>(buffer, -1, H_MOST_RECORDS)
  }
  return false
}

/** A rule found at the byte behind its leading run: looks back for the run's start. */
function beginBehindRun(buffer: usize, length: u32, r: usize, state: usize, rule: u32, at: i32): void {
  const before = load<u32>(r, R_BEFORE)
  const runSet = load<u32>(r, R_RUN_SET)
  if (!fits(before, 512, 1, length) || !fits(runSet, 256, 1, length)) return
  const window = buffer + load<u32>(buffer, H_WINDOW)
  const known = load<i32>(buffer, H_KNOWN)
  const index = at + ANCHOR_AT
  let start = index
  while (start > known && load<u8>(buffer + runSet + load<u8>(window + start - 1)) != 0) start--
  if (start == known || load<u32>(state, S_RAW) != 0) {
    // The caller knows where the run begins, and tells in the next call what came of it.
    if (load<u32>(state, S_RAW) == 0) store<i32>(buffer, min(load<i32>(buffer, H_MOST_RECORDS), 0), H_MOST_RECORDS)
    leave(buffer, state, rule, at)
    return
  }
  const steps = index - start
  count(buffer, state, steps)
  if (steps < load<i32>(r, R_RUN_MIN) || steps > load<i32>(r, R_RUN_MAX)) return
  if (load<u8>(buffer + before + load<u8>(window + start - 1), 256) != 0) return
  if (!fitsShape(buffer, length, r, state, index) || isDead(buffer, length, r, state, rule, index)) return
  if (isLeft(buffer, state)) leave(buffer, state, rule, at)
  else if (start >= load<i32>(state, S_FROM)) walk(buffer, length, r, state, rule, start, index, load<u32>(r, R_START))
}

/** What this call knows of a rule: nothing, where it was written in another. */
// @ts-ignore: decorator
@inline function stateOf(buffer: usize, rule: u32): usize {
  const state = buffer + load<u32>(buffer, H_RULE_STATE) + rule * RULE_STATE_BYTES
  const epoch = load<u32>(buffer, H_EPOCH)
  if (load<u32>(state, S_EPOCH) != epoch) {
    store<u32>(state, epoch, S_EPOCH)
    store<u32>(state, 0, S_FROM)
    store<u32>(state, 0, S_STEPS)
    store<u32>(state, 0, S_RAW)
    store<u32>(state, 0, S_DIED)
    store<u32>(state, 0, S_LIVE)
  }
  return state
}

/** Are starts of the rule left to the caller, or is it time for that? */
// @ts-ignore: decorator
@inline function isLeft(buffer: usize, state: usize): bool {
  return (
    load<u32>(state, S_RAW) != 0 ||
    (load<i32>(buffer, H_BLOCK_STEPS) + load<i32>(buffer, H_STEPS) > load<i32>(buffer, H_WALK_STEPS) &&
      load<i32>(state, S_STEPS) > load<i32>(buffer, H_RULE_STEPS))
  )
}

function leave(buffer: usize, state: usize, rule: u32, at: i32): void {
  emit(buffer, RAW, rule, at, 0, 0)
  store<u32>(state, 1, S_RAW)
}

/**
 * Walks a rule from `index` in state `s`; its match would begin at `start`. A match that ends in the piece is a record; so is a walk that comes to a run or to the end of
 * the piece, which the caller goes on with, and from there on every start of the rule.
 */
function walk(buffer: usize, length: u32, r: usize, state: usize, rule: u32, start: i32, index: i32, s: u32): void {
  const after = load<u32>(r, R_AFTER)
  const classOf = load<u32>(r, R_CLASS_OF)
  if (!fits(after, 512, 1, length) || !fits(classOf, 256, 1, length)) return
  const window = buffer + load<u32>(buffer, H_WINDOW)
  const word = buffer + load<u32>(buffer, H_WORD)
  const next = buffer + load<u32>(buffer, H_NEXT)
  const states = load<u32>(buffer, H_NEXT_LENGTH) << 2
  const end = load<i32>(buffer, H_END)
  const classes = buffer + classOf
  let longest: i32 = -1
  let mayEndAt: i32 = -1
  let mayEnd: u32 = 0
  let open = false
  let first = index
  for (;;) {
    let kind: i32
    for (;;) {
      // A row may reach behind the last state by a number for each class.
      if (s >= states) return
      kind = load<i32>(next + s)
      if (kind != 0 || index >= end) break
      // In this order all but one addition is done before the state is there.
      s = load<u32>(<usize>s + (next + (<usize>load<u8>(classes + load<u8>(window + index)) << 2)), 4)
      index++
    }
    if (kind == DEAD) {
      store<i32>(state, index - 1, S_DIED)
      break
    }
    if (kind < 0) {
      const run = <u32>(-kind - 1)
      if (run >= load<u32>(buffer, H_RUNS)) return
      const u = buffer + load<u32>(buffer, H_RUN_TABLE) + run * RUN_BYTES
      const set = load<u32>(u, U_SET)
      if (!fits(set, 256, 1, length)) return
      const entry = index - 1
      const to = runEnd(buffer, state, run, buffer + set, window, index, end)
      const least = entry + load<i32>(u, U_MIN)
      const most = entry + load<i32>(u, U_MAX)
      const inside = load<u32>(u, U_INSIDE)
      if (inside != INSIDE_NEVER && mayEndAt < 0) {
        mayEndAt = index
        mayEnd = s
      }
      if (to == end && to <= most && load<u32>(buffer, H_LAST) == 0) {
        open = true
        break
      }
      if (to < least) {
        if (to < end) store<i32>(state, to, S_DIED)
        break
      }
      const ends = to - 1 < most ? to - 1 : most
      if (ends >= least) {
        if (inside == INSIDE_ALWAYS) longest = ends
        else if (inside != INSIDE_NEVER) {
          let at = ends
          const stop = ends - LOOK_BACK > least ? ends - LOOK_BACK : least
          while (
            at >= stop &&
            load<u8>(buffer + after + (<usize>load<u8>(word + load<u8>(window + at - 1)) << 8) + load<u8>(window + at)) != 0
          )
            at--
          count(buffer, state, ends - at + 1)
          if (at >= stop) longest = at
          else if (stop > least) {
            // The caller remembers what was looked at, for the starts that follow.
            open = true
            break
          }
        }
      }
      if (to > most) break
      s = load<u32>(u, U_NEXT)
      // A run behind a run would not get on.
      if (s >= states || load<i32>(next + s) < 0) return
      // Bytes of runs are counted where they are looked at.
      first += to - index
      index = to
      continue
    }
    if (index >= end) {
      if (load<u32>(buffer, H_LAST) == 0) open = true
      else if (kind == 1 && (load<u32>(r, R_FLAGS) & END_REFUSED) == 0) longest = index
      break
    }
    // A match may end here.
    const byte = <usize>load<u8>(window + index)
    if (mayEndAt < 0) {
      mayEndAt = index
      mayEnd = s
    }
    if (load<u8>(buffer + after + (<usize>load<u8>(word + load<u8>(window + index - 1)) << 8) + byte) == 0) longest = index
    s = load<u32>(next + s + (<usize>load<u8>(classes + byte) << 2), 4)
    index++
  }
  count(buffer, state, index - first)
  if (open) {
    // From where it may have matched: the caller looks at the rest itself.
    if (mayEndAt >= 0) emit(buffer, WALK, rule, start, mayEnd >> 2, mayEndAt)
    else emit(buffer, WALK, rule, start, s >> 2, index)
    store<u32>(state, 1, S_RAW)
  } else if (longest >= 0) {
    emit(buffer, MATCH, rule, start, longest, 0)
    store<i32>(state, longest, S_FROM)
  }
}

/**
 * Whether what stands at the places further on is of this rule: most windows of a long one that pass are dismissed by it. All places in one go where they are in
 * the piece: which of them tells is not foreseen, and a branch for each costs more than the looks.
 */
function mayMatch(buffer: usize, length: u32, member: usize, start: i32, probes: u32): bool {
  const text = buffer + load<u32>(buffer, H_WINDOW) + start
  const left = load<i32>(buffer, H_END) - start
  const row0 = load<u32>(member, M_PROBE_ROWS)
  const row1 = load<u32>(member, M_PROBE_ROWS + 4)
  const row2 = load<u32>(member, M_PROBE_ROWS + 8)
  const row3 = load<u32>(member, M_PROBE_ROWS + 12)
  const most = length - VALUES
  if (<i32>(row0 > most) | <i32>(row1 > most) | <i32>(row2 > most) | <i32>(row3 > most)) return true
  if (left > 255) {
    return (
      (load<u8>(buffer + row0 + load<u8>(text + (probes & 255))) &
        load<u8>(buffer + row1 + load<u8>(text + ((probes >> 8) & 255))) &
        load<u8>(buffer + row2 + load<u8>(text + ((probes >> 16) & 255))) &
        load<u8>(buffer + row3 + load<u8>(text + (probes >> 24)))) !=
      0
    )
  }
  const last = load<u32>(buffer, H_LAST) != 0
  for (let i = 0; probes != 0; i += 4, probes >>= 8) {
    const place = <i32>(probes & 255)
    if (place >= left && !last) continue
    const row = buffer + load<u32>(member + i, M_PROBE_ROWS)
    if (load<u8>(row + (place >= left ? TEXT_END : <u32>load<u8>(text + place))) == 0) return false
  }
  return true
}

/** Where the run ends in which `index` stands; no byte is looked at again for the stretch that was looked at last. */
function runEnd(buffer: usize, state: usize, run: u32, set: usize, window: usize, index: i32, end: i32): i32 {
  const v = buffer + load<u32>(buffer, H_RUN_STATE) + run * RUN_STATE_BYTES
  const epoch = load<u32>(buffer, H_EPOCH)
  if (load<u32>(v, V_EPOCH) == epoch && index >= load<i32>(v, V_FROM) && index <= load<i32>(v, V_TO)) {
    count(buffer, state, 1)
    return load<i32>(v, V_TO)
  }
  let to = index
  while (to < end && load<u8>(set + load<u8>(window + to)) != 0) to++
  count(buffer, state, to - index + 1)
  store<u32>(v, epoch, V_EPOCH)
  store<i32>(v, index, V_FROM)
  store<i32>(v, to, V_TO)
  return to
}

// @ts-ignore: decorator
@inline function count(buffer: usize, state: usize, steps: i32): void {
  store<i32>(buffer, load<i32>(buffer, H_STEPS) + steps, H_STEPS)
  store<i32>(state, load<i32>(state, S_STEPS) + steps, S_STEPS)
}
