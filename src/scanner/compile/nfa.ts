import { PatternError } from '../../core/errors.ts'
import type { Node, RepeatNode } from './ast.ts'
import type { ByteSet } from './byte-set.ts'

/** A repetition of one class beyond this many bytes is compiled to a run instead of states. */
export const RUN_ABOVE = 32
/** Most byte positions of a pattern with its repetitions written out. */
export const MAX_POSITIONS = 20_000

/**
 * A nondeterministic automaton. Node `i` either reads a byte of `set[i]` and goes to `to[i]`, or is a run in progress
 * (`run[i]`: its first byte is read; it goes on to `to[i]` where it ends), or goes to each of `eps[i]` without reading.
 */
export interface Nfa {
  readonly set: (ByteSet | null)[]
  readonly run: (RunSource | null)[]
  readonly to: number[]
  readonly eps: number[][]
  readonly start: number
  readonly accept: number
}

/** Where a run comes from: `set{min,max}` of the pattern, min ≥ 1. */
export interface RunSource {
  readonly set: ByteSet
  readonly min: number
  readonly max: number
  readonly source: RepeatNode
}

/** Byte positions of a node with repetitions written out; `isRun` says which of them stay short. */
function sizeOf(rule: string, node: Node, isRun: (repeat: RepeatNode) => boolean): number {
  switch (node.type) {
    case 'set':
      return 1
    case 'repeat': {
      if (isRun(node)) return 2
      const size = sizeOf(rule, node.node, isRun) * Math.max(node.max, 1)
      if (size > MAX_POSITIONS) {
        throw new PatternError(
          'state-explosion',
          rule,
          node.column,
          `this repetition needs ${size} positions, the limit is ${MAX_POSITIONS}; a long repetition of one class is free when it can be a run`,
        )
      }
      return size
    }
    default: {
      let sum = 0
      for (const part of node.parts) sum += sizeOf(rule, part, isRun)
      return sum
    }
  }
}

/** Thompson's construction; repetitions for which `isRun` says so become runs, all others are written out. */
export function buildNfa(rule: string, body: Node, isRun: (repeat: RepeatNode) => boolean): Nfa {
  const size = sizeOf(rule, body, isRun)
  if (size > MAX_POSITIONS) {
    throw new PatternError('state-explosion', rule, 1, `the pattern needs ${size} positions, the limit is ${MAX_POSITIONS}`)
  }
  const set: (ByteSet | null)[] = []
  const run: (RunSource | null)[] = []
  const to: number[] = []
  const eps: number[][] = []
  const add = (): number => {
    set.push(null)
    run.push(null)
    to.push(-1)
    eps.push([])
    return set.length - 1
  }
  const reads = (from: number, bytes: ByteSet): number => {
    const reader = add()
    eps[from].push(reader)
    set[reader] = bytes
    return (to[reader] = add())
  }
  const build = (node: Node, from: number): number => {
    switch (node.type) {
      case 'set':
        return reads(from, node.set)
      case 'sequence':
        for (const part of node.parts) from = build(part, from)
        return from
      case 'alternation': {
        const end = add()
        for (const part of node.parts) {
          const start = add()
          eps[from].push(start)
          eps[build(part, start)].push(end)
        }
        return end
      }
      case 'repeat': {
        if (node.max === 0) return from
        const end = add()
        if (isRun(node) && node.node.type === 'set') {
          const inRun = reads(from, node.node.set)
          run[inRun] = { set: node.node.set, min: Math.max(node.min, 1), max: node.max, source: node }
          to[inRun] = end
          if (node.min === 0) eps[from].push(end)
          return end
        }
        for (let k = 0; k < node.min; k++) from = build(node.node, from)
        eps[from].push(end)
        for (let k = node.min; k < node.max; k++) {
          from = build(node.node, from)
          eps[from].push(end)
        }
        return end
      }
    }
  }
  const start = add()
  const accept = build(body, start)
  return { set, run, to, eps, start, accept }
}
