import type { Node } from '../../src/scanner/compile/ast.ts'
import type { Random } from './random.ts'

/** How often a repetition of `min` to `max` is written. */
export type Times = (min: number, max: number) => number

/** A text that a pattern's body matches, of visible ASCII where it may be: at random, or of the first of all choices. */
export function sampleOf(node: Node, random: Random | null, times: Times): string {
  switch (node.type) {
    case 'set': {
      const bytes: number[] = []
      for (let b = 32; b < 127; b++) if (node.set[b]) bytes.push(b)
      const byte = bytes.length === 0 ? node.set.indexOf(1) : random === null ? bytes[0] : random.pick(bytes)
      return String.fromCharCode(byte)
    }
    case 'sequence':
      return node.parts.map((part) => sampleOf(part, random, times)).join('')
    case 'alternation':
      return sampleOf(random === null ? node.parts[0] : random.pick(node.parts), random, times)
    case 'repeat':
      return Array.from({ length: times(node.min, node.max) }, () => sampleOf(node.node, random, times)).join('')
  }
}

export const LEAST: Times = (min) => min
/** As often as may be, within reason. */
export const MOST: Times = (_min, max) => Math.min(max, 2000)
/** Any number, within reason. */
export const anyTimes =
  (random: Random): Times =>
  (min, max) =>
    random.int(min, Math.min(max, min + 200))
