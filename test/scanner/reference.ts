import type { Guard, Node, Pattern } from '../../src/scanner/compile/ast.ts'
import { parsePattern } from '../../src/scanner/compile/parse.ts'

export interface Match {
  readonly start: number
  readonly end: number
}

/**
 * The semantics of the dialect, as plainly as it can be said: all ends of the pattern from each start, by sets of positions.
 * Slow, and shares nothing with automata or kernels but the parser.
 */
export function referenceMatches(source: string, text: Uint8Array): Match[] {
  const pattern = patternOf(source)
  const matches: Match[] = []
  let from = 0
  for (let start = 0; start < text.length; start++) {
    if (start < from || !allowed(pattern.left, text, start, start - 1)) continue
    let end = -1
    for (const at of ends(pattern.body, text, new Set([start]))) {
      if (at > start && at > end && allowed(pattern.right, text, at - 1, at)) end = at
    }
    if (end < 0) continue
    matches.push({ start, end })
    from = end
  }
  return matches
}

const parsed = new Map<string, Pattern>()

function patternOf(source: string): Pattern {
  let pattern = parsed.get(source)
  if (pattern === undefined) {
    pattern = parsePattern('reference', source)
    parsed.set(source, pattern)
  }
  return pattern
}

function allowed(guard: Guard | null, text: Uint8Array, own: number, neighbour: number): boolean {
  if (guard === null) return true
  if (neighbour < 0 || neighbour >= text.length) return guard.edge
  return !(guard.reject[text[neighbour]] && guard.when[text[own]])
}

function ends(node: Node, text: Uint8Array, starts: ReadonlySet<number>): Set<number> {
  switch (node.type) {
    case 'set': {
      const reached = new Set<number>()
      for (const at of starts) if (at < text.length && node.set[text[at]]) reached.add(at + 1)
      return reached
    }
    case 'sequence': {
      let now: ReadonlySet<number> = starts
      for (const part of node.parts) now = ends(part, text, now)
      return new Set(now)
    }
    case 'alternation': {
      const reached = new Set<number>()
      for (const part of node.parts) for (const at of ends(part, text, starts)) reached.add(at)
      return reached
    }
    case 'repeat': {
      let now: ReadonlySet<number> = starts
      const reached = new Set<number>(node.min === 0 ? starts : [])
      for (let i = 1; i <= node.max && now.size > 0; i++) {
        now = ends(node.node, text, now)
        if (i >= node.min) for (const at of now) reached.add(at)
      }
      return reached
    }
  }
}
