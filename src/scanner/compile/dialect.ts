import { PatternError } from '../../core/errors.ts'

/** A set of bytes: 256 flags. */
export type ByteSet = Uint8Array

export type Node =
  | { readonly type: 'empty' }
  | { readonly type: 'set'; readonly set: ByteSet; readonly column: number }
  | { readonly type: 'sequence'; readonly parts: readonly Node[] }
  | { readonly type: 'choice'; readonly branches: readonly Node[] }
  | { readonly type: 'repeat'; readonly node: Node; readonly min: number; readonly max: number; readonly column: number }

/**
 * What must hold beside a match. `not`: the neighbour is none of `set` (the text's edge is fine); `is`: it is one of `set` (the edge
 * is not); `word`: when the match's own edge byte is a word byte, the neighbour is none. A match that ends in no word byte has
 * no `word` constraint: so a neighbour that is edited away never lets a formerly refused match in (promise 6).
 */
export interface Guard {
  readonly kind: 'none' | 'not' | 'is' | 'word'
  readonly set: ByteSet
}

export interface Pattern {
  readonly id: string
  readonly node: Node
  readonly before: Guard
  readonly after: Guard
}

const NO_SET: ByteSet = new Uint8Array(256)
const NO_GUARD: Guard = { kind: 'none', set: NO_SET }
const MAX_REPEAT = 1 << 20

export function byteSet(...ranges: readonly (readonly [number, number])[]): ByteSet {
  const set = new Uint8Array(256)
  for (const [from, to] of ranges) set.fill(1, from, to + 1)
  return set
}

export const WORD = byteSet([0x30, 0x39], [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a])
const DIGIT = byteSet([0x30, 0x39])
const SPACE = byteSet([0x09, 0x0d], [0x20, 0x20])

function complement(set: ByteSet): ByteSet {
  return set.map((flag) => 1 - flag)
}

/**
 * Reads a pattern of the rule dialect (docs/rule-dialect.md): bytes, ASCII classes, groups, alternation, bounded repetition, one
 * byte class of look-around at either end.
 * @throws PatternError with the 1-based column of what is not allowed
 */
export function parsePattern(id: string, source: string): Pattern {
  return new Parser(id, source).parse()
}

class Parser {
  readonly #id: string
  readonly #source: string
  #at = 0
  #fold = false

  constructor(id: string, source: string) {
    this.#id = id
    this.#source = source
  }

  parse(): Pattern {
    if (this.#source === '') this.#fail('empty-match', 'the pattern is empty')
    const before = this.#guard('<')
    const node = this.#choice()
    const after = this.#guard('')
    if (this.#at < this.#source.length) {
      const what = this.#source[this.#at]
      this.#fail(
        'unsupported-syntax',
        what === ')' ? 'a ")" that closes nothing' : 'look-around is allowed at the very start and the very end only',
      )
    }
    return { id: this.#id, node, before, after }
  }

  #fail(code: string, message: string, at = this.#at): never {
    throw new PatternError(code, this.#id, at + 1, message)
  }

  /** `\b`, `(?<![...])`, `(?<=[...])` before; `\b`, `(?![...])`, `(?=[...])` after. */
  #guard(side: '<' | ''): Guard {
    if (this.#source.startsWith('\\b', this.#at)) {
      this.#at += 2
      return { kind: 'word', set: WORD }
    }
    for (const [mark, kind] of [
      ['!', 'not'],
      ['=', 'is'],
    ] as const) {
      const open = `(?${side}${mark}`
      if (!this.#source.startsWith(open, this.#at)) continue
      const start = this.#at
      this.#at += open.length
      const node = this.#atom()
      if (node.type !== 'set') this.#fail('unsupported-syntax', 'look-around takes one byte class', start)
      if (this.#source[this.#at] !== ')') this.#fail('unsupported-syntax', 'look-around takes one byte class')
      this.#at++
      return { kind, set: node.set }
    }
    return NO_GUARD
  }

  #atGuard(): boolean {
    return (
      this.#source.startsWith('\\b', this.#at) ||
      this.#source.startsWith('(?!', this.#at) ||
      this.#source.startsWith('(?=', this.#at)
    )
  }

  #choice(): Node {
    const branches: Node[] = [this.#sequence()]
    while (this.#source[this.#at] === '|') {
      this.#at++
      branches.push(this.#sequence())
    }
    return branches.length === 1 ? branches[0] : { type: 'choice', branches }
  }

  #sequence(): Node {
    const parts: Node[] = []
    while (this.#at < this.#source.length && this.#source[this.#at] !== '|' && this.#source[this.#at] !== ')' && !this.#atGuard())
      parts.push(this.#repeat())
    return parts.length === 0 ? { type: 'empty' } : parts.length === 1 ? parts[0] : { type: 'sequence', parts }
  }

  #repeat(): Node {
    let node = this.#atom()
    for (;;) {
      const column = this.#at + 1
      const next = this.#source[this.#at]
      let min: number
      let max: number
      if (next === '?') {
        this.#at++
        min = 0
        max = 1
      } else if (next === '*' || next === '+') this.#fail('unbounded', `"${next}" has no bound; write {m,n}`)
      else if (next === '{') {
        const bounds = /^\{(\d{1,7})(,(\d{1,7})?)?\}/.exec(this.#source.slice(this.#at, this.#at + 20))
        if (bounds === null) this.#fail('unsupported-syntax', 'a repetition is written {n} or {m,n}; a literal brace \\{')
        min = Number(bounds[1])
        if (bounds[2] !== undefined && bounds[3] === undefined)
          this.#fail('unbounded', `"${bounds[0]}" has no upper bound; write {m,n}`)
        max = bounds[3] === undefined ? min : Number(bounds[3])
        if (max < min) this.#fail('unsupported-syntax', 'the upper bound is below the lower')
        if (max > MAX_REPEAT) this.#fail('too-long', `no more than ${MAX_REPEAT} repetitions`)
        this.#at += bounds[0].length
      } else return node
      const suffix = this.#source[this.#at]
      if (suffix === '?' || suffix === '+')
        this.#fail('unsupported-syntax', 'lazy and possessive repetition are not part of the dialect')
      if (node.type === 'repeat') this.#fail('unsupported-syntax', 'a repetition of a repetition needs a group', column - 1)
      node = max === 0 ? { type: 'empty' } : { type: 'repeat', node, min, max, column }
    }
  }

  #atom(): Node {
    const start = this.#at
    const char = this.#source[this.#at++]
    switch (char) {
      case undefined:
        return this.#fail('unsupported-syntax', 'something is missing at the end')
      case '(':
        return this.#group(start)
      case '[':
        return { type: 'set', set: this.#class(start), column: start + 1 }
      case '.':
        return { type: 'set', set: complement(byteSet([0x0a, 0x0a])), column: start + 1 }
      case '\\':
        return { type: 'set', set: this.#folded(this.#escape()), column: start + 1 }
      case '?':
      case '*':
      case '+':
      case '{':
        return this.#fail('unsupported-syntax', `"${char}" repeats nothing`, start)
      case '^':
      case '$':
        return this.#fail(
          'unsupported-syntax',
          `"${char}" is no anchor here; a guard class says what may stand beside a match`,
          start,
        )
      default:
        return this.#literal(start)
    }
  }

  #literal(start: number): Node {
    const point = this.#source.codePointAt(start)!
    if (point < 0x80) return { type: 'set', set: this.#folded(byteSet([point, point])), column: start + 1 }
    const text = String.fromCodePoint(point)
    this.#at = start + text.length
    const parts = [...new TextEncoder().encode(text)].map(
      (byte): Node => ({ type: 'set', set: byteSet([byte, byte]), column: start + 1 }),
    )
    return { type: 'sequence', parts }
  }

  #group(start: number): Node {
    const fold = this.#fold
    if (this.#source[this.#at] === '?') {
      const head = /^\?(i?):/.exec(this.#source.slice(this.#at, this.#at + 3))
      if (head === null)
        this.#fail(
          'unsupported-syntax',
          'groups are (...), (?:...) and (?i:...); look-around is allowed at the very start and end only',
          start,
        )
      if (head[1] === 'i') this.#fold = true
      this.#at += head[0].length
    }
    const node = this.#choice()
    this.#fold = fold
    if (this.#source[this.#at] !== ')')
      this.#fail(
        'unsupported-syntax',
        this.#at < this.#source.length
          ? 'look-around is allowed at the very start and the very end only'
          : 'a "(" that nothing closes',
        this.#at < this.#source.length ? this.#at : start,
      )
    this.#at++
    return node
  }

  #class(start: number): ByteSet {
    const negated = this.#source[this.#at] === '^'
    if (negated) this.#at++
    const set = new Uint8Array(256)
    let first = true
    for (;;) {
      const char = this.#source[this.#at]
      if (char === undefined) this.#fail('unsupported-syntax', 'a "[" that nothing closes', start)
      if (char === ']' && !first) break
      first = false
      const low = this.#classItem()
      if (typeof low !== 'number') {
        for (let byte = 0; byte < 256; byte++) set[byte] |= low[byte]
        continue
      }
      let high = low
      if (this.#source[this.#at] === '-' && this.#source[this.#at + 1] !== ']' && this.#source[this.#at + 1] !== undefined) {
        const dash = this.#at++
        const end = this.#classItem()
        if (typeof end !== 'number') this.#fail('unsupported-syntax', 'a range ends in one character', dash)
        if (end < low) this.#fail('unsupported-syntax', 'the range is upside down', dash)
        high = end
      }
      set.fill(1, low, high + 1)
    }
    this.#at++
    const folded = this.#folded(set)
    const result = negated ? complement(folded) : folded
    if (!result.includes(1)) this.#fail('unsupported-syntax', 'the class is empty', start)
    return result
  }

  #classItem(): number | ByteSet {
    const start = this.#at
    const char = this.#source[this.#at++]
    if (char === '\\') {
      const set = this.#escape()
      const first = set.indexOf(1)
      return set.lastIndexOf(1) === first ? first : set
    }
    const code = char.charCodeAt(0)
    if (code >= 0x80) this.#fail('unsupported-syntax', 'a class holds ASCII characters and \\xHH bytes', start)
    return code
  }

  #escape(): ByteSet {
    const start = this.#at - 1
    const char = this.#source[this.#at++]
    switch (char) {
      case 'd':
        return DIGIT
      case 'D':
        return complement(DIGIT)
      case 'w':
        return WORD
      case 'W':
        return complement(WORD)
      case 's':
        return SPACE
      case 'S':
        return complement(SPACE)
      case 'n':
        return byteSet([0x0a, 0x0a])
      case 'r':
        return byteSet([0x0d, 0x0d])
      case 't':
        return byteSet([0x09, 0x09])
      case 'x': {
        const hex = this.#source.slice(this.#at, this.#at + 2)
        if (!/^[0-9A-Fa-f]{2}$/.test(hex)) this.#fail('unsupported-syntax', 'a byte is written \\xHH', start)
        this.#at += 2
        const byte = Number.parseInt(hex, 16)
        return byteSet([byte, byte])
      }
      case undefined:
        return this.#fail('unsupported-syntax', 'a backslash escapes nothing', start)
      default:
        if (/[A-Za-z0-9]/.test(char))
          this.#fail(
            'unsupported-syntax',
            char === 'b' ? '\\b is allowed at the very start and end only' : `\\${char} is not part of the dialect`,
            start,
          )
        if (char.charCodeAt(0) >= 0x80) this.#fail('unsupported-syntax', 'only ASCII punctuation is escaped', start)
        return byteSet([char.charCodeAt(0), char.charCodeAt(0)])
    }
  }

  #folded(set: ByteSet): ByteSet {
    if (!this.#fold) return set
    const folded = set.slice()
    for (let upper = 0x41; upper <= 0x5a; upper++) {
      const either = set[upper] | set[upper + 32]
      folded[upper] = folded[upper + 32] = either
    }
    return folded
  }
}
