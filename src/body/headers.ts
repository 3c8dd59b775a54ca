/**
 * The one place that settles a message's headers after its body was (or may be) edited: one line a header, with its reason.
 * Pure functions on the headers; RFC 9110, 9111, 9421 and 9530 are meant by section numbers.
 */
import type { Side } from '../core/words.ts'

export { editForbidden } from './edit-forbidden.ts'

import { classifyMediaType } from './media-type.ts'

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

/** Digests and checksums of the body's bytes (RFC 9530; S3, Google Cloud Storage, Azure, Artifactory). Of other bytes they are lies. */
const DIGESTS = [
  'content-md5',
  'digest',
  'content-digest',
  'repr-digest',
  'x-amz-checksum-crc32',
  'x-amz-checksum-crc32c',
  'x-amz-checksum-crc64nvme',
  'x-amz-checksum-sha1',
  'x-amz-checksum-sha256',
  'x-goog-hash',
  'x-ms-content-md5',
  'x-ms-blob-content-md5',
  'x-ms-content-crc64',
  'x-checksum-md5',
  'x-checksum-sha1',
  'x-checksum-sha256',
]

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
    for (const name of DIGESTS) headers.delete(name)
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
    return
  }
  // A type that is not read keeps all its headers with GET, and so with HEAD.
  if (method === 'HEAD' && status !== 304 && classifyMediaType(headers.get('content-type')).kind === 'binary') return
  // Content-Length: that of a body which may be edited; unknown here (I-19).
  headers.delete('content-length')
  for (const name of DIGESTS) headers.delete(name)
  mapValidators(headers, policyVersion)
  promiseNothing(headers)
}

function promiseNothing(headers: Headers): void {
  // Accept-Ranges: a part of the origin's bytes does not fit a part of ours.
  headers.delete('accept-ranges')
  // Last-Modified: dates the origin's bytes; another policy makes other bytes of the same date, so it must not revalidate (I-21).
  headers.delete('last-modified')
}

const SUFFIX = '-dlp.'

function mark(version: string): string {
  return `${SUFFIX}${version.slice(0, 8)}`
}

/**
 * ETag: the origin's tag and the policy's version, so that a copy scrubbed by another policy is never revalidated (I-20). A weak
 * tag stays weak. What is no entity tag (8.8.3) could not be mapped back, and goes.
 */
export function mapValidators(headers: Headers, version: string): void {
  const tag = headers.get('etag')?.trim()
  if (tag === undefined) return
  const weak = tag.startsWith('W/') ? 'W/' : ''
  const opaque = tag.slice(weak.length)
  if (opaque.length >= 2 && opaque.startsWith('"') && opaque.indexOf('"', 1) === opaque.length - 1) {
    headers.set('etag', `${weak}${opaque.slice(0, -1)}${mark(version)}"`)
  } else headers.delete('etag')
}

/**
 * Undoes `mapValidators` in a request to the origin, on an enforced route.
 *
 * - If-None-Match: tags of this policy become the origin's own. Any other tag (of another policy, or bare) is dropped: by a 304
 *   the receiver would go on using a copy that this policy has not seen (I-21).
 * - If-Modified-Since: dropped, as dates carry no version.
 * - If-Match, If-Range: tags of this policy become the origin's own; others stay, and fail at the origin as they should. They
 *   never bring a 304, and dropping them would turn a guarded write into one without a guard, and a part into a part of
 *   something else. If-Unmodified-Since stays for the same reason.
 */
export function unmapValidators(headers: Headers, version: string): void {
  const mine = `${mark(version)}"`
  const unmap = (tag: string) => (tag.endsWith(mine) ? `${tag.slice(0, -mine.length)}"` : tag)
  for (const name of ['if-match', 'if-range']) {
    const value = headers.get(name)
    if (value?.includes(mine)) headers.set(name, tagsOf(value).map(unmap).join(', '))
  }
  const none = headers.get('if-none-match')
  if (none !== null && none.trim() !== '*') {
    const ours = tagsOf(none).filter((tag) => tag.endsWith(mine))
    setOrDelete(headers, 'if-none-match', ours.map(unmap).join(', '))
  }
  headers.delete('if-modified-since')
}

/** The entity tags of a list; commas may stand inside their quotes. */
function tagsOf(list: string): string[] {
  const tags: string[] = []
  for (let at = list.indexOf('"'); at >= 0; ) {
    const end = list.indexOf('"', at + 1)
    if (end < 0) break
    tags.push(`${list.slice(Math.max(0, at - 2), at) === 'W/' ? 'W/' : ''}${list.slice(at, end + 1)}`)
    at = list.indexOf('"', end + 1)
  }
  return tags
}

function setOrDelete(headers: Headers, name: string, value: string): void {
  if (value === '') headers.delete(name)
  else headers.set(name, value)
}

function isInformational(status: number): boolean {
  return status >= 100 && status < 200
}
