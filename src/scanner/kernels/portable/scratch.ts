import type { RuleTables } from '../../compile/tables.ts'
import { LiveSets } from './live-sets.ts'

/** A text is scanned in pieces that end at multiples of this; steps are metered by it. */
export const BLOCK = 4096
/** Bytes kept in front of a piece: a window's reach and the byte beside it. */
export const CARRY = 16

/** Working memory of one kernel: nothing in it outlives a call but what makes later calls cheaper. */
export class Scratch {
  /** The piece at hand from index CARRY on, the bytes before it in front. */
  readonly buffer = new Uint8Array(CARRY + BLOCK)
  /** Index and buckets of each window that passed. */
  readonly alarms = new Int32Array(2 * (BLOCK + CARRY))
  private readonly ends: Uint16Array[] = []
  private readonly endsEpoch: number[] = []
  private epoch = 0
  private readonly liveSets = new WeakMap<RuleTables, (LiveSets | undefined)[]>()

  nextEpoch(): number {
    return ++this.epoch
  }

  /** By index of the piece: where the run of `set` that stands there ends, 0 where nobody has looked yet. */
  runEnds(set: number, epoch: number, end: number): Uint16Array {
    const ends = (this.ends[set] ??= new Uint16Array(CARRY + BLOCK + 1))
    if (this.endsEpoch[set] !== epoch) {
      this.endsEpoch[set] = epoch
      ends.fill(0, 0, end + 1)
    }
    return ends
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
