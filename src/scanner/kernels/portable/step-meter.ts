import type { Scratch } from './scratch.ts'

/** Counts table look-ups, in all and of each rule in the present block. */
export class StepMeter {
  /** Steps of the present block, and those of each rule: walks add to both. */
  block = 0
  readonly ofRule: Int32Array
  private before = 0
  private readonly deferred: Uint8Array
  private readonly scratch: Scratch

  /** `deferred[rule]`: 1 while the rule is in fall-back. */
  constructor(deferred: Uint8Array, scratch: Scratch) {
    this.deferred = deferred
    this.scratch = scratch
    this.ofRule = new Int32Array(deferred.length)
  }

  get total(): number {
    return this.before + this.block
  }

  newBlock(): void {
    // No rule has a step that the block has not.
    if (this.block === 0) return
    this.before += this.block
    this.block = 0
    this.ofRule.fill(0)
  }

  add(rule: number, steps: number): void {
    this.block += steps
    this.ofRule[rule] += steps
  }

  /** Steps of the fall-back: they belong to no rule's share. */
  addDeferred(steps: number): void {
    this.before += steps
  }

  /** True when starts of this rule are to be left to the fall-back. */
  isOver(rule: number): boolean {
    if (this.block <= this.scratch.walkSteps) return this.deferred[rule] === 1
    return this.deferred[rule] === 1 || this.ofRule[rule] > this.scratch.ruleSteps
  }
}
