import { PatternError } from '../../core/errors.ts'
import { WORD } from '../compile/byte-set.ts'
import { SAMPLE_TEXT } from '../compile/sample-text.ts'
import type { RuleCost } from '../compile/tables.ts'
import { type Automaton, buildAutomaton, LAST, MAX_EDGES } from './automaton.ts'
import { buildHeads, type Heads, headBit, headHash, LONG_HEAD, longHeadPasses } from './heads.ts'

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
  readonly heads: Heads
  readonly cost: RuleCost
}

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
  const heads = buildHeads(sorted, shortest)
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
