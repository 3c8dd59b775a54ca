import { ConfigError, PatternError } from '../../core/errors.ts'
import { type Automaton, compilePattern } from './automaton.ts'
import { type Guard, type Node, type Pattern, parsePattern, WORD } from './dialect.ts'
import { probability } from './frequency.ts'
import { buildPrefilter, type Prefilter, passRate, RULES_PER_GROUP } from './prefilter.ts'
import type { RuleCost, RuleTables } from './tables.ts'
import { firstBytes, type WindowSets, windowOf } from './window.ts'

export interface RuleSource {
  readonly id: string
  readonly pattern: string
}

/** The byte behind a leading run must be at most this frequent for the rule to be found there. */
const ANCHOR_RATE = 0.02
/** How far back a leading run may be walked from its anchor. */
export const MAX_ANCHOR_RUN = 256

/**
 * Compiles rules to tables. Deterministic: the same rules in the same order give the same tables.
 * @throws PatternError naming rule and column of what the dialect or linear time does not allow
 */
export function compileRules(rules: readonly RuleSource[]): RuleTables {
  if (rules.length === 0) throw new ConfigError('no-rules', 'rules', 'at least one rule is needed')
  const patterns = rules.map(({ id, pattern }) => parsePattern(id, pattern))
  const automata = patterns.map(compilePattern)
  const count = rules.length
  const start = new Int32Array(count)
  const classOf = new Uint8Array(count * 256)
  const before = new Uint8Array(count * 512)
  const after = new Uint8Array(count * 512)
  const startRefused = new Uint8Array(count)
  const endRefused = new Uint8Array(count)
  const anchorRun = new Int32Array(count).fill(-1)
  const setIds = new Map<string, number>()
  const setList: Uint8Array[] = []
  const runs: { set: number; min: number; max: number; next: number }[] = []
  const rows: number[] = [0] // offset 0 is the dead state
  const windows = new Map<number, WindowSets>()
  const costs: RuleCost[] = []

  automata.forEach((dfa, rule) => {
    const pattern = patterns[rule]
    const offsets = new Int32Array(dfa.states)
    for (let state = 1; state < dfa.states; state++) offsets[state] = rows.length + (state - 1) * (dfa.classes + 1)
    const firstRun = runs.length
    for (const run of dfa.runs) {
      const key = run.set.join('')
      let set = setIds.get(key)
      if (set === undefined) {
        set = setList.push(run.set) - 1
        setIds.set(key, set)
      }
      runs.push({ set, min: run.min, max: run.max, next: offsets[run.next] })
    }
    for (let state = 1; state < dfa.states; state++) {
      rows.push(dfa.accepting[state] ? 1 : 0)
      for (let cls = 0; cls < dfa.classes; cls++) {
        const to = dfa.next[state * dfa.classes + cls]
        rows.push(to < 0 ? to - firstRun : offsets[to])
      }
    }
    start[rule] = offsets[dfa.start]
    classOf.set(dfa.classOf, rule * 256)
    fillGuard(before, rule, pattern.before)
    fillGuard(after, rule, pattern.after)
    startRefused[rule] = pattern.before.kind === 'is' ? 1 : 0
    endRefused[rule] = pattern.after.kind === 'is' ? 1 : 0
    checkLeadingRun(pattern, dfa)
    const anchor = anchorOf(pattern, dfa)
    if (anchor >= 0) {
      anchorRun[rule] = firstRun + anchor
      const run = dfa.runs[anchor]
      windows.set(rule, windowOf(dfa, run.next, { kind: 'is', set: run.set }))
    } else windows.set(rule, windowOf(dfa, dfa.start, pattern.before))
    costs.push({
      id: pattern.id,
      states: dfa.states - 1,
      tableBytes: 4 * (dfa.states - 1) * (dfa.classes + 1) + 256 + 1024 + 2,
      minLength: dfa.minLength,
      maxLength: dfa.maxLength,
      candidatesPerKB: 1000 * passRate(windows.get(rule)!),
    })
  })

  const prefilters: Prefilter[] = []
  for (let from = 0; from < count; from += RULES_PER_GROUP) {
    prefilters.push(
      buildPrefilter(
        Array.from({ length: Math.min(RULES_PER_GROUP, count - from) }, (_, i) => from + i),
        windows,
      ),
    )
  }
  const sets = new Uint8Array(Math.max(1, setList.length) * 256)
  setList.forEach((set, i) => {
    sets.set(set, i * 256)
  })
  return {
    ids: rules.map(({ id }) => id),
    next: Int32Array.from(rows),
    start,
    classOf,
    before,
    after,
    startRefused,
    endRefused,
    runSet: Int32Array.from(runs, (run) => run.set),
    runMin: Int32Array.from(runs, (run) => run.min),
    runMax: Int32Array.from(runs, (run) => run.max),
    runNext: Int32Array.from(runs, (run) => run.next),
    sets,
    setCount: setList.length,
    anchorRun,
    prefilters,
    costs,
    maxLength: Math.max(...automata.map((dfa) => dfa.maxLength)),
    minLength: Math.min(...automata.map((dfa) => dfa.minLength)),
  }
}

function fillGuard(table: Uint8Array, rule: number, guard: Guard): void {
  for (let edge = 0; edge < 2; edge++) {
    for (let byte = 0; byte < 256; byte++) {
      const refused =
        guard.kind === 'not'
          ? guard.set[byte]
          : guard.kind === 'is'
            ? 1 - guard.set[byte]
            : guard.kind === 'word'
              ? edge & WORD[byte]
              : 0
      table[(rule * 2 + edge) * 256 + byte] = refused
    }
  }
}

/** Without a guard over its class a leading run could begin at each of its bytes, and every one would wait for its end. */
function checkLeadingRun(pattern: Pattern, dfa: Automaton): void {
  for (let byte = 0; byte < 256; byte++) {
    const to = dfa.next[dfa.start * dfa.classes + dfa.classOf[byte]]
    if (to >= 0) continue
    const run = dfa.runs[-to - 1]
    const covered = run.set.every((flag, at) => !flag || refusedBefore(pattern.before, at, byte))
    if (!covered) {
      throw new PatternError(
        'leading-run',
        pattern.id,
        leadingColumn(pattern.node),
        'a long repetition at the start needs a guard (?<![...]) before it that refuses every byte of its class',
      )
    }
  }
}

function refusedBefore(guard: Guard, neighbour: number, first: number): boolean {
  if (guard.kind === 'not') return guard.set[neighbour] === 1
  if (guard.kind === 'is') return guard.set[neighbour] === 0
  return guard.kind === 'word' && WORD[first] === 1 && WORD[neighbour] === 1
}

function leadingColumn(node: Node): number {
  if (node.type === 'sequence') return leadingColumn(node.parts[0])
  if (node.type === 'choice') return leadingColumn(node.branches[0])
  if (node.type === 'repeat') return leadingColumn(node.node)
  return node.type === 'set' ? node.column : 1
}

/** The run that every match begins with, when what follows it is rare enough to be looked for instead; -1 otherwise. */
function anchorOf(pattern: Pattern, dfa: Automaton): number {
  let anchor = -1
  for (let byte = 0; byte < 256; byte++) {
    const to = dfa.next[dfa.start * dfa.classes + dfa.classOf[byte]]
    if (to === 0) continue
    if (to > 0 || (anchor >= 0 && anchor !== -to - 1)) return -1
    anchor = -to - 1
  }
  if (anchor < 0 || pattern.before.kind !== 'not') return -1
  const run = dfa.runs[anchor]
  if (run.max > MAX_ANCHOR_RUN || dfa.accepting[run.next]) return -1
  return probability(firstBytes(dfa, run.next)) <= ANCHOR_RATE ? anchor : -1
}
