import { WORD } from '../../compile/byte-set.ts'
import { VALUES } from '../../compile/places.ts'
import { CLASS_BITS, GROUPS_PER_PASS, type Prefilter, WINDOWS_PER_BUCKET } from '../../compile/prefilter.ts'
import type { RuleTables } from '../../compile/tables.ts'
import { longRunClasses } from '../portable/long-runs.ts'
import * as abi from './assembly/layout.ts'

/** Records there is room for beside those of the windows at so many places, which are all that its rules have at most. */
const RECORDS = 2048
const PLACES = 8

/** The buffer of one set of rules, as it is before the first call, and where in it a call reads and writes. */
export interface Image {
  readonly bytes: Uint8Array
  readonly window: number
  readonly records: number
  readonly ruleState: number
  /** Bits of rules of which it is known where they can match, LIVE_RULES of them behind each other, `liveBytes` each. */
  readonly live: number
  readonly liveBytes: number
}

/** Most rules of which the kernel is told at a time where they can match. */
export const LIVE_RULES = 16

/** Collects blocks, each aligned for vectors. */
class Builder {
  private readonly blocks: { at: number; bytes: Uint8Array }[] = []
  length: number

  constructor(header: number) {
    this.length = header
  }

  room(length: number): number {
    const at = (this.length + 15) & ~15
    this.length = at + length
    return at
  }

  add(array: Uint8Array | Uint16Array | Int32Array | Uint32Array): number {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
    const at = this.room(bytes.length)
    this.blocks.push({ at, bytes })
    return at
  }

  finish(): Uint8Array {
    const bytes = new Uint8Array(this.length)
    for (const block of this.blocks) bytes.set(block.bytes, block.at)
    return bytes
  }
}

interface Places {
  readonly classOf: number
  readonly guards: number
  readonly sets: number
  readonly probes: number
  /** A row of flags for a probe that is none. */
  readonly anything: number
  readonly shapes: number
}

/** Writes the tables of `tables` as the kernel reads them, with room for pieces of `windowBytes` and the answers. */
export function buildImage(tables: RuleTables, windowBytes: number): Image {
  const rules = tables.ids.length
  const out = new Builder(abi.HEADER_BYTES)
  const places = {
    classOf: out.add(tables.classOf),
    guards: out.add(tables.guards),
    sets: out.add(tables.sets),
    probes: out.add(tables.probeSets),
    anything: out.add(new Uint8Array(VALUES).fill(1)),
    shapes: 0,
  }
  places.shapes = out.add(tables.shapeRow.map((row) => places.probes + row))
  // A rule without a leading run names a class of a run all the same: any 256 bytes will do.
  if (tables.sets.length === 0) places.sets = places.classOf
  const ruleTable = new Uint32Array((rules * abi.RULE_BYTES) / 4)
  for (let rule = 0; rule < rules; rule++) writeRule(places, tables, rule, ruleTable.subarray((rule * abi.RULE_BYTES) / 4))
  let windows = 0
  const groupTable = new Uint32Array((tables.prefilters.length * abi.GROUP_BYTES) / 4)
  const counts = tables.prefilters.map(({ rules }) => rules.filter((rule) => rule >= 0).length)
  tables.prefilters.forEach((prefilter, group) => {
    const count = counts[group]
    windows = Math.max(windows, count + (counts[group + 1] ?? 0))
    const record = groupTable.subarray((group * abi.GROUP_BYTES) / 4)
    // the second of two that are looked for in one pass has those of the first
    if (group % GROUPS_PER_PASS === 0) writePairs(out, tables.prefilters.slice(group, group + GROUPS_PER_PASS), record)
    else
      record.set(groupTable.subarray(((group - 1) * abi.GROUP_BYTES) / 4, ((group - 1) * abi.GROUP_BYTES + abi.G_PAIRS) / 4 + 1))
    writeGroup(out, places, tables, prefilter, count, record)
  })
  const runs = tables.runSet.length
  const runTable = new Uint32Array((runs * abi.RUN_BYTES) / 4)
  for (let run = 0; run < runs; run++) {
    const record = runTable.subarray((run * abi.RUN_BYTES) / 4)
    record[abi.U_SET / 4] = places.sets + tables.runSet[run] * 256
    record[abi.U_MIN / 4] = tables.runMin[run]
    record[abi.U_MAX / 4] = tables.runMax[run]
    record[abi.U_NEXT / 4] = 4 * tables.runNext[run]
    record[abi.U_INSIDE / 4] = tables.runInside[run]
  }
  const classes = longRunClasses(tables)
  const classTable = new Uint32Array((classes.length * abi.LONG_RUN_BYTES) / 4)
  classes.forEach(({ set, from, to, before }, i) => {
    windows = Math.max(windows, to - from)
    const members = new Uint32Array(((to - from) * abi.WINDOW_BYTES) / 4)
    for (let j = from; j < to; j++) {
      const member = members.subarray(((j - from) * abi.WINDOW_BYTES) / 4)
      writeWindow(places, tables, tables.longRunRule[j], member)
      member[abi.M_STATE / 4] = tables.longRunBefore[j]
    }
    const record = classTable.subarray((i * abi.LONG_RUN_BYTES) / 4)
    record[abi.C_SET / 4] = places.sets + set * 256
    record[abi.C_HALVES / 4] = out.add(halvesOf(tables.sets.subarray(set * 256, set * 256 + 256)))
    record[abi.C_MEMBERS / 4] = out.add(members)
    record[abi.C_COUNT / 4] = to - from
    record[abi.C_BEFORE / 4] = before
  })
  const capacity = RECORDS + PLACES * windows
  const next = out.add(byteOffsets(tables))
  const word = out.add(WORD)
  const rulesAt = out.add(ruleTable)
  const runsAt = out.add(runTable)
  const groupsAt = out.add(groupTable)
  const classesAt = out.add(classTable)
  const ruleState = out.room(rules * abi.RULE_STATE_BYTES)
  const runState = out.room(runs * abi.RUN_STATE_BYTES)
  const liveBytes = (windowBytes + 7) >> 3
  const live = out.room(LIVE_RULES * liveBytes)
  const window = out.room(windowBytes)
  const records = out.room(capacity * abi.RECORD_BYTES)
  // The kernel adds two offsets of pairs without a look at the sum: room behind the table, never read with offsets of ours.
  for (let group = 0; group < tables.prefilters.length; group += GROUPS_PER_PASS) {
    const pairs = groupTable[(group * abi.GROUP_BYTES + abi.G_PAIRS) / 4]
    const groups = Math.min(GROUPS_PER_PASS, tables.prefilters.length - group)
    out.length = Math.max(out.length, pairs + groups * abi.PAIR_ROOM * abi.PAIR_BYTES)
  }
  const bytes = out.finish()
  const header = new Uint32Array(bytes.buffer, 0, abi.HEADER_BYTES / 4)
  const fields: [number, number][] = [
    [0, abi.MAGIC_0],
    [4, abi.MAGIC_1],
    [8, abi.MAGIC_2],
    [12, abi.MAGIC_3],
    [abi.H_VERSION, abi.ABI_VERSION],
    [abi.H_RULES, rules],
    [abi.H_RULE_TABLE, rulesAt],
    [abi.H_RULE_STATE, ruleState],
    [abi.H_NEXT, next],
    [abi.H_NEXT_LENGTH, tables.next.length],
    [abi.H_RUNS, runs],
    [abi.H_RUN_TABLE, runsAt],
    [abi.H_RUN_STATE, runState],
    [abi.H_WORD, word],
    [abi.H_GROUPS, tables.prefilters.length],
    [abi.H_GROUP_TABLE, groupsAt],
    [abi.H_WINDOW, window],
    [abi.H_LONG_RUNS, classes.length],
    [abi.H_LONG_RUN_TABLE, classesAt],
    [abi.H_WINDOW_LENGTH, windowBytes],
    [abi.H_RECORD_TABLE, records],
    [abi.H_RECORD_CAPACITY, capacity],
  ]
  for (const [field, value] of fields) header[field / 4] = value
  return { bytes, window, records, ruleState, live, liveBytes }
}

/** The automata with states as byte offsets, which saves a shift in the chain of loads that a walk is; kinds of states stay what they are. */
function byteOffsets({ next, rowsFrom, states, classes }: RuleTables): Int32Array {
  const bytes = new Int32Array(next.length + abi.NEXT_PADDING)
  for (let at = 0; at < next.length; at++) bytes[at] = 4 * next[at]
  for (let rule = 0; rule < states.length; rule++) {
    const stride = classes[rule] + 1
    for (let at = rowsFrom[rule], n = states[rule]; n > 0; n--, at += stride) bytes[at] = next[at]
  }
  bytes[0] = abi.DEAD
  return bytes
}

/** A class as bits that both halves of a byte must share: a bit for all high halves that go with the same low ones. At most eight, or the class is none of `longRunOf`. */
function halvesOf(set: Uint8Array): Uint8Array {
  const halves = new Uint8Array(32)
  const bits = new Map<string, number>()
  for (let high = 0; high < 16; high++) {
    const row = set.subarray(16 * high, 16 * high + 16)
    if (!row.includes(1)) continue
    const key = row.join()
    const bit = bits.get(key) ?? 1 << bits.size
    bits.set(key, bit)
    halves[16 + high] = bit
    for (let low = 0; low < 16; low++) if (row[low] === 1) halves[low] |= bit
  }
  return halves
}

function writeRule(places: Places, tables: RuleTables, rule: number, record: Uint32Array): void {
  const run = tables.anchorRun[rule]
  const anchored = run >= 0
  record[abi.R_START / 4] = 4 * (anchored ? tables.runNext[run] : tables.start[rule])
  record[abi.R_CLASS_OF / 4] = places.classOf + tables.classRow[rule]
  record[abi.R_BEFORE / 4] = places.guards + tables.beforeRow[rule]
  record[abi.R_AFTER / 4] = places.guards + tables.afterRow[rule]
  record[abi.R_FLAGS / 4] =
    (tables.startRefused[rule] ? abi.START_REFUSED : 0) |
    (tables.endRefused[rule] ? abi.END_REFUSED : 0) |
    (anchored ? abi.ANCHORED : 0) |
    (hasRuns(tables, rule) ? abi.HAS_RUNS : 0)
  record[abi.R_SHAPE / 4] = places.shapes + 4 * tables.shapeFrom[rule]
  record[abi.R_SHAPE_LENGTH / 4] = tables.shapeFrom[rule + 1] - tables.shapeFrom[rule]
  if (!anchored) return
  record[abi.R_RUN_SET / 4] = places.sets + tables.runSet[run] * 256
  record[abi.R_RUN_MIN / 4] = tables.runMin[run]
  record[abi.R_RUN_MAX / 4] = tables.runMax[run]
}

/** Is one of the rule's states a run? */
function hasRuns({ runNext, rowsFrom, states, classes }: RuleTables, rule: number): boolean {
  const from = rowsFrom[rule]
  const to = from + states[rule] * (classes[rule] + 1)
  return runNext.some((state) => state >= from && state < to)
}

/** What is looked at first of a rule whose window was found. */
function writeWindow(places: Places, tables: RuleTables, rule: number, member: Uint32Array): void {
  member[abi.M_RULE / 4] = rule
  // A leading run has at least its last byte.
  member[abi.M_OFFSET / 4] = tables.anchorRun[rule] < 0 ? tables.windowOffset[rule] : 1 - abi.ANCHOR_AT
  for (let i = 0; i < abi.PROBES; i++) {
    const at = tables.probeAt[rule * abi.PROBES + i]
    member[abi.M_PROBE_AT / 4] |= at << (8 * i)
    member[abi.M_PROBE_ROWS / 4 + i] = at === 0 ? places.anything : places.probes + tables.probeRow[rule * abi.PROBES + i]
  }
}

/**
 * The pairs of the groups that are looked for in one pass, in rows of an odd number of entries: in rows of a power of two those of the classes that text is made of would all want the
 * same lines of a cache.
 */
function writePairs(out: Builder, pass: readonly Prefilter[], record: Uint32Array): void {
  const { classOf } = pass[0]
  const classes = Math.max(...classOf) + 1
  const stride = classes | 1
  const words = abi.PAIR_BYTES / 4
  const pairs = new Int32Array(classes * stride * pass.length * words)
  pass.forEach((prefilter, i) => {
    for (let a = 0; a < classes; a++)
      for (let b = 0; b < classes; b++) {
        const from = words * ((a << CLASS_BITS) | b)
        const to = words * ((a * stride + b) * pass.length + i)
        for (let word = 0; word < words; word++) pairs[to + word] = prefilter.pairs[from + word]
      }
  })
  record[abi.G_FIRST / 4] = out.add(Uint16Array.from(classOf, (c) => c * stride * abi.PAIR_BYTES))
  record[abi.G_SECOND / 4] = out.add(Uint16Array.from(classOf, (c) => c * abi.PAIR_BYTES))
  record[abi.G_PAIRS / 4] = out.add(pairs)
}

function writeGroup(
  out: Builder,
  places: Places,
  tables: RuleTables,
  prefilter: Prefilter,
  windows: number,
  record: Uint32Array,
): void {
  record[abi.G_POSITIONS / 4] = out.add(prefilter.positions)
  record[abi.G_TAIL / 4] = out.add(prefilter.tail)
  const members = new Uint32Array((prefilter.rules.length * abi.WINDOW_BYTES) / 4)
  prefilter.rules.forEach((rule, i) => {
    const member = members.subarray((i * abi.WINDOW_BYTES) / 4)
    writeWindow(places, tables, Math.max(rule, 0), member)
    member[abi.M_RULE / 4] |= prefilter.known[2 * i] << abi.KNOWN_SHIFT
    member[abi.M_STATE / 4] = 4 * prefilter.known[2 * i + 1]
  })
  record[abi.G_RULES / 4] = out.add(members)
  record[abi.G_BUCKETS / 4] = prefilter.rules.length / WINDOWS_PER_BUCKET
  record[abi.G_ANCHORED / 4] = prefilter.anchored
  record[abi.G_PLAIN / 4] = prefilter.plain
  record[abi.G_WINDOWS / 4] = windows
}
