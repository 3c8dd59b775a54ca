import { chooseReader, type ReaderKind, type ReaderOptions } from '../../src/formats/choose-reader.ts'
import type { FieldWriter, FlowSink, Reader } from '../../src/formats/reader.ts'

/** A run of a field's text: source `from`…`to` stands for itself, or is an escape that stands for `text`. */
export interface Piece {
  readonly from: number
  to: number
  readonly escape: boolean
  /** Source bytes that are no text of the field; true: a line ends there. */
  readonly gap?: boolean
  text: number[]
}

export interface RecordedField {
  readonly kind: string
  readonly start: number
  end: number
  readonly key: string
  readonly keys: readonly string[]
  readonly path: string
  readonly pieces: Piece[]
  /** Who writes into the field. */
  readonly writer: () => FieldWriter
}

export interface Recording {
  readonly fields: RecordedField[]
  /** Fields of the reader's second channel, if it has one; a gap is a piece of `gap`. */
  readonly flow: RecordedField[]
  readonly malformed: number
  readonly depthLimitAt: number
  /** Bytes passed over, by reason. */
  readonly passedOver: Readonly<Record<string, number>>
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

export function textOf(field: RecordedField): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(field.pieces.flatMap((piece) => piece.text)))
}

/**
 * Runs a reader over `source` cut at `cuts` and holds it to the contract of src/formats/reader.ts on the way: calls nest,
 * spans of a field follow each other without a gap, `plain` stays in its window, nothing before `held` is given later,
 * names do not change while a field is open. Runs of bytes that stand for themselves are joined, however they were given.
 */
export function record(
  kind: ReaderKind,
  source: Uint8Array,
  cuts: readonly number[] = [],
  maxDepth = 1024,
  options: Omit<ReaderOptions, 'maxDepth'> = {},
): Recording {
  let malformed = 0
  const window = { start: 0, end: 0 }
  const fields = new Recorder(source, window)
  const flow = new Recorder(source, window)
  fields.remarked = () => malformed++
  const reader = chooseReader(kind, fields, { maxDepth, ...options })
  fields.reader = reader
  fields.bitsAreShared = flow.bitsAreShared = kind === 'multipart'
  if (reader.flow !== undefined) {
    flow.reader = reader.flow
    reader.flow.connect(flow)
  }
  const ends = [...cuts, source.length]
  for (const [k, end] of ends.entries()) {
    window.end = end
    // The window is the reader's only during the call.
    const bytes = source.slice(window.start, end)
    reader.feed(bytes, k === ends.length - 1)
    bytes.fill(0x21)
    fields.windowEnds()
    if (reader.flow !== undefined) flow.windowEnds()
    window.start = end
  }
  fields.ends()
  flow.ends()
  return {
    fields: fields.fields,
    flow: flow.fields,
    malformed,
    depthLimitAt: reader.depthLimitAt,
    passedOver: { ...reader.passedOver },
  }
}

/** Records the fields of one channel. */
class Recorder implements FlowSink {
  readonly fields: RecordedField[] = []
  reader!: Reader
  remarked: () => void = () => {}
  bitsAreShared = false
  private opened: RecordedField | undefined
  private cursor = 0
  private held = 0
  private readonly source: Uint8Array
  private readonly window: { readonly start: number; readonly end: number }

  constructor(source: Uint8Array, window: { readonly start: number; readonly end: number }) {
    this.source = source
    this.window = window
  }

  open(kind: string, at: number): void {
    if (this.opened) this.fail('open in an open field')
    if (at < this.cursor || at < this.held) this.fail(`field opens at ${at}`)
    this.cursor = at
    const { key, keys, path } = this.names()
    const writer = this.reader.writer ?? this.reader
    this.opened = { kind, start: at, end: -1, key, keys, path, pieces: [], writer: () => writer }
  }

  plain(from: number, to: number): void {
    if (from < this.window.start || to > this.window.end) this.fail(`plain ${from}…${to} outside its window`)
    this.piece(from, to, this.source.subarray(from, to))
  }

  decoded(bytes: Uint8Array, length: number, from: number, to: number): void {
    if (to > this.window.end) this.fail(`decoded ${from}…${to} beyond its window`)
    this.piece(from, to, bytes.slice(0, length))
  }

  gap(from: number, to: number, divides: boolean): void {
    if (from !== this.cursor || to <= from || to > this.window.end) this.fail(`gap ${from}…${to}`)
    this.cursor = to
    this.opened!.pieces.push({ from, to, escape: true, gap: divides, text: divides ? [0x0a] : [] })
  }

  close(at: number): void {
    const field = this.opened
    if (field === undefined) throw new Error('close without a field')
    if (at !== this.cursor) this.fail(`field closes at ${at}`)
    const { key, keys, path } = this.names()
    if (key !== field.key || path !== field.path || String(keys) !== String(field.keys))
      this.fail('names changed in an open field')
    field.end = at
    this.fields.push(field)
    this.opened = undefined
  }

  remark(remark: string): void {
    if (remark === 'malformed') this.remarked()
  }

  windowEnds(): void {
    const { held } = this.reader
    if (held < this.held || held > this.window.end) this.fail(`held is ${held}`)
    this.held = held
  }

  ends(): void {
    if (this.opened) this.fail('a field is open at the end')
  }

  private names() {
    return { key: this.reader.key, keys: [...this.reader.keys()], path: this.reader.path() }
  }

  private piece(from: number, to: number, text: Uint8Array): void {
    if (this.opened === undefined) throw new Error('text outside a field')
    // Characters of base64 share bits, so their spans share bytes.
    const shared = this.bitsAreShared && from < this.cursor && to > this.cursor
    if ((from !== this.cursor && !shared) || to <= from) this.fail(`span ${from}…${to} does not go on at the cursor`)
    // What stands for nothing may have left: there is nothing in it to edit.
    if (from < this.held && text.length > 0) this.fail(`span from ${from} lies before held ${this.held}`)
    this.cursor = to
    const itself = text.length === to - from && text.every((byte, k) => byte === this.source[from + k])
    const tail = this.opened.pieces.at(-1)
    if (itself && tail && !tail.escape) {
      tail.to = to
      for (const byte of text) tail.text.push(byte)
    } else this.opened.pieces.push({ from, to, escape: !itself, text: [...text] })
  }

  private fail(what: string): never {
    throw new Error(`${what} (window ${this.window.start}…${this.window.end}, cursor ${this.cursor})`)
  }
}

/** The recording, after every single cut and one byte at a time gave the same. Throws naming the cut that did not. */
export function recordEveryCut(
  kind: ReaderKind,
  source: Uint8Array,
  maxDepth = 1024,
  options: Omit<ReaderOptions, 'maxDepth'> = {},
): Recording {
  const whole = record(kind, source, [], maxDepth, options)
  const expected = JSON.stringify(whole)
  const all = Array.from({ length: Math.max(0, source.length - 1) }, (_, k) => k + 1)
  for (const cuts of [...all.map((cut) => [cut]), all, [0, 0, source.length]]) {
    const name = cuts === all ? 'one byte at a time' : `cut at ${cuts}`
    let got: string
    try {
      got = JSON.stringify(record(kind, source, cuts, maxDepth, options))
    } catch (error) {
      throw new Error(`${name}: ${error instanceof Error ? error.message : error}`)
    }
    if (got !== expected) throw new Error(`${name}:\n${got}\nwhole:\n${expected}`)
  }
  return whole
}

/** `kind path text` of every field: short enough for tables. */
export function outline(recording: Recording, channel: 'fields' | 'flow' = 'fields'): string[] {
  return recording[channel].map((field) => `${field.kind} ${field.path} ${textOf(field)}`)
}

/** The source bytes no field holds, a character each. */
export function between(source: Uint8Array, recording: Recording): string {
  let text = ''
  let at = 0
  for (const field of [...recording.fields, { start: source.length, end: source.length }]) {
    for (; at < field.start; at++) text += String.fromCharCode(source[at])
    at = field.end
  }
  return text
}
