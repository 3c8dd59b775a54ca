import { PatternError } from '../../core/errors.ts'
import { WORD } from '../compile/byte-set.ts'
import { SAMPLE_TEXT } from '../compile/sample-text.ts'
import type { RuleCost } from '../compile/tables.ts'
import { type Automaton, buildAutomaton } from './automaton.ts'

/** A rule that is a list of terms: it means what the pattern `\b(?:term|term|…)\b` does, in `(?i:…)` with `ignoreCase`. */
export interface TermSource {
  readonly id: string
  readonly terms: readonly string[]
  readonly ignoreCase?: boolean
}

/** Longest term in bytes of UTF-8, and the longest list in bytes. */
export const MAX_TERM_BYTES = 256
export const MAX_LIST_BYTES = 4 << 20
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
  /** A bit for the hash of each beginning of `head` bytes; see `hashShift`. */
  readonly heads: Int32Array
  readonly head: number
  readonly hashShift: number
  readonly cost: RuleCost
}

/** Of the folded bytes of a beginning, the first in the highest place. */
export const hashOf = (beginning: number, shift: number): number => Math.imul(beginning, 0x9e3779b1) >>> shift

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
    for (let j = 0; j < word.length; j++) if (mayBegin(kind, word[j], j === 0 ? 0 : kind[word[j - 1]])) starts++
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
  const head = Math.min(4, shortest)
  const { heads, hashShift } = headsOf(sorted, head)
  const tables = { ...automaton, kind, fold, heads, head, hashShift }
  const { from, edges, accept } = automaton
  const cost: RuleCost = {
    id,
    states: accept.length - 1,
    tableBytes: from.byteLength + edges.byteLength + accept.byteLength + heads.byteLength + kind.length + fold.length,
    minLength: shortest,
    maxLength: longest,
    maxSteps: longest,
    candidatesPerKB: walksPerKB(tables),
  }
  return { ...tables, cost }
}

/** May a term begin with `byte`, behind a byte of kind `before`? */
export const mayBegin = (kind: Uint8Array, byte: number, before: number): boolean =>
  (kind[byte] & BEGINS) !== 0 && (kind[byte] & before & IS_WORD) === 0

function compare(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i] - b[i]
  return a.length - b.length
}

/** So many bits for each beginning of a word that few others meet one of them; 128 KiB at most. */
function headsOf(words: readonly Uint8Array[], head: number): { heads: Int32Array; hashShift: number } {
  const beginnings = new Set<number>()
  for (const word of words) {
    let beginning = 0
    for (let i = 0; i < head; i++) beginning = (beginning << 8) | word[i]
    beginnings.add(beginning)
  }
  const bits = Math.min(20, Math.max(8, Math.ceil(Math.log2(beginnings.size * 16))))
  const heads = new Int32Array(1 << (bits - 5))
  for (const beginning of beginnings) {
    const hash = hashOf(beginning, 32 - bits)
    heads[hash >>> 5] |= 1 << (hash & 31)
  }
  return { heads, hashShift: 32 - bits }
}

/** Walks that begin in 1,000 bytes of ordinary text. */
function walksPerKB({ kind, fold, heads, head, hashShift }: Omit<TermTables, 'cost'>): number {
  const text = new TextEncoder().encode(SAMPLE_TEXT)
  let walks = 0
  for (let at = 0; at + head <= text.length; at++) {
    if (!mayBegin(kind, text[at], at === 0 ? 0 : kind[text[at - 1]])) continue
    let beginning = 0
    for (let i = 0; i < head; i++) beginning = (beginning << 8) | fold[text[at + i]]
    const hash = hashOf(beginning, hashShift)
    if ((heads[hash >>> 5] & (1 << (hash & 31))) !== 0) walks++
  }
  return (1000 * walks) / text.length
}
