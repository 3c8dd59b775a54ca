import type { Action, Confidence } from '../core/words.ts'

/** Confidences, actions and two flags of one rule. */
const KINDS = 128
const CONFIDENCES: readonly Confidence[] = ['low', 'medium', 'high']
const ACTIONS: readonly Action[] = ['allow', 'mask', 'hash', 'redact', 'drop', 'block']

/** Counts findings by rule, action, confidence, and whether they were enforced and suppressed; names them when it is asked. */
export class Tally {
  readonly #counts = new Map<number, number>()

  add(rule: number, action: Action, confidence: Confidence, enforced: boolean, suppressed: boolean): void {
    const flags = (enforced ? 1 : 0) + (suppressed ? 2 : 0)
    this.#count(rule * KINDS + (ACTIONS.indexOf(action) * 4 + CONFIDENCES.indexOf(confidence)) * 4 + flags, 1)
  }

  /** Takes over what another has counted of the same rules. */
  addAll(other: Tally): void {
    for (const [kind, count] of other.#counts) this.#count(kind, count)
  }

  /** `rule|action|confidence|1`, in the order in which they came. */
  named(ruleId: (rule: number) => string): Map<string, number> {
    const named = new Map<string, number>()
    for (const [kind, count] of this.#counts) {
      const rest = kind % KINDS
      const [action, confidence] = [ACTIONS[rest >> 4], CONFIDENCES[(rest >> 2) & 3]]
      const flags = `${rest & 1}${(rest & 2) === 0 ? '' : '|suppressed'}`
      named.set(`${ruleId((kind - rest) / KINDS)}|${action}|${confidence}|${flags}`, count)
    }
    return named
  }

  #count(kind: number, by: number): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + by)
  }
}
