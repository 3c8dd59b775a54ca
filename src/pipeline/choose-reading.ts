import { chooseCharset } from '../body/charset.ts'
import { declaredCharset } from '../body/declared-charset.ts'
import { familiesAgree, sniffBinary } from '../body/magic.ts'
import { classifyMediaType, type MediaType } from '../body/media-type.ts'
import { sniffText } from '../body/sniff-text.ts'
import type { Reason, Remark } from '../core/reasons.ts'
import type { PartChoice, ReaderKind, ReaderOptions } from '../formats/choose-reader.ts'
import type { PartHead } from '../formats/multipart/header-line.ts'
import type { PackedOptions } from '../formats/packed/reader.ts'
import type { Reading } from './inspector.ts'
import { isGzip, MAX_PACKED_BYTES, pack, UNPACKED, unpack } from './packed.ts'

export type Body = Uint8Array | ReadableStream | null

/** What the body's reader has to know beside its kind. */
export type ReadingOptions = Omit<ReaderOptions, 'maxDepth'>

/** Another way to read the same bytes. */
export interface Alternative {
  readonly reading: ReaderKind
  readonly reader?: ReadingOptions
}

export interface Choice {
  readonly reading: Reading
  readonly reader?: ReadingOptions
  /** How a receiver may read it too: all of these are inspected. */
  readonly also?: readonly Alternative[]
  readonly remarks: readonly Remark[]
  /** Set when the body is not read at all. */
  readonly reason?: Reason
}

/** Decides from the declared type and the first decoded bytes how a body is read. What no reader fits is read as text. */
export function chooseReading(headers: Headers, head: Uint8Array, partial = false): Choice {
  // The middle of a picture bears no magic number.
  const middle = partial && !/^bytes 0-/.test(headers.get('content-range') ?? '')
  return chooseContent(headers.get('content-type'), head, middle)
}

/** The same of content that is known by its type alone. `middle`: its first bytes are not here. */
export function chooseContent(contentType: string | null, head: Uint8Array, middle = false): Choice {
  const type = classifyMediaType(contentType)
  const remarks: Remark[] = type.ambiguous ? ['ambiguous'] : []
  const magic = sniffBinary(head)
  if (type.kind === 'binary') {
    if (magic !== '' && familiesAgree(type.family, magic)) return { reading: 'text', remarks, reason: 'binary-type' }
    if (middle) return { reading: 'text', remarks, reason: 'binary-type' }
    remarks.push('type-mismatch')
  } else if (isUntyped(type)) {
    if (magic !== '') return { reading: 'text', remarks, reason: 'binary-type' }
    remarks.push('untyped')
  } else if (magic !== '') remarks.push('type-mismatch')
  if (type.kind === 'binary-message') return { reading: 'binary-message', remarks }
  const charset = chooseCharset(type.charset === '' ? { kind: type.kind, charset: declaredCharset(head) } : type, head)
  if (charset.unsupported) return { reading: 'text', remarks, reason: 'charset-unsupported' }
  const reading = readingOf(type)
  if (reading === 'text' && type.essence !== 'text/plain') remarks.push('read-as: text')
  const { boundary, json, form, message: isMessage, folded: isFolded } = sniffText(head)
  const known = type.boundaries.length > 0 || boundary === '' ? type.boundaries : [boundary]
  const { message, folded } = type
  const options: ReadingOptions = { charset: charset.codec, boundaries: known, message, folded, choosePart }
  const also: Alternative[] = []
  const add = (kind: ReaderKind, reader: ReadingOptions = options) => {
    if (kind !== reading || reader !== options) also.push({ reading: kind, reader })
  }
  for (const other of type.others) {
    const { boundaries, message, folded } = other
    if (readingOf(other) !== 'text' || folded) add(readingOf(other), { ...options, boundaries, message, folded })
  }
  if (form) add('form')
  if (boundary !== '' && reading !== 'multipart') add('multipart')
  if (isMessage && reading === 'text') add('multipart', { ...options, boundaries: [], message: true })
  if (isFolded && reading === 'text' && !folded) add('text', { ...options, folded: true })
  // A text that begins like JSON is read as such anyway.
  if (json && reading !== 'text' && reading !== 'json-sequence') add('json')
  // JSON is UTF-8 whatever its label says (RFC 8259 section 8.1).
  const asBytes = charset.doubtful === true || (reading === 'json' && charset.codec !== undefined && !/^utf/.test(charset.codec))
  if (asBytes) add(reading, { ...options, charset: undefined })
  return { reading, reader: options, also: also.length === 0 ? undefined : also, remarks }
}

/** Bytes by which content is told. */
const HEAD = 64
/** Bytes of the text that is looked at for what no text holds. */
const TEXT_HEAD = 512

/**
 * How the document in a compressed one is read; undefined when it is no text. What is said of the compressed one is said of this, unless
 * it speaks of compression or of nothing.
 */
export function chooseUnpacked(contentType: string | null, document: Uint8Array): Choice | undefined {
  const choice = chooseContent(typeOfUnpacked(contentType), document.subarray(0, HEAD))
  const binary = choice.reader?.charset === undefined && document.subarray(0, TEXT_HEAD).includes(0)
  return choice.reason !== undefined || choice.reading === 'binary-message' || binary ? undefined : choice
}

function typeOfUnpacked(contentType: string | null): string | null {
  const { kind } = classifyMediaType(contentType)
  return kind === 'binary' || kind === 'generic' ? null : contentType
}

/** A part that is compressed: declared so, or (`declared` false) an archive by its type and first bytes. */
function packedPart(contentType: string | null, coding: 'gzip' | 'deflate', declared: boolean): PackedOptions {
  return {
    maxBytes: MAX_PACKED_BYTES,
    tooLong: declared ? 'held-limit' : 'binary-type',
    unpack(packed) {
      const bytes = unpack(packed, coding, UNPACKED)
      if (typeof bytes === 'string') {
        if (!declared) return 'binary-type'
        return bytes === 'malformed' ? 'coding-unsupported' : bytes
      }
      if (chooseUnpacked(contentType, bytes) === undefined) return 'binary-type'
      return { bytes, contentType: typeOfUnpacked(contentType), pack: (pieces) => pack(pieces, coding) }
    },
  }
}

const CODINGS: Readonly<Record<string, 'gzip' | 'deflate'>> = { gzip: 'gzip', 'x-gzip': 'gzip', deflate: 'deflate' }

/** Decides how a part of a multipart body is read: like a body of its own. */
export function choosePart(head: PartHead, start: Uint8Array): PartChoice {
  const type = classifyMediaType(head.contentType)
  const magic = sniffBinary(start)
  const { contentEncoding } = head
  if (contentEncoding !== '' && contentEncoding !== 'identity') {
    if (!Object.hasOwn(CODINGS, contentEncoding)) return { reading: 'text', boundaries: [], reason: 'coding-unsupported' }
    return { reading: 'text', boundaries: [], packed: packedPart(head.contentType, CODINGS[contentEncoding], true) }
  }
  if (isGzip(start) && (type.family === 'archive' || isUntyped(type)))
    return { reading: 'text', boundaries: [], packed: packedPart(head.contentType, 'gzip', false) }
  const charset = chooseCharset(type, start)
  const { boundaries } = type
  const binary = type.kind === 'binary' ? familiesAgree(type.family, magic) : isUntyped(type) && magic !== ''
  if (binary) return { reading: 'text', boundaries, reason: 'binary-type' }
  if (charset.unsupported) return { reading: 'text', boundaries, reason: 'charset-unsupported' }
  const { message, folded } = type
  return { reading: readingOf(type), boundaries, message, folded, charset: charset.codec }
}

function readingOf(type: MediaType): ReaderKind {
  switch (type.kind) {
    case 'json':
      return type.sequence ? 'json-sequence' : 'json'
    case 'form':
    case 'multipart':
    case 'html':
    case 'xml':
      return type.kind
    case 'table':
      return 'csv'
    default:
      return 'text'
  }
}

function isUntyped(type: MediaType): boolean {
  return type.kind === 'generic' || type.kind === 'none'
}
