import { chooseCharset } from '../body/charset.ts'
import { familiesAgree, sniffBinary } from '../body/magic.ts'
import { classifyMediaType, type MediaType } from '../body/media-type.ts'
import { type Utf16, utf16Of } from '../body/utf16.ts'
import type { Reason, Remark } from '../core/reasons.ts'
import type { PartChoice, ReaderOptions } from '../formats/choose-reader.ts'
import type { PartHead } from '../formats/multipart/header-line.ts'
import type { Reading } from './inspector.ts'

export type Body = Uint8Array | ReadableStream | null

export interface Choice {
  readonly reading: Reading
  /** What the body's reader has to know beside its kind. */
  readonly reader?: Omit<ReaderOptions, 'maxDepth'>
  readonly remarks: readonly Remark[]
  /** Set when the body is not read at all. */
  readonly reason?: Reason
  /** The text is UTF-16: read through UTF-8 when it is taken whole, else `charset-unsupported`. */
  readonly utf16?: Utf16
}

/** Decides from the declared type and the first decoded bytes how a body is read. What no reader fits is read as text. */
export function chooseReading(headers: Headers, head: Uint8Array, partial = false): Choice {
  const type = classifyMediaType(headers.get('content-type'))
  const remarks: Remark[] = type.ambiguous ? ['ambiguous'] : []
  const magic = sniffBinary(head)
  if (type.kind === 'binary') {
    if (magic !== '' && familiesAgree(type.family, magic)) return { reading: 'text', remarks, reason: 'binary-type' }
    // The middle of a picture bears no magic number.
    if (partial && !/^bytes 0-/.test(headers.get('content-range') ?? ''))
      return { reading: 'text', remarks, reason: 'binary-type' }
    remarks.push('type-mismatch')
  } else if (type.kind === 'generic' || type.kind === 'none') {
    if (magic !== '') return { reading: 'text', remarks, reason: 'binary-type' }
    remarks.push('untyped', 'read-as: text')
    if (type.kind === 'none') return { reading: 'text', remarks, utf16: utf16Of('', head) }
  } else if (magic !== '') remarks.push('type-mismatch')
  const utf16 = type.kind === 'binary-message' ? undefined : utf16Of(type.charset, head)
  if (utf16 === undefined && chooseCharset(type, head).unsupported)
    return { reading: 'text', remarks, reason: 'charset-unsupported' }
  switch (type.kind) {
    case 'json':
      return { reading: type.sequence ? 'json-sequence' : 'json', remarks, utf16 }
    case 'form':
      return { reading: 'form', remarks, utf16 }
    case 'multipart':
      return { reading: 'multipart', remarks, utf16, reader: { boundaries: type.boundaries, choosePart } }
    case 'html':
    case 'xml':
      return { reading: type.kind, remarks, utf16 }
    case 'table':
      return { reading: 'csv', remarks, utf16 }
    case 'binary-message':
      return { reading: 'binary-message', remarks }
    default:
      if (type.essence !== 'text/plain' && !remarks.includes('read-as: text')) remarks.push('read-as: text')
      return { reading: 'text', remarks, utf16 }
  }
}

/** Decides how a part of a multipart body is read: like a body of its own. */
export function choosePart(head: PartHead, start: Uint8Array): PartChoice {
  const type = classifyMediaType(head.contentType)
  const magic = sniffBinary(start)
  const { boundaries } = type
  const binary = type.kind === 'binary' ? familiesAgree(type.family, magic) : isUntyped(type) && magic !== ''
  if (binary) return { reading: 'text', boundaries, reason: 'binary-type' }
  switch (type.kind) {
    case 'json':
      return { reading: type.sequence ? 'json-sequence' : 'json', boundaries }
    case 'form':
      return { reading: 'form', boundaries }
    case 'table':
      return { reading: 'csv', boundaries }
    case 'multipart':
      return { reading: 'multipart', boundaries }
    default:
      return { reading: 'text', boundaries }
  }
}

function isUntyped(type: MediaType): boolean {
  return type.kind === 'generic' || type.kind === 'none'
}
