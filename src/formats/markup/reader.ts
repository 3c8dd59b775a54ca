import type { FieldKind, Span } from '../../core/words.ts'
import { giveKept } from '../kept.ts'
import type { FieldSink, FieldWriter, FlowReader, Reader } from '../reader.ts'
import { decodeName, pointerStep } from '../utf8.ts'
import { CLASS, equalBytes, hashOf, LOWER, SPACE } from './bytes.ts'
import { ElementStack, TagName } from './element-stack.ts'
import { Entities } from './entities.ts'
import { Flow } from './flow.ts'
import * as element from './html-elements.ts'
import { elementOf } from './html-elements.ts'
import { isLabelled, Label, MAX_AHEAD, Scout } from './label.ts'
import { Siblings } from './siblings.ts'
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
 * element names a text, the attribute a value; but a `name` (`key`, `property`, …) attribute names the `value` or `content` of its tag, and in XML the text of its element. Beside these `flow` yields the same text joined across tags.
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
const PAGES = ['html', 'svg'].map(ascii)
const NOTHING: Uint8Array = new Uint8Array(0)
const NO_SPANS: readonly Span[] = []
/** What entities declare is held back for so many bytes, so that it can be edited with a value it is part of, where the reference is this near. */
const MAX_HELD = 64 << 10
const MAX_APART = 16 << 10
/** Names of attributes that are kept as text, and bytes of one. */
const KNOWN_NAMES = 64
const MAX_KNOWN = 16
/** The name of a first tag, in lower case. */
const lower = new Uint8Array(token.MAX_NAME_TOLD)
/** An optional end tag is looked for this far out. */
const MAX_IMPLIED = 16

/** Are these the bytes of the text? Of bytes beyond ASCII they are not. */
function spells(text: string, bytes: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[i] || bytes[i] > 0x7f) return false
  return true
}

class MarkupReader implements Reader, MarkupTokens {
  depthLimitAt = -1
  readonly flow: FlowReader

  private readonly sink: FieldSink
  private html: boolean
  /** Nobody has said which dialect it is. */
  private undecided: boolean
  private readonly maxDepth: number
  private readonly tokens: token.Tokenizer
  private readonly elements: ElementStack
  private readonly text: Flow
  private readonly entities: Entities | undefined
  private window = NOTHING
  private base = 0
  private flawed = false
  /** XML: an element has begun. */
  private hasRoot = false
  /** Where the DOCTYPE begins whose entities may be part of a value; -1 if there is none. */
  private doctypeAt = -1

  private part: Part = token.TEXT_PART
  /** The open part is a field of the sink. */
  private fieldIsOpen = false
  /** Where the entity is declared that is told next. */
  private copied: readonly Span[] = NO_SPANS
  private tokenAt = 0

  /** XML: the elements of one name behind one another, whose text may be a value in pieces. */
  private readonly siblings: Siblings

  // The tag being read.
  private readonly tagName: TagName
  /** The name of the attribute whose value is open: the tokenizer's bytes. */
  private attributeName = NOTHING
  private attributeLength = 0
  private readonly knownNames: (string | undefined)[]
  private readonly tagLabel: Label
  private scout: Scout | undefined
  private scouted = false
  /** What is kept, from a value on, until it is known whether a label follows it. */
  private kept = NOTHING
  private keptLength = 0
  private keptAt = 0
  private last = false

  private readonly dialect: token.Dialect | 'markup'

  constructor(dialect: token.Dialect | 'markup', sink: FieldSink, maxDepth: number, done?: MarkupReader) {
    this.dialect = dialect
    this.sink = sink
    this.html = dialect === 'html'
    this.undecided = dialect === 'markup'
    this.maxDepth = maxDepth
    this.elements = new ElementStack(done?.elements)
    this.siblings = new Siblings(done?.siblings)
    this.tagName = new TagName(done?.tagName)
    this.knownNames = done?.knownNames ?? []
    this.tagLabel = new Label(done?.tagLabel)
    this.tokens = new token.Tokenizer(this.html ? 'html' : 'xml', this, done?.tokens)
    this.entities = this.html ? undefined : new Entities()
    this.text = new Flow(this.html, this.elements, this.tagLabel)
    this.flow = this.text
  }

  restart(): Reader {
    return new MarkupReader(this.dialect, this.sink, this.maxDepth, this)
  }

  feed(window: Uint8Array, last: boolean): void {
    this.window = window
    this.last = last
    if (this.keptLength === 0 || this.tellKept(window)) this.tokens.feed(window, last)
    this.base += window.length
    if (last && !this.html && (!this.hasRoot || this.elements.depth > 0)) this.flaw()
    this.text.held = this.held
    this.text.windowEnds(this.base, last)
  }

  get held(): number {
    // The name of a tag that is kept may be told with it, as text that stands where a name should.
    const own = this.keptLength > 0 ? Math.min(this.keptAt, this.tokens.held) : this.tokens.held
    return this.doctypeAt >= 0 && this.base - this.doctypeAt <= MAX_HELD ? Math.min(own, this.doctypeAt) : own
  }

  get writer(): FieldWriter {
    return WRITER_OF[this.part]
  }

  encode(text: Uint8Array, _kind: FieldKind): Uint8Array {
    return this.writer.encode(text, _kind)
  }

  get key(): string {
    if (this.isValue()) return this.isLabelled() ? this.tagLabel.text : this.attributeText
    return this.isNamed() ? this.elements.key(this.elements.depth) : ''
  }

  keys(): readonly string[] {
    if (!this.isValue()) return this.isNamed() ? this.elements.keys(this.elements.depth) : []
    const keys = [...this.elements.keys(this.elements.depth), this.tagText, this.attributeText]
    return this.isLabelled() ? [...keys.slice(0, -1), this.tagLabel.text] : keys
  }

  get list(): number {
    return this.part <= token.CDATA_PART ? this.siblings.listAt(this.elements.depth) : 0
  }

  path(): string {
    if (this.isValue())
      return `${this.elements.path(this.elements.depth)}${pointerStep(this.tagText)}${pointerStep(`@${this.attributeText}`)}`
    return this.isNamed() ? this.elements.path(this.elements.depth) : ''
  }

  /** Labels with references in them, and names that are cut. */
  get namesHide(): boolean {
    return this.tagLabel.hides || this.elements.hasCutNames || this.attributeLength >= token.MAX_NAME_TOLD
  }

  private isValue(): boolean {
    return this.part === token.QUOTED_PART || this.part === token.BARE_PART
  }

  /** The part is content of an element. */
  private isNamed(): boolean {
    return this.part <= token.CDATA_PART
  }

  private isLabelled(): boolean {
    return this.tagLabel.isSet && isLabelled(this.attributeName, this.attributeLength)
  }

  /** The same few names come again and again. */
  private get attributeText(): string {
    const { attributeName: name, attributeLength: length } = this
    if (length === 0 || length > MAX_KNOWN) return decodeName(name, 0, length)
    const slot = (Math.imul(name[0], 7) + Math.imul(name[length - 1], 3) + length) % KNOWN_NAMES
    const known = this.knownNames[slot]
    if (known !== undefined && known.length === length && spells(known, name)) return known
    return (this.knownNames[slot] = decodeName(name, 0, length))
  }

  private get tagText(): string {
    return decodeName(this.tagName.bytes, 0, this.tagName.length)
  }

  // MarkupTokens

  open(part: Part, at: number): void {
    this.part = part
    if (part === token.TEXT_PART || part === token.CDATA_PART) return
    if (this.isValue()) this.tagLabel.starts(this.attributeName, this.attributeLength)
    if (part === token.DOCTYPE_PART && this.entities !== undefined) this.doctypeAt = at
    this.fieldIsOpen = true
    this.sink.open(KIND_OF[part], at)
  }

  plain(from: number, to: number): void {
    const { part, window, base } = this
    if (from < base) {
      // Kept: inside a tag.
      this.keptRun(from, to)
      return
    }
    if (part === token.TEXT_PART || part === token.CDATA_PART) {
      this.text.plain(window, base, from, to)
      if (!this.fieldIsOpen) {
        // White space before the text of an element is layout.
        while (from < to && CLASS[window[from - base]] === SPACE) from++
        if (from === to) return
        this.openText(from)
      }
    } else if (this.tagLabel.isOpen) this.tagLabel.take(window, from - base, to - base)
    else if (part === token.DOCTYPE_PART) this.entities?.take(window.subarray(from - base, to - base), from)
    this.sink.plain(from, to)
  }

  private keptRun(from: number, to: number): void {
    const bytes = this.kept.subarray(from - this.keptAt, to - this.keptAt)
    if (this.tagLabel.isOpen) this.tagLabel.take(bytes, 0, bytes.length)
    giveKept(this.sink, bytes, bytes.length, from)
  }

  decoded(bytes: Uint8Array, length: number, from: number, to: number): void {
    const { part, copied } = this
    this.copied = NO_SPANS
    if (part === token.TEXT_PART || part === token.CDATA_PART) {
      if (copied.length > 0) this.text.copied(copied)
      this.text.decoded(bytes, length, from, to)
      if (!this.fieldIsOpen) {
        if (length === 1 && CLASS[bytes[0]] === SPACE) return
        this.openText(from)
      }
    } else if (this.tagLabel.isOpen) {
      this.tagLabel.hides = true
      this.tagLabel.take(bytes, 0, length)
    } else if (part === token.DOCTYPE_PART) this.entities?.take(bytes.subarray(0, length), from, to)
    if (copied.length > 0) this.sink.copied?.(copied)
    this.sink.decoded(bytes, length, from, to)
  }

  close(at: number): void {
    if (this.fieldIsOpen) this.sink.close(at)
    this.fieldIsOpen = false
    this.tagLabel.isOpen = false
    if (this.part === token.DOCTYPE_PART) {
      this.entities?.declare()
      if (this.entities?.hasParts !== true) this.doctypeAt = -1
    }
    // The end of the section is a gap.
    if (this.part === token.CDATA_PART) this.text.tokenStarts(at)
  }

  tokenStarts(at: number): void {
    this.tokenAt = at
    this.text.tokenStarts(at)
  }

  tokenEnds(): void {}

  tag(name: Uint8Array, length: number): void {
    if (this.undecided) this.decide(name, length)
    this.tagName.set(name, length, this.html)
    this.tagLabel.clear()
    this.scouted = false
  }

  attribute(name: Uint8Array, length: number, at: number): void {
    this.attributeName = name
    this.attributeLength = length
    if (!this.scouted && !this.tagLabel.isSet && isLabelled(name, length)) this.lookAhead(at)
  }

  /** A value follows and nothing has named it: perhaps something does behind it. */
  private lookAhead(at: number): void {
    this.scouted = true
    this.scout ??= new Scout(this.html ? 'html' : 'xml')
    this.scout.begin()
    const rest = this.window.subarray(at - this.base)
    if (this.scout.look(rest)) this.tagLabel.adopt(this.scout.label)
    else if (!this.scout.exhausted && !this.last) {
      if (this.kept === NOTHING) this.kept = new Uint8Array(MAX_AHEAD)
      this.kept.set(rest)
      this.keptLength = rest.length
      this.keptAt = at
      this.tokens.pause()
    }
  }

  /** Looks on in a tag that is kept; true when it has been told, because it has ended or is too long to wait for. */
  private tellKept(window: Uint8Array): boolean {
    const scout = this.scout!
    const ended = scout.look(window)
    if (!ended && !scout.exhausted && !this.last) {
      this.kept.set(window, this.keptLength)
      this.keptLength += window.length
      return false
    }
    if (ended) this.tagLabel.adopt(scout.label)
    this.tokens.feed(this.kept.subarray(0, this.keptLength), false)
    this.keptLength = 0
    return true
  }

  foreign(): boolean {
    return this.elements.foreign
  }

  entity(name: Uint8Array, _length: number, at: number): Uint8Array | undefined {
    const value = this.entities!.valueOf(name, at)
    if (this.entities!.refused && this.depthLimitAt < 0) this.depthLimitAt = at
    if (value === undefined) return undefined
    if (at - this.doctypeAt <= MAX_APART) this.copied = value.spans
    return value.bytes
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
    const level = isEnd ? elements.find(bytes, length, hash, known) : 0
    // On both sides of an end tag of nothing stands one text.
    const counts = !isEnd || level > 0 || (known.flags & element.LONE_END) !== 0
    this.text.tag(isEnd, counts && (known.flags & element.BLOCK) !== 0, true)
    if (isEnd) {
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
      if (this.tagLabel.isSet && known === element.TEXTAREA) elements.label(this.tagLabel.bytes, this.tagLabel.length)
      return token.RCDATA
    }
    if ((known.flags & element.RAWTEXT_MODEL) !== 0) return token.RAWTEXT
    if ((known.flags & element.SCRIPT_MODEL) !== 0) return token.SCRIPT
    return (known.flags & element.PLAINTEXT_MODEL) !== 0 ? token.PLAINTEXT : token.DATA
  }

  private xmlTag(isEnd: boolean, selfClosing: boolean): Model {
    const { elements, tagName } = this
    const { bytes, length, hash } = tagName
    this.hasRoot = true
    this.text.tag(isEnd, false, this.text.page && this.isInline())
    if (isEnd) {
      const level = elements.find(bytes, length, hash, element.UNKNOWN)
      if (level !== elements.depth || level === 0) this.flaw()
      if (level > 0) elements.popTo(level - 1)
      this.siblings.ended(elements.depth)
      return token.DATA
    }
    this.siblings.begins(bytes, length, elements.depth)
    if (selfClosing) {
      this.text.tag(true, false, this.text.page && this.isInline())
      return token.DATA
    }
    if (elements.depth === 0)
      this.text.page = PAGES.some((page) => page.length === length && equalBytes(page, 0, bytes, 0, length))
    if (!this.push(false)) return token.REST
    if (this.tagLabel.isSet) elements.label(this.tagLabel.bytes, this.tagLabel.length)
    return token.DATA
  }

  /** The first tag says which dialect it is. */
  private decide(name: Uint8Array, length: number): void {
    this.undecided = false
    for (let i = 0; i < length; i++) lower[i] = LOWER[name[i]]
    if (elementOf(lower, length, hashOf(lower, 0, length)) === element.UNKNOWN) return
    for (let i = 0; i < length; i++) name[i] = lower[i]
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
    if (!ends.some((one) => elements.isOpen(0, one))) return
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
}
