import { chooseReader, type ReaderKind } from '../../src/formats/choose-reader.ts'
import type { FieldSink } from '../../src/formats/reader.ts'

/** A run of a field's text: source `from`…`to` stands for itself, or is an escape that stands for `text`. */
export interface Piece {
  readonly from: number
  to: number
  readonly escape: boolean
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
}

export interface Recording {
  readonly fields: RecordedField[]
  readonly malformed: number
  readonly depthLimitAt: number
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
export function record(kind: ReaderKind, source: Uint8Array, cuts: readonly number[] = [], maxDepth = 1024): Recording {
  const fields: RecordedField[] = []
  let open: RecordedField | undefined
  let cursor = 0
  let malformed = 0
  let windowStart = 0
  let windowEnd = 0
  let held = 0
  const fail = (what: string): never => {
    throw new Error(`${what} (window ${windowStart}…${windowEnd}, cursor ${cursor})`)
  }
  const piece = (from: number, to: number, text: Uint8Array): void => {
    if (open === undefined) throw new Error('text outside a field')
    if (from !== cursor || to <= from) fail(`span ${from}…${to} does not go on at the cursor`)
    if (from < held) fail(`span from ${from} lies before held ${held}`)
    cursor = to
    const itself = text.length === to - from && text.every((byte, k) => byte === source[from + k])
    const tail = open.pieces.at(-1)
    if (itself && tail && !tail.escape) {
      tail.to = to
      for (const byte of text) tail.text.push(byte)
    } else open.pieces.push({ from, to, escape: !itself, text: [...text] })
  }
  const sink: FieldSink = {
    open(fieldKind, at) {
      if (open) fail('open in an open field')
      if (at < cursor || at < held) fail(`field opens at ${at}`)
      cursor = at
      open = { kind: fieldKind, start: at, end: -1, key: reader.key, keys: [...reader.keys()], path: reader.path(), pieces: [] }
    },
    plain(from, to) {
      if (from < windowStart || to > windowEnd) fail(`plain ${from}…${to} outside its window`)
      piece(from, to, source.subarray(from, to))
    },
    decoded(bytes, length, from, to) {
      if (to > windowEnd) fail(`decoded ${from}…${to} beyond its window`)
      piece(from, to, bytes.slice(0, length))
    },
    close(at) {
      if (open === undefined) return fail('close without a field')
      if (at !== cursor) fail(`field closes at ${at}`)
      if (reader.key !== open.key || reader.path() !== open.path) fail('names changed in an open field')
      open.end = at
      fields.push(open)
      open = undefined
    },
    remark(remark) {
      if (remark === 'malformed') malformed++
    },
  }
  const reader = chooseReader(kind, sink, { maxDepth })
  const ends = [...cuts, source.length]
  for (const [k, end] of ends.entries()) {
    windowEnd = end
    // The window is the reader's only during the call.
    const window = source.slice(windowStart, windowEnd)
    reader.feed(window, k === ends.length - 1)
    window.fill(0x21)
    if (reader.held < held || reader.held > windowEnd) fail(`held is ${reader.held}`)
    held = reader.held
    windowStart = windowEnd
  }
  if (open) fail('a field is open at the end')
  return { fields, malformed, depthLimitAt: reader.depthLimitAt }
}

/** The recording, after every single cut and one byte at a time gave the same. Throws naming the cut that did not. */
export function recordEveryCut(kind: ReaderKind, source: Uint8Array, maxDepth = 1024): Recording {
  const whole = record(kind, source, [], maxDepth)
  const expected = JSON.stringify(whole)
  const all = Array.from({ length: Math.max(0, source.length - 1) }, (_, k) => k + 1)
  for (const cuts of [...all.map((cut) => [cut]), all, [0, 0, source.length]]) {
    const name = cuts === all ? 'one byte at a time' : `cut at ${cuts}`
    let got: string
    try {
      got = JSON.stringify(record(kind, source, cuts, maxDepth))
    } catch (error) {
      throw new Error(`${name}: ${error instanceof Error ? error.message : error}`)
    }
    if (got !== expected) throw new Error(`${name}:\n${got}\nwhole:\n${expected}`)
  }
  return whole
}

/** `kind path text` of every field: short enough for tables. */
export function outline(recording: Recording): string[] {
  return recording.fields.map((field) => `${field.kind} ${field.path} ${textOf(field)}`)
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
