import { PatternError } from '../../core/errors.ts'
import { WORD } from '../compile/byte-set.ts'
import { SAMPLE_TEXT } from '../compile/sample-text.ts'
import type { RuleCost } from '../compile/tables.ts'
import { type Automaton, buildAutomaton, LAST, MAX_EDGES } from './automaton.ts'

/** A rule that is a list of terms: it means what the pattern `\b(?:term|term|…)\b` does, in `(?i:…)` with `ignoreCase`. */
export interface TermSource {
  readonly id: string
  readonly terms: readonly string[]
  readonly ignoreCase?: boolean
}

/** Longest term in bytes of UTF-8, and the longest list in bytes. */
export const MAX_TERM_BYTES = 256
export const MAX_LIST_BYTES = MAX_EDGES - 1
/**
 * At how many places of a term another may begin: at most so many walks pass a byte, whatever the text. Words, signs and characters beyond ASCII with which some
 * term of the list begins are such places.
 */
export const MAX_STARTS = 24

/** What a byte can be to a term: whether one begins with it, and whether it is a word byte, which none begins with behind another. */
export const BEGINS = 1
export const IS_WORD = 2

/** Immutable; what a session walks. */
export interface TermTables extends Automaton {
  /** BEGINS and IS_WORD by byte of the text. */
  readonly kind: Uint8Array
  /** By byte of the text, the byte that terms have for it: small letters where case does not matter. */
  readonly fold: Uint8Array
  /** How the terms begin. A walk begins where both let it pass; a text that ends sooner passes. */
  readonly heads: Heads
  readonly cost: RuleCost
}

/** Bits for hashes of beginnings: of `length` bytes of every term; and of eight bytes, or of those `length` of terms that have no eight. */
export interface Heads {
  readonly length: number
  readonly shift: number
  readonly bits: Int32Array
  readonly longShift: number
  readonly longBits: Int32Array
}

/** Where a walk may begin at `at` of a text (of which the byte itself is known to begin one). */
export function headPasses(
  { length, shift, bits, longShift, longBits }: Heads,
  fold: Uint8Array,
  text: Uint8Array,
  at: number,
): boolean {
  if (at + length > text.length) return true
  let head = fold[text[at]]
  for (let i = 1; i < length; i++) head = (head << 8) | fold[text[at + i]]
  const hash = Math.imul(head, 0x9e3779b1)
  const index = hash >>> shift
  if ((bits[index >>> 5] & (1 << (index & 31))) === 0) return false
  const short = hash >>> longShift
  if ((longBits[short >>> 5] & (1 << (short & 31))) !== 0 || at + LONG_HEAD > text.length) return true
  const long = longHash(hash, fold[text[at + 4]], fold[text[at + 5]], fold[text[at + 6]], fold[text[at + 7]]) >>> longShift
  return (longBits[long >>> 5] & (1 << (long & 31))) !== 0
}

const LONG_HEAD = 8
const longHash = (hash: number, e: number, f: number, g: number, h: number): number =>
  Math.imul(hash ^ (e | (f << 8) | (g << 16) | (h << 24)), 0x85ebca6b)

/**
 * Compiles a list. Terms that stand twice count once; their order does not matter.
 * @throws PatternError whose column is the number of the term, from 1; its message never says the term, which may be what is to be kept secret
 */
export function compileTerms({ id, terms, ignoreCase = false }: TermSource): TermTables {
  const fold = Uint8Array.from({ length: 256 }, (_, b) => (ignoreCase && b >= 0x41 && b <= 0x5a ? b + 32 : b))
  const encoder = new TextEncoder()
  let listBytes = 0
  const words = terms.map((term, i) => {
    const fail = (code: string, message: string): never => {
      throw new PatternError(code, id, i + 1, `term ${i + 1} ${message}`)
    }
    if (term === '') fail('empty-match', 'is empty')
    if (/^\s|\s$/.test(term)) fail('bad-term', 'begins or ends with white space')
    if (/[\ud800-\udfff]/u.test(term)) fail('bad-term', 'holds half a surrogate pair, which has no bytes')
    const bytes = encoder.encode(term)
    if (bytes.length > MAX_TERM_BYTES) fail('too-long', `has ${bytes.length} bytes, the limit is ${MAX_TERM_BYTES}`)
    listBytes += bytes.length
    for (let j = 0; j < bytes.length; j++) bytes[j] = fold[bytes[j]]
    return bytes
  })
  if (words.length === 0) throw new PatternError('never-matches', id, 1, 'a list needs a term')
  if (listBytes > MAX_LIST_BYTES)
    throw new PatternError('state-explosion', id, 1, `the list has ${listBytes} bytes, the limit is ${MAX_LIST_BYTES}`)

  const kind = Uint8Array.from(WORD, (word) => word * IS_WORD)
  for (const [first] of words) for (let b = 0; b < 256; b++) if (fold[b] === first) kind[b] |= BEGINS
  words.forEach((word, i) => {
    let starts = 0
    for (let j = 0; j < word.length; j++) if (mayBegin(kind[word[j]], j === 0 ? 0 : kind[word[j - 1]])) starts++
    if (starts > MAX_STARTS)
      throw new PatternError(
        'too-long',
        id,
        i + 1,
        `term ${i + 1} has ${starts} places at which a term may begin, the limit is ${MAX_STARTS}`,
      )
  })

  const lengths = words.map((word) => word.length)
  const longest = lengths.reduce((a, b) => Math.max(a, b))
  const shortest = lengths.reduce((a, b) => Math.min(a, b))
  const sorted = words.sort(compare).filter((word, i) => i === 0 || compare(words[i - 1], word) !== 0)
  const automaton = buildAutomaton(sorted, longest)
  const heads = headsOf(sorted, Math.min(4, shortest))
  const tables = { ...automaton, kind, fold, heads }
  const { first, edges } = automaton
  const cost: RuleCost = {
    id,
    states: edges.reduce((count, edge) => count + ((edge & LAST) === 0 ? 0 : 1), 1),
    tableBytes:
      first.byteLength + edges.byteLength + heads.bits.byteLength + heads.longBits.byteLength + kind.length + fold.length,
    minLength: shortest,
    maxLength: longest,
    maxSteps: longest,
    candidatesPerKB: walksPerKB(tables),
  }
  return { ...tables, cost }
}

/** May a term begin with a byte of kind `own`, behind one of kind `before` (0 at the start of the text)? */
export const mayBegin = (own: number, before: number): boolean => (own & BEGINS) !== 0 && (own & before & IS_WORD) === 0

function compare(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i] - b[i]
  return a.length - b.length
}

/** Sixteen bits for each beginning, so that few others meet one of them; 128 and 256 KiB at most. */
function headsOf(words: readonly Uint8Array[], length: number): Heads {
  const hashes = new Set<number>()
  const long = new Set<number>()
  for (const word of words) {
    let head = 0
    for (let i = 0; i < length; i++) head = (head << 8) | word[i]
    const hash = Math.imul(head, 0x9e3779b1)
    hashes.add(hash)
    long.add(word.length < LONG_HEAD ? hash : longHash(hash, word[4], word[5], word[6], word[7]))
  }
  const bitsFor = (some: ReadonlySet<number>, most: number) => {
    const log = Math.min(most, Math.max(8, Math.ceil(Math.log2(some.size * 16))))
    const bits = new Int32Array(1 << (log - 5))
    for (const hash of some) bits[(hash >>> (32 - log)) >>> 5] |= 1 << ((hash >>> (32 - log)) & 31)
    return { bits, shift: 32 - log }
  }
  const { bits, shift } = bitsFor(hashes, 20)
  const { bits: longBits, shift: longShift } = bitsFor(long, 21)
  return { length, shift, bits, longShift, longBits }
}

/** Walks that begin in 1,000 bytes of ordinary text. */
function walksPerKB({ kind, fold, heads }: Pick<TermTables, 'kind' | 'fold' | 'heads'>): number {
  const text = new TextEncoder().encode(SAMPLE_TEXT)
  let walks = 0
  for (let at = 0; at < text.length; at++)
    if (mayBegin(kind[text[at]], at === 0 ? 0 : kind[text[at - 1]]) && headPasses(heads, fold, text, at)) walks++
  return (1000 * walks) / text.length
}
