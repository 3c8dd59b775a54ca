import type { FieldKind } from '../../core/words.ts'
import { giveKept } from '../kept.ts'
import type { FieldSink, Reader } from '../reader.ts'
import { pointerStep } from '../utf8.ts'
import { ColumnNames } from './columns.ts'
import { sniffDialect } from './dialect.ts'

/**
 * Reads CSV (RFC 4180) and its relatives: the cells of the first row are `key` fields, every other cell a `string` field with the name
 * of its column, also when it is empty. The separator is the one of `, ; tab |` that divides the first row most, or what a line
 * `sep=X` before it says. CR, LF and CRLF end a row. In a quoted cell `""` is a quote; a quote that ends nothing stands for itself
 * and is remarked (as spreadsheets read it). The first cell of a row is its label, a name around the others.
 *
 * The first row, or MAX_HEAD bytes of it, is kept until its separator is known; later one quote is.
 */
export function createCsvReader(sink: FieldSink): Reader {
  return new CsvReader(sink)
}

/** Bytes after which the separator is decided without the end of the first row. */
const MAX_HEAD = 4096
const MAX_LABEL = 64
const LABEL = /^ *[A-Za-z][\w .-]{0,40}$/

const CELL_START = 0
const BARE = 1
const QUOTED = 2
const QUOTE = 3

const DOUBLE_QUOTE = 0x22
const LF = 0x0a
const CR = 0x0d

class CsvReader implements Reader {
  private readonly sink: FieldSink
  private base = 0
  private place = CELL_START
  private separator = -1
  private head: Uint8Array | undefined = new Uint8Array(0)
  /** The window being read was kept from earlier ones. */
  private kept = false
  private afterReturn = false
  private flawed = false
  private row = -1
  private cell = 0
  private open = false
  private readonly columns = new ColumnNames()
  private readonly label = new Uint8Array(MAX_LABEL)
  private labelLength = 0
  private labelText: string | undefined = ''
  private readonly quote = Uint8Array.of(DOUBLE_QUOTE)

  readonly depthLimitAt = -1

  constructor(sink: FieldSink) {
    this.sink = sink
  }

  get held(): number {
    if (this.head !== undefined) return 0
    return this.place === QUOTE ? this.base - 1 : this.base
  }

  get key(): string {
    return this.row < 0 ? '' : this.columns.name(this.cell)
  }

  keys(): readonly string[] {
    if (this.row < 0) return []
    const label = this.cell === 0 ? '' : this.rowLabel()
    return label === '' ? [this.key] : [label, this.key]
  }

  path(): string {
    return this.row < 0 ? '' : `/${this.row}${pointerStep(this.key === '' ? String(this.cell) : this.key)}`
  }

  encode(text: Uint8Array, _kind: FieldKind): Uint8Array {
    return doubleQuotes(text)
  }

  feed(window: Uint8Array, last: boolean): void {
    if (this.head !== undefined) {
      const head = new Uint8Array(this.head.length + window.length)
      head.set(this.head)
      head.set(window, this.head.length)
      const dialect = sniffDialect(head.subarray(0, MAX_HEAD), last || head.length >= MAX_HEAD)
      if (dialect === undefined) {
        this.head = head
        return
      }
      this.head = undefined
      this.separator = dialect.separator
      this.kept = head.length > window.length
      this.base = dialect.start
      this.read(head.subarray(dialect.start))
      this.kept = false
    } else this.read(window)
    if (last) this.finish()
  }

  private read(window: Uint8Array): void {
    const { sink, base, separator } = this
    const length = window.length
    let i = 0
    while (i < length) {
      const byte = window[i]
      switch (this.place) {
        case CELL_START:
          if (this.afterReturn && byte === LF) {
            this.afterReturn = false
            i++
            break
          }
          this.afterReturn = false
          if (byte === DOUBLE_QUOTE) {
            this.place = QUOTED
            this.openAt(base + ++i)
          } else if (this.cell === 0 && (byte === LF || byte === CR)) {
            // An empty line is no row.
            this.afterReturn = byte === CR
            i++
          } else {
            this.place = BARE
            this.openAt(base + i)
          }
          break
        case BARE: {
          const from = i
          while (i < length && window[i] !== separator && window[i] !== LF && window[i] !== CR) i++
          this.give(window, from, i)
          if (i < length) this.endCell(base + i, window[i++])
          break
        }
        case QUOTED: {
          let end = window.indexOf(DOUBLE_QUOTE, i)
          if (end < 0) end = length
          this.give(window, i, end)
          i = end
          if (i < length) {
            this.place = QUOTE
            i++
          }
          break
        }
        default:
          // Behind a quote in a quoted cell, whose offset is base + i - 1.
          if (byte === DOUBLE_QUOTE) {
            sink.decoded(this.quote, 1, base + i - 1, base + i + 1)
            this.name(this.quote, 0, 1)
            this.place = QUOTED
            i++
          } else if (byte === separator || byte === LF || byte === CR) {
            this.endCell(base + i - 1, byte)
            i++
          } else {
            this.flaw()
            giveKept(sink, this.quote, 1, base + i - 1)
            this.name(this.quote, 0, 1)
            this.place = QUOTED
          }
      }
    }
    this.base = base + length
  }

  private finish(): void {
    if (!this.open) {
      // A separator at the very end leaves an empty cell behind it.
      if (this.cell > 0) {
        this.openAt(this.base)
        this.closeAt(this.base)
      }
      return
    }
    if (this.place === QUOTED) this.flaw()
    this.closeAt(this.place === QUOTE ? this.base - 1 : this.base)
  }

  private give(window: Uint8Array, from: number, to: number): void {
    if (from === to) return
    if (this.kept) giveKept(this.sink, window.subarray(from, to), to - from, this.base + from)
    else this.sink.plain(this.base + from, this.base + to)
    this.name(window, from, to)
  }

  /** Names and labels are kept as they are read. */
  private name(bytes: Uint8Array, from: number, to: number): void {
    if (this.row < 0) this.columns.bytes(bytes, from, to)
    else if (this.cell === 0) {
      const end = Math.min(to, from + MAX_LABEL - this.labelLength)
      for (let i = from; i < end; i++) this.label[this.labelLength++] = bytes[i]
    }
  }

  private endCell(at: number, byte: number): void {
    this.closeAt(at)
    this.place = CELL_START
    if (this.row < 0) this.columns.end()
    if (byte === this.separator) this.cell++
    else {
      this.afterReturn = byte === CR
      this.cell = 0
      this.row++
    }
  }

  private openAt(at: number): void {
    this.open = true
    if (this.row >= 0 && this.cell === 0) {
      this.labelLength = 0
      this.labelText = undefined
    }
    this.sink.open(this.row < 0 ? 'key' : 'string', at)
  }

  private closeAt(at: number): void {
    this.open = false
    this.sink.close(at)
  }

  /** The first cell, where it could be a name: `password,hunter2` in a table of settings. */
  private rowLabel(): string {
    if (this.labelText === undefined) {
      const text = String.fromCharCode(...this.label.subarray(0, this.labelLength))
      this.labelText = LABEL.test(text) ? text : ''
    }
    return this.labelText
  }

  private flaw(): void {
    if (this.flawed) return
    this.flawed = true
    this.sink.remark('malformed')
  }
}

function doubleQuotes(text: Uint8Array): Uint8Array {
  if (text.indexOf(DOUBLE_QUOTE) < 0) return text
  const out: number[] = []
  for (const byte of text) {
    if (byte === DOUBLE_QUOTE) out.push(byte)
    out.push(byte)
  }
  return Uint8Array.from(out)
}
