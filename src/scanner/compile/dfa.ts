import { PatternError } from '../../core/errors.ts'
import type { Guard, Pattern, RepeatNode } from './ast.ts'
import { addAll, type ByteSet, covers, emptySet, overlaps, setKey } from './byte-set.ts'
import { buildNfa, type Nfa, RUN_ABOVE, type RunSource } from './nfa.ts'

/** Most states of one rule's automaton. */
export const MAX_STATES = 4096
/** A repetition of one class that cannot be a run is written out as states up to this many bytes. */
export const UNROLL_UP_TO = 128

/** A state while it is built: `next[class]` is a state or 0 (dead). A run state reads nothing: it goes to `after` at its end. */
export interface State {
  accept: boolean
  next: Uint16Array | null
  run: RunSource | null
  after: number
}

/** A minimal automaton: state 0 is dead and has no entry of interest. */
export interface Dfa {
  readonly states: State[]
  readonly start: number
  readonly classOf: Uint8Array
  readonly classes: number
}

class RunConflict {
  readonly runs: RunSource[]
  readonly reason: string
  constructor(runs: RunSource[], reason: string) {
    this.runs = runs
    this.reason = reason
  }
}

/** Splits the 256 bytes into classes that no set of the automaton tells apart. */
function byteClasses(nfa: Nfa): { classOf: Uint8Array; members: number[] } {
  const sets = new Map<string, ByteSet>()
  for (const set of nfa.set) if (set !== null) sets.set(setKey(set), set)
  const classOf = new Uint8Array(256)
  let count = 1
  for (const set of sets.values()) {
    const renamed = new Map<number, number>()
    const seen = new Map<number, number>()
    for (let b = 0; b < 256; b++) {
      const key = classOf[b] * 2 + set[b]
      if (!seen.has(key)) {
        const old = classOf[b]
        seen.set(key, renamed.has(old) ? count++ : old)
        renamed.set(old, 1)
      }
      classOf[b] = seen.get(key)!
    }
  }
  const members: number[] = []
  for (let b = 255; b >= 0; b--) members[classOf[b]] = b
  return { classOf, members }
}

/** Subset construction. A run is exact only when it is alone in its state and what follows starts with another byte. */
function determinise(rule: string, nfa: Nfa, left: Guard | null): Dfa {
  const { classOf, members } = byteClasses(nfa)
  const mark = new Uint32Array(nfa.set.length)
  let epoch = 0
  const closure = (from: number[]): number[] => {
    epoch++
    const stack = from.slice()
    const out: number[] = []
    for (const x of stack) mark[x] = epoch
    while (stack.length > 0) {
      const x = stack.pop()!
      if (nfa.set[x] !== null || nfa.run[x] !== null || x === nfa.accept) out.push(x)
      if (nfa.run[x] !== null) continue
      for (const y of nfa.eps[x]) {
        if (mark[y] !== epoch) {
          mark[y] = epoch
          stack.push(y)
        }
      }
    }
    return out.sort((a, b) => a - b)
  }
  const states: State[] = [{ accept: false, next: null, run: null, after: 0 }]
  const sets: number[][] = [[]]
  const ids = new Map<string, number>()
  const stateOf = (set: number[]): number => {
    if (set.length === 0) return 0
    const key = set.join()
    const known = ids.get(key)
    if (known !== undefined) return known
    if (states.length > MAX_STATES) {
      throw new PatternError('state-explosion', rule, 1, `the pattern needs more than ${MAX_STATES} states`)
    }
    ids.set(key, states.length)
    sets.push(set)
    states.push({ accept: set.includes(nfa.accept), next: null, run: null, after: 0 })
    return states.length - 1
  }
  const start = stateOf(closure([nfa.start]))
  for (let s = 1; s < states.length; s++) {
    const set = sets[s]
    const state = states[s]
    const runs = set.flatMap((x) => (nfa.run[x] === null ? [] : [nfa.run[x]]))
    if (runs.length > 0) {
      if (set.length > 1) throw new RunConflict(runs, 'while it lasts something else could match the same bytes')
      const after = closure([nfa.to[set[0]]])
      const follows = emptySet()
      for (const x of after) if (nfa.set[x] !== null) addAll(follows, nfa.set[x])
      if (overlaps(follows, runs[0].set)) {
        throw new RunConflict(
          runs,
          'what follows it can start with a byte of its own class, so its end is not the end of the class',
        )
      }
      state.run = runs[0]
      state.accept = false
      state.after = stateOf(after)
      continue
    }
    const next = new Uint16Array(members.length)
    const memo = new Map<string, number>()
    members.forEach((byte, c) => {
      const moved: number[] = []
      for (const x of set) if (nfa.set[x]?.[byte]) moved.push(nfa.to[x])
      if (moved.length === 0) return
      const key = moved.join()
      let target = memo.get(key)
      if (target === undefined) {
        target = stateOf(closure(moved))
        memo.set(key, target)
      }
      next[c] = target
    })
    state.next = next
    if (s === start) {
      for (const x of set) {
        if (nfa.set[x] === null) continue
        const run = nfa.run[nfa.to[x]]
        if (run !== null && !(left !== null && covers(left.reject, run.set) && covers(left.when, run.set))) {
          throw new RunConflict([run], 'it starts the pattern without a guard that refuses all of its class before it')
        }
      }
    }
  }
  return { states, start, classOf, classes: members.length }
}

/** Merges equal states, from the ends backwards: a pattern without unbounded repetition has no cycles. */
function minimise(dfa: Dfa): Dfa {
  const canonical = new Map<string, number>()
  const states: State[] = [{ accept: false, next: null, run: null, after: 0 }]
  const renamed = new Int32Array(dfa.states.length).fill(-1)
  renamed[0] = 0
  // Depth-first without recursion: chains are as long as the pattern.
  const stack = [dfa.start]
  while (stack.length > 0) {
    const s = stack[stack.length - 1]
    if (renamed[s] >= 0) {
      stack.pop()
      continue
    }
    const state = dfa.states[s]
    const targets = state.run !== null ? [state.after] : Array.from(state.next!)
    const open = targets.filter((t) => renamed[t] < 0)
    if (open.length > 0) {
      stack.push(...new Set(open))
      continue
    }
    stack.pop()
    const next = state.next === null ? null : state.next.map((t) => renamed[t])
    const after = state.run === null ? 0 : renamed[state.after]
    const useless = !state.accept && (state.run === null ? next!.every((t) => t === 0) : after === 0)
    if (useless) {
      renamed[s] = 0
      continue
    }
    const { run } = state
    const key = run === null ? `${state.accept ? 1 : 0}:${next!.join()}` : `r${run.min},${run.max},${setKey(run.set)}:${after}`
    const known = canonical.get(key)
    if (known !== undefined) {
      renamed[s] = known
      continue
    }
    renamed[s] = states.length
    canonical.set(key, states.length)
    states.push({ accept: state.accept, next, run, after })
  }
  return { states, start: renamed[dfa.start], classOf: dfa.classOf, classes: dfa.classes }
}

/**
 * Pattern → minimal automaton of its body. Long repetitions of one class become runs where that is exact, are written out as
 * states where it is not and they are short, and are refused (`ambiguous-run`, column of the quantifier) otherwise.
 */
export function buildDfa(rule: string, pattern: Pattern): Dfa {
  const written = new Set<RepeatNode>()
  const first = leadingRepeat(pattern)
  for (;;) {
    const isRun = (repeat: RepeatNode): boolean =>
      repeat.node.type === 'set' && (repeat.max > RUN_ABOVE || repeat === first) && !written.has(repeat)
    const nfa = buildNfa(rule, pattern.body, isRun)
    try {
      const dfa = minimise(determinise(rule, nfa, pattern.left))
      if (dfa.start === 0) throw new PatternError('never-matches', rule, 1, 'the pattern matches nothing')
      if (dfa.states[dfa.start].accept) throw new PatternError('empty-match', rule, 1, 'the pattern matches the empty text')
      return dfa
    } catch (error) {
      if (!(error instanceof RunConflict)) throw error
      for (const { source } of error.runs) {
        if (source.max > UNROLL_UP_TO) {
          throw new PatternError(
            'ambiguous-run',
            rule,
            source.column,
            `this repetition cannot be matched in steps that do not grow with it: ${error.reason}. ` +
              `Separate it by a byte outside its class, give a leading one the guard (?<![…]) of its class, or repeat at most ${UNROLL_UP_TO} times`,
          )
        }
        written.add(source)
      }
    }
  }
}

/** A repetition that starts the pattern behind a guard of its class is worth a run however short: e-mail is found at its `@`. */
function leadingRepeat({ left, body }: Pattern): RepeatNode | null {
  const node = body.type === 'sequence' ? body.parts[0] : body
  if (left === null || node?.type !== 'repeat' || node.node.type !== 'set' || node.max < 5 || node.min < 1) return null
  return covers(left.reject, node.node.set) && covers(left.when, node.node.set) ? node : null
}
