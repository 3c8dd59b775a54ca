import type { Node } from '../../src/scanner/compile/ast.ts'
import type { Random } from '../support/random.ts'

/** A text that a pattern's body matches, of visible ASCII. */
export function sampleOf(node: Node, random: Random): string {
  switch (node.type) {
    case 'set': {
      const bytes: number[] = []
      for (let b = 32; b < 127; b++) if (node.set[b]) bytes.push(b)
      return bytes.length === 0 ? '' : String.fromCharCode(random.pick(bytes))
    }
    case 'sequence':
      return node.parts.map((part) => sampleOf(part, random)).join('')
    case 'alternation':
      return sampleOf(random.pick(node.parts), random)
    case 'repeat':
      return Array.from({ length: random.int(node.min, Math.min(node.max, node.min + 200)) }, () =>
        sampleOf(node.node, random),
      ).join('')
  }
}
