import { chooseCharset } from '../body/charset.ts'
import { familiesAgree, sniffBinary } from '../body/magic.ts'
import { classifyMediaType } from '../body/media-type.ts'
import { type Utf16, utf16Of } from '../body/utf16.ts'
import type { Reason, Remark } from '../core/reasons.ts'
import type { Reading } from './inspector.ts'

export type Body = Uint8Array | ReadableStream | null

export interface Choice {
  readonly reading: Reading
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
    case 'table':
      return { reading: 'csv', remarks, utf16 }
    case 'binary-message':
      return { reading: 'binary-message', remarks }
    default:
      if (type.essence !== 'text/plain' && !remarks.includes('read-as: text')) remarks.push('read-as: text')
      return { reading: 'text', remarks, utf16 }
  }
}
