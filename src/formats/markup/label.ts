import { decodeName } from '../utf8.ts'
import { equalBytes } from './bytes.ts'
import { DATA, type Dialect, type MarkupTokens, type Model, type Part, Tokenizer } from './tokenizer.ts'

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0))
/** Attributes that name what their tag holds; the later in this list the weaker. */
const LABELS = ['name', 'key', 'property', 'itemprop', 'id'].map(ascii)
/** Attributes that hold it. */
const LABELLED = ['value', 'content'].map(ascii)
const MAX_LABEL = 64

function isOneOf(names: readonly Uint8Array[], name: Uint8Array, length: number): number {
  return names.findIndex((one) => one.length === length && equalBytes(one, 0, name, 0, length))
}

export function isLabelled(name: Uint8Array, length: number): boolean {
  return isOneOf(LABELLED, name, length) >= 0
}

/** The label of a tag: the value of the strongest attribute that names what the tag holds. */
export class Label {
  readonly bytes: Uint8Array
  length = 0
  /** The open value is the label's. */
  isOpen = false
  /** A label of the document was spelled otherwise than it reads, or is cut. */
  hides = false
  private rank = LABELS.length

  /** `done`: one whose room it may take. */
  constructor(done?: Label) {
    this.bytes = done?.bytes ?? new Uint8Array(MAX_LABEL)
  }

  get isSet(): boolean {
    return this.length > 0 && !this.isOpen
  }

  get text(): string {
    return decodeName(this.bytes, 0, this.length)
  }

  clear(): void {
    this.length = 0
    this.rank = LABELS.length
    this.isOpen = false
  }

  /** The value of an attribute of this name begins. */
  starts(name: Uint8Array, length: number): void {
    const rank = isOneOf(LABELS, name, length)
    if (rank < 0 || rank >= this.rank) return
    this.rank = rank
    this.length = 0
    this.isOpen = true
  }

  take(bytes: Uint8Array, from: number, to: number): void {
    if (to - from > MAX_LABEL - this.length) this.hides = true
    for (let i = from; i < to && this.length < MAX_LABEL; i++) this.bytes[this.length++] = bytes[i]
  }

  adopt(other: Label): void {
    this.bytes.set(other.bytes)
    this.length = other.length
    this.hides ||= other.hides
  }
}

/** Bytes behind a value's attribute within which its tag must end for a label there to count. */
export const MAX_AHEAD = 4096

/** Looks ahead in a tag for a label that stands behind the value it names (`<input value="…" name="ssn">`). */
export class Scout implements MarkupTokens {
  readonly label = new Label()
  /** The tag is too long to be looked at further. */
  exhausted = false
  private readonly tokens: Tokenizer
  private window: Uint8Array = new Uint8Array(0)
  private base = 0
  private found = false
  private name = this.window
  private nameLength = 0

  constructor(dialect: Dialect) {
    this.tokens = new Tokenizer(dialect, this)
  }

  /** Begins behind the name of an attribute. */
  begin(): void {
    this.label.clear()
    this.exhausted = this.found = false
    this.base = this.nameLength = 0
    this.tokens.enterTag()
  }

  /** Looks at the next bytes; true when the tag has ended. */
  look(bytes: Uint8Array): boolean {
    this.window = bytes.subarray(0, MAX_AHEAD - this.base)
    this.tokens.feed(this.window, false)
    this.base += this.window.length
    this.exhausted = !this.found && this.base === MAX_AHEAD
    return this.found
  }

  open(_part: Part): void {
    this.label.starts(this.name, this.nameLength)
  }

  plain(from: number, to: number): void {
    if (this.label.isOpen) this.label.take(this.window, from - this.base, to - this.base)
  }

  decoded(bytes: Uint8Array, length: number): void {
    if (!this.label.isOpen) return
    this.label.hides = true
    this.label.take(bytes, 0, length)
  }

  close(): void {
    this.label.isOpen = false
  }

  attribute(name: Uint8Array, length: number): void {
    this.name = name
    this.nameLength = length
  }

  tagEnds(): Model {
    this.found = true
    this.tokens.pause()
    return DATA
  }

  tokenStarts(): void {}
  tokenEnds(): void {}
  tag(): void {}
  foreign(): boolean {
    return false
  }
  entity(): undefined {}
  flaw(): void {}
}
