/**
 * The one place that settles a message's headers after its body was (or may be) edited: one line a header, with its reason.
 * Pure functions on the headers; RFC 9110, 9111, 9421 and 9530 are meant by section numbers.
 */
import type { Side } from '../core/words.ts'

export { editForbidden } from './edit-forbidden.ts'

import { limitCodings } from './accept-encoding.ts'
import { classifyMediaType } from './media-type.ts'
import { mapValidators, unmapValidators } from './validators.ts'

/** What became of a message's body, as far as its headers have to know. */
export interface Settlement {
  readonly side: Side
  /** `maybe`: the head leaves before the body is read to its end, so it is written as for an edited one. */
  readonly edited: 'no' | 'yes' | 'maybe'
  /** Bytes that leave, where that is known. */
  readonly bodyLength?: number
  /** Content-Encoding under which the body leaves; '' is identity. */
  readonly coding: string
  readonly policyVersion: string
  /** The side is enforced and inspected: validators carry the policy's version. */
  readonly enforced: boolean
  readonly method: string
  /** 0 for a request. */
  readonly status: number
  /** False for HEAD, 204, 304: what the headers say of a body is said of another answer. */
  readonly hasBody: boolean
}

/**
 * Digests, checksums and lengths of the body's bytes: of RFC 9530 and of the makers of object stores, who name them after the algorithm
 * (`x-amz-checksum-sha256`, `x-ms-blob-content-md5`, `docker-content-digest`, `x-oss-hash-crc64ecma`). Of other bytes they are lies.
 */
const DIGEST = /(?:^|-)(?:md5|sha-?(?:1|224|256|384|512)|crc(?:32c?|64[a-z]*)|checksum|digest|(?:tree|goog)-hash)(?:-|$)/
const STORED_LENGTH =
  /^x-(?:goog-stored-content-(?:length|encoding)|(?:amz-)?decoded-content-length|(?:original|uncompressed)-content-length)$/
/** What bears such a name and is of something else: wishes (`want-digest`), keys of encryption at rest, signatures (`edit-forbidden.ts`). */
const OF_SOMETHING_ELSE = /^want-|-key-|(?:^|-)hmac(?:-|$)|^x-amz-content-sha256$/

/** Settles `headers` in place. */
export function settleHeaders(headers: Headers, settlement: Settlement): void {
  const { side, edited, bodyLength, coding, policyVersion, enforced, hasBody } = settlement
  const response = side === 'response'
  const changed = edited !== 'no'
  const named = headers.get('content-encoding') ?? ''
  const recoded = hasBody && coding !== named
  // What is neither enforced nor touched leaves as it came.
  if (!enforced && !changed && !recoded) return

  // Transfer-Encoding: of the hop it came over; the runtime frames the message anew. Beside a length it would be read two ways.
  headers.delete('transfer-encoding')
  if (!hasBody) {
    if (enforced && response) settleBodiless(headers, settlement)
    return
  }

  // Content-Encoding: of the bytes that leave, not of those that came.
  if (recoded) setOrDelete(headers, 'content-encoding', coding)
  // Content-Length: of the bytes that leave, or unsaid while nobody knows. One that is wrong is put right (I-19).
  if (bodyLength !== undefined && (changed || recoded || headers.has('content-length')))
    headers.set('content-length', String(bodyLength))
  else if (changed || recoded) headers.delete('content-length')
  if (response && (settlement.status === 204 || isInformational(settlement.status))) headers.delete('content-length')

  if (changed) {
    dropDigests(headers)
    // Trailer: trailers may hold digests and signatures of the bytes that came; they are not forwarded (9110 section 6.5.1).
    headers.delete('trailer')
    if (response) {
      // Signature, Signature-Input: sign the headers just changed, if not the body. A request keeps them: one that is signed
      // over its body is not edited (`editForbidden`), and without them another would not be let in.
      headers.delete('signature')
      headers.delete('signature-input')
      // X-Amz-Content-Sha256: a digest too; in a request `UNSIGNED-PAYLOAD` is part of the authorization and stays.
      headers.delete('x-amz-content-sha256')
      // Content-Range: positions in bytes that are no longer these. (Of a 206, whoever sliced it says them.)
      if (settlement.status !== 206) headers.delete('content-range')
    }
  }
  if (!response || !enforced) return
  mapValidators(headers, policyVersion)
  if (changed) promiseNothing(headers)
}

/** HEAD, 204, 304 and 1xx of an enforced side: nothing may be said that the answer with a body would not say (9110 section 9.3.2). */
function settleBodiless(headers: Headers, { policyVersion, status, method }: Settlement): void {
  if (status === 204 || status === 205 || isInformational(status)) {
    // Content-Length: must not be there (8.6).
    headers.delete('content-length')
    // ETag: may name what GET will answer (9.3.4).
    mapValidators(headers, policyVersion)
    return
  }
  // A type that is not read keeps all its headers with GET, and so with HEAD.
  if (method === 'HEAD' && status !== 304 && classifyMediaType(headers.get('content-type')).kind === 'binary') return
  // Content-Length: that of a body which may be edited; unknown here (I-19).
  headers.delete('content-length')
  // Content-Range: of a 206 to HEAD, positions in the same unknown.
  if (status === 206) headers.delete('content-range')
  dropDigests(headers)
  mapValidators(headers, policyVersion)
  promiseNothing(headers)
}

function dropDigests(headers: Headers): void {
  const stale: string[] = []
  headers.forEach((_, name) => {
    if ((DIGEST.test(name) && !OF_SOMETHING_ELSE.test(name)) || STORED_LENGTH.test(name)) stale.push(name)
  })
  for (const name of stale) headers.delete(name)
}

function promiseNothing(headers: Headers): void {
  // Accept-Ranges: a part of the origin's bytes does not fit a part of ours.
  headers.delete('accept-ranges')
  // Last-Modified: dates the origin's bytes; another policy makes other bytes of the same date, so it must not revalidate (I-21).
  headers.delete('last-modified')
}

/**
 * What a request asks of an answer that will be inspected under this policy, settled in place. Answers whether anything changed.
 * `readable`: the codings that can be read, beside `deflate`.
 */
export function settleAsked(
  headers: Headers,
  asked: { readonly method: string; readonly policyVersion: string; readonly readable: readonly string[] },
): boolean {
  // Accept-Encoding: only codings that can be read, or the answer would be refused.
  const limited = limitCodings(headers, asked.readable)
  // If-None-Match and the other conditions, Range: of our copies, not of the origin's.
  return unmapValidators(headers, asked.policyVersion, asked.method) || limited
}

/** ETag, Last-Modified: in an answer to PUT they say that the bytes were stored as they were sent; edited ones were not (9110 section 9.3.4). */
export function dropValidators(headers: Headers): void {
  headers.delete('etag')
  headers.delete('last-modified')
}

function setOrDelete(headers: Headers, name: string, value: string): void {
  if (value === '') headers.delete(name)
  else headers.set(name, value)
}

function isInformational(status: number): boolean {
  return status >= 100 && status < 200
}
