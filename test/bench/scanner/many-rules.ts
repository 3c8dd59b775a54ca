import type { BenchRule } from '../prototype-rules.ts'

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'

/** `rules` and as many generated ones of the same kinds (vendor prefix and body, key and value, digits in groups) as make `count`. */
export function manyRules(rules: readonly BenchRule[], count: number): BenchRule[] {
  let seed = 7
  const below = (limit: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
    return (seed >> 8) % limit
  }
  const pick = (from: string): string => from[below(from.length)]
  const word = (length: number): string => Array.from({ length }, () => pick(LETTERS)).join('')
  const made = [...rules]
  for (let i = 0; made.length < count; i++) {
    const kind = below(10)
    const word_ = word(3 + below(4))
    const pattern =
      kind < 7
        ? `(?<![A-Za-z0-9_])${word_}[_-]${pick('ab') === 'a' ? '[A-Za-z0-9]' : '[a-f0-9]'}{${20 + below(30)}}(?![A-Za-z0-9_])`
        : kind < 9
          ? `${word_}["' ]{0,2}[:=]["' ]{0,2}[A-Za-z0-9]{${16 + below(24)}}(?![A-Za-z0-9_])`
          : `(?<![A-Za-z0-9_])${word(2).toUpperCase()}[0-9]{${7 + below(5)}}(?![A-Za-z0-9_])`
    made.push({ id: `generated-${i}`, pattern })
  }
  return made
}
