import type { KnownBegin } from './known-begin.ts'
import { WINDOWS_PER_BUCKET, WINDOWS_PER_GROUP, type WindowedRule } from './prefilter.ts'
import type { Probe } from './probes.ts'
import type { RuleWindows, WindowSets } from './window.ts'

/** A rule's windows before it is settled whether they are split. Rules found behind a leading run have one. */
export interface WindowChoice {
  readonly whole: RuleWindows
  readonly split: RuleWindows
  readonly probes: readonly Probe[]
  readonly shape: readonly Uint8Array[]
  readonly anchored: boolean
}

/** Windows of a group, less the room that is left over in the last bucket of either kind. */
const ROOM = WINDOWS_PER_GROUP - 2 * WINDOWS_PER_BUCKET

/** Splits windows where it brings most, as long as that makes no more groups: each is a pass over the text. */
export function chooseWindows(choices: readonly WindowChoice[]): RuleWindows[] {
  const chosen = choices.map(({ whole }) => whole)
  let room = Math.ceil(choices.length / ROOM) * ROOM - choices.length
  const gains = choices
    .map(({ whole, split }, rule) => ({ rule, more: split.windows.length - 1, gain: whole.rate - split.rate }))
    .filter(({ more, gain }) => more > 0 && gain > 0)
    .sort((a, b) => b.gain / b.more - a.gain / a.more || a.rule - b.rule)
  for (const { rule, more } of gains) {
    if (more > room) continue
    room -= more
    chosen[rule] = choices[rule].split
  }
  return chosen
}

/**
 * As few groups as it takes, of like size. All windows of a rule are in one: its starts are found in order only there. So are
 * rules found behind runs, which have buckets of their own.
 */
export function groupWindows(
  choices: readonly WindowChoice[],
  chosen: readonly RuleWindows[],
  knownOf: (rule: number, window: WindowSets) => KnownBegin,
): WindowedRule[][] {
  const windowed = chosen.flatMap(({ windows }, rule) =>
    windows.map((window) => ({ rule, window, anchored: choices[rule].anchored, known: knownOf(rule, window) })),
  )
  const count = Math.ceil(windowed.length / ROOM)
  const groups: WindowedRule[][] = []
  for (const anchored of [true, false]) {
    const ofKind = windowed.filter((one) => one.anchored === anchored)
    const size = Math.ceil(ofKind.length / count)
    let group = 0
    ofKind.forEach((one, i) => {
      if (i >= (group + 1) * size && one.rule !== ofKind[i - 1].rule) group++
      while (groups.length <= group) groups.push([])
      groups[group].push(one)
    })
  }
  return groups
}
