import type { Walk } from './attempts.ts'

/**
 * By run: what came of going on behind it at `to`, and where inside it the guard allows an end. Said of one piece, whose number (`Scratch.nextEpoch`) stands beside it;
 * so the sessions of a kernel share it.
 */
export class RunMemo {
  readonly thenEpoch: Float64Array
  readonly thenAt: Int32Array
  readonly thenLast: Float64Array
  readonly thenWalk: (Walk | null)[]
  readonly insideEpoch: Float64Array
  readonly insideTo: Int32Array
  readonly insideFrom: Int32Array
  readonly insideLooked: Int32Array
  readonly insideAllowed: Int32Array

  constructor(runs: number) {
    this.thenEpoch = new Float64Array(runs)
    this.thenAt = new Int32Array(runs)
    this.thenLast = new Float64Array(runs)
    this.thenWalk = new Array(runs).fill(null)
    this.insideEpoch = new Float64Array(runs)
    this.insideTo = new Int32Array(runs)
    this.insideFrom = new Int32Array(runs)
    this.insideLooked = new Int32Array(runs)
    this.insideAllowed = new Int32Array(runs)
  }
}
