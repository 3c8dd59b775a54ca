import type { Candidate, Span } from '../core/words.ts'
import type { FieldContext, FieldText } from '../evidence/evidence.ts'
import type { FieldWriter, Reader } from '../formats/reader.ts'
import { codeOf, ListShape, MAX_LIST_SPAN, MAX_LIST_TEXT } from '../formats/value-list.ts'
import { FieldLayer, type Layer } from './encoding.ts'
import type { FoundPiece, LaneFinding, LaneHost } from './lane.ts'
import { View, type ViewField } from './view.ts'

/** What is asked of the lane whose reader tells the values. */
export interface ListSource {
  readonly host: LaneHost
  readonly reader: Reader
  readonly depth: number
  readonly reading: number
  readonly viewsAllowed: boolean
  readonly key: string
  keys(): readonly string[]
  path(): string
  toSource(span: Span, layers: Layer[]): Span | undefined
}

/**
 * The values of one list (`Reader.list`) joined, as whoever receives them may join them: what is found counts where it is all of the list, and no piece of it was
 * found alone by the same rule. It is edited piece by piece: its mark in the first, nothing in the others. A list of numbers that are bytes is a text, in which anything found
 * counts; in an array its mark is written as numbers.
 *
 * A list is kept to its end, which bounds it (`MAX_LIST_TEXT`, `MAX_LIST_SPAN`), and then scanned.
 */
export class JoinedValues implements ViewField, FieldContext {
  readonly host: LaneHost
  readonly kind = 'string'
  readonly joined = true
  /** Number of the list at hand. */
  list = 0
  readonly mayHoldTags = false
  viewsAllowed = true
  key = ''
  readonly #lane: ListSource
  readonly #view: View
  readonly #shape = new ListShape()
  /** The list is kept; false when it is finished, or none. */
  #kept = false
  /** Names stand between its values; one came since the last. */
  #named = false
  #nameCame = false
  #start = 0
  // Of the pieces that are not empty: where each begins and ends in the lane's input, and whether it is a bare number.
  #pieces = 0
  readonly #starts: number[] = []
  readonly #ends: number[] = []
  readonly #numbers: boolean[] = []
  /** The byte that a number is. */
  readonly #codes: number[] = []
  #pieceAt = 0
  #pieceFrom = 0
  #pieceIsNumber = false
  /** Rules that found something in a piece. */
  readonly #alone: number[] = []
  #keys: readonly string[] = []
  #path = ''
  #writer: FieldWriter | undefined

  constructor(lane: ListSource) {
    this.#lane = lane
    this.host = lane.host
    this.#view = new View(this, lane.depth + 1)
  }

  /** Another document begins. */
  restart(): void {
    this.#kept = false
    this.list = 0
  }

  /** A list is read whose values may be one. */
  get isOpen(): boolean {
    return this.#kept
  }

  /** Lowest offset of the lane's input that a finding may still touch. */
  get undecided(): number {
    return this.#kept ? this.#start : Number.POSITIVE_INFINITY
  }

  /** A value of list `list` begins at `at`; answers whether its text is wanted. */
  begins(list: number, isNumber: boolean, at: number): boolean {
    if (list !== this.list) {
      this.finish()
      this.#start = at
      this.list = list
      this.#kept = true
      this.#named = this.#nameCame = false
      this.#view.begin()
      this.#shape.reset()
      this.#pieces = 0
      if (this.#alone.length > 0) this.#alone.length = 0
      this.#writer = undefined
      this.viewsAllowed = this.#lane.viewsAllowed
    } else if (at - this.#start > MAX_LIST_SPAN) this.finish()
    if (!this.#kept) return false
    this.#named ||= this.#nameCame
    this.#pieceAt = at
    this.#pieceFrom = this.#view.text.end
    this.#pieceIsNumber = isNumber
    return true
  }

  plain(window: Uint8Array, start: number, end: number, from: number): void {
    if (this.#mayKeep(end - start, from + end - start)) this.#view.plain(window, start, end, from)
  }

  decoded(bytes: Uint8Array, length: number, from: number, to: number): void {
    if (this.#mayKeep(length, to)) this.#view.decoded(bytes, length, from, to)
  }

  /** The value that began last ends at `at`. */
  ends(at: number): void {
    if (!this.#kept) return
    const { text } = this.#view
    const { end } = text
    this.#kept = this.#shape.add(text.room, text.indexOf(this.#pieceFrom), text.indexOf(end), this.#pieceIsNumber)
    if (end === this.#pieceFrom) return
    const piece = this.#pieces++
    this.#starts[piece] = this.#pieceIsNumber ? this.#pieceAt : this.#view.map.start(this.#pieceFrom)
    this.#ends[piece] = this.#pieceIsNumber ? at : this.#view.map.end(end)
    this.#numbers[piece] = this.#pieceIsNumber
    this.#codes[piece] = this.#pieceIsNumber ? codeOf(text.room, text.indexOf(this.#pieceFrom), text.indexOf(end)) : -1
    if (this.#writer === undefined && this.#shape.mayJoin(end)) this.#name()
  }

  /** A name begins. */
  sawName(): void {
    this.#nameCame = true
  }

  /** Rule `rule` has found something in the value at hand. */
  foundAlone(rule: number): void {
    if (this.#kept) this.#alone.push(rule)
  }

  /** The input is read to `at`, between two values. */
  windowEnds(at: number): void {
    if (this.#kept && at - this.#start > MAX_LIST_SPAN) this.finish()
  }

  /** The list is over. */
  finish(): void {
    if (!this.#kept) return
    this.#kept = false
    const { text } = this.#view
    if (!this.#shape.mayJoin(text.end)) return
    if (this.#shape.isCodes) this.#decode()
    this.#view.advance(text.all(), 0, text.end, true)
  }

  /** The numbers that were kept are the bytes of a text. */
  #decode(): void {
    this.#view.begin()
    for (let i = 0; i < this.#pieces; i++) {
      BYTE[0] = this.#codes[i]
      this.#view.decoded(BYTE, 1, this.#starts[i], this.#ends[i])
    }
  }

  rest(): void {
    this.#view.rest()
  }

  dispose(): void {
    this.#view.dispose()
  }

  #mayKeep(length: number, to: number): boolean {
    if (!this.#kept) return false
    if (this.#view.text.end + length <= MAX_LIST_TEXT && to - this.#start <= MAX_LIST_SPAN) return true
    this.#kept = false
    return false
  }

  /** What names the list, while it can be told. */
  #name(): void {
    const { reader } = this.#lane
    this.key = this.#lane.key
    this.#keys = this.#lane.keys()
    this.#path = this.#lane.path().replace(/\/[0-9]+$/, '')
    this.#writer = reader.writer ?? reader
  }

  // FieldContext and ViewField

  keys(): readonly string[] {
    return this.#keys
  }

  assess(candidate: Candidate, text: FieldText): ReturnType<LaneHost['assess']> {
    if (this.#alone.includes(candidate.rule)) return undefined
    const finding = this.host.assess(candidate, text, this)
    return finding?.confidence !== 'high' && this.#shape.areGroups(this.#view.text.end) ? undefined : finding
  }

  report(found: Omit<LaneFinding, 'reading' | 'path' | 'kind' | 'token'>): void {
    const about = { reading: this.#lane.reading, path: this.#path, kind: this.kind } as const
    if (this.#areElements) {
      this.host.found({ ...found, ...about })
      return
    }
    const pieces: FoundPiece[] = []
    for (let i = 0; i < this.#pieces; i++) {
      const encoding: Layer[] = [this.#layer(i)]
      const span = this.#lane.toSource({ start: this.#starts[i], end: this.#ends[i] }, encoding)
      if (span === undefined) return
      const isFound = found.start <= span.start && span.end <= found.end
      if (isFound) pieces.push({ ...span, encoding: pieces.length === 0 ? found.encoding : encoding })
      else if (!this.#shape.isCodes) return
    }
    this.host.found({ ...found, ...about, pieces })
  }

  place(start: number, end: number, layers: Layer[]): Span | undefined {
    const { map } = this.#view
    const span = { start: map.start(start), end: map.end(end) }
    layers.push(this.#areElements ? AS_CODES : this.#layer(0))
    return this.#lane.toSource(span, layers)
  }

  /** Bytes of a text that are the elements of an array: what is put in their place may be more or fewer. */
  get #areElements(): boolean {
    return this.#shape.isCodes && !this.#named
  }

  #layer(piece: number): Layer {
    return new FieldLayer(this.#writer!, this.#numbers[piece] ? 'number' : 'string')
  }

  /** A compressed document in pieces is not read. */
  tellPacked(): void {
    this.host.refuseView()
  }

  passesOver(): boolean {
    return false
  }

  openInner(): undefined {
    return undefined
  }
}

const BYTE = new Uint8Array(1)
/** Bytes as the elements of an array. */
const AS_CODES: Layer = { encode: (text) => new TextEncoder().encode(text.join(',')) }
