import { ConfigError } from '../../core/errors.ts'
import {
  AFTER_OTHER,
  AFTER_WORD,
  BEFORE_OTHER,
  BEFORE_WORD,
  BIT_SET_BYTES,
  checksum,
  END_REFUSED,
  HEADER_BYTES,
  MAGIC,
  ROW_ACCEPT,
  ROW_PLAIN,
  ROW_RUN,
  START_REFUSED,
  VALUE_SET_BYTES,
  VERSION,
} from './format.ts'
import { BUCKETS, CLASSES, type Prefilter, WINDOWS_PER_BUCKET } from './prefilter.ts'
import { INSIDE_GUARDED, type RuleCost, type RuleTables, tableBytesOf } from './tables.ts'
import { MAX_OFFSET, VALUES, WINDOW } from './window.ts'

function broken(what: string): never {
  throw new ConfigError('bad-tables', 'tables', `these are no rule tables of this version: ${what}`)
}

class Reader {
  private readonly bytes: Uint8Array
  private readonly view: DataView
  at = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }
  private take(count: number): number {
    if (count < 0 || this.at + count > this.bytes.length) broken('they end too early')
    const at = this.at
    this.at += count
    return at
  }
  u8(): number {
    return this.bytes[this.take(1)]
  }
  u16(): number {
    return this.view.getUint16(this.take(2), true)
  }
  u32(): number {
    return this.view.getUint32(this.take(4), true)
  }
  f64(): number {
    return this.view.getFloat64(this.take(8), true)
  }
  /** A number below `limit`. */
  index(value: number, limit: number, what: string): number {
    return value < limit ? value : broken(`${what} ${value} of ${limit}`)
  }
  raw(length: number): Uint8Array {
    const at = this.take(length)
    return this.bytes.subarray(at, at + length)
  }
  /** Each record takes at least `least` bytes: so a broken count cannot ask for more memory than the file is long. */
  count(least: number, what: string): number {
    const count = this.u32()
    return count * least <= this.bytes.length - this.at ? count : broken(`too many ${what}`)
  }
  bits(length: number, bytes: number, set: (index: number) => void): void {
    const from = this.take(bytes)
    for (let i = 0; i < length; i++) if ((this.bytes[from + (i >> 3)] >> (i & 7)) & 1) set(i)
  }
  get ended(): boolean {
    return this.at === this.bytes.length
  }
}

/**
 * Bytes of `encodeTables` as rule tables. Every number is checked before it is used as an index, so that no table that passes
 * can lead a kernel out of its arrays.
 * @throws ConfigError `bad-tables` for bytes that are damaged, cut, or of another version
 */
export function decodeTables(bytes: Uint8Array): RuleTables {
  const input = new Reader(bytes)
  if (bytes.length < HEADER_BYTES || input.u32() !== MAGIC) broken('the first bytes are others')
  const version = input.u32()
  if (version !== VERSION) broken(`version ${version}, this build reads ${VERSION}`)
  if (input.u32() !== bytes.length) broken('their length is another')
  if (input.u32() !== checksum(bytes, HEADER_BYTES)) broken('their checksum is another')
  const rules = input.count(300, 'rules')
  const runs = input.count(15, 'runs')
  const sets = input.count(BIT_SET_BYTES, 'sets')
  const groups = input.count(16 * CLASSES * CLASSES, 'groups')
  if (rules === 0) broken('no rules')
  const tables = {
    ids: [] as string[],
    next: new Int32Array(0),
    rowsFrom: new Int32Array(rules),
    states: new Int32Array(rules),
    classes: new Int32Array(rules),
    start: new Int32Array(rules),
    classOf: new Uint8Array(rules * 256),
    before: new Uint8Array(rules * 512),
    after: new Uint8Array(rules * 512),
    startRefused: new Uint8Array(rules),
    endRefused: new Uint8Array(rules),
    runSet: new Int32Array(runs),
    runMin: new Int32Array(runs),
    runMax: new Int32Array(runs),
    runNext: new Int32Array(runs),
    runInside: new Uint8Array(runs),
    sets: new Uint8Array(sets * 256),
    anchorRun: new Int32Array(rules),
    windowOffset: new Uint8Array(rules),
    prefilters: [] as Prefilter[],
    costs: [] as RuleCost[],
    maxLength: 0,
    minLength: 0,
  }
  const next: number[] = [0]
  const ruleOfRun: number[] = []
  for (let rule = 0; rule < rules; rule++) decodeRule(input, tables, rule, next, ruleOfRun)
  if (ruleOfRun.length !== runs) broken('runs without states')
  tables.next = Int32Array.from(next)
  for (let run = 0; run < runs; run++) {
    const rule = ruleOfRun[run]
    tables.runSet[run] = input.index(input.u32(), sets, 'set')
    tables.runMin[run] = input.index(input.u32(), 1 << 20, 'run')
    tables.runMax[run] = input.index(input.u32(), 1 << 20, 'run')
    if (tables.runMin[run] < 1 || tables.runMax[run] < tables.runMin[run]) broken('bounds of a run')
    const after = input.index(input.u16(), tables.states[rule] + 1, 'state')
    // What follows a run is a state that reads, or ends.
    tables.runNext[run] =
      after === 0 ? broken('a run that leads nowhere') : tables.rowsFrom[rule] + (after - 1) * (tables.classes[rule] + 1)
    if (tables.next[tables.runNext[run]] < 0) broken('a run behind a run')
    tables.runInside[run] = input.index(input.u8(), INSIDE_GUARDED + 1, 'kind of run')
  }
  for (let rule = 0; rule < rules; rule++) {
    const run = tables.anchorRun[rule]
    if (run >= 0 && ruleOfRun[run] !== rule) broken('anchor of another rule')
    if (tables.next[tables.start[rule]] < 0) broken('a rule that starts in a run')
  }
  for (let set = 0; set < sets; set++) {
    input.bits(256, BIT_SET_BYTES, (b) => {
      tables.sets[set * 256 + b] = 1
    })
  }
  for (let group = 0; group < groups; group++) tables.prefilters.push(decodePrefilter(input, rules, tables.anchorRun))
  if (!input.ended) broken('bytes behind their end')
  tables.maxLength = Math.max(...tables.costs.map((cost) => cost.maxLength))
  tables.minLength = Math.min(...tables.costs.map((cost) => cost.minLength))
  return tables
}

type Mutable = { -readonly [K in keyof RuleTables]: RuleTables[K] } & { ids: string[]; costs: RuleCost[] }

function decodeRule(input: Reader, tables: Mutable, rule: number, next: number[], ruleOfRun: number[]): void {
  tables.ids.push(new TextDecoder().decode(input.raw(input.u16())))
  const states = input.u16()
  const classes = input.index(input.u16(), 257, 'classes')
  const from = next.length
  const rowOf = (number: number): number =>
    number === 0 ? 0 : from + (input.index(number, states + 1, 'state') - 1) * (classes + 1)
  tables.rowsFrom[rule] = from
  tables.states[rule] = states
  tables.classes[rule] = classes
  const start = rowOf(input.u16())
  if (start === 0 || classes === 0) broken('a rule without a start')
  tables.start[rule] = start
  const firstRun = ruleOfRun.length
  const anchor = input.u32()
  const flags = input.u8()
  tables.windowOffset[rule] = input.index(input.u8(), MAX_OFFSET + 1, 'offset')
  tables.startRefused[rule] = flags & START_REFUSED ? 1 : 0
  tables.endRefused[rule] = flags & END_REFUSED ? 1 : 0
  const classOf = input.raw(256)
  for (const one of classOf) input.index(one, classes, 'class')
  tables.classOf.set(classOf, rule * 256)
  for (const [table, own, flag] of [
    [tables.before, 0, BEFORE_OTHER],
    [tables.before, 1, BEFORE_WORD],
    [tables.after, 0, AFTER_OTHER],
    [tables.after, 1, AFTER_WORD],
  ] as const) {
    if (!(flags & flag)) continue
    input.bits(256, BIT_SET_BYTES, (b) => {
      table[(rule * 2 + own) * 256 + b] = 1
    })
  }
  for (let row = 0; row < states; row++) {
    const kind = input.index(input.u8(), ROW_RUN + 1, 'kind of state')
    if (kind === ROW_RUN) {
      ruleOfRun.push(rule)
      next.push(-ruleOfRun.length)
      for (let c = 0; c < classes; c++) next.push(0)
      continue
    }
    next.push(kind === ROW_ACCEPT ? 1 : ROW_PLAIN)
    for (let c = 0; c < classes; c++) {
      const target = input.u16()
      // States are numbered from the end of a match backwards: no walk can go round.
      if (target > row) broken('a state that leads back')
      next.push(rowOf(target))
    }
  }
  if (anchor > 0 && (anchor <= firstRun || anchor > ruleOfRun.length)) broken('anchor')
  tables.anchorRun[rule] = anchor - 1
  if (anchor > 0 && tables.windowOffset[rule] !== 0) broken('offset of an anchored rule')
  const [minLength, maxLength, maxSteps, candidatesPerKB] = [input.u32(), input.u32(), input.u32(), input.f64()]
  tables.costs.push({
    id: tables.ids[rule],
    states,
    tableBytes: tableBytesOf(states, classes, ruleOfRun.length - firstRun),
    minLength,
    maxLength,
    maxSteps,
    candidatesPerKB,
  })
}

function decodePrefilter(input: Reader, rules: number, anchorRun: Int32Array): Prefilter {
  const buckets = input.index(input.u8(), BUCKETS + 1, 'buckets')
  const [anchored, wide] = [input.u16(), input.u16()]
  const classOf = input.raw(VALUES).slice()
  for (const one of classOf) input.index(one, CLASSES, 'class')
  const pairs = new Int32Array(4 * CLASSES * CLASSES)
  for (let i = 0; i < pairs.length; i++) pairs[i] = input.u32()
  const positions = new Int32Array(2 * buckets * WINDOW * VALUES)
  const index = new Int32Array(buckets * WINDOWS_PER_BUCKET).fill(-1)
  const known = (1 << buckets) - 1
  if (((anchored | wide) & ~known) !== 0) broken('flags of a bucket')
  // A lane of a bucket that is not there would be looked up in vain.
  const missing = (~known & 0xffff) * 0x10001
  for (const word of pairs) if ((~word & missing) !== 0) broken('bucket')
  for (let k = 0; k < buckets; k++) {
    const members = input.index(input.u8(), WINDOWS_PER_BUCKET + 1, 'windows')
    if (members === 0 || (!((wide >> k) & 1) && members > 32)) broken('windows of a bucket')
    for (let bit = 0; bit < members; bit++) {
      const rule = input.index(input.u32(), rules, 'rule')
      if (anchorRun[rule] >= 0 !== (((anchored >> k) & 1) === 1)) broken('bucket of an anchored rule')
      index[k * WINDOWS_PER_BUCKET + bit] = rule
      for (let offset = 0; offset < WINDOW; offset++) {
        const row = (k * WINDOW + offset) * VALUES
        input.bits(VALUES, VALUE_SET_BYTES, (value) => {
          positions[2 * (row + value) + (bit >> 5)] |= 1 << (bit & 31)
        })
      }
    }
  }
  return { classOf, pairs, positions, rules: index, anchored, plain: known & ~anchored, wide }
}
