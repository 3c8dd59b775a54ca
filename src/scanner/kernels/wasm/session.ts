import { GROUPS_PER_PASS } from '../../compile/prefilter.ts'
import type { RuleTables } from '../../compile/tables.ts'
import { PortableSession } from '../portable/session.ts'
import {
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
  H_KNOWN,
  H_LAST,
  H_ORIGIN,
  H_REACHED,
  H_RECORDS,
  H_RULE_STEPS,
  H_STATUS,
  H_STEPS,
  H_WALK_STEPS,
  KIND_SHIFT,
  LONG_RUN,
  MATCH,
  RAW,
  REACH,
  RECORD_BYTES,
  RULE_STATE_BYTES,
  S_DIED,
  S_EPOCH,
  S_FROM,
  S_LIVE,
  S_RAW,
  S_STEPS,
} from './assembly/layout.ts'
import type { Resident, WasmShared } from './kernel.ts'
import { LiveStarts } from './live-starts.ts'

const RULE_MASK = (1 << KIND_SHIFT) - 1
const STATE_WORDS = RULE_STATE_BYTES / 4
const RECORD_WORDS = RECORD_BYTES / 4

/** A portable session whose starts are found, and mostly decided, by the kernel in WebAssembly. */
export class WasmSession extends PortableSession {
  private readonly shared: WasmShared
  private resident!: Resident
  private metered = false
  private readonly live: LiveStarts

  constructor(tables: RuleTables, shared: WasmShared) {
    super(tables, shared.scratch)
    this.shared = shared
    this.live = new LiveStarts(tables, this.piece, this.meter, shared.scratch, (slot) => this.resident.liveBits(slot))
  }

  override reset(): void {
    super.reset()
    this.metered = false
    this.live.reset()
  }

  protected override prepare(): void {
    const known: Resident | undefined = this.resident
    if (known?.isThere !== true) this.resident = this.shared.residentOf(this.tables)
    this.piece.buffer = this.resident.window
  }

  /** One call for each two groups of windows and each class of long runs; more where records run out of room. */
  protected override findStarts(): void {
    const { piece, tables, resident } = this
    const { header } = resident
    const { begin, end, base, last } = piece
    if (this.position % this.shared.scratch.pieceBytes === 0) this.metered = false
    const limit = last ? end + REACH : end
    header[H_BEGIN / 4] = begin
    header[H_END / 4] = end
    header[H_ORIGIN / 4] = Math.max(-base, -0x40000000)
    header[H_LAST / 4] = last ? 1 : 0
    header[H_KNOWN / 4] = this.followedTo()
    header[H_WALK_STEPS / 4] = this.shared.scratch.walkSteps
    header[H_RULE_STEPS / 4] = this.shared.scratch.ruleSteps
    header[H_ASK_STEPS / 4] = this.shared.scratch.askSteps
    header[H_ASK_RULE_STEPS / 4] = this.shared.scratch.askRuleSteps
    this.live.newPiece()
    const groups = tables.prefilters.length
    // A text shorter than a long run has none.
    const isShort = last && this.position === 0 && end - begin < LONG_RUN
    const calls = groups + (isShort ? 0 : this.longRuns.length)
    for (let group = 0; group < calls; group += group + 1 < groups ? GROUPS_PER_PASS : 1) {
      header[H_GROUP / 4] = group
      for (let from = begin; from < limit; ) {
        header[H_FROM / 4] = from
        header[H_BLOCK_STEPS / 4] = this.meter.block
        this.tellRules()
        resident.buffer.run()
        if (header[H_STATUS / 4] !== 0) throw new Error('the kernel refused its buffer')
        from = header[H_REACHED / 4]
        this.takeSteps(header[H_STEPS / 4])
        this.takeRecords(header[H_RECORDS / 4])
        const asked = header[H_ASKED / 4]
        // Without room for one more it need not ask again in this piece.
        if (asked >= 0 && !this.live.add(asked)) header[H_ASK_STEPS / 4] = 0x7fffffff
      }
      if (!last) this.aliveFrom = Math.min(this.aliveFrom, header[H_ALIVE / 4])
    }
  }

  /** Says of which rules the kernel must know more than nothing: for this call only. */
  private tellRules(): void {
    const { header, ruleState } = this.resident
    const epoch = this.shared.nextEpoch()
    header[H_EPOCH / 4] = epoch
    if (!this.metered && !this.queues.isBusy && this.deferred.isIdle && this.live.isIdle) return
    const stateOf = (rule: number): number => {
      const at = rule * STATE_WORDS
      if (ruleState[at + S_EPOCH / 4] !== epoch) {
        ruleState[at + S_EPOCH / 4] = epoch
        ruleState[at + S_FROM / 4] = 0
        ruleState[at + S_RAW / 4] = 0
        ruleState[at + S_DIED / 4] = 0
        ruleState[at + S_LIVE / 4] = 0
        ruleState[at + S_STEPS / 4] = this.meter.ofRule[rule]
      }
      return at
    }
    // A match that reaches into what the call looks at covers starts there.
    this.queues.eachRecent((rule, end) => {
      ruleState[stateOf(rule) + S_FROM / 4] = end - this.piece.base
    })
    if (this.metered) for (let rule = 0; rule < this.meter.ofRule.length; rule++) stateOf(rule)
    this.queues.eachOpen((rule) => {
      ruleState[stateOf(rule) + S_RAW / 4] = 1
    })
    this.deferred.eachRule((rule) => {
      ruleState[stateOf(rule) + S_RAW / 4] = 1
    })
    this.live.eachRule((rule, slot) => {
      ruleState[stateOf(rule) + S_LIVE / 4] = this.resident.liveAt(slot)
    })
  }

  /** Takes over what the call counted. Of single rules only when all together need a step a byte: no rule is over its share before. */
  private takeSteps(steps: number): void {
    const { meter } = this
    meter.block += steps
    if (meter.block <= this.shared.scratch.pieceBytes && !this.metered) return
    const { header, ruleState } = this.resident
    const epoch = header[H_EPOCH / 4]
    this.metered = true
    for (let rule = 0, at = 0; rule < meter.ofRule.length; rule++, at += STATE_WORDS) {
      if (ruleState[at + S_EPOCH / 4] === epoch) meter.ofRule[rule] = ruleState[at + S_STEPS / 4]
    }
  }

  private takeRecords(count: number): void {
    const { piece, queues } = this
    const { records } = this.resident
    for (let i = 0, at = 0; i < count; i++, at += RECORD_WORDS) {
      const kind = records[at] >>> KIND_SHIFT
      const rule = records[at] & RULE_MASK
      if (kind === RAW) this.start(rule, records[at + 1])
      else if (kind === MATCH) queues.match(rule, piece.base + records[at + 1], piece.base + records[at + 2])
      else {
        const start = piece.base + records[at + 1]
        if (queues.wants(rule, start)) this.walker.start(rule, start, records[at + 2], records[at + 3])
      }
    }
  }
}
