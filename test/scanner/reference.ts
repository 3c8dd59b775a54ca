import { runsOf } from '../../src/scanner/compile/automaton.ts'
import { type Guard, type Node, type Pattern, parsePattern, WORD } from '../../src/scanner/compile/dialect.ts'

export interface Match {
  readonly start: number
  readonly end: number
}

/**
 * The semantics of the dialect, as plainly as it can be said: all ends of the pattern from each start, by sets of positions.
 * Slow, and shares nothing with automata or kernels but the parser.
 */
export function referenceMatches(source: string, text: Uint8Array): Match[] {
  const { pattern, runs } = prepare(source)
  const matches: Match[] = []
  let from = 0
  for (let start = 0; start < text.length; start++) {
    if (start < from || !allowed(pattern.before, text, start, start - 1)) continue
    const end = longestEnd(pattern, runs, text, start)
    if (end < 0) continue
    matches.push({ start, end })
    from = end
  }
  return matches
}

const prepared = new Map<string, { pattern: Pattern; runs: ReadonlySet<Node> }>()

function prepare(source: string) {
  let ready = prepared.get(source)
  if (ready === undefined) {
    const pattern = parsePattern('reference', source)
    ready = { pattern, runs: runsOf(pattern) }
    prepared.set(source, ready)
  }
  return ready
}

function longestEnd(pattern: Pattern, runs: ReadonlySet<Node>, text: Uint8Array, start: number): number {
  let longest = -1
  for (const end of ends(pattern.node, runs, text, new Set([start]))) {
    if (end > start && end > longest && allowed(pattern.after, text, end - 1, end)) longest = end
  }
  return longest
}

function allowed(guard: Guard, text: Uint8Array, edge: number, neighbour: number): boolean {
  const outside = neighbour < 0 || neighbour >= text.length
  switch (guard.kind) {
    case 'none':
      return true
    case 'not':
      return outside || !guard.set[text[neighbour]]
    case 'is':
      return !outside && guard.set[text[neighbour]] === 1
    case 'word':
      return outside || !(WORD[text[edge]] && WORD[text[neighbour]])
  }
}

function ends(node: Node, runs: ReadonlySet<Node>, text: Uint8Array, starts: ReadonlySet<number>): Set<number> {
  switch (node.type) {
    case 'empty':
      return new Set(starts)
    case 'set':
      return new Set([...starts].filter((at) => at < text.length && node.set[text[at]]).map((at) => at + 1))
    case 'sequence': {
      let now: ReadonlySet<number> = starts
      for (const part of node.parts) now = ends(part, runs, text, now)
      return new Set(now)
    }
    case 'choice':
      return new Set(node.branches.flatMap((branch) => [...ends(branch, runs, text, starts)]))
    case 'repeat': {
      if (runs.has(node) && node.node.type === 'set') {
        const reached = new Set<number>()
        for (const at of starts) {
          let end = at
          while (end < text.length && end - at < node.max && node.node.set[text[end]]) end++
          if (end - at >= node.min) reached.add(end)
          if (node.min === 0) reached.add(at)
        }
        return reached
      }
      let now: ReadonlySet<number> = starts
      const reached = new Set<number>(node.min === 0 ? starts : [])
      for (let i = 1; i <= node.max && now.size > 0; i++) {
        now = ends(node.node, runs, text, now)
        if (i >= node.min) for (const at of now) reached.add(at)
      }
      return reached
    }
  }
}
