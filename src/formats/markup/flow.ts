import type { FieldKind, Span } from '../../core/words.ts'
import type { FieldWriter, FlowReader, FlowSink } from '../reader.ts'
import { CLASS, SPACE } from './bytes.ts'
import type { ElementStack } from './element-stack.ts'
import type { Label } from './label.ts'
import { TEXT_WRITER } from './writers.ts'

/** A token, or several with no text between, longer than this divides the text. */
const MAX_GAP = 16 << 10
/** So do tokens that add up to this among a few hundred bytes of text: what is held back with the text between them is bounded. */
const MAX_GAPS = 48 << 10
const TEXT_BETWEEN = 512

const NOBODY: FlowSink = { open() {}, plain() {}, decoded() {}, gap() {}, close() {}, remark() {} }

/**
 * The text of a document as whoever looks at the page reads it: joined across tags, comments and the ends of CDATA sections. In HTML
 * the whole page is one field, a block of it a line. In XML the text of an element is one: comments and instructions do not
 * divide it, and child elements do not where text touches their tags (`041-<i>87</i>-9030`). A gap is told when text follows it.
 */
export class Flow implements FlowReader {
  /** Elements of XML that stand in a line of text (XHTML, SVG). */
  page = false

  html: boolean
  private readonly elements: ElementStack
  private readonly tagLabel: Label
  private sink: FlowSink = NOBODY
  private opened = false
  /** The gap since the last text, -1 if none. */
  private gapFrom = -1
  /** A block begins or ends in the gap. */
  private separates = false
  /** Element tags were in the gap; an end tag; a start tag behind an end tag; one of an element that is not in a line. */
  private tags = false
  private ended = false
  private restarted = false
  private outOfLine = false
  private skipped = false
  private lastIsSpace = true
  private textSince = 0
  private gaps = 0
  private gapsBefore = 0
  private level = 0
  private names: { key: string; keys: readonly string[]; path: string } | undefined

  readonly depthLimitAt = -1
  /** As the reader's: set by it. */
  held = 0
  readonly writer: FieldWriter = TEXT_WRITER

  constructor(html: boolean, elements: ElementStack, tagLabel: Label) {
    this.html = html
    this.elements = elements
    this.tagLabel = tagLabel
  }

  connect(sink: FlowSink): void {
    this.sink = sink
  }

  /** Reads nothing itself: the reader of the mark-up does. */
  feed(): void {}

  get namesHide(): boolean {
    return this.tagLabel.hides || this.elements.hasCutNames
  }

  get key(): string {
    return this.html ? '' : (this.names?.key ?? this.elements.key(this.level))
  }

  keys(): readonly string[] {
    return this.html ? [] : (this.names?.keys ?? this.elements.keys(this.level))
  }

  path(): string {
    return this.html ? '' : (this.names?.path ?? this.elements.path(this.level))
  }

  encode(text: Uint8Array, kind: FieldKind): Uint8Array {
    return this.writer.encode(text, kind)
  }

  // What the reader tells.

  tokenStarts(at: number): void {
    if (!this.opened || this.gapFrom >= 0) return
    this.gapFrom = at
    this.separates = this.tags = this.ended = this.restarted = this.outOfLine = this.skipped = false
  }

  /** A tag is in the gap; called before its element is pushed or popped. `empty`: it is both start and end. */
  tag(isEnd: boolean, block: boolean, inline: boolean): void {
    if (this.gapFrom < 0) return
    if (block) this.separates = true
    this.tags = true
    if (!inline) this.outOfLine = true
    if (isEnd) this.ended = true
    else if (this.ended) {
      this.restarted = true
      if (this.html) return
      if (!this.page || this.outOfLine) this.close(this.gapFrom)
      else this.keepNames()
    }
  }

  /** Bytes of the window that are text. */
  plain(window: Uint8Array, base: number, from: number, to: number): void {
    let at = from
    if (!this.opened || this.gapFrom >= 0) {
      if (this.gapFrom >= 0 && from - this.gapFrom > MAX_GAP) this.close(this.gapFrom)
      if (this.skipsSpace(CLASS[window[from - base]] === SPACE)) {
        this.skipped = true
        while (at < to && CLASS[window[at - base]] === SPACE) at++
        if (at === to) return
      }
      this.textStarts(at, this.skipped || CLASS[window[at - base]] === SPACE)
    }
    this.sink.plain(at, to)
    this.lastIsSpace = CLASS[window[to - 1 - base]] === SPACE
    this.textSince += to - at
  }

  decoded(bytes: Uint8Array, length: number, from: number, to: number): void {
    if (length === 0) {
      // An entity that stands for nothing. In a gap it is part of that.
      if (this.opened && this.gapFrom < 0) this.sink.decoded(bytes, 0, from, to)
      return
    }
    if (!this.opened || this.gapFrom >= 0) this.textStarts(from, this.skipped || CLASS[bytes[0]] === SPACE)
    this.sink.decoded(bytes, length, from, to)
    this.lastIsSpace = CLASS[bytes[length - 1]] === SPACE
    this.textSince += length
  }

  copied(spans: readonly Span[]): void {
    this.sink.copied?.(spans)
  }

  /** The window is read; `end`: where the document ends with it, or -1. */
  windowEnds(at: number, last: boolean): void {
    if (!this.opened) return
    if (last) this.close(this.gapFrom < 0 ? at : this.gapFrom)
    else if (this.gapFrom >= 0 && at - this.gapFrom > MAX_GAP) this.close(this.gapFrom)
  }

  /** White space at the beginning of a field or of a line is not part of it. */
  private skipsSpace(isSpace: boolean): boolean {
    return isSpace && (!this.opened || (this.html ? this.separates : this.tags && !(this.page && !this.outOfLine)))
  }

  private textStarts(at: number, isSpace: boolean): void {
    if (this.opened) {
      if (this.textSince >= TEXT_BETWEEN) {
        this.textSince = 0
        this.gapsBefore = this.gaps
        this.gaps = 0
      }
      this.gaps += at - this.gapFrom
      if (at - this.gapFrom > MAX_GAP || this.gaps + this.gapsBefore > MAX_GAPS || !this.joins(isSpace)) this.close(this.gapFrom)
    }
    if (this.opened) {
      if (!this.html && this.elements.depth < this.level) this.keepNames()
      // White space that was skipped belongs to the gap.
      this.sink.gap(this.gapFrom, at, this.separates)
      this.gapFrom = -1
      return
    }
    this.opened = true
    this.gapFrom = -1
    this.textSince = this.gaps = this.gapsBefore = 0
    this.level = this.elements.depth
    this.names = undefined
    this.sink.open(this.html ? 'text' : 'string', at)
  }

  private joins(isSpace: boolean): boolean {
    if (this.html || !this.tags) return true
    if (this.page && !this.outOfLine) return true
    return !this.restarted && !isSpace && !this.lastIsSpace
  }

  /** The elements that name the field are about to be forgotten. */
  private keepNames(): void {
    this.names ??= { key: this.key, keys: this.keys(), path: this.path() }
  }

  private close(at: number): void {
    this.opened = false
    this.gapFrom = -1
    this.sink.close(at)
  }
}
