import type { Side } from '../core/words.ts'

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
  readonly status: number
  readonly hasBody: boolean
}

/** Digests and signatures that speak of the body's bytes. */
const OVER_THE_BYTES = [
  'content-md5',
  'digest',
  'content-digest',
  'repr-digest',
  'x-amz-content-sha256',
  'x-amz-checksum-crc32',
  'x-amz-checksum-crc32c',
  'x-amz-checksum-sha1',
  'x-amz-checksum-sha256',
  'x-goog-hash',
  'x-ms-content-md5',
  'x-ms-blob-content-md5',
  'signature',
  'signature-input',
]

/**
 * Settles the headers of a message in one place, one line a header with its reason. The only place that touches them for the
 * sake of the body.
 */
export function settleHeaders(headers: Headers, settlement: Settlement): void {
  const { side, edited, bodyLength, coding, policyVersion, enforced, hasBody } = settlement
  const changed = edited !== 'no'
  // A message that says its length and is chunked as well is read two ways; the runtime frames it anew.
  headers.delete('transfer-encoding')
  const named = headers.get('content-encoding') ?? ''
  if (coding !== named) {
    // What leaves is coded otherwise than what came, so its old length is not its length.
    if (coding === '') headers.delete('content-encoding')
    else headers.set('content-encoding', coding)
    headers.delete('content-length')
  }
  if (changed) {
    headers.delete('content-length')
    // Known after all: said, so that receivers that refuse chunked bodies are served.
    if (bodyLength !== undefined) headers.set('content-length', String(bodyLength))
    // Digests, checksums and signatures of other bytes would be lies.
    for (const name of OVER_THE_BYTES) headers.delete(name)
    // Trailers may hold digests, and an edit cannot be told them.
    headers.delete('trailer')
  }
  if (side === 'request' || !enforced) return
  // A length that GET would not have is not said by HEAD or 304 (RFC 9110 section 8.6); whether it would is not known here.
  if (!hasBody && settlement.status !== 204 && (settlement.method === 'HEAD' || settlement.status === 304))
    headers.delete('content-length')
  mapValidators(headers, policyVersion)
  if (changed) {
    // A part of other bytes does not fit a part of ours.
    headers.delete('accept-ranges')
    // The date is that of the origin's bytes; the next policy would make other ones of the same date.
    headers.delete('last-modified')
  }
}

const SUFFIX = '-dlp.'

/** Gives the entity tag the policy's version, so that a copy scrubbed by another policy is never revalidated (I-20). */
function mapValidators(headers: Headers, version: string): void {
  const tag = headers.get('etag')
  if (tag === null) return
  const parts = /^(W\/)?"([^"]*)"$/.exec(tag.trim())
  if (parts === null) headers.delete('etag')
  else headers.set('etag', `${parts[1] ?? ''}"${parts[2]}${SUFFIX}${version.slice(0, 8)}"`)
}

/**
 * Undoes `mapValidators` in a request to the origin: tags of this policy become the origin's own, others are dropped, and so
 * are dates, which carry no version (I-21).
 */
export function unmapValidators(headers: Headers, version: string): void {
  const mine = `${SUFFIX}${version.slice(0, 8)}"`
  for (const name of ['if-none-match', 'if-match', 'if-range']) {
    const value = headers.get(name)
    if (value === null || (value.trim() === '*' && name !== 'if-range')) continue
    const tags = (value.match(/(?:W\/)?"[^"]*"/g) ?? [])
      .filter((tag) => tag.endsWith(mine))
      .map((tag) => `${tag.slice(0, -mine.length)}"`)
    if (tags.length > 0) headers.set(name, tags.join(', '))
    else headers.delete(name)
  }
  headers.delete('if-modified-since')
  headers.delete('if-unmodified-since')
}

/** Headers by which senders of webhooks sign the exact bytes of the body. */
const SIGNATURES = [
  'stripe-signature',
  'x-hub-signature',
  'x-hub-signature-256',
  'x-slack-signature',
  'svix-signature',
  'webhook-signature',
  'x-shopify-hmac-sha256',
  'x-twilio-signature',
  'x-square-hmacsha256-signature',
  'paypal-transmission-sig',
  'x-signature-ed25519',
  'x-line-signature',
  'x-zm-signature',
  'linear-signature',
  'x-gitlab-signature',
  'x-paystack-signature',
  'x-razorpay-signature',
  'x-docusign-signature-1',
  'x-signature',
  'x-signature-256',
  'x-webhook-signature',
  'x-request-signature',
]

/** Whether an edit would break what the message promises: a signature over its body, or `no-transform` in a response. */
export function editForbidden(headers: Headers, side: Side): boolean {
  // In a request `no-transform` is the sender's wish, and the sender may be the one we guard against.
  if (side === 'response' && /(?:^|,)\s*no-transform\s*(?:,|$)/i.test(headers.get('cache-control') ?? '')) return true
  if (side === 'request' && SIGNATURES.some((name) => headers.has(name))) return true
  if (
    headers.has('signature') &&
    /content-digest|content-md5|\bdigest\b|repr-digest/i.test(headers.get('signature-input') ?? headers.get('signature') ?? '')
  )
    return true
  const payload = headers.get('x-amz-content-sha256')
  return side === 'request' && payload !== null && /^[0-9a-f]{64}$/i.test(payload)
}
