import { ConfigError, PatternError } from '../../core/errors.ts'
import type { Guard, Pattern } from './ast.ts'
import { type ByteSet, covers, overlaps, sameSet, setKey } from './byte-set.ts'
import { chooseWindows, groupWindows, type WindowChoice } from './choose-windows.ts'
import { buildDfa, type Dfa } from './dfa.ts'
import { knownBegin } from './known-begin.ts'
import { Layers } from './layers.ts'
import { LONG_RUN, longRunOf } from './long-runs.ts'
import { parsePattern } from './parse.ts'
import { passRate, probability } from './pass-rate.ts'
import { TAIL, VALUES, WINDOW } from './places.ts'
import { buildPrefilters } from './prefilter.ts'
import { PROBES } from './probes.ts'
import { shapeOf } from './shape.ts'
import { INSIDE_ALWAYS, INSIDE_GUARDED, INSIDE_NEVER, type RuleCost, type RuleTables, tableBytesOf } from './tables.ts'
import { placesOf } from './tail.ts'
import { anchorWindow, bytesFrom, ruleWindows } from './window.ts'

export interface RuleSource {
  readonly id: string
  readonly pattern: string
}

/** 32 bits of the rules' ids and patterns, in their order (FNV-1a over UTF-16 units). */
export function fingerprintOf(rules: readonly RuleSource[]): number {
  let sum = 0x811c9dc5
  for (const { id, pattern } of rules) {
    for (const text of [id, pattern]) {
      for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193)
      sum = Math.imul(sum ^ 0x10000, 0x01000193)
    }
  }
  return sum >>> 0
}

/** The bytes behind a leading run must be at most this frequent for the rule to be found there. */
const ANCHOR_RATE = 0.02
/** Rules that pass more often than this at their best windows are looked for by a long run, if every match has one. */
const LONG_RUN_RATE = 2e-3
/** Longest walk of a rule in table look-ups, runs counted as one: bounds what one start can cost. */
export const MAX_WALK_STEPS = 4096

/**
 * Compiles rules to tables. Deterministic: the same rules in the same order give the same tables.
 * @throws PatternError naming rule and 1-based column of what the dialect or the promise of linear time does not allow
 * @throws ConfigError without rules, or when two share an id
 */
export function compileRules(rules: readonly RuleSource[]): RuleTables {
  if (rules.length === 0) throw new ConfigError('no-rules', 'rules', 'at least one rule is needed')
  const seen = new Set<string>()
  for (const { id } of rules) {
    if (seen.has(id)) throw new ConfigError('duplicate-rule', 'rules', `two rules have the id ${id}`)
    seen.add(id)
  }
  const count = rules.length
  const rowsFrom = new Int32Array(count)
  const states = new Int32Array(count)
  const classes = new Int32Array(count)
  const start = new Int32Array(count)
  const classOf = new SharedRows(256)
  const guards = new SharedRows(512)
  const classRow = new Int32Array(count)
  const left = new Array<Guard | null>(count)
  const beforeRow = new Int32Array(count)
  const afterRow = new Int32Array(count)
  const startRefused = new Uint8Array(count)
  const endRefused = new Uint8Array(count)
  const anchorRun = new Int32Array(count).fill(-1)
  const setIds = new Map<string, number>()
  const setList: ByteSet[] = []
  const runs: { set: number; min: number; max: number; next: number; inside: number }[] = []
  const next: number[] = [0]
  const choices: WindowChoice[] = []
  const longRuns: { set: number; rule: number; before: number }[] = []
  const costs: RuleCost[] = []

  const setIdOf = (set: ByteSet): number => {
    const key = setKey(set)
    let id = setIds.get(key)
    if (id === undefined) {
      id = setList.push(set) - 1
      setIds.set(key, id)
    }
    return id
  }

  rules.forEach(({ id, pattern: source }, rule) => {
    const pattern = parsePattern(id, source)
    const dfa = buildDfa(id, pattern)
    const lengths = measure(dfa)
    if (lengths.maxSteps > MAX_WALK_STEPS) {
      throw new PatternError('too-long', id, 1, `one match may need ${lengths.maxSteps} steps, the limit is ${MAX_WALK_STEPS}`)
    }
    const stride = dfa.classes + 1
    const from = next.length
    const rowOf = (state: number) => (state === 0 ? 0 : from + (state - 1) * stride)
    const firstRun = runs.length
    const runOf = new Map<number, number>()
    for (let s = 1; s < dfa.states.length; s++) {
      const state = dfa.states[s]
      if (state.run === null) {
        next.push(state.accept ? 1 : 0)
        for (let c = 0; c < dfa.classes; c++) next.push(rowOf(state.next![c]))
        continue
      }
      const { set, min, max } = state.run
      const setId = setIdOf(set)
      runOf.set(s, runs.length)
      next.push(-(runs.length + 1))
      for (let c = 0; c < dfa.classes; c++) next.push(0)
      const inside = dfa.states[state.after].accept ? insideOf(set, pattern.right) : INSIDE_NEVER
      runs.push({ set: setId, min, max, next: rowOf(state.after), inside })
    }
    rowsFrom[rule] = from
    states[rule] = dfa.states.length - 1
    classes[rule] = dfa.classes
    start[rule] = rowOf(dfa.start)
    classRow[rule] = classOf.add(dfa.classOf)
    left[rule] = pattern.left
    beforeRow[rule] = guards.add(guardRow(pattern.left))
    afterRow[rule] = guards.add(guardRow(pattern.right))
    startRefused[rule] = pattern.left === null || pattern.left.edge ? 0 : 1
    endRefused[rule] = pattern.right === null || pattern.right.edge ? 0 : 1
    const anchor = anchorOf(pattern, dfa)
    if (anchor > 0) anchorRun[rule] = runOf.get(anchor)!
    const choice =
      anchor > 0
        ? anchorChoice(dfa, anchor, pattern.right, lengths.minLength)
        : { ...ruleWindows(dfa, pattern.left, pattern.right, lengths.minLength, lengths.maxLength), anchored: false }
    const longRun = anchor > 0 || choice.split.rate < LONG_RUN_RATE ? null : longRunOf(dfa, pattern.left)
    if (longRun === null) choices.push(choice)
    else {
      for (const before of longRun.before) longRuns.push({ set: setIdOf(longRun.set), rule, before })
      const none = { offset: 0, windows: [], rate: passRate(new Array(LONG_RUN).fill(longRun.set)) }
      choices.push({ ...choice, whole: none, split: none })
    }
    costs.push({
      id,
      states: states[rule],
      tableBytes: tableBytesOf(states[rule], dfa.classes, runs.length - firstRun),
      ...lengths,
      candidatesPerKB: 0,
    })
  })

  const chosen = chooseWindows(choices)
  const probeSets = new SharedRows(VALUES)
  const probeAt = new Uint8Array(count * PROBES)
  const probeRow = new Int32Array(count * PROBES)
  const shapeFrom = new Int32Array(count + 1)
  const shapes: number[] = []
  choices.forEach(({ probes, shape }, rule) => {
    for (const set of shape) shapes.push(probeSets.add(set))
    shapeFrom[rule + 1] = shapes.length
    probes.forEach(({ at, set }, i) => {
      probeAt[rule * PROBES + i] = at
      probeRow[rule * PROBES + i] = probeSets.add(set)
    })
  })
  const allClasses = classOf.finish()
  const groups = groupWindows(choices, chosen, (rule, window) => {
    const { anchored } = choices[rule]
    // What stands before a window that lies further on is not settled, and a walk behind a leading run begins behind it.
    if (anchored || chosen[rule].offset > 0)
      return { bytes: 0, state: anchored ? runs[anchorRun[rule]].next : start[rule], guarded: false }
    const ownClasses = allClasses.subarray(classRow[rule], classRow[rule] + 256)
    return knownBegin(next, ownClasses, guardRow(left[rule]), start[rule], window)
  })
  const sets = new Uint8Array(setList.length * 256)
  setList.forEach((set, i) => {
    sets.set(set, i * 256)
  })
  const automata = {
    next: Int32Array.from(next),
    classes,
    start,
    classOf: allClasses,
    classRow,
    guards: guards.finish(),
    afterRow,
    runSet: Int32Array.from(runs, (run) => run.set),
    runMin: Int32Array.from(runs, (run) => run.min),
    runMax: Int32Array.from(runs, (run) => run.max),
    runNext: Int32Array.from(runs, (run) => run.next),
    sets,
  }
  const prefilters = buildPrefilters(groups, ({ rule, window, anchored }) => {
    const { offset } = chosen[rule]
    const behind = offset + WINDOW - 1
    return anchored ? [] : placesOf(automata, rule, behind, behind + TAIL, (place) => window[place - offset + 1])
  })
  longRuns.sort((a, b) => a.set - b.set || b.before - a.before || a.rule - b.rule)
  return {
    ...automata,
    ids: rules.map(({ id }) => id),
    rowsFrom,
    states,
    beforeRow,
    startRefused,
    endRefused,
    runInside: Uint8Array.from(runs, (run) => run.inside),
    anchorRun,
    longRunSet: Int32Array.from(longRuns, ({ set }) => set),
    longRunRule: Int32Array.from(longRuns, ({ rule }) => rule),
    longRunBefore: Uint8Array.from(longRuns, ({ before }) => before),
    windowOffset: Uint8Array.from(chosen, ({ offset }) => offset),
    probeAt,
    probeRow,
    shapeFrom,
    shapeRow: Int32Array.from(shapes),
    probeSets: probeSets.finish(),
    prefilters,
    costs: costs.map((cost, rule) => ({ ...cost, candidatesPerKB: 1000 * chosen[rule].rate })),
    maxLength: Math.max(...costs.map((cost) => cost.maxLength)),
    minLength: Math.min(...costs.map((cost) => cost.minLength)),
    fingerprint: fingerprintOf(rules),
  }
}

function anchorChoice(dfa: Dfa, anchor: number, right: Guard | null, minLength: number): WindowChoice {
  const window = anchorWindow(dfa, anchor)
  const { run, after } = dfa.states[anchor]
  const shape = shapeOf(new Layers({ ...dfa, start: after }, new Uint8Array(VALUES), right), minLength - run!.min)
  const whole = { offset: 0, windows: [window], rate: passRate(window) }
  return { whole, split: whole, probes: [], shape, anchored: true }
}

/** Rows of bytes behind each other, equal ones once. */
class SharedRows {
  private readonly rows: Uint8Array[] = []
  /** By a sum of the row's bytes: where rows of it lie. */
  private readonly known = new Map<number, number[]>()
  private last: { row: Uint8Array; at: number } | null = null
  private readonly length: number

  constructor(length: number) {
    this.length = length
  }

  /** Where the row lies. */
  add(row: Uint8Array): number {
    if (this.last?.row === row) return this.last.at
    let sum = 0x811c9dc5
    for (let i = 0; i < row.length; i++) sum = Math.imul(sum ^ row[i], 0x01000193)
    const known = this.known.get(sum) ?? []
    if (known.length === 0) this.known.set(sum, known)
    let at = known.find((at) => sameRow(this.rows[at / this.length], row))
    if (at === undefined) {
      at = this.rows.length * this.length
      this.rows.push(row)
      known.push(at)
    }
    this.last = { row, at }
    return at
  }

  finish(): Uint8Array {
    const bytes = new Uint8Array(this.rows.length * this.length)
    this.rows.forEach((row, i) => {
      bytes.set(row, i * this.length)
    })
    return bytes
  }
}

function sameRow(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** What a guard refuses, for an own byte that is none of `\w` and for one that is. */
function guardRow(guard: Guard | null): Uint8Array {
  const row = new Uint8Array(512)
  if (guard === null) return row
  // The dialect's guards hold for every own byte, or for word bytes only.
  if (covers(guard.when, new Uint8Array(256).fill(1))) row.set(guard.reject)
  row.set(guard.reject, 256)
  return row
}

/** Where a match may end before the end of a run of `set`: there both the own and the following byte are in `set`. */
function insideOf(set: ByteSet, right: Guard | null): number {
  if (right === null || !overlaps(right.reject, set) || !overlaps(right.when, set)) return INSIDE_ALWAYS
  return covers(right.reject, set) && covers(right.when, set) ? INSIDE_NEVER : INSIDE_GUARDED
}

/** The run state that every match begins with, when the byte behind it is rare enough to be looked for instead; else 0. */
function anchorOf(pattern: Pattern, dfa: Dfa): number {
  let anchor = 0
  for (const target of dfa.states[dfa.start].next!) {
    if (target === 0) continue
    if (anchor !== 0 && anchor !== target) return 0
    anchor = target
  }
  const { run, after } = dfa.states[anchor]
  if (run === null || pattern.left === null || dfa.states[after].accept) return 0
  if (!covers(pattern.left.reject, run.set) || !covers(pattern.left.when, run.set)) return 0
  if (!sameSet(bytesFrom(dfa, dfa.start), run.set)) return 0
  return probability(bytesFrom(dfa, after)) <= ANCHOR_RATE ? anchor : 0
}

/** Shortest and longest match in bytes and the longest walk in steps; the automaton has no cycles. */
function measure(dfa: Dfa): { minLength: number; maxLength: number; maxSteps: number } {
  const count = dfa.states.length
  const min = new Float64Array(count).fill(Number.POSITIVE_INFINITY)
  const max = new Float64Array(count).fill(Number.NEGATIVE_INFINITY)
  const steps = new Float64Array(count)
  // Minimisation numbers a state after all it leads to.
  for (let s = 1; s < count; s++) {
    const state = dfa.states[s]
    if (state.accept) min[s] = max[s] = 0
    if (state.run !== null) {
      // The first byte of a run is read by the transition into it.
      min[s] = state.run.min - 1 + min[state.after]
      max[s] = state.run.max - 1 + max[state.after]
      steps[s] = 1 + steps[state.after]
      continue
    }
    for (const target of state.next!) {
      if (target === 0) continue
      min[s] = Math.min(min[s], 1 + min[target])
      max[s] = Math.max(max[s], 1 + max[target])
      steps[s] = Math.max(steps[s], 1 + steps[target])
    }
  }
  return { minLength: min[dfa.start], maxLength: max[dfa.start], maxSteps: steps[dfa.start] }
}
