import {
  addAll,
  addRange,
  type ByteSet,
  complement,
  DIGIT,
  emptySet,
  foldCase,
  SPACE,
  setOf,
  WORD,
} from '../../../src/scanner/compile/byte-set.ts'

/** A regular expression of the conformance suite: what the rule dialect refuses is in it. `max` may be Infinity. */
export type Regex =
  | { readonly type: 'set'; readonly set: ByteSet }
  | { readonly type: 'sequence' | 'alternation'; readonly parts: readonly Regex[] }
  | { readonly type: 'repeat'; readonly node: Regex; readonly min: number; readonly max: number; readonly greedy: boolean }
  | { readonly type: 'assert'; readonly holds: number }

/** What an assertion asks of a place in the text, as bits. */
export const TEXT_START = 1
export const TEXT_END = 2
export const LINE_START = 4
export const LINE_END = 8
export const BOUNDARY = 16
export const NO_BOUNDARY = 32

/** All that holds at `at`: a bit for each assertion. */
export function holdsAt(text: Uint8Array, at: number): number {
  const word = (i: number) => i >= 0 && i < text.length && WORD[text[i]] === 1
  let bits = word(at - 1) === word(at) ? NO_BOUNDARY : BOUNDARY
  if (at === 0) bits |= TEXT_START | LINE_START
  else if (text[at - 1] === 10) bits |= LINE_START
  if (at === text.length) bits |= TEXT_END | LINE_END
  else if (text[at] === 10) bits |= LINE_END
  return bits
}

const CONTROL: Record<string, number> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 }
const PERL: Record<string, ByteSet> = {
  d: DIGIT,
  w: WORD,
  s: SPACE,
  D: complement(DIGIT),
  W: complement(WORD),
  S: complement(SPACE),
}
const ASSERTIONS: Record<string, number> = { A: TEXT_START, z: TEXT_END, b: BOUNDARY, B: NO_BOUNDARY }
const range = (...ends: string[]): ByteSet => {
  const set = emptySet()
  for (const [low, high] of ends) addRange(set, low.charCodeAt(0), high.charCodeAt(0))
  return set
}
const POSIX: Record<string, ByteSet> = {
  alpha: range('az', 'AZ'),
  upper: range('AZ'),
  lower: range('az'),
  alnum: range('az', 'AZ', '09'),
  digit: DIGIT,
  space: SPACE,
  word: WORD,
}

interface Flags {
  i: boolean
  s: boolean
  m: boolean
}

/** Reads a pattern with the meaning of the suite's README; what it does not know it throws at. */
export function parseRegex(source: string, caseInsensitive = false): Regex {
  const chars = Array.from(source)
  let at = 0
  const unknown = (): never => {
    throw new Error(`unknown syntax at ${at} of ${source}`)
  }

  const hex = (): number => {
    const digits = /^(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2}))/.exec(chars.slice(at, at + 10).join('')) ?? unknown()
    at += digits[0].length
    return Number.parseInt(digits[1] ?? digits[2], 16)
  }
  /** Behind a backslash, where no assertion is: a byte or a set. */
  const escaped = (): number | ByteSet => {
    const char = chars[at++]
    if (char in PERL) return PERL[char]
    if (char === 'x') return hex()
    if (char in CONTROL) return CONTROL[char]
    return /[A-Za-z0-9]/.test(char) ? unknown() : char.charCodeAt(0)
  }
  /** Behind `[`. */
  const readClass = (flags: Flags): ByteSet => {
    const negated = chars[at] === '^'
    if (negated) at++
    const set = emptySet()
    for (let first = true; first || chars[at] !== ']'; first = false) {
      if (at >= chars.length) unknown()
      if (chars[at] === '[') {
        const [all, not, name] = /^\[:(\^?)([a-z]+):\]/.exec(chars.slice(at, at + 12).join('')) ?? unknown()
        addAll(set, not === '' ? POSIX[name] : complement(POSIX[name]))
        at += all.length
        continue
      }
      const member = (): number | ByteSet => (chars[at++] === '\\' ? escaped() : chars[at - 1].charCodeAt(0))
      const low = member()
      if (typeof low !== 'number') addAll(set, low)
      else if (chars[at] === '-' && chars[at + 1] !== ']') {
        at++
        addRange(set, low, member() as number)
      } else set[low] = 1
    }
    at++
    if (flags.i) foldCase(set)
    return negated ? complement(set) : set
  }

  const atom = (flags: Flags): Regex => {
    const char = chars[at++]
    const one = (set: ByteSet): Regex => ({ type: 'set', set: flags.i ? foldCase(set.slice()) : set })
    if (char === '(') return group(flags)
    if (char === '[') return { type: 'set', set: readClass(flags) }
    if (char === '.') return { type: 'set', set: flags.s ? complement(emptySet()) : complement(setOf(10)) }
    if (char === '^') return { type: 'assert', holds: flags.m ? LINE_START : TEXT_START }
    if (char === '$') return { type: 'assert', holds: flags.m ? LINE_END : TEXT_END }
    if (char === '\\') {
      if (chars[at] in ASSERTIONS && chars[at + 1] !== '{') return { type: 'assert', holds: ASSERTIONS[chars[at++]] }
      const x = escaped()
      return typeof x === 'number' ? one(setOf(x)) : { type: 'set', set: x }
    }
    if ('*+?'.includes(char)) unknown()
    const bytes = new TextEncoder().encode(char)
    return bytes.length === 1 ? one(setOf(bytes[0])) : { type: 'sequence', parts: Array.from(bytes, (b) => one(setOf(b))) }
  }

  const group = (outer: Flags): Regex => {
    const [all, on = '', off = '', close] =
      /^\?(?:P?<\w+>|([ism]*)(?:-([ism]+))?([:)]))/.exec(chars.slice(at, at + 40).join('')) ??
      (chars[at] === '?' ? unknown() : [''])
    at += all.length
    // `(?i)` is for what follows in the group around, `(?i:…)` for a group of its own.
    const flags = close === ')' ? outer : { ...outer }
    for (const flag of on) flags[flag as keyof Flags] = true
    for (const flag of off) flags[flag as keyof Flags] = false
    if (close === ')') return { type: 'sequence', parts: [] }
    const inner = alternation(flags)
    if (chars[at++] !== ')') unknown()
    return inner
  }

  const quantified = (flags: Flags): Regex => {
    let node = atom(flags)
    for (;;) {
      const [all, sign, , min, comma, max] = /^(?:([*+?])|(\{(\d+)(,)?(\d+)?\}))/.exec(chars.slice(at, at + 16).join('')) ?? ['']
      if (all === '') return node
      at += all.length
      const greedy = chars[at] !== '?'
      if (!greedy) at++
      const bounds =
        sign === undefined
          ? { min: Number(min), max: max !== undefined ? Number(max) : comma ? Number.POSITIVE_INFINITY : Number(min) }
          : { min: sign === '+' ? 1 : 0, max: sign === '?' ? 1 : Number.POSITIVE_INFINITY }
      node = { type: 'repeat', node, ...bounds, greedy }
    }
  }

  const alternation = (flags: Flags): Regex => {
    const parts: Regex[] = []
    do {
      const sequence: Regex[] = []
      while (at < chars.length && chars[at] !== '|' && chars[at] !== ')') sequence.push(quantified(flags))
      parts.push(sequence.length === 1 ? sequence[0] : { type: 'sequence', parts: sequence })
    } while (chars[at] === '|' && at++ >= 0)
    return parts.length === 1 ? parts[0] : { type: 'alternation', parts }
  }
  const regex = alternation({ i: caseInsensitive, s: false, m: false })
  if (at < chars.length) unknown()
  return regex
}
