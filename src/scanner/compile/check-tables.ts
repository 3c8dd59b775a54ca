import { ConfigError } from '../../core/errors.ts'
import { MAX_BEFORE_RUN } from './long-runs.ts'
import { TAIL, VALUES, WINDOW } from './places.ts'
import { BUCKETS, CLASSES, GROUPS_PER_PASS, GUARDED, type Prefilter, WINDOWS_PER_BUCKET } from './prefilter.ts'
import { MAX_PROBE, PROBES } from './probes.ts'
import { INSIDE_GUARDED, type RuleTables } from './tables.ts'
import { MAX_OFFSET } from './window.ts'

export function broken(what: string): never {
  throw new ConfigError('bad-tables', 'tables', `these are no rule tables of this version: ${what}`)
}

/** Bounds of runs are smaller, so that sums of offsets and bounds stay whole numbers of 32 bits. */
const MAX_RUN = 1 << 20

/**
 * Every number of the tables that is used as an index leads to where the kernels expect what they find there.
 * @throws ConfigError `bad-tables`
 */
export function checkTables(tables: RuleTables): void {
  const rules = tables.ids.length
  if (rules === 0 || tables.costs.length !== rules) broken('no rules')
  for (const id of tables.ids) if (typeof id !== 'string') broken('a rule without a name')
  for (const cost of tables.costs) {
    for (const key of ['states', 'tableBytes', 'minLength', 'maxLength', 'maxSteps', 'candidatesPerKB'] as const)
      if (typeof cost?.[key] !== 'number') broken('costs of a rule')
  }
  for (const length of [tables.minLength, tables.maxLength, tables.fingerprint])
    if (!Number.isInteger(length) || length < 0) broken('lengths')
  const perRule = [
    ...[tables.rowsFrom, tables.states, tables.classes, tables.start, tables.classRow, tables.beforeRow, tables.afterRow],
    ...[tables.anchorRun, tables.startRefused, tables.endRefused, tables.windowOffset],
  ]
  for (const array of perRule) if (array.length !== rules) broken('a part of another length')
  if (tables.probeAt.length !== PROBES * rules || tables.probeRow.length !== PROBES * rules) broken('a part of another length')
  for (let i = 0; i < tables.probeRow.length; i++) {
    const row = tables.probeRow[i]
    if (tables.probeAt[i] > MAX_PROBE || row < 0 || (tables.probeAt[i] > 0 && row + VALUES > tables.probeSets.length))
      broken('probe')
  }
  const { shapeFrom, shapeRow, probeSets } = tables
  if (shapeFrom.length !== rules + 1 || shapeFrom[0] !== 0 || shapeFrom[rules] !== shapeRow.length)
    broken('a part of another length')
  for (let rule = 0; rule < rules; rule++) if (shapeFrom[rule] > shapeFrom[rule + 1]) broken('shape')
  for (const row of shapeRow) if (row < 0 || row + VALUES > probeSets.length) broken('shape')
  const runs = tables.runSet.length
  for (const array of [tables.runMin, tables.runMax, tables.runNext, tables.runInside])
    if (array.length !== runs) broken('a part of another length')
  const ruleOfRun = new Int32Array(runs).fill(-1)
  let row = 1
  for (let rule = 0; rule < rules; rule++) row = checkRule(tables, rule, row, ruleOfRun)
  if (row !== tables.next.length) broken('rows without a rule')
  for (let run = 0; run < runs; run++) checkRun(tables, run, ruleOfRun[run])
  for (let rule = 0; rule < rules; rule++) {
    const run = tables.anchorRun[rule]
    if (run < 0) continue
    if (run >= runs || ruleOfRun[run] !== rule || tables.windowOffset[rule] !== 0) broken('anchor')
  }
  checkLongRuns(tables)
  tables.prefilters.forEach((prefilter, group) => {
    checkPrefilter(tables, prefilter)
    const { classOf } = tables.prefilters[group - (group % GROUPS_PER_PASS)]
    if (prefilter.classOf.some((one, value) => one !== classOf[value])) broken('classes of a pass')
  })
}

/** The rows of a rule lie behind those of the one before; answers where they end. */
function checkRule(tables: RuleTables, rule: number, from: number, ruleOfRun: Int32Array): number {
  const { next } = tables
  const states = tables.states[rule]
  const classes = tables.classes[rule]
  const stride = classes + 1
  if (states < 1 || classes < 1 || classes > 256 || tables.rowsFrom[rule] !== from) broken('rows of a rule')
  const end = from + states * stride
  if (end > next.length) broken('rows of a rule')
  const within = (array: Uint8Array, at: number, length: number): boolean => at >= 0 && at + length <= array.length
  if (!within(tables.classOf, tables.classRow[rule], 256)) broken('classes of a rule')
  for (let b = 0; b < 256; b++) if (tables.classOf[tables.classRow[rule] + b] >= classes) broken('class')
  if (!within(tables.guards, tables.beforeRow[rule], 512) || !within(tables.guards, tables.afterRow[rule], 512)) broken('guard')
  if (tables.windowOffset[rule] > MAX_OFFSET) broken('offset')
  for (let state = from, number = 0; state < end; state += stride, number++) {
    const kind = next[state]
    if (kind > 1) broken('kind of state')
    if (kind < 0) {
      const run = -kind - 1
      if (run >= ruleOfRun.length || ruleOfRun[run] >= 0) broken('run')
      ruleOfRun[run] = rule
    }
    for (let c = 1; c <= classes; c++) {
      const target = next[state + c]
      if (target === 0) continue
      // States are numbered from the end of a match backwards: no walk can go round.
      const place = (target - from) / stride
      if (kind < 0 || !Number.isInteger(place) || place < 0 || place >= number) broken('a state that leads back')
    }
  }
  if (!isReading(tables, rule, tables.start[rule])) broken('start')
  return end
}

/** A row of the rule. */
function isState(tables: RuleTables, rule: number, state: number): boolean {
  const place = (state - tables.rowsFrom[rule]) / (tables.classes[rule] + 1)
  return Number.isInteger(place) && place >= 0 && place < tables.states[rule]
}

/** A row of the rule that is no run. */
function isReading(tables: RuleTables, rule: number, state: number): boolean {
  return isState(tables, rule, state) && tables.next[state] >= 0
}

function checkRun(tables: RuleTables, run: number, rule: number): void {
  if (rule < 0) broken('runs without states')
  const set = tables.runSet[run]
  if (set < 0 || (set + 1) * 256 > tables.sets.length) broken('class of a run')
  const min = tables.runMin[run]
  const max = tables.runMax[run]
  if (min < 1 || max < min || max >= MAX_RUN || tables.runInside[run] > INSIDE_GUARDED) broken('bounds of a run')
  const stride = tables.classes[rule] + 1
  const own = tables.next.indexOf(-(run + 1), tables.rowsFrom[rule])
  const state = tables.runNext[run]
  // What follows a run is a state that reads, or ends.
  if (!isReading(tables, rule, state) || state > own - stride) broken('state behind a run')
}

function checkLongRuns({ ids, sets, anchorRun, windowOffset, longRunSet, longRunRule, longRunBefore }: RuleTables): void {
  const count = longRunSet.length
  if (longRunRule.length !== count || longRunBefore.length !== count) broken('a part of another length')
  for (let i = 0; i < count; i++) {
    const set = longRunSet[i]
    const rule = longRunRule[i]
    if (set < 0 || (set + 1) * 256 > sets.length || rule < 0 || rule >= ids.length) broken('long run')
    if (anchorRun[rule] >= 0 || windowOffset[rule] !== 0 || longRunBefore[i] > MAX_BEFORE_RUN) broken('long run')
    // Starts of a rule are found in order.
    if (i > 0 && (set < longRunSet[i - 1] || (set === longRunSet[i - 1] && longRunBefore[i] > longRunBefore[i - 1])))
      broken('long run')
  }
}

function checkPrefilter(tables: RuleTables, prefilter: Prefilter): void {
  const { ids, anchorRun, windowOffset } = tables
  const { classOf, pairs, positions, tail, rules, known: begins, anchored, plain, wide } = prefilter
  const buckets = rules.length / WINDOWS_PER_BUCKET
  if (!Number.isInteger(buckets) || buckets < 1 || buckets > BUCKETS) broken('buckets')
  if (classOf.length !== VALUES || pairs.length !== 4 * CLASSES * CLASSES) broken('a group of another size')
  if (positions.length !== 2 * buckets * WINDOW * VALUES || begins.length !== 2 * rules.length) broken('a group of another size')
  if (tail.length !== 2 * buckets * TAIL * 256) broken('a group of another size')
  for (const one of classOf) if (one >= CLASSES) broken('class')
  const known = (1 << buckets) - 1
  if ((anchored & ~known) !== 0 || (wide & ~known) !== 0 || plain !== (known & ~anchored)) broken('flags of a bucket')
  // A lane of a bucket that is not there would be looked up in vain.
  const missing = (~known & 0xffff) * 0x10001
  for (const word of pairs) if ((~word & missing) !== 0) broken('bucket')
  const words = 2 * WINDOW * VALUES
  for (let k = 0; k < buckets; k++) {
    const members = [0, 0]
    for (let bit = 0; bit < WINDOWS_PER_BUCKET; bit++) {
      const rule = rules[k * WINDOWS_PER_BUCKET + bit]
      if (rule === -1) continue
      if (rule < 0 || rule >= ids.length) broken('rule')
      const known = begins[2 * (k * WINDOWS_PER_BUCKET + bit)]
      const bytes = known & ~GUARDED
      if (known < 0 || bytes >= WINDOW || (known > 0 && (anchorRun[rule] >= 0 || windowOffset[rule] > 0))) broken('known begin')
      if (bytes > 0 && !isState(tables, rule, begins[2 * (k * WINDOWS_PER_BUCKET + bit) + 1])) broken('known begin')
      if (anchorRun[rule] >= 0 !== (((anchored >> k) & 1) === 1)) broken('bucket of an anchored rule')
      members[bit >> 5] |= 1 << (bit & 31)
    }
    if (members[1] !== 0 && ((wide >> k) & 1) === 0) broken('windows of a bucket')
    for (let i = k * words; i < (k + 1) * words; i++) if ((positions[i] & ~members[i & 1]) !== 0) broken('windows of a bucket')
  }
}
