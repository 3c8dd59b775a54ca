import type { Node } from '../../src/scanner/compile/ast.ts'
import { parsePattern } from '../../src/scanner/compile/parse.ts'
import { Random } from './random.ts'

/** A text the pattern matches: with all repetitions at their maximum (capped), or at their minimum. */
export function sampleOf(node: Node, long: boolean, random: Random | null): string {
  switch (node.type) {
    case 'set': {
      const bytes: number[] = []
      for (let b = 32; b < 127; b++) if (node.set[b]) bytes.push(b)
      const byte = bytes.length === 0 ? node.set.indexOf(1) : random === null ? bytes[0] : random.pick(bytes)
      return String.fromCharCode(byte)
    }
    case 'sequence':
      return node.parts.map((part) => sampleOf(part, long, random)).join('')
    case 'alternation':
      return sampleOf(random === null ? node.parts[0] : random.pick(node.parts), long, random)
    case 'repeat':
      return Array.from({ length: long ? Math.min(node.max, 2000) : node.min }, () => sampleOf(node.node, long, random)).join('')
  }
}

/** What is repeated to make texts hostile to a pattern: prefixes, near misses, all matches, reversed, runs of a single class. */
export function hostileUnits(pattern: string): string[] {
  const { body } = parsePattern('steps', pattern)
  const random = new Random(5)
  const out = new Set<string>(['a', '1', 'a1', 'a.', '1.', 'a:', 'a-', '1 '])
  for (const [long, with_] of [
    [true, null],
    [false, null],
    [true, random],
    [false, random],
  ] as const) {
    const text = sampleOf(body, long, with_)
    out
      .add(`${text} `)
      .add(text)
      .add(`${text.slice(0, -1)}\x01`)
      .add(text.slice(0, -1))
      .add(text.slice(-4))
      .add(text.slice(-8))
    for (const length of [1, 2, 3, 4, 8, 16]) out.add(text.slice(0, length))
    for (const share of [0.25, 0.5, 0.75]) out.add(text.slice(0, Math.ceil(text.length * share)))
    out.add([...text].reverse().join(''))
    out.add(`${text.slice(0, 3).repeat(700)}.`)
  }
  out.delete('')
  return [...out]
}
