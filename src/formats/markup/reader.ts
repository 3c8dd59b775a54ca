import type { FieldKind } from '../../core/words.ts'
import type { FieldSink, FieldWriter, FlowReader, Reader } from '../reader.ts'
import { decodeName, pointerStep } from '../utf8.ts'
import { CLASS, equalBytes, hashOf, LOWER, SPACE } from './bytes.ts'
import { ElementStack, TagName } from './element-stack.ts'
import { Entities } from './entities.ts'
import { Flow } from './flow.ts'
import * as element from './html-elements.ts'
import { elementOf } from './html-elements.ts'
import type { MarkupTokens, Model, Part } from './tokenizer.ts'
import * as token from './tokenizer.ts'
import * as writers from './writers.ts'

export interface MarkupReaderOptions {
  /** Open elements at once; what follows the one beyond is read as text, see `depthLimitAt`. */
  readonly maxDepth: number
}

/**
 * Reads HTML (the HTML standard, section 13.2) and XML 1.0. Fields of the reader itself: each run of text between tags, CDATA
 * sections, attribute values, comments, instructions, the DOCTYPE, scripts and style sheets, and names that are more than words. The
 * element names a text, the attribute a value; but a `name` (`key`, `property`, …) attribute before it names the `value` or `content` of
 * its tag, and in XML the text of its element. Beside these `flow` yields the same text joined across tags.
 *
 * `markup` is HTML if its first tag is one of HTML's elements, and XML if not.
 *
 * XML's general entities stand for what the internal subset says, within a budget; a reference beyond it counts as `depth-limit`.
 */
export function createMarkupReader(
  dialect: token.Dialect | 'markup',
  sink: FieldSink,
  options: MarkupReaderOptions,
): MarkupReader {
  return new MarkupReader(dialect, sink, options.maxDepth)
}

const KIND_OF: Record<Part, FieldKind> = {
  [token.RCDATA_PART]: 'string',
  [token.RAW_PART]: 'text',
  [token.SCRIPT_PART]: 'text',
  [token.COMMENT_PART]: 'text',
  [token.DOCTYPE_PART]: 'text',
  [token.INSTRUCTION_PART]: 'text',
  [token.QUOTED_PART]: 'string',
  [token.BARE_PART]: 'string',
  [token.NAMES_PART]: 'key',
  [token.REST_PART]: 'text',
  [token.CUT_TAG_PART]: 'text',
}
const WRITER_OF: Record<Part, FieldWriter> = {
  [token.TEXT_PART]: writers.TEXT_WRITER,
  [token.RCDATA_PART]: writers.TEXT_WRITER,
  [token.RAW_PART]: writers.RAW_WRITER,
  [token.SCRIPT_PART]: writers.SCRIPT_WRITER,
  [token.CDATA_PART]: writers.CDATA_WRITER,
  [token.COMMENT_PART]: writers.COMMENT_WRITER,
  [token.DOCTYPE_PART]: writers.DOCTYPE_WRITER,
  [token.INSTRUCTION_PART]: writers.COMMENT_WRITER,
  [token.QUOTED_PART]: writers.QUOTED_WRITER,
  [token.BARE_PART]: writers.BARE_WRITER,
  [token.NAMES_PART]: writers.NAMES_WRITER,
  [token.REST_PART]: writers.PLAIN_WRITER,
  [token.CUT_TAG_PART]: writers.TEXT_WRITER,
}

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0))
/** Attributes that name what their tag holds; the later in this list the weaker. */
const LABELS = ['name', 'key', 'property', 'itemprop', 'id'].map(ascii)
/** Attributes that hold it. */
const LABELLED = ['value', 'content'].map(ascii)
const TEXTAREA = ascii('textarea')
const PAGES = ['html', 'svg'].map(ascii)
const MAX_LABEL = 64
/** An optional end tag is looked for this far out. */
const MAX_IMPLIED = 16

class MarkupReader implements Reader, MarkupTokens {
  depthLimitAt = -1
  readonly flow: FlowReader

  private readonly sink: FieldSink
  private html: boolean
  /** Nobody has said which dialect it is. */
  private undecided: boolean
  private readonly maxDepth: number
  private readonly tokens: token.Tokenizer
  private readonly elements = new ElementStack()
  private readonly text: Flow
  private readonly entities: Entities | undefined
  private window: Uint8Array = new Uint8Array(0)
  private base = 0
  private flawed = false

  private part: Part = token.TEXT_PART
  /** The open part is a field of the sink. */
  private fieldIsOpen = false
  private tokenAt = 0

  // The tag being read.
  private readonly tagName = new TagName()
  /** The name of the attribute whose value is open: the tokenizer's bytes. */
  private attributeName = LABELS[0]
  private attributeLength = 0
  private readonly labelBytes = new Uint8Array(MAX_LABEL)
  private labelLength = 0
  /** Place of the label's attribute in LABELS; that of the open value if it is one. */
  private labelRank = LABELS.length
  private labelling = false

  constructor(dialect: token.Dialect | 'markup', sink: FieldSink, maxDepth: number) {
    this.sink = sink
    this.html = dialect === 'html'
    this.undecided = dialect === 'markup'
    this.maxDepth = maxDepth
    this.tokens = new token.Tokenizer(this.html ? 'html' : 'xml', this)
    this.entities = this.html ? undefined : new Entities()
    this.text = new Flow(this.html, this.elements)
    this.flow = this.text
  }

  feed(window: Uint8Array, last: boolean): void {
    this.window = window
    this.tokens.feed(window, last)
    this.base += window.length
    this.text.held = this.tokens.held
    this.text.windowEnds(this.base, last)
  }

  get held(): number {
    return this.tokens.held
  }

  get writer(): FieldWriter {
    return WRITER_OF[this.part]
  }

  encode(text: Uint8Array, _kind: FieldKind): Uint8Array {
    return this.writer.encode(text, _kind)
  }

  get key(): string {
    if (this.isValue()) return this.isLabelled() ? this.label() : this.attribute$()
    return this.isNamed() ? this.elements.key(this.elements.depth) : ''
  }

  keys(): readonly string[] {
    if (!this.isValue()) return this.isNamed() ? this.elements.keys(this.elements.depth) : []
    const keys = [...this.elements.keys(this.elements.depth), this.tag$(), this.attribute$()]
    return this.isLabelled() ? [...keys.slice(0, -1), this.label()] : keys
  }

  path(): string {
    if (this.isValue())
      return `${this.elements.path(this.elements.depth)}${pointerStep(this.tag$())}${pointerStep(`@${this.attribute$()}`)}`
    return this.isNamed() ? this.elements.path(this.elements.depth) : ''
  }

  private isValue(): boolean {
    return this.part === token.QUOTED_PART || this.part === token.BARE_PART
  }

  /** The part is content of an element. */
  private isNamed(): boolean {
    return this.part <= token.CDATA_PART
  }

  private isLabelled(): boolean {
    return this.labelLength > 0 && !this.labelling && LABELLED.some((name) => this.isAttribute(name))
  }

  private isAttribute(name: Uint8Array): boolean {
    return name.length === this.attributeLength && equalBytes(name, 0, this.attributeName, 0, name.length)
  }

  private attribute$(): string {
    return decodeName(this.attributeName, 0, this.attributeLength)
  }

  private tag$(): string {
    return decodeName(this.tagName.bytes, 0, this.tagName.length)
  }

  private label(): string {
    return decodeName(this.labelBytes, 0, this.labelLength)
  }

  // MarkupTokens

  open(part: Part, at: number): void {
    this.part = part
    if (part === token.TEXT_PART || part === token.CDATA_PART) return
    if (this.isValue()) this.startsLabel()
    this.fieldIsOpen = true
    this.sink.open(KIND_OF[part], at)
  }

  plain(from: number, to: number): void {
    const { part, window, base } = this
    if (part === token.TEXT_PART || part === token.CDATA_PART) {
      this.text.plain(window, base, from, to)
      if (!this.fieldIsOpen) {
        // White space before the text of an element is layout.
        while (from < to && CLASS[window[from - base]] === SPACE) from++
        if (from === to) return
        this.openText(from)
      }
    } else if (this.labelling) this.takeLabel(window, from - base, to - base)
    else if (part === token.DOCTYPE_PART) this.entities?.take(window.subarray(from - base, to - base))
    this.sink.plain(from, to)
  }

  decoded(bytes: Uint8Array, length: number, from: number, to: number): void {
    const { part } = this
    if (part === token.TEXT_PART || part === token.CDATA_PART) {
      this.text.decoded(bytes, length, from, to)
      if (!this.fieldIsOpen) {
        if (length === 1 && CLASS[bytes[0]] === SPACE) return
        this.openText(from)
      }
    } else if (this.labelling) this.takeLabel(bytes, 0, length)
    else if (part === token.DOCTYPE_PART) this.entities?.take(bytes.subarray(0, length))
    this.sink.decoded(bytes, length, from, to)
  }

  close(at: number): void {
    if (this.fieldIsOpen) this.sink.close(at)
    this.fieldIsOpen = false
    this.labelling = false
    if (this.part === token.DOCTYPE_PART) this.entities?.declare()
    // The end of the section is a gap.
    else if (this.part === token.CDATA_PART) this.text.tokenStarts(at)
  }

  tokenStarts(at: number): void {
    this.tokenAt = at
    this.text.tokenStarts(at)
  }

  tokenEnds(): void {}

  tag(name: Uint8Array, length: number): void {
    if (this.undecided) this.decide(name, length)
    this.tagName.set(name, length, this.html)
    this.labelLength = 0
    this.labelRank = LABELS.length
  }

  attribute(name: Uint8Array, length: number): void {
    this.attributeName = name
    this.attributeLength = length
  }

  foreign(): boolean {
    return this.elements.foreign
  }

  entity(name: Uint8Array, _length: number, at: number): Uint8Array | undefined {
    const value = this.entities!.valueOf(name, at)
    if (this.entities!.refused && this.depthLimitAt < 0) this.depthLimitAt = at
    return value
  }

  flaw(): void {
    if (this.flawed) return
    this.flawed = true
    this.sink.remark('malformed')
  }

  tagEnds(isEnd: boolean, selfClosing: boolean): Model {
    return this.html ? this.htmlTag(isEnd, selfClosing) : this.xmlTag(isEnd, selfClosing)
  }

  // Elements

  private htmlTag(isEnd: boolean, selfClosing: boolean): Model {
    const { elements, tagName } = this
    const { known, bytes, length, hash } = tagName
    this.text.tag(isEnd, (known.flags & element.BLOCK) !== 0, true)
    if (isEnd) {
      const level = elements.find(bytes, length, hash)
      if (level > 0) elements.popTo(level - 1)
      return token.DATA
    }
    let { foreign } = elements
    if (foreign && (known.flags & element.BREAKOUT) !== 0) {
      while (elements.foreign) elements.popTo(elements.depth - 1)
      foreign = false
    }
    if (!foreign) {
      if ((known.flags & element.ENDS_P) !== 0) this.endImplied(element.P)
      if (known.ends.length > 0) this.endImplied(known.ends)
    }
    if (foreign ? selfClosing : (known.flags & element.VOID) !== 0) return token.DATA
    const inside = (known.flags & element.FOREIGN) !== 0 || (foreign && (known.flags & element.INTEGRATION) === 0)
    if (inside && !foreign && selfClosing) return token.DATA
    if (!this.push(inside)) return token.REST
    if (foreign) return token.DATA
    if ((known.flags & element.RCDATA_MODEL) !== 0) {
      if (this.labelLength > 0 && equalBytes(known.name, 0, TEXTAREA, 0, TEXTAREA.length))
        elements.label(this.labelBytes, this.labelLength)
      return token.RCDATA
    }
    if ((known.flags & element.RAWTEXT_MODEL) !== 0) return token.RAWTEXT
    if ((known.flags & element.SCRIPT_MODEL) !== 0) return token.SCRIPT
    return (known.flags & element.PLAINTEXT_MODEL) !== 0 ? token.PLAINTEXT : token.DATA
  }

  private xmlTag(isEnd: boolean, selfClosing: boolean): Model {
    const { elements, tagName } = this
    const { bytes, length, hash } = tagName
    this.text.tag(isEnd, false, this.text.page && this.isInline())
    if (isEnd) {
      const level = elements.find(bytes, length, hash)
      if (level !== elements.depth || level === 0) this.flaw()
      if (level > 0) elements.popTo(level - 1)
      return token.DATA
    }
    if (selfClosing) {
      this.text.tag(true, false, this.text.page && this.isInline())
      return token.DATA
    }
    if (elements.depth === 0)
      this.text.page = PAGES.some((page) => page.length === length && equalBytes(page, 0, bytes, 0, length))
    if (!this.push(false)) return token.REST
    if (this.labelLength > 0) elements.label(this.labelBytes, this.labelLength)
    return token.DATA
  }

  /** The first tag says which dialect it is. */
  private decide(name: Uint8Array, length: number): void {
    this.undecided = false
    const lower = name.slice(0, length).map((byte) => LOWER[byte])
    if (elementOf(lower, length, hashOf(lower, 0, length)) === element.UNKNOWN) return
    name.set(lower)
    this.html = this.text.html = true
    this.tokens.becomeHtml()
  }

  private isInline(): boolean {
    const { bytes, length, hash } = this.tagName
    return (elementOf(bytes, length, hash).flags & element.INLINE) !== 0
  }

  /** False when the document is too deep. */
  private push(foreign: boolean): boolean {
    const { elements, tagName } = this
    if (elements.depth >= this.maxDepth) {
      if (this.depthLimitAt < 0) this.depthLimitAt = this.tokenAt
      return false
    }
    elements.push(tagName.bytes, tagName.length, tagName.hash, tagName.known, foreign)
    return true
  }

  /** Ends the open elements of these names that a start tag ends, up to the nearest boundary. */
  private endImplied(ends: readonly element.KnownElement[]): void {
    const { elements } = this
    let found = 0
    for (let level = elements.depth; level > 0 && level > elements.depth - MAX_IMPLIED; level--) {
      const open = elements.element(level)
      if (ends.includes(open)) found = level
      else if ((open.flags & element.BOUNDARY) !== 0) break
    }
    if (found > 0) elements.popTo(found - 1)
  }

  private openText(at: number): void {
    this.fieldIsOpen = true
    this.sink.open(this.html ? 'text' : 'string', at)
  }

  /** Whether the value that begins is a label, and a better one than its tag has. */
  private startsLabel(): void {
    const rank = LABELS.findIndex((name) => this.isAttribute(name))
    if (rank < 0 || rank >= this.labelRank) return
    this.labelRank = rank
    this.labelLength = 0
    this.labelling = true
  }

  private takeLabel(bytes: Uint8Array, from: number, to: number): void {
    for (let i = from; i < to && this.labelLength < MAX_LABEL; i++) this.labelBytes[this.labelLength++] = bytes[i]
  }
}
