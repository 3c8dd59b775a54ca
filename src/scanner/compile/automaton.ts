import { PatternError } from '../../core/errors.ts'
import type { ByteSet, Node, Pattern } from './dialect.ts'

/** A repetition of one class with a higher bound than this is a run. */
export const LONGEST_UNROLLED = 32
/** One whose end is not determined by its bytes is unrolled up to this bound, and refused beyond. */
export const LONGEST_UNDETERMINED = 128
const MAX_NFA_STATES = 40_000
const MAX_DFA_STATES = 8_000

/**
 * A run: `set{min,max}`. It takes as many bytes of `set` as there are, at most `max`, and never gives one back; fewer than `min`
 * is no match. `next` is the state after it.
 */
export interface Run {
  readonly set: ByteSet
  readonly min: number
  readonly max: number
  readonly next: number
}

/** A deterministic automaton over bytes. State 0 is dead. */
export interface Automaton {
  readonly id: string
  readonly start: number
  readonly states: number
  readonly accepting: readonly boolean[]
  /** Byte → class. */
  readonly classOf: Uint8Array
  readonly classes: number
  /** `state * classes + class` → next state; 0 dead; -(r + 1): enter run r with this byte as its first. */
  readonly next: Int32Array
  readonly runs: readonly Run[]
  readonly minLength: number
  readonly maxLength: number
}

type NfaState =
  | { readonly type: 'byte'; readonly set: ByteSet; next: number }
  | {
      readonly type: 'run'
      readonly set: ByteSet
      readonly min: number
      readonly max: number
      next: number
      readonly node: Repeat
    }
  | { readonly type: 'split'; a: number; b: number }
  | { readonly type: 'accept' }

/** Pattern → minimal automaton. @throws PatternError: empty match, state explosion, a run that is not determined */
export function compilePattern(pattern: Pattern): Automaton {
  return compileWith(pattern).automaton
}

/** The repetitions that are runs in the automaton: what a reference must know to agree. */
export function runsOf(pattern: Pattern): ReadonlySet<Node> {
  return compileWith(pattern).runs
}

function compileWith(pattern: Pattern): { automaton: Automaton; runs: ReadonlySet<Node> } {
  const runs = new Set<Node>(longRepeats(pattern.node))
  for (;;) {
    try {
      const nfa = buildNfa(pattern, runs)
      return { automaton: minimise(determinise(pattern.id, nfa, lengths(pattern.node))), runs }
    } catch (error) {
      if (!(error instanceof RunNotDetermined) || error.node.max > LONGEST_UNDETERMINED) throw error
      runs.delete(error.node)
    }
  }
}

type Repeat = Node & { type: 'repeat'; node: Node & { type: 'set' } }

function longRepeats(node: Node): Repeat[] {
  switch (node.type) {
    case 'sequence':
      return node.parts.flatMap(longRepeats)
    case 'choice':
      return node.branches.flatMap(longRepeats)
    case 'repeat':
      return node.node.type === 'set' ? (node.max > LONGEST_UNROLLED ? [node as Repeat] : []) : longRepeats(node.node)
    default:
      return []
  }
}

class RunNotDetermined extends PatternError {
  readonly node: Repeat
  constructor(id: string, node: Repeat, message: string) {
    super('run-not-determined', id, node.column, `${message}; or keep its bound at ${LONGEST_UNDETERMINED} or less`)
    this.node = node
  }
}

function buildNfa(pattern: Pattern, runs: ReadonlySet<Node>): { states: NfaState[]; start: number } {
  const states: NfaState[] = []
  const add = (state: NfaState) => {
    if (states.length >= MAX_NFA_STATES)
      throw new PatternError('state-explosion', pattern.id, 1, `the pattern unrolls to more than ${MAX_NFA_STATES} states`)
    return states.push(state) - 1
  }
  // Built back to front: `after` is what follows.
  const build = (node: Node, after: number): number => {
    switch (node.type) {
      case 'empty':
        return after
      case 'set':
        return add({ type: 'byte', set: node.set, next: after })
      case 'sequence':
        return node.parts.reduceRight((next, part) => build(part, next), after)
      case 'choice':
        return node.branches.map((branch) => build(branch, after)).reduceRight((b, a) => add({ type: 'split', a, b }))
      case 'repeat': {
        if (runs.has(node)) {
          const run = node as Repeat
          return add({ type: 'run', set: run.node.set, min: run.min, max: run.max, next: after, node: run })
        }
        let next = after
        for (let i = node.max; i > node.min; i--) {
          const once = build(node.node, next)
          next = add({ type: 'split', a: once, b: after })
        }
        for (let i = node.min; i > 0; i--) next = build(node.node, next)
        return next
      }
    }
  }
  const start = build(pattern.node, add({ type: 'accept' }))
  return { states, start }
}

function determinise(id: string, nfa: { states: NfaState[]; start: number }, length: { min: number; max: number }): Automaton {
  const { states } = nfa
  if (length.min === 0) throw new PatternError('empty-match', id, 1, 'the pattern matches the empty text')
  const { classOf, classes, samples } = byteClasses(states)
  const runs: Run[] = []
  const runIndex = new Map<string, number>()
  const ids = new Map<string, number>()
  const subsets: number[][] = [[]]
  const rows: number[] = new Array(classes).fill(0)
  const accepting: boolean[] = [false]
  const intern = (roots: readonly number[]): number => {
    const subset = closure(states, roots)
    if (subset.length === 0) return 0
    const key = subset.join(',')
    let known = ids.get(key)
    if (known === undefined) {
      known = subsets.push(subset) - 1
      if (known > MAX_DFA_STATES)
        throw new PatternError('state-explosion', id, 1, `the pattern needs more than ${MAX_DFA_STATES} states`)
      ids.set(key, known)
      accepting.push(subset.some((state) => states[state].type === 'accept'))
    }
    return known
  }
  const start = intern([nfa.start])
  for (let state = 1; state < subsets.length; state++) {
    // A run of at least 0 may be skipped: its followers count as alive beside it.
    const subset = subsets[state]
    for (let cls = 0; cls < classes; cls++) {
      const byte = samples[cls]
      const roots: number[] = []
      let run: (NfaState & { type: 'run' }) | undefined
      for (const at of subset) {
        const one = states[at]
        if (one.type === 'byte' && one.set[byte]) roots.push(one.next)
        else if (one.type === 'run' && one.set[byte]) {
          if (run !== undefined && run !== one)
            throw new RunNotDetermined(
              id,
              one.node,
              `two long repetitions (more than ${LONGEST_UNROLLED}) can begin at one place; join them or keep their classes apart`,
            )
          run = one
        }
      }
      if (run !== undefined && roots.length > 0) {
        throw new RunNotDetermined(
          id,
          run.node,
          `what stands beside a long repetition (more than ${LONGEST_UNROLLED}) must not begin with a byte of its class, nor may what follows it`,
        )
      }
      let next: number
      if (run === undefined) next = roots.length === 0 ? 0 : intern(roots)
      else {
        const after = intern([run.next])
        const key = `${run.min},${run.max},${after},${run.set.join('')}`
        let index = runIndex.get(key)
        if (index === undefined) {
          index = runs.push({ set: run.set, min: Math.max(run.min, 1), max: run.max, next: after }) - 1
          runIndex.set(key, index)
          checkFollow(id, states, subsets[after], run)
        }
        next = -(index + 1)
      }
      rows.push(next)
    }
  }
  return {
    id,
    start,
    states: subsets.length,
    accepting,
    classOf,
    classes,
    next: Int32Array.from(rows),
    runs,
    minLength: length.min,
    maxLength: length.max,
  }
}

/** What follows a run begins with no byte of it: then taking all of the run is the only way to go on. */
function checkFollow(id: string, states: readonly NfaState[], after: readonly number[], run: NfaState & { type: 'run' }): void {
  for (const at of after) {
    const state = states[at]
    if ((state.type === 'byte' || state.type === 'run') && state.set.some((flag, byte) => flag && run.set[byte])) {
      throw new RunNotDetermined(
        id,
        run.node,
        `what follows a long repetition (more than ${LONGEST_UNROLLED}) must not begin with a byte of its class`,
      )
    }
  }
}

function closure(states: readonly NfaState[], roots: readonly number[]): number[] {
  const seen = new Set<number>()
  const stack = [...roots]
  while (stack.length > 0) {
    const at = stack.pop()!
    if (seen.has(at)) continue
    seen.add(at)
    const state = states[at]
    if (state.type === 'split') stack.push(state.a, state.b)
    else if (state.type === 'run' && state.min === 0) stack.push(state.next)
  }
  return [...seen].filter((at) => states[at].type !== 'split').sort((a, b) => a - b)
}

/** Bytes that no set of the automaton tells apart share a class. */
function byteClasses(states: readonly NfaState[]): { classOf: Uint8Array; classes: number; samples: number[] } {
  const sets = [...new Set(states.flatMap((state) => (state.type === 'byte' || state.type === 'run' ? [state.set] : [])))]
  const known = new Map<string, number>()
  const classOf = new Uint8Array(256)
  const samples: number[] = []
  for (let byte = 0; byte < 256; byte++) {
    const key = sets.map((set) => set[byte]).join('')
    let cls = known.get(key)
    if (cls === undefined) {
      cls = samples.push(byte) - 1
      known.set(key, cls)
    }
    classOf[byte] = cls
  }
  return { classOf, classes: samples.length, samples }
}

/** Merges states of equal behaviour (Moore). */
function minimise(dfa: Automaton): Automaton {
  const { states, classes, next, accepting, runs } = dfa
  let group = Int32Array.from({ length: states }, (_, state) => (state === 0 ? 0 : accepting[state] ? 1 : 2))
  let count = 0
  for (;;) {
    const known = new Map<string, number>()
    const refined = new Int32Array(states)
    for (let state = 0; state < states; state++) {
      let key = `${group[state]}`
      for (let cls = 0; cls < classes; cls++) {
        const to = next[state * classes + cls]
        if (to < 0) {
          const run = runs[-to - 1]
          key += `,r${run.min}-${run.max}-${group[run.next]}-${runSet(run)}`
        } else key += `,${group[to]}`
      }
      let id = known.get(key)
      if (id === undefined) {
        id = known.size
        known.set(key, id)
      }
      refined[state] = id
    }
    group = refined
    if (known.size === count) break
    count = known.size
  }
  // State 0 (dead) is seen first, so it stays 0.
  const mapped = new Int32Array(count * classes)
  const accept: boolean[] = new Array(count).fill(false)
  const mergedRuns: Run[] = []
  const runIds = new Map<string, number>()
  const mapRun = (index: number) => {
    const run = runs[index]
    const key = `${run.min},${run.max},${group[run.next]},${runSet(run)}`
    let id = runIds.get(key)
    if (id === undefined) {
      id = mergedRuns.push({ ...run, next: group[run.next] }) - 1
      runIds.set(key, id)
    }
    return id
  }
  const done = new Uint8Array(count)
  for (let state = 0; state < states; state++) {
    const to = group[state]
    if (done[to]) continue
    done[to] = 1
    accept[to] = accepting[state]
    for (let cls = 0; cls < classes; cls++) {
      const target = next[state * classes + cls]
      mapped[to * classes + cls] = target < 0 ? -(mapRun(-target - 1) + 1) : group[target]
    }
  }
  return { ...dfa, start: group[dfa.start], states: count, accepting: accept, next: mapped, runs: mergedRuns }
}

const setNames = new WeakMap<ByteSet, string>()
function runSet(run: Run): string {
  let name = setNames.get(run.set)
  if (name === undefined) {
    name = run.set.join('')
    setNames.set(run.set, name)
  }
  return name
}

function lengths(node: Node): { min: number; max: number } {
  switch (node.type) {
    case 'empty':
      return { min: 0, max: 0 }
    case 'set':
      return { min: 1, max: 1 }
    case 'sequence':
      return node.parts
        .map(lengths)
        .reduce((sum, one) => ({ min: sum.min + one.min, max: sum.max + one.max }), { min: 0, max: 0 })
    case 'choice':
      return node.branches
        .map(lengths)
        .reduce((all, one) => ({ min: Math.min(all.min, one.min), max: Math.max(all.max, one.max) }))
    case 'repeat': {
      const one = lengths(node.node)
      return { min: one.min * node.min, max: one.max * node.max }
    }
  }
}
