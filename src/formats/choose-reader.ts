import type { CodecCharset } from '../core/charsets.ts'
import type { TrackJson } from '../core/json-track.ts'
import type { Limits } from '../core/limits.ts'
import type { Reason } from '../core/reasons.ts'
import { createCsvReader } from './csv/reader.ts'
import { createFormReader } from './form/reader.ts'
import { createJsonReader } from './json/reader.ts'
import { createMarkupReader } from './markup/reader.ts'
import { emptyHead, type PartHead } from './multipart/header-line.ts'
import { createMultipartReader } from './multipart/reader.ts'
import { createPackedReader, type PackedOptions } from './packed/reader.ts'
import type { FieldSink, Reader } from './reader.ts'
import { createTextReader } from './text/reader.ts'
import { Base64Codec } from './transfer/base64.ts'
import { createCharsetCodec } from './transfer/charset.ts'
import { FoldedCodec } from './transfer/folded.ts'
import { QuotedPrintableCodec } from './transfer/quoted-printable.ts'
import { createTransferReader } from './transfer/reader.ts'

/** Readings a body can have. `markup`: HTML or XML, as its first tag says. `json-sequence`: NDJSON, JSON text sequences (RFC 7464), concatenated documents. */
export type ReaderKind = 'json' | 'json-sequence' | 'form' | 'csv' | 'html' | 'xml' | 'markup' | 'multipart' | 'text'

/** How a part of a multipart body is read. */
export interface PartChoice {
  readonly reading: ReaderKind
  readonly boundaries: readonly string[]
  /** Set when the part is passed over. */
  readonly reason?: Reason
  readonly charset?: CodecCharset
  readonly folded?: boolean
  readonly message?: boolean
  /** Set when the part is read as a whole. */
  readonly packed?: PackedOptions
}

export interface ReaderOptions extends Pick<Limits, 'maxDepth'> {
  /** Boundaries of a multipart body. */
  readonly boundaries?: readonly string[]
  /** How a part is read, by its headers and the first bytes of its content. Without it: as text. */
  readonly choosePart?: (head: PartHead, start: Uint8Array) => PartChoice
  /** Follows JSON of which the sink need not be told. */
  readonly track?: TrackJson
  /** The text is in this charset. */
  readonly charset?: CodecCharset
  /** Lines of the text may be folded (RFC 5545 section 3.1). */
  readonly folded?: boolean
  /** A multipart body that is one part: headers, and content by them (RFC 5322). */
  readonly message?: boolean
}

/** Multipart in multipart; what is deeper is read as text. */
const MAX_LEVEL = 8

/** A fresh reader for one document of this kind. */
export function chooseReader(kind: ReaderKind, sink: FieldSink, options: ReaderOptions): Reader {
  return open(kind, sink, options, 0)
}

function open(kind: ReaderKind, sink: FieldSink, options: ReaderOptions, level: number): Reader {
  const { charset, maxDepth, track } = options
  if (charset !== undefined) {
    const { charset: _, ...rest } = options
    return createTransferReader(sink, createCharsetCodec(charset), (inner) => open(kind, inner, rest, level))
  }
  switch (kind) {
    case 'json':
      return createJsonReader(sink, { maxDepth, track })
    case 'json-sequence':
      return createJsonReader(sink, { maxDepth, sequence: true, track })
    case 'form':
      return createFormReader(sink)
    case 'csv':
      return createCsvReader(sink)
    case 'html':
    case 'xml':
    case 'markup':
      return createMarkupReader(kind, sink, { maxDepth })
    case 'multipart':
      return createMultipartReader(sink, {
        boundaries: options.boundaries ?? [],
        message: options.message,
        openPart: (head, start, inner) => openPart(head, start, inner, options, level),
        isText: (contentType, text, from, to) => isText(contentType, text, from, to, options),
        openText: createTextReader,
      })
    case 'text':
      return options.folded ? createTransferReader(sink, new FoldedCodec(), createTextReader) : createTextReader(sink)
  }
}

function isText(contentType: string | null, text: Uint8Array, from: number, to: number, { choosePart }: ReaderOptions): boolean {
  if (isSeen(text, from, to)) return true
  const choice = choosePart?.({ ...emptyHead(), contentType }, text.subarray(from, to))
  if (choice === undefined) return true
  const { reading, reason, charset, folded, packed } = choice
  return reading === 'text' && reason === undefined && charset === undefined && packed === undefined && folded !== true
}

/** Printable ASCII and line breaks alone: no mark of a charset nor wide character of one is that, and no magic number but `%PDF`. */
function isSeen(text: Uint8Array, from: number, to: number): boolean {
  if (text[from] === 0x25) return false
  for (let i = from; i < to; i++) if ((text[i] < 0x20 && (text[i] < 0x09 || text[i] > 0x0d)) || text[i] > 0x7e) return false
  return true
}

function openPart(head: PartHead, start: Uint8Array, sink: FieldSink, options: ReaderOptions, level: number): Reader | Reason {
  const choice = options.choosePart?.(head, start) ?? { reading: 'text', boundaries: [] }
  if (choice.reason !== undefined) return choice.reason
  const kind = choice.reading === 'multipart' && level >= MAX_LEVEL ? 'text' : choice.reading
  const { charset, boundaries, folded, message } = choice
  const { packed } = choice
  const openContent = (inner: FieldSink) =>
    packed === undefined
      ? open(kind, inner, { ...options, charset, boundaries, folded, message }, level + 1)
      : createPackedReader(inner, packed)
  switch (head.transferEncoding) {
    case 'base64':
      return createTransferReader(sink, new Base64Codec(), openContent)
    case 'quoted-printable':
      return createTransferReader(sink, new QuotedPrintableCodec(), openContent)
    default:
      return openContent(sink)
  }
}
