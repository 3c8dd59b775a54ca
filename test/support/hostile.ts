import { parsePattern } from '../../src/scanner/compile/parse.ts'
import { Random } from './random.ts'
import { LEAST, MOST, sampleOf } from './sample-of.ts'

/** What is repeated to make texts hostile to a pattern: prefixes, near misses, all matches, reversed, runs of a single class. */
export function hostileUnits(pattern: string): string[] {
  const { body } = parsePattern('steps', pattern)
  const random = new Random(5)
  const out = new Set<string>(['a', '1', 'a1', 'a.', '1.', 'a:', 'a-', '1 '])
  for (const [times, with_] of [
    [MOST, null],
    [LEAST, null],
    [MOST, random],
    [LEAST, random],
  ] as const) {
    const text = sampleOf(body, with_, times)
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
