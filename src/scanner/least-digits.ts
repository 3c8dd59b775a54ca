import { INSIDE_NEVER, type RuleTables } from './compile/tables.ts'

const ZERO = 0x30
const NINE = 0x39
/** As many are always enough. */
const MOST = 64

/** Digits of the shortest text of nothing but digits in which a rule may match, MOST at the most. May be less than there are. */
export function leastDigits({
  ids,
  next,
  start,
  classOf,
  classRow,
  runSet,
  runMin,
  runNext,
  runInside,
  sets,
}: RuleTables): number {
  let least = MOST
  for (let rule = 0; rule < ids.length; rule++) {
    const known = new Map<number, number>()
    /** States by the digits that lead to them. */
    const states: number[][] = [[start[rule]]]
    const reach = (state: number, length: number): void => {
      if (state === 0 || length >= least || (known.get(state) ?? least) <= length) return
      known.set(state, length)
      ;(states[length] ??= []).push(state)
    }
    for (let length = 0; length < Math.min(states.length, least); length++) {
      for (const state of states[length] ?? []) {
        const says = next[state]
        if (says === 1) least = length
        else if (says < 0) {
          const run = -says - 1
          if (!holdsDigit(sets, 256 * runSet[run])) continue
          // its first byte led to it
          const end = length - 1 + runMin[run]
          if (runInside[run] !== INSIDE_NEVER) least = Math.min(least, end)
          reach(runNext[run], end)
        } else for (let byte = ZERO; byte <= NINE; byte++) reach(next[state + 1 + classOf[classRow[rule] + byte]], length + 1)
      }
    }
  }
  return least
}

function holdsDigit(sets: Uint8Array, from: number): boolean {
  return sets.subarray(from + ZERO, from + NINE + 1).includes(1)
}
