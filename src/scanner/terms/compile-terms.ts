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

/**
 * How terms begin, as bits for hashes: of the first bytes of all terms (four, or as many as the shortest has), and of eight bytes, or of the first ones where a
 * term has no eight. A walk begins where both have their bit.
 */
export interface Heads {
  /** Of four bytes, the first in the lowest place, those that count. */
  readonly mask: number
  readonly shift: number
  readonly bits: Int32Array
  readonly longShift: number
  readonly longBits: Int32Array
}

/** Bytes that must be there for heads to be looked at. */
export const LONG_HEAD = 8

/** Hash of the first bytes of what stands at `at`. */
export const headHash = (fold: Uint8Array, text: Uint8Array, at: number, mask: number): number =>
  Math.imul(
    (fold[text[at]] | (fold[text[at + 1]] << 8) | (fold[text[at + 2]] << 16) | (fold[text[at + 3]] << 24)) & mask,
    0x9e3779b1,
  )

/** Hash of the first eight bytes, by that of the first ones. */
const longHash = (hash: number, fold: Uint8Array, text: Uint8Array, at: number): number =>
  Math.imul(
    hash ^ (fold[text[at + 4]] | (fold[text[at + 5]] << 8) | (fold[text[at + 6]] << 16) | (fold[text[at + 7]] << 24)),
    0x85ebca6b,
  )

const bitOf = (bits: Int32Array, index: number): number => (bits[index >>> 5] >>> (index & 31)) & 1

/** 1 where a term may have this hash of its first bytes. */
export const headBit = ({ bits, shift }: Heads, hash: number): number => bitOf(bits, hash >>> shift)

/** Where one has, may a term stand at `at`? */
export const longHeadPasses = (
  { longBits, longShift }: Heads,
  hash: number,
  fold: Uint8Array,
  text: Uint8Array,
  at: number,
): boolean => bitOf(longBits, hash >>> longShift) === 1 || bitOf(longBits, longHash(hash, fold, text, at) >>> longShift) === 1

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
    for (let j = 0; j < word.length; j++) starts += mayBegin(kind[word[j]], j === 0 ? 0 : kind[word[j - 1]])
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
  const heads = headsOf(sorted, shortest)
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

/** 1 where a term may begin with a byte of kind `own`, behind one of kind `before` (0 at the start of the text). */
export const mayBegin = (own: number, before: number): number => own & BEGINS & ~((own & before) >> 1)

function compare(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i] - b[i]
  return a.length - b.length
}

/** Sixteen bits for each beginning, so that few others meet one of them; 128 and 256 KiB at most. */
function headsOf(words: readonly Uint8Array[], shortest: number): Heads {
  const mask = shortest < 4 ? (1 << (8 * shortest)) - 1 : -1
  const asTheyAre = Uint8Array.from({ length: 256 }, (_, b) => b)
  const hashes = new Set<number>()
  const longHashes = new Set<number>()
  for (const word of words) {
    const hash = headHash(asTheyAre, word, 0, mask)
    hashes.add(hash)
    longHashes.add(word.length < LONG_HEAD ? hash : longHash(hash, asTheyAre, word, 0))
  }
  const bitsFor = (some: ReadonlySet<number>, most: number) => {
    const log = Math.min(most, Math.max(8, Math.ceil(Math.log2(some.size * 16))))
    const bits = new Int32Array(1 << (log - 5))
    for (const hash of some) bits[hash >>> (37 - log)] |= 1 << ((hash >>> (32 - log)) & 31)
    return { bits, shift: 32 - log }
  }
  const { bits, shift } = bitsFor(hashes, 20)
  const { bits: longBits, shift: longShift } = bitsFor(longHashes, 21)
  return { mask, shift, bits, longShift, longBits }
}

/** Walks that begin in 1,000 bytes of ordinary text. */
function walksPerKB({ kind, fold, heads }: Pick<TermTables, 'kind' | 'fold' | 'heads'>): number {
  const text = new TextEncoder().encode(SAMPLE_TEXT)
  let walks = 0
  for (let at = 1; at + LONG_HEAD <= text.length; at++) {
    if (mayBegin(kind[text[at]], kind[text[at - 1]]) === 0) continue
    const hash = headHash(fold, text, at, heads.mask)
    if (headBit(heads, hash) === 1 && longHeadPasses(heads, hash, fold, text, at)) walks++
  }
  return (1000 * walks) / text.length
}
