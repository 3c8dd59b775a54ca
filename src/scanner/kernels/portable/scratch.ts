import type { RuleTables } from '../../compile/tables.ts'
import { LiveSets } from './live-sets.ts'
import { RunMemo } from './run-memo.ts'

/** For tests: every part is reached with short texts when blocks are short, and the fall-back when its threshold is low. */
export interface PortableOptions {
  /** The fall-back takes the text in blocks of this. Default 4,096. */
  readonly blockBytes?: number
  /** Without it the text is scanned in pieces that end at multiples of so many blocks; steps are metered by them. Default 1. */
  readonly blocksPerPiece?: number
  /** Steps a byte, over a piece, up to which starts are simply walked; -1: never. Default 16. */
  readonly walkStepsPerByte?: number
}

/** Bytes kept in front of a piece: a window's reach and the byte beside it; even. */
export const CARRY = 48

/** Steps a byte that a rule may use of a piece before it is the one that goes to the fall-back. */
const RULE_STEPS_PER_BYTE = 2

/** Steps a byte of all rules from which on a rule that makes half of them is looked at from right to left. */
const ASK_STEPS_PER_BYTE = 4

/** Working memory of one kernel: nothing in it outlives a call but what makes later calls cheaper. */
export class Scratch {
  /** The piece at hand from index CARRY on, the bytes before it in front. */
  readonly buffer: Uint8Array
  /** The same, two bytes a word. */
  readonly words: Uint16Array
  /** Index and buckets of each window that passed. */
  readonly alarms: Int32Array
  readonly block: number
  readonly pieceBytes: number
  /** Steps of a piece up to which starts are simply walked, and those a rule may then have used itself. */
  readonly walkSteps: number
  readonly ruleSteps: number
  /** Steps of a piece, and of a rule of these, from which on the WebAssembly kernel is told where the rule can match. */
  readonly askSteps: number
  readonly askRuleSteps: number
  private readonly ends: Uint16Array[] = []
  private readonly endsEpoch: number[] = []
  private epoch = 0
  private liveAt = new Int32Array(0)
  private readonly liveSets = new WeakMap<RuleTables, (LiveSets | undefined)[]>()
  private readonly memos = new WeakMap<RuleTables, RunMemo>()

  constructor({ blockBytes = 4096, blocksPerPiece = 1, walkStepsPerByte = 16 }: PortableOptions = {}) {
    this.block = blockBytes
    this.pieceBytes = blockBytes * blocksPerPiece
    this.walkSteps = walkStepsPerByte * this.pieceBytes
    this.ruleSteps = Math.min(RULE_STEPS_PER_BYTE, walkStepsPerByte) * this.pieceBytes
    this.askSteps = Math.min(ASK_STEPS_PER_BYTE, walkStepsPerByte) * this.pieceBytes
    this.askRuleSteps = this.askSteps / 2
    this.buffer = new Uint8Array((CARRY + this.pieceBytes + 1) & ~1)
    this.words = new Uint16Array(this.buffer.buffer)
    this.alarms = new Int32Array(2 * (this.pieceBytes + CARRY))
  }

  nextEpoch(): number {
    return ++this.epoch
  }

  /** What is known of the runs of these tables in the piece at hand; shared by all sessions. */
  memoOf(tables: RuleTables): RunMemo {
    let memo = this.memos.get(tables)
    if (memo === undefined) {
      memo = new RunMemo(tables.runSet.length)
      this.memos.set(tables, memo)
    }
    return memo
  }

  /** By index of the piece: where the run of `set` that stands there ends, 0 where nobody has looked yet. */
  runEnds(set: number, epoch: number, end: number): Uint16Array {
    const ends = (this.ends[set] ??= new Uint16Array(CARRY + this.pieceBytes + 1))
    if (this.endsEpoch[set] !== epoch) {
      this.endsEpoch[set] = epoch
      ends.fill(0, 0, end + 1)
    }
    return ends
  }

  /** Room for a set of `LiveSets` at each index; of one rule at a time, for all sessions. */
  live(length: number): Int32Array<ArrayBuffer> {
    if (this.liveAt.length < length) this.liveAt = new Int32Array(length)
    return this.liveAt
  }

  /** What the fall-back has learnt of a rule; shared by all sessions. */
  liveSetsOf(tables: RuleTables, rule: number): LiveSets {
    let all = this.liveSets.get(tables)
    if (all === undefined) {
      all = []
      this.liveSets.set(tables, all)
    }
    return (all[rule] ??= new LiveSets(tables, rule))
  }
}
