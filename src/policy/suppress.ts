import { timeOf } from '../core/time.ts'
import type { Side } from '../core/words.ts'
import type { SuppressionInput } from './shape.ts'

/** Where in a message a finding may be suppressed: `place` is undefined in the body. */
export type SuppressTest = (path: string, place: string | undefined) => boolean

/** What a suppression says, without what has no effect: the part of it that names a version of the policy. */
export interface Suppression {
  readonly rule: string
  readonly route?: string
  readonly side?: Side
  readonly path?: string
  readonly place?: string
}

export interface Suppressions {
  readonly active: readonly Suppression[]
  readonly expired: readonly SuppressionInput[]
  /** Milliseconds since 1970 at which the next one expires; Infinity: none will. */
  readonly until: number
}

/** Tells those that hold at `now` from those whose time is over. */
export function sortSuppressions(all: readonly SuppressionInput[], now: number): Suppressions {
  const holds = ({ expires }: SuppressionInput) => timeOf(expires)! > now
  const active = all.filter(holds)
  return {
    active: active.map(({ rule, route, side, path, place }) => ({ rule, route, side, path, place })),
    expired: all.filter((suppression) => !holds(suppression)),
    until: active.reduce((least, { expires }) => Math.min(least, timeOf(expires)!), Number.POSITIVE_INFINITY),
  }
}

/** The test for one rule, named by its selectors, on one side of one route; undefined when nothing there is suppressed. */
export function suppressTest(
  active: readonly Suppression[],
  selectors: readonly string[],
  route: string,
  side: Side,
): SuppressTest | undefined {
  const own = active.filter(
    (one) => selectors.includes(one.rule) && (one.route ?? route) === route && (one.side ?? side) === side,
  )
  if (own.length === 0) return undefined
  const tests = own.map(({ path, place }): SuppressTest => {
    const wanted = path === undefined ? undefined : path.split('/')
    return (at, where) => {
      if (place !== undefined && place !== (where ?? 'body')) return false
      // The path of a finding beside the body is one within that text.
      return wanted === undefined || (where === undefined && matches(wanted, at.split('/')))
    }
  })
  return (at, where) => tests.some((test) => test(at, where))
}

/** `*` is one name, `**` any number of them; at most names × pattern steps. */
function matches(pattern: readonly string[], names: readonly string[]): boolean {
  let reached = new Set([0])
  const skip = (at: number): number[] => (pattern[at] === '**' ? [at, ...skip(at + 1)] : [at])
  reached = new Set([...reached].flatMap(skip))
  for (const name of names) {
    const next = new Set<number>()
    for (const at of reached) {
      if (pattern[at] === '**') next.add(at)
      else if (pattern[at] === '*' || pattern[at] === name) next.add(at + 1)
    }
    reached = new Set([...next].flatMap(skip))
  }
  return reached.has(pattern.length)
}
