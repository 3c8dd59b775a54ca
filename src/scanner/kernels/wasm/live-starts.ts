import type { RuleTables } from '../../compile/tables.ts'
import type { Piece } from '../portable/piece.ts'
import type { Scratch } from '../portable/scratch.ts'
import type { StepMeter } from '../portable/step-meter.ts'
import { LOOK_BEHIND } from './assembly/layout.ts'
import { LIVE_RULES } from './image.ts'

/** A rule of which was told where it can match is looked at so for so many pieces more. */
const PIECES = 8

/**
 * Rules of which the kernel walks too many starts that come to nothing: a pass from right to left (`LiveSets`) says at which places of the piece a match can begin, and
 * only there it walks, so that walks cost no more than matches are long. What may go on behind the piece counts as a match.
 * Not for rules with runs, of which walks are short and this pass is dear.
 */
export class LiveStarts {
  /** By slot: a rule, or -1, and for how many pieces more. */
  private readonly rules = new Int32Array(LIVE_RULES).fill(-1)
  private readonly pieces = new Int32Array(LIVE_RULES)
  private count = 0

  private readonly tables: RuleTables
  private readonly piece: Piece
  private readonly meter: StepMeter
  private readonly scratch: Scratch
  private readonly bitsOf: (slot: number) => Uint8Array

  constructor(tables: RuleTables, piece: Piece, meter: StepMeter, scratch: Scratch, bitsOf: (slot: number) => Uint8Array) {
    this.tables = tables
    this.piece = piece
    this.meter = meter
    this.scratch = scratch
    this.bitsOf = bitsOf
  }

  /** The piece is worth a look: it is begun some bytes before the piece, and for less than this much text that costs more than it spares. */
  private get isLong(): boolean {
    return this.piece.end - this.piece.begin >= this.scratch.pieceBytes >> 5
  }

  get isIdle(): boolean {
    return this.count === 0
  }

  reset(): void {
    if (this.count > 0) this.rules.fill(-1)
    this.count = 0
  }

  /** Rules of which it is known where they can match in this piece. */
  eachRule(visit: (rule: number, slot: number) => void): void {
    if (this.count === 0 || !this.isLong) return
    this.rules.forEach((rule, slot) => {
      if (rule >= 0) visit(rule, slot)
    })
  }

  /** Looks at the new piece for the rules at hand. */
  newPiece(): void {
    this.eachRule((rule, slot) => {
      if (this.pieces[slot]-- > 0) this.look(rule, slot)
      else {
        this.rules[slot] = -1
        this.count--
      }
    })
  }

  /** Looks at the piece for one rule more; false without room for it. */
  add(rule: number): boolean {
    const slot = this.rules.indexOf(-1)
    if (slot < 0 || !this.isLong) return false
    this.rules[slot] = rule
    this.pieces[slot] = PIECES
    this.count++
    this.look(rule, slot)
    return true
  }

  private look(rule: number, slot: number): void {
    const { tables, scratch } = this
    const { buffer, base, begin, end, last } = this.piece
    const sets = scratch.liveSetsOf(tables, rule)
    const low = Math.max(begin - LOOK_BEHIND, -base)
    const before = sets.steps
    const run = tables.anchorRun[rule]
    const state = run < 0 ? tables.start[rule] : tables.runNext[run]
    sets.passBits(buffer, low, end, last, state, this.bitsOf(slot))
    this.meter.addDeferred(sets.steps - before)
  }
}
