import { holdsAt, type Regex } from './syntax.ts'

type Step =
  | { readonly type: 'set'; readonly set: Uint8Array; readonly to: number }
  | { readonly type: 'assert'; readonly holds: number; readonly to: number }
  | { readonly type: 'split'; first: number; second: number }
  | { readonly type: 'match' }

/** Thompson's automaton, in the order in which a backtracking engine would try it. */
function programOf(regex: Regex): { steps: Step[]; start: number } {
  const steps: Step[] = []
  const add = (step: Step) => steps.push(step) - 1
  const split = (greedy: boolean, on: number, out: number) =>
    add({ type: 'split', first: greedy ? on : out, second: greedy ? out : on })
  /** From the end backwards: where to begin so as to go on at `to`. */
  const build = (node: Regex, to: number): number => {
    switch (node.type) {
      case 'set':
        return add({ type: 'set', set: node.set, to })
      case 'assert':
        return add({ type: 'assert', holds: node.holds, to })
      case 'sequence':
        return node.parts.reduceRight((after, part) => build(part, after), to)
      case 'alternation':
        return node.parts.map((part) => build(part, to)).reduceRight((rest, part) => split(true, part, rest))
      case 'repeat': {
        const { min, max, greedy } = node
        let from = to
        if (max === Number.POSITIVE_INFINITY) {
          // x+ and then a choice to go round again; x* is (?:x+)?.
          const again = add({ type: 'split', first: -1, second: -1 })
          from = build(node.node, again)
          steps[again] = { type: 'split', first: greedy ? from : to, second: greedy ? to : from }
          if (min === 0) return split(greedy, from, to)
          for (let i = 1; i < min; i++) from = build(node.node, from)
          return from
        }
        for (let i = min; i < max; i++) from = split(greedy, build(node.node, from), to)
        for (let i = 0; i < min; i++) from = build(node.node, from)
        return from
      }
    }
  }
  const match = add({ type: 'match' })
  return { steps, start: build(regex, match) }
}

/**
 * All that a regular expression says of a text, as plainly as it can be said: backtracking that remembers where it was. Shares nothing with the compiler or the
 * kernels but sets of bytes.
 */
export class Reference {
  private readonly steps: readonly Step[]
  private readonly start: number
  private readonly text: Uint8Array

  constructor(regex: Regex, text: Uint8Array) {
    const { steps, start } = programOf(regex)
    this.steps = steps
    this.start = start
    this.text = text
  }

  /** Ends of the matches that begin at `from`, the one a backtracking engine prefers first. */
  ends(from: number): number[] {
    const { steps, text } = this
    const ends: number[] = []
    const width = text.length + 1
    const seen = new Uint8Array(steps.length * width)
    const stack: [step: number, at: number][] = [[this.start, from]]
    while (stack.length > 0) {
      const [index, at] = stack.pop()!
      if (seen[index * width + at]++) continue
      const step = steps[index]
      if (step.type === 'match') ends.push(at)
      else if (step.type === 'set') {
        if (at < text.length && step.set[text[at]]) stack.push([step.to, at + 1])
      } else if (step.type === 'assert') {
        if (holdsAt(text, at) & step.holds) stack.push([step.to, at])
      } else stack.push([step.second, at], [step.first, at])
    }
    return ends
  }

  /** Successive matches. An empty one that touches the one before is passed over; `anchored`: each begins where the search does. */
  matches(choose: (ends: readonly number[]) => number, anchored = false): [number, number][] {
    const found: [number, number][] = []
    for (let from = 0, last = -1; from <= this.text.length; ) {
      const ends = this.ends(from)
      const end = ends.length === 0 ? -1 : choose(ends)
      if (end < 0 && anchored) break
      if (end > from || (end === from && from !== last)) {
        found.push([from, end])
        last = end
      }
      from = end > from ? end : from + 1
    }
    return found
  }

  /** Every offset at which some match ends; `anchored`: of those that begin where the text does. */
  allEnds(anchored = false): number[] {
    const all = new Set<number>()
    for (let from = 0; from <= (anchored ? 0 : this.text.length); from++) for (const end of this.ends(from)) all.add(end)
    return [...all].sort((a, b) => a - b)
  }
}

export const first = (ends: readonly number[]): number => ends[0]
export const longest = (ends: readonly number[]): number => Math.max(...ends)
