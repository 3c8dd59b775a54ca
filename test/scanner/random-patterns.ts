import { PatternError } from '../../src/core/errors.ts'
import { compileRules } from '../../src/scanner/compile/compile.ts'
import type { Random } from '../support/random.ts'

const UTF8 = new TextEncoder()

const ATOMS = ['a', 'b', '[ab]', '[^a]', '.', 'c', '[a-c]', ' ', '[a-c ]', '(?i:b)', 'é']
const RUN_ATOMS = ['a', 'b', '[ab]', '[a-c]', '[^ ]', '[^a]']
const BEFORE = ['', '\\b', '(?<![a])', '(?<![ab])', '(?<=[b ])', '(?<![a-c])']
const AFTER = ['', '\\b', '(?![a])', '(?![ab])', '(?=[c ])', '(?![a-c])']
const LEADING = ['(?<![a-c])[a-c]', '(?<![ab])[ab]', '(?<![a-cx])[ab]']

function randomNode(random: Random, depth: number): string {
  switch (random.int(0, depth <= 0 ? 1 : 7)) {
    case 0:
    case 1:
      return random.pick(ATOMS)
    case 2:
      return `(?:${randomNode(random, depth - 1)}|${randomNode(random, depth - 1)})`
    case 3: {
      const min = random.int(0, 2)
      return `(?:${randomNode(random, depth - 1)}){${min},${min + random.int(0, 3) || 1}}`
    }
    case 4:
    case 5: {
      // A long repetition; with something behind it that makes it a run more often than not.
      const max = random.int(33, 60)
      const min = random.chance(0.6) ? random.int(0, 3) : random.int(0, max)
      const behind = random.chance(0.6) ? random.pick([' ', 'c', 'x', '[ x]']) : ''
      return `${random.pick(RUN_ATOMS)}{${min},${max}}${behind}`
    }
    case 6: {
      const run = `${random.pick(['[ab]', 'a'])}{${random.int(0, 2)},${random.int(33, 40)}}`
      return `(?:${random.pick(['x', 'c', ' '])}${run}){${random.int(0, 1)},${random.int(2, 4)}}`
    }
    default:
      return randomNode(random, depth - 1) + randomNode(random, depth - 1)
  }
}

/** A pattern of small parts: guards, alternatives, short and long repetitions, leading runs. It may be one that the compiler refuses. */
export function randomPattern(random: Random): string {
  if (random.chance(0.15)) {
    const run = `${random.pick(LEADING)}{${random.int(1, 3)},${random.pick([5, 8, 40])}}`
    return run + random.pick(['@', 'x']) + randomNode(random, 2) + random.pick(AFTER)
  }
  return random.pick(BEFORE) + randomNode(random, 3) + randomNode(random, 2) + random.pick(AFTER)
}

/** Mostly short, of the letters that the patterns are made of, now and then with long runs. */
export function randomText(random: Random): Uint8Array {
  let text = ''
  const length = random.int(0, random.chance(0.05) ? 200 : 24)
  while (text.length < length) {
    text += random.chance(0.1)
      ? random.pick(['a', 'b', 'ab', 'x', 'xa']).repeat(random.int(15, 45))
      : random.pick(['a', 'b', 'c', ' ', '\n', 'é', 'x', '@', 'a', 'b', 'B'])
  }
  return UTF8.encode(text)
}

/** So many patterns that the compiler takes; `refuses` hears of the others. */
export function randomPatterns(random: Random, count: number, refuses: (error: PatternError) => void = () => {}): string[] {
  const sources: string[] = []
  while (sources.length < count) {
    const source = randomPattern(random)
    try {
      compileRules([{ id: 'r', pattern: source }])
      sources.push(source)
    } catch (error) {
      if (!(error instanceof PatternError)) throw error
      refuses(error)
    }
  }
  return sources
}
