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
import { WINDOWS_PER_BUCKET } from './prefilter.ts'
import type { RuleTables } from './tables.ts'
import { VALUES, WINDOW } from './window.ts'

class Writer {
  private bytes = new Uint8Array(1 << 16)
  private view = new DataView(this.bytes.buffer)
  private at = 0

  private room(count: number): number {
    if (this.at + count > this.bytes.length) {
      const wider = new Uint8Array(2 * (this.bytes.length + count))
      wider.set(this.bytes)
      this.bytes = wider
      this.view = new DataView(wider.buffer)
    }
    const at = this.at
    this.at += count
    return at
  }
  u8(value: number): void {
    const at = this.room(1)
    this.bytes[at] = value
  }
  u16(value: number): void {
    const at = this.room(2)
    this.view.setUint16(at, value, true)
  }
  u32(value: number): void {
    const at = this.room(4)
    this.view.setUint32(at, value, true)
  }
  f64(value: number): void {
    const at = this.room(8)
    this.view.setFloat64(at, value, true)
  }
  raw(bytes: Uint8Array): void {
    const at = this.room(bytes.length)
    this.bytes.set(bytes, at)
  }
  bits(length: number, bytes: number, has: (index: number) => boolean): void {
    const at = this.room(bytes)
    for (let i = 0; i < length; i++) if (has(i)) this.bytes[at + (i >> 3)] |= 1 << (i & 7)
  }
  finish(): Uint8Array {
    const bytes = this.bytes.slice(0, this.at)
    const view = new DataView(bytes.buffer)
    view.setUint32(0, MAGIC, true)
    view.setUint32(4, VERSION, true)
    view.setUint32(8, bytes.length, true)
    view.setUint32(12, checksum(bytes, HEADER_BYTES), true)
    return bytes
  }
}

/** Rule tables as bytes (format.ts); equal tables give equal bytes. */
export function encodeTables(tables: RuleTables): Uint8Array {
  const out = new Writer()
  for (let i = 0; i < HEADER_BYTES; i += 4) out.u32(0)
  const rules = tables.ids.length
  const sets = tables.sets.length / 256
  out.u32(rules)
  out.u32(tables.runSet.length)
  out.u32(sets)
  out.u32(tables.prefilters.length)
  const ruleOfRun = new Int32Array(tables.runSet.length)
  for (let rule = 0; rule < rules; rule++) encodeRule(out, tables, rule, ruleOfRun)
  for (let run = 0; run < ruleOfRun.length; run++) {
    out.u32(tables.runSet[run])
    out.u32(tables.runMin[run])
    out.u32(tables.runMax[run])
    out.u16(numberOf(tables, ruleOfRun[run], tables.runNext[run]))
    out.u8(tables.runInside[run])
  }
  for (let set = 0; set < sets; set++) out.bits(256, BIT_SET_BYTES, (b) => tables.sets[set * 256 + b] === 1)
  for (const prefilter of tables.prefilters) {
    const buckets = prefilter.rules.length / WINDOWS_PER_BUCKET
    out.u8(buckets)
    out.u16(prefilter.anchored)
    out.u16(prefilter.wide)
    out.raw(prefilter.classOf)
    for (const word of prefilter.pairs) out.u32(word >>> 0)
    for (let k = 0; k < buckets; k++) {
      const members = Array.from(prefilter.rules.subarray(k * WINDOWS_PER_BUCKET, (k + 1) * WINDOWS_PER_BUCKET)).filter(
        (r) => r >= 0,
      )
      out.u8(members.length)
      members.forEach((rule, bit) => {
        out.u32(rule)
        for (let offset = 0; offset < WINDOW; offset++) {
          const row = (k * WINDOW + offset) * VALUES
          out.bits(
            VALUES,
            VALUE_SET_BYTES,
            (value) => ((prefilter.positions[2 * (row + value) + (bit >> 5)] >>> (bit & 31)) & 1) === 1,
          )
        }
      })
    }
  }
  return out.finish()
}

/** A state as its 1-based row; 0 is dead. */
function numberOf(tables: RuleTables, rule: number, state: number): number {
  return state === 0 ? 0 : (state - tables.rowsFrom[rule]) / (tables.classes[rule] + 1) + 1
}

function encodeRule(out: Writer, tables: RuleTables, rule: number, ruleOfRun: Int32Array): void {
  const id = new TextEncoder().encode(tables.ids[rule])
  const classes = tables.classes[rule]
  out.u16(id.length)
  out.raw(id)
  out.u16(tables.states[rule])
  out.u16(classes)
  out.u16(numberOf(tables, rule, tables.start[rule]))
  out.u32(tables.anchorRun[rule] + 1)
  const guards = [0, 1].flatMap((own) =>
    [tables.before, tables.after].map((table) => table.subarray((rule * 2 + own) * 256, (rule * 2 + own + 1) * 256)),
  )
  const [beforeOther, afterOther, beforeWord, afterWord] = guards
  const named: [Uint8Array, number][] = [
    [beforeOther, BEFORE_OTHER],
    [beforeWord, BEFORE_WORD],
    [afterOther, AFTER_OTHER],
    [afterWord, AFTER_WORD],
  ]
  let flags = (tables.startRefused[rule] ? START_REFUSED : 0) | (tables.endRefused[rule] ? END_REFUSED : 0)
  for (const [table, flag] of named) if (table.includes(1)) flags |= flag
  out.u8(flags)
  out.u8(tables.windowOffset[rule])
  out.raw(tables.classOf.subarray(rule * 256, rule * 256 + 256))
  for (const [table, flag] of named) if (flags & flag) out.bits(256, BIT_SET_BYTES, (b) => table[b] === 1)
  for (let row = 0; row < tables.states[rule]; row++) {
    const state = tables.rowsFrom[rule] + row * (classes + 1)
    const kind = tables.next[state]
    if (kind < 0) {
      ruleOfRun[-kind - 1] = rule
      out.u8(ROW_RUN)
      continue
    }
    out.u8(kind === 1 ? ROW_ACCEPT : ROW_PLAIN)
    for (let c = 0; c < classes; c++) out.u16(numberOf(tables, rule, tables.next[state + 1 + c]))
  }
  const cost = tables.costs[rule]
  out.u32(cost.minLength)
  out.u32(cost.maxLength)
  out.u32(cost.maxSteps)
  out.f64(cost.candidatesPerKB)
}
