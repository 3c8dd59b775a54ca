import { type ByteSet, isEmpty } from '../../../src/scanner/compile/byte-set.ts'
import { holdsAt, type Regex } from './syntax.ts'

// What the dialect refuses, lifted for tests without a switch in the compiler: a pattern is rewritten for one text so that the kernels' matches of it are exactly
// the non-empty matches of the original.
//
// - An unbounded repetition is bounded by the length of the text.
// - The empty match is taken out: of each part the non-empty texts are kept, and on what conditions it matches nothing (`Language`). `answer` puts it back.
// - Assertions go into the alphabet. What holds before and behind each byte is known, so a byte of the text becomes a symbol that says both (`recode`), and an
//   assertion takes symbols out of the sets beside it. A text without assertions to look at stays as it is.

/** Texts of at least one symbol. A repetition has a part of the same kind and at least one of it. */
type Full =
  | { readonly type: 'set'; readonly set: ByteSet }
  | { readonly type: 'sequence' | 'alternation'; readonly parts: readonly Full[] }
  | { readonly type: 'repeat'; readonly node: Full; readonly min: number; readonly max: number }

/** Assertions that together let a pattern match nothing at a place; `holdsAt` must have all of them. */
type Condition = number
interface Language {
  readonly full: Full | null
  readonly empty: readonly Condition[]
}

type Span = readonly [start: number, end: number]

export interface InDialect {
  /** null: nothing matches, whatever the text. */
  readonly pattern: string | null
  readonly text: Uint8Array
  /** The matches of the original, from those of `pattern` in `text`. */
  answer(found: readonly Span[]): Span[]
}

export function intoDialect(regex: Regex, text: Uint8Array): InDialect {
  const symbols = asserts(regex) ? recode(text) : { text, before: null, behind: null, of: null }
  const { full, empty } = languageOf(regex, Math.max(text.length, 1), symbols)
  const places = Uint8Array.from({ length: text.length + 1 }, (_, at) => holdsAt(text, at))
  const matchesNothing = (holds: number) => empty.some((condition) => (holds & condition) === condition)
  if (full === null) {
    // Of a pattern that can match the empty text alone the places are the text: a symbol says what holds there.
    const set = Uint8Array.from({ length: 256 }, (_, holds) => (matchesNothing(holds) ? 1 : 0))
    return {
      pattern: isEmpty(set) ? null : printSet(set),
      text: places,
      answer: (found) => inOrder(found.map(([at]) => [at, at])),
    }
  }
  // A place where nothing longer begins, and that no match covers or touches, may match the empty text.
  const answer = (found: readonly Span[]): Span[] => {
    const all = [...found]
    places.forEach((holds, at) => {
      if (matchesNothing(holds) && found.every(([start, end]) => at < start || at > end)) all.push([at, at])
    })
    return inOrder(all)
  }
  return { pattern: print(full), text: symbols.text, answer }
}

const inOrder = (spans: Span[]): Span[] => spans.sort((a, b) => a[0] - b[0])

interface Symbols {
  readonly text: Uint8Array
  /** By symbol: what holds before and behind it, and its byte; null where symbols are bytes and nothing is asked. */
  readonly before: Uint8Array | null
  readonly behind: Uint8Array | null
  readonly of: Int16Array | null
}

const asserts = (regex: Regex): boolean =>
  regex.type === 'assert' ||
  (regex.type === 'repeat' ? asserts(regex.node) : regex.type !== 'set' && regex.parts.some((part) => asserts(part)))

/**
 * A symbol for each byte of the text with what holds on both sides of it; the first of a byte's symbols is the byte itself, others take numbers of bytes that are
 * not there. As far as numbers go each byte has one more, that is nowhere in the text, with which everything holds: so a pattern keeps what matches other texts.
 */
function recode(text: Uint8Array): Symbols {
  const before = new Uint8Array(256).fill(0xff)
  const behind = new Uint8Array(256).fill(0xff)
  const of = Int16Array.from({ length: 256 }, (_, byte) => byte)
  const known = new Map<string, number>()
  const present = new Set(text)
  const absent = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => !present.has(byte))
  const started = new Set<number>()
  const recoded = text.map((byte, at) => {
    const sides = [holdsAt(text, at), holdsAt(text, at + 1)]
    const key = `${byte},${sides}`
    let symbol = known.get(key)
    if (symbol === undefined) {
      symbol = started.has(byte) ? absent.pop() : byte
      if (symbol === undefined) throw new Error('more kinds of bytes than there are symbols')
      started.add(byte)
      known.set(key, symbol)
      of[symbol] = byte
      ;[before[symbol], behind[symbol]] = sides
    }
    return symbol
  })
  for (const byte of present) {
    const symbol = absent.pop()
    if (symbol !== undefined) of[symbol] = byte
  }
  return { text: recoded, before, behind, of }
}

function languageOf(regex: Regex, most: number, symbols: Symbols): Language {
  const only = (edge: 'before' | 'behind', conditions: readonly Condition[], node: Full | null): Full | null => {
    const bits = symbols[edge]
    if (node === null || conditions.length === 0) return null
    if (bits === null || conditions.includes(0)) return node
    return atEdge(node, edge, (symbol) => conditions.some((condition) => (bits[symbol] & condition) === condition))
  }
  const build = (node: Regex): Language => {
    switch (node.type) {
      case 'set': {
        const set = symbols.of === null ? node.set : Uint8Array.from(symbols.of, (byte) => node.set[byte])
        return { full: isEmpty(set) ? null : { type: 'set', set }, empty: [] }
      }
      case 'assert':
        return { full: null, empty: [node.holds] }
      case 'alternation': {
        const parts = node.parts.map(build)
        return { full: either(...parts.map(({ full }) => full)), empty: distinct(parts.flatMap(({ empty }) => empty)) }
      }
      case 'sequence':
        return node.parts.map(build).reduce(
          (a, b) => ({
            full: either(inRow(a.full, b.full), only('before', a.empty, b.full), only('behind', b.empty, a.full)),
            empty: distinct(a.empty.flatMap((x) => b.empty.map((y) => x | y))),
          }),
          { full: null, empty: [0] },
        )
      case 'repeat': {
        const { min } = node
        const { full, empty } = build(node.node)
        const none = min === 0 || node.max === 0 ? [0] : empty
        if (full === null || node.max === 0) return { full: null, empty: none }
        const fewest = empty.includes(0) ? 1 : Math.max(min, 1)
        const ways: (Full | null)[] = [
          node.max === Number.POSITIVE_INFINITY ? manyOf(full, fewest, most) : repeat(full, fewest, node.max),
        ]
        // Fewer than `min` that are not empty, all the others at one place between them.
        for (let count = 1; count < fewest; count++) {
          for (let ahead = 0; ahead <= count; ahead++) {
            const left = ahead === 0 ? null : repeat(full, ahead, ahead)
            const right = ahead === count ? null : repeat(full, count - ahead, count - ahead)
            if (left === null) ways.push(only('before', empty, right))
            else if (right === null) ways.push(only('behind', empty, left))
            else ways.push(inRow(only('behind', empty, left), right))
          }
        }
        return { full: either(...ways), empty: none }
      }
    }
  }
  return build(regex)
}

const distinct = (conditions: readonly Condition[]): Condition[] => (conditions.includes(0) ? [0] : [...new Set(conditions)])

function either(...parts: (Full | null)[]): Full | null {
  const some = parts.filter((part) => part !== null)
  return some.length < 2 ? (some[0] ?? null) : { type: 'alternation', parts: some }
}

const inRow = (a: Full | null, b: Full | null): Full | null =>
  a === null || b === null ? null : { type: 'sequence', parts: [a, b] }

const repeat = (node: Full, min: number, max: number): Full => (max === 1 ? node : { type: 'repeat', node, min, max })

/** Marks what was unbounded: to repeat that again without a bound is to repeat what it repeats. */
const unbounded = new WeakMap<Full, Full>()

function manyOf(node: Full, min: number, most: number): Full {
  const once = (part: Full): Full =>
    unbounded.get(part) ?? (part.type === 'alternation' ? { type: 'alternation', parts: part.parts.map(once) } : part)
  const body = min === 1 ? once(node) : node
  const many = repeat(body, min, Math.max(min, most))
  if (min === 1) unbounded.set(many, body)
  return many
}

/** Those of the texts whose first or last symbol is allowed. */
function atEdge(node: Full, edge: 'before' | 'behind', allowed: (symbol: number) => boolean): Full | null {
  switch (node.type) {
    case 'set': {
      const set = node.set.map((x, symbol) => (x === 1 && allowed(symbol) ? 1 : 0))
      return isEmpty(set) ? null : { type: 'set', set }
    }
    case 'alternation':
      return either(...node.parts.map((part) => atEdge(part, edge, allowed)))
    case 'sequence': {
      const [a, b] = node.parts
      return edge === 'before' ? inRow(atEdge(a, edge, allowed), b) : inRow(a, atEdge(b, edge, allowed))
    }
    case 'repeat': {
      const one = atEdge(node.node, edge, allowed)
      const others = node.max === 1 ? null : repeat(node.node, Math.max(1, node.min - 1), node.max - 1)
      return either(node.min === 1 ? one : null, edge === 'before' ? inRow(one, others) : inRow(others, one))
    }
  }
}

function print(node: Full): string {
  switch (node.type) {
    case 'set':
      return printSet(node.set)
    case 'sequence':
      return node.parts.map((part) => (part.type === 'alternation' ? `(?:${print(part)})` : print(part))).join('')
    case 'alternation':
      return node.parts.map(print).join('|')
    case 'repeat':
      return `${node.node.type === 'set' ? print(node.node) : `(?:${print(node.node)})`}{${node.min},${node.max}}`
  }
}

function printSet(set: ByteSet): string {
  const hex = (byte: number) =>
    /[0-9A-Za-z]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`
  let out = ''
  for (let b = 0; b < 256; b++) {
    if (set[b] === 0) continue
    const from = b
    while (set[b + 1] === 1) b++
    out += from === b ? hex(from) : `${hex(from)}-${hex(b)}`
  }
  return `[${out}]`
}
