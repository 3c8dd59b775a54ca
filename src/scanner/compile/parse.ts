import { PatternError } from '../../core/errors.ts'
import type { Guard, Node, Pattern } from './ast.ts'
import { addAll, addRange, type ByteSet, complement, DIGIT, emptySet, foldCase, isEmpty, SPACE, setOf, WORD } from './byte-set.ts'

/** Longest pattern, in characters. */
export const MAX_PATTERN_CHARS = 8192
/** Deepest nesting of groups. */
export const MAX_GROUP_DEPTH = 64
/** Largest bound of a repetition. */
export const MAX_REPEAT = 65_535

const ALL: ByteSet = new Uint8Array(256).fill(1)
const CONTROL: Record<string, number> = { n: 10, t: 9, r: 13, f: 12, v: 11 }

/**
 * Reads a pattern of the rule dialect (docs/rule-dialect.md). Whatever the dialect does not have is refused with a
 * `PatternError` that carries the rule's id and the 1-based column; nothing is guessed.
 */
export function parsePattern(rule: string, source: string): Pattern {
  let at = 0
  const fail = (code: string, index: number, message: string): never => {
    throw new PatternError(code, rule, index + 1, message)
  }
  const unsupported = (index: number, message: string): never => fail('unsupported-syntax', index, message)
  if (source.length > MAX_PATTERN_CHARS)
    fail('pattern-too-long', MAX_PATTERN_CHARS, `longer than ${MAX_PATTERN_CHARS} characters`)

  const hexByte = (): number => {
    const digits = source.slice(at, at + 2)
    if (!/^[0-9A-Fa-f]{2}$/.test(digits)) fail('bad-escape', at - 2, '\\x needs two hexadecimal digits')
    at += 2
    return Number.parseInt(digits, 16)
  }

  /** After a backslash: a set for `\d` and its kind, a byte for the rest. */
  const escaped = (): ByteSet | number => {
    const start = at - 1
    if (at >= source.length) fail('bad-escape', start, 'a backslash at the end escapes nothing')
    const char = source[at++]
    switch (char) {
      case 'd':
        return DIGIT.slice()
      case 'w':
        return WORD.slice()
      case 's':
        return SPACE.slice()
      case 'D':
        return complement(DIGIT)
      case 'W':
        return complement(WORD)
      case 'S':
        return complement(SPACE)
      case 'x':
        return hexByte()
      case 'b':
        return unsupported(start, '\\b may stand only at the very start or the very end of a pattern')
    }
    if (char in CONTROL) return CONTROL[char]
    const code = char.charCodeAt(0)
    if (code >= 0x20 && code < 0x7f && (!WORD[code] || char === '_')) return code
    if (char >= '1' && char <= '9') return unsupported(start, 'back-references cannot be matched in linear time')
    return unsupported(start, `\\${code < 0x7f && code > 0x20 ? char : '?'} is no escape of the dialect`)
  }

  /** After `[`. */
  const parseClass = (fold: boolean): ByteSet => {
    const start = at - 1
    const negated = source[at] === '^'
    if (negated) at++
    const set = emptySet()
    if (source[at] === ']') unsupported(at, 'a class cannot start with ]; write \\]')
    const member = (): ByteSet | number => {
      const code = source.charCodeAt(at)
      if (source[at] === '[') unsupported(at, 'write \\[ inside a class')
      at++
      if (code === 0x5c) return escaped()
      if (code > 0x7e || code < 0x20) {
        unsupported(at - 1, 'a class holds printable ASCII and \\xHH; write other characters as alternatives: (?:ä|ö)')
      }
      return code
    }
    for (;;) {
      if (at >= source.length) fail('unclosed-class', start, 'this class is not closed')
      if (source[at] === ']') break
      const from = at
      const low = member()
      if (source[at] === '-' && at + 1 < source.length && source[at + 1] !== ']') {
        at++
        const high = member()
        if (typeof low !== 'number' || typeof high !== 'number') unsupported(from, 'a range goes from one character to another')
        else if (high < low) fail('bad-range', from, 'the range ends before it starts')
        else addRange(set, low, high)
      } else if (typeof low === 'number') set[low] = 1
      else addAll(set, low)
    }
    at++
    if (fold) foldCase(set)
    const result = negated ? complement(set) : set
    if (isEmpty(result)) fail('empty-class', start, 'this class matches no byte')
    return result
  }

  /** One character, class or escape as a set of one byte; null when it is none of these. */
  const parseSet = (fold: boolean): ByteSet | null => {
    const char = source[at]
    if (char === '[') {
      at++
      return parseClass(fold)
    }
    if (char === '.') {
      at++
      return complement(setOf(10))
    }
    if (char === '\\') {
      at++
      const x = escaped()
      return typeof x === 'number' ? (fold ? foldCase(setOf(x)) : setOf(x)) : x
    }
    const code = source.charCodeAt(at)
    if (code > 0x7e || '()|*+?{^$'.includes(char)) return null
    at++
    return fold ? foldCase(setOf(code)) : setOf(code)
  }

  const atom = (fold: boolean, depth: number): Node => {
    const start = at
    const char = source[at]
    if (char === '(') return group(fold, depth)
    if (char === '*' || char === '+' || char === '?') fail('nothing-to-repeat', start, 'nothing stands before this quantifier')
    if (char === '{') fail('nothing-to-repeat', start, 'nothing stands before this quantifier; a brace is written \\{')
    if (char === '^' || char === '$') {
      unsupported(start, `${char} is not in the dialect: use a guard, for example (?<![0-9]) or (?![0-9])`)
    }
    const set = parseSet(fold)
    if (set !== null) return { type: 'set', set }
    const point = source.codePointAt(at)!
    if (point >= 0xd800 && point <= 0xdfff) unsupported(start, 'half a surrogate pair has no bytes')
    if (point === 0x7f) {
      at++
      return { type: 'set', set: setOf(0x7f) }
    }
    at += point > 0xffff ? 2 : 1
    const bytes = new TextEncoder().encode(String.fromCodePoint(point))
    return { type: 'sequence', parts: Array.from(bytes, (b): Node => ({ type: 'set', set: setOf(b) })) }
  }

  const group = (fold: boolean, depth: number): Node => {
    const start = at++
    if (depth >= MAX_GROUP_DEPTH) fail('too-deep', start, `groups nest deeper than ${MAX_GROUP_DEPTH}`)
    if (source[at] === '?') {
      if (source.startsWith('?:', at)) at += 2
      else if (source.startsWith('?i:', at)) {
        at += 3
        fold = true
      } else if (/^\?<?[=!]/.test(source.slice(at, at + 3))) {
        unsupported(start, 'look-around may stand only at the very start (?<!…) (?<=…) or the very end (?!…) (?=…) of a pattern')
      } else if (source.startsWith('?P<', at) || source.startsWith('?<', at))
        unsupported(start, 'named groups are not in the dialect')
      else unsupported(start, 'of (?…) the dialect has (?:…), (?i:…) and guards at the ends')
    }
    const inner = alternation(fold, depth + 1)
    if (source[at] !== ')') fail('unclosed-group', start, 'this group is not closed')
    at++
    return inner
  }

  const quantified = (node: Node): Node => {
    const column = at + 1
    const char = source[at]
    let min = 0
    let max = 1
    if (char === '*' || char === '+') {
      fail(
        'unbounded',
        at,
        `${char} has no upper bound: write {${char === '*' ? 0 : 1},n} with the largest length that makes sense`,
      )
    } else if (char === '?') at++
    else if (char === '{') {
      const m = /^\{([0-9]{1,6})(,([0-9]{0,6}))?\}/.exec(source.slice(at, at + 16))
      if (m === null) return unsupported(at, 'a repetition is {n} or {m,n}; a brace is written \\{')
      if (m[2] === ',') fail('unbounded', at, `{${m[1]},} has no upper bound: write {${m[1]},n}`)
      min = Number(m[1])
      max = m[2] === undefined ? min : Number(m[3])
      if (max < min) fail('bad-bounds', at, 'the upper bound is below the lower')
      if (max > MAX_REPEAT) fail('bad-bounds', at, `a repetition goes to ${MAX_REPEAT} at most`)
      at += m[0].length
    } else return node
    const next = source[at]
    if (next === '?') unsupported(at, 'lazy quantifiers mean nothing here: the longest match is reported')
    if (next === '+') unsupported(at, 'possessive quantifiers are not in the dialect')
    if (next === '*' || next === '{') unsupported(at, 'a quantifier after a quantifier needs a group: (?:…)')
    return { type: 'repeat', node, min, max, column }
  }

  const sequence = (fold: boolean, depth: number): Node => {
    const parts: Node[] = []
    while (at < source.length && source[at] !== '|' && source[at] !== ')') {
      if (depth === 0) {
        const guard = guardAtEnd()
        if (guard !== null) {
          right = guard
          break
        }
      }
      parts.push(quantified(atom(fold, depth)))
    }
    return parts.length === 1 ? parts[0] : { type: 'sequence', parts }
  }

  const alternation = (fold: boolean, depth: number): Node => {
    const parts: Node[] = [sequence(fold, depth)]
    while (source[at] === '|') {
      if (depth === 0 && (left !== null || right !== null)) break
      at++
      parts.push(sequence(fold, depth))
      if (depth === 0 && right !== null) {
        unsupported(right.column - 1, 'a guard beside alternatives is ambiguous: put them in a group, (?:a|b)')
      }
    }
    if (depth === 0 && source[at] === '|') {
      unsupported(at, 'a guard beside alternatives is ambiguous: put them in a group, (?:a|b)')
    }
    if (parts.length === 1) return parts[0]
    // Alternatives of one byte each are a class: so (?:a|b){40} can be a run.
    if (parts.every((part) => part.type === 'set')) {
      const set = emptySet()
      for (const part of parts) if (part.type === 'set') addAll(set, part.set)
      return { type: 'set', set }
    }
    return { type: 'alternation', parts }
  }

  const lookaround = (start: number, length: number, positive: boolean): Guard => {
    at = start + length
    const set = at < source.length ? parseSet(false) : null
    if (set === null || source[at] !== ')') return unsupported(start, 'a guard looks at one byte: a character or one class')
    at++
    const next = source[at]
    if (next === '?' || next === '*' || next === '+' || next === '{') unsupported(at, 'a guard cannot be repeated')
    return { reject: positive ? complement(set) : set, when: ALL, edge: !positive, column: start + 1 }
  }
  const wordGuard = (start: number): Guard => {
    at = start + 2
    return { reject: WORD, when: WORD, edge: true, column: start + 1 }
  }
  const guardAtStart = (): Guard | null => {
    if (source.startsWith('\\b', at)) return wordGuard(at)
    if (source.startsWith('(?<!', at)) return lookaround(at, 4, false)
    if (source.startsWith('(?<=', at)) return lookaround(at, 4, true)
    return null
  }
  const guardAtEnd = (): Guard | null => {
    const start = at
    let guard: Guard | null = null
    if (source.startsWith('\\b', at)) {
      if (at + 2 < source.length && source[at + 2] !== '|') return null
      guard = wordGuard(at)
    } else if (source.startsWith('(?!', at)) guard = lookaround(at, 3, false)
    else if (source.startsWith('(?=', at)) guard = lookaround(at, 3, true)
    if (guard !== null && at < source.length && source[at] !== '|') {
      unsupported(start, 'a guard of the byte after may stand only at the very end of a pattern')
    }
    return guard
  }

  let left: Guard | null = null
  let right: Guard | null = null
  if (source.length === 0) fail('empty-match', 0, 'an empty pattern matches everywhere')
  left = guardAtStart()
  if (left !== null && guardAtStart() !== null) unsupported(left.column - 1, 'one guard at the start is enough: join the classes')
  const from = at
  const body = alternation(false, 0)
  if (at < source.length) fail('unmatched-parenthesis', at, 'this parenthesis closes nothing')
  return { left, body, right, from, to: right === null ? source.length : (right as Guard).column - 1 }
}
