/** All patterns of a dialect in small, up to a size, and all texts over its alphabet, up to a length. */

export const ALPHABET = ['a', 'b', '-'] as const
/** In no pattern, no letter: what is put between texts and around them. */
export const FILLER = '~'

const ATOMS = ['a', 'b', '[ab]', '[b\\-]'] as const
const REPEATS = ['{0,1}', '{2}', '{1,2}', '{0,3}'] as const
export const BEFORE = ['', '\\b', '(?<![a])', '(?<=[b\\-])'] as const
export const AFTER = ['', '\\b', '(?![a\\-])', '(?=[a])'] as const

/** Every pattern of exactly `size` nodes (a class, a repetition, two in a row, two to choose from), without guards. */
export function patternsOf(size: number, known: string[][] = []): string[] {
  if (known[size] !== undefined) return known[size]
  if (size === 1) return (known[1] = [...ATOMS])
  const patterns: string[] = []
  for (const part of patternsOf(size - 1, known)) for (const repeat of REPEATS) patterns.push(`(?:${part})${repeat}`)
  for (let left = 1; left < size - 1; left++) {
    const firsts = patternsOf(left, known)
    const seconds = patternsOf(size - 1 - left, known)
    for (const first of firsts) for (const second of seconds) patterns.push(`(?:${first})(?:${second})`)
    // The order of what is chosen from does not matter.
    if (left > size - 1 - left) continue
    firsts.forEach((first, i) => {
      for (const second of left === size - 1 - left ? seconds.slice(i + 1) : seconds) patterns.push(`(?:${first}|${second})`)
    })
  }
  return (known[size] = patterns)
}

/** Patterns up to `size` nodes, those up to `guardedSize` with every pair of guards too. */
export function allPatterns(size: number, guardedSize: number): string[] {
  const patterns: string[] = []
  for (let n = 1; n <= size; n++) {
    for (const body of patternsOf(n)) {
      if (n > guardedSize) patterns.push(body)
      else for (const before of BEFORE) for (const after of AFTER) patterns.push(before + body + after)
    }
  }
  return patterns
}

/** Every text of up to `length` letters, the empty one first. */
export function allTexts(length: number): string[] {
  let last = ['']
  const texts = ['']
  for (let n = 1; n <= length; n++) {
    last = last.flatMap((text) => ALPHABET.map((letter) => text + letter))
    texts.push(...last)
  }
  return texts
}
