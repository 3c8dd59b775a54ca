import type { Span } from '../../core/words.ts'
import { decodeName } from '../utf8.ts'
import { CLASS, DOUBLE_QUOTE, SEMICOLON, SINGLE_QUOTE, SPACE, XML_NAME } from './bytes.ts'

/** Bytes of an internal subset that are kept for its entities. */
const MAX_SUBSET = 32 << 10
/** Shorter values are no part of anything that would have to go. */
const MIN_PART = 6
/** Entities inside entities. */
const MAX_NESTING = 16
/** Bytes that references may stand for: this many, and so many for each byte of the document before them. */
const FREE_BYTES = 64 << 10
const BYTES_PER_BYTE = 4

const NOTHING: Uint8Array = new Uint8Array(0)
const AMPERSAND = 0x26
const DECLARES = Uint8Array.from('<!ENTITY', (c) => c.charCodeAt(0))
const COMMENTS = Uint8Array.from('<!--', (c) => c.charCodeAt(0))

interface Declared {
  readonly bytes: Uint8Array
  /** Of the value, without its quotes, in the document. */
  readonly span: Span
}

/** What a reference stands for, and the declarations it was put together from. */
export interface Replaced {
  readonly bytes: Uint8Array
  readonly spans: readonly Span[]
}

/**
 * The general entities that a document's internal subset declares (XML sections 4.2 and 4.4), and what references to them stand for.
 * Entities inside entities are replaced as deep as 16, and what all references of the document stand for is bounded by its length:
 * a reference beyond is refused, and the reader counts it.
 */
export class Entities {
  private subset = NOTHING
  private length = 0
  /** More was declared than is kept. */
  private cut = false
  /** Per run taken: where it begins in the subset, and where it stood; what was decoded ends there. */
  private readonly runs: number[] = []
  private declared: Map<string, Declared> | undefined
  private replaced: Map<string, Replaced> | undefined
  private spent = 0
  /** The reference asked for last was refused. */
  refused = false
  /** A value is declared that may be part of something else. */
  hasParts = false

  /** Takes the next bytes of the DOCTYPE, which stand at `from`, in which numeric references (up to `to`) stand for their characters already. */
  take(bytes: Uint8Array, from: number, to = -1): void {
    if (this.length + bytes.length > MAX_SUBSET) {
      this.cut = true
      bytes = bytes.subarray(0, MAX_SUBSET - this.length)
    }
    if (this.length + bytes.length > this.subset.length) {
      const wider = new Uint8Array(Math.max(1024, 2 * (this.length + bytes.length)))
      wider.set(this.subset.subarray(0, this.length))
      this.subset = wider
    }
    if (bytes.length === 0) return
    this.runs.push(this.length, from, to)
    this.subset.set(bytes, this.length)
    this.length += bytes.length
  }

  /** The DOCTYPE is whole. */
  declare(): void {
    const { subset, length } = this
    this.declared = new Map()
    this.replaced = new Map()
    let at = 0
    while (at < length) {
      at = subset.indexOf(DECLARES[0], at)
      if (at < 0 || at >= length) break
      if (startsWith(subset, length, at, COMMENTS)) at = this.endOfComment(at + COMMENTS.length)
      else if (startsWith(subset, length, at, DECLARES)) at = this.declaration(at + DECLARES.length)
      else at++
    }
    this.subset = NOTHING
    this.length = this.runs.length = 0
  }

  /** What `&name;` at document offset `at` stands for, and where; undefined where nothing is declared, or `refused`. */
  valueOf(name: Uint8Array, at: number): Replaced | undefined {
    this.refused = false
    if (this.declared === undefined) return undefined
    const key = decodeName(name, 0, name.length)
    if (!this.declared.has(key)) {
      this.refused = this.cut
      return undefined
    }
    const limit = FREE_BYTES + BYTES_PER_BYTE * at
    let value = this.replaced!.get(key)
    if (value === undefined) {
      const out: Uint8Array[] = []
      const spans = new Set<Span>()
      if (!this.replace(key, out, spans, { left: limit - this.spent }, MAX_NESTING)) {
        this.refused = true
        return undefined
      }
      value = { bytes: concat(out), spans: [...spans] }
      this.replaced!.set(key, value)
    }
    this.spent += value.bytes.length
    this.refused = this.spent > limit
    return this.refused ? undefined : value
  }

  private replace(key: string, out: Uint8Array[], spans: Set<Span>, budget: { left: number }, nesting: number): boolean {
    const declared = this.declared!.get(key)
    if (declared === undefined || nesting === 0) return false
    const value = declared.bytes
    if (value.length >= MIN_PART) spans.add(declared.span)
    let from = 0
    for (;;) {
      const at = value.indexOf(AMPERSAND, from)
      const end = at < 0 ? -1 : value.indexOf(SEMICOLON, at)
      const inner = end < 0 ? '' : decodeName(value, at + 1, end)
      const piece = value.subarray(from, end < 0 ? value.length : this.declared!.has(inner) ? at : end + 1)
      // An empty entity costs a byte, so that the pieces are bounded too.
      budget.left -= piece.length + 1
      if (budget.left < 0) return false
      out.push(piece)
      if (end < 0) return true
      if (this.declared!.has(inner) && !this.replace(inner, out, spans, budget, nesting - 1)) return false
      from = end + 1
    }
  }

  private endOfComment(at: number): number {
    const { subset, length } = this
    for (; at + 2 < length; at++) if (subset[at] === 0x2d && subset[at + 1] === 0x2d && subset[at + 2] === 0x3e) return at + 3
    return length
  }

  /** Reads `name "value"` behind `<!ENTITY`; the first declaration of a name binds. */
  private declaration(at: number): number {
    const { subset, length } = this
    const begin = at
    while (at < length && (CLASS[subset[at]] & SPACE) !== 0) at++
    const nameAt = at
    while (at < length && (CLASS[subset[at]] & XML_NAME) !== 0) at++
    const nameEnd = at
    while (at < length && (CLASS[subset[at]] & SPACE) !== 0) at++
    const quote = subset[at]
    if (nameAt === begin || nameEnd === nameAt || at === nameEnd || (quote !== DOUBLE_QUOTE && quote !== SINGLE_QUOTE)) return at
    const end = subset.indexOf(quote, at + 1)
    if (end < 0 || end >= length) return length
    const name = decodeName(subset, nameAt, nameEnd)
    if (this.declared!.has(name)) return end + 1
    // One that stands for nothing divides what a reader joins.
    const span = { start: this.place(at + 1, false), end: this.place(Math.max(at, end - 1), true) }
    if (end - at - 1 >= MIN_PART) this.hasParts = true
    this.declared!.set(name, { bytes: subset.slice(at + 1, end), span })
    return end + 1
  }

  /** Where byte `at` of the subset begins or ends in the document. */
  private place(at: number, ends: boolean): number {
    const { runs } = this
    let low = 0
    let high = runs.length / 3 - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (runs[3 * middle] <= at) low = middle
      else high = middle - 1
    }
    const to = runs[3 * low + 2]
    const from = runs[3 * low + 1]
    return to < 0 ? from + (at - runs[3 * low]) + (ends ? 1 : 0) : ends ? to : from
  }
}

function startsWith(bytes: Uint8Array, length: number, at: number, word: Uint8Array): boolean {
  if (at + word.length > length) return false
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word[i]) return false
  return true
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
