import { chooseCharset } from '../body/charset.ts'
import { sniffBinary } from '../body/magic.ts'
import { classifyMediaType } from '../body/media-type.ts'
import type { Reason, Remark } from '../core/reasons.ts'
import type { Reading } from './inspector.ts'

export type Body = Uint8Array | ReadableStream | null

export interface Choice {
  readonly reading: Reading
  readonly remarks: readonly Remark[]
  /** Set when the body is not read at all. */
  readonly reason?: Reason
}

/** Decides from the declared type and the first decoded bytes how a body is read. What no reader fits is read as text. */
export function chooseReading(headers: Headers, head: Uint8Array): Choice {
  const type = classifyMediaType(headers.get('content-type'))
  const remarks: Remark[] = type.ambiguous ? ['ambiguous'] : []
  const magic = sniffBinary(head)
  if (type.kind === 'binary') {
    if (magic !== '' && magic === type.family) return { reading: 'text', remarks, reason: 'binary-type' }
    remarks.push('type-mismatch')
  } else if (type.kind === 'generic' || type.kind === 'none') {
    if (magic !== '') return { reading: 'text', remarks, reason: 'binary-type' }
    remarks.push('untyped', 'read-as: text')
    if (type.kind === 'none') return { reading: 'text', remarks }
  } else if (magic !== '') remarks.push('type-mismatch')
  if (chooseCharset(type, head).unsupported) return { reading: 'text', remarks, reason: 'charset-unsupported' }
  switch (type.kind) {
    case 'json':
      return { reading: type.sequence ? 'json-sequence' : 'json', remarks }
    case 'form':
      return { reading: 'form', remarks }
    case 'binary-message':
      return { reading: 'binary-message', remarks }
    default:
      if (type.essence !== 'text/plain' && !remarks.includes('read-as: text')) remarks.push('read-as: text')
      return { reading: 'text', remarks }
  }
}
