import type { Side } from '../core/words.ts'
import { classifyMediaType } from './media-type.ts'

/**
 * A name that says signature, or HMAC, is taken for one over the exact bytes of the body (`x-hub-signature-256`,
 * `x-shopify-hmac-sha256`): webhooks have hundreds of them. Signature and Signature-Input say themselves what they cover.
 */
const SIGNATURE = /(?:^|-)(?:signature|hmac|sig)(?:-|$)/
/** Beside it: when, how and with which key it was made, and the wish for one. */
const ABOUT_ONE =
  /^(?:accept-signature|signature|signature-input)$|-(?:timestamp|time|date|expires|version|algorithm|alg|method|headers|input|id|key|key-id|keyid|nonce|agent|type)$/
/** Headers that sign the body under other names. From the senders' own documentation. */
const SIGNATURES = ['plaid-verification', 'x-trello-webhook']

/** Signed documents (RFC 7515, 8551): an edit breaks what they are. */
const SIGNED_TYPES = new Set([
  'multipart/signed',
  'application/jose',
  'application/jose+json',
  'application/jwt',
  'application/pkcs7-mime',
  'application/x-pkcs7-mime',
  'application/pkcs7-signature',
  'application/cose',
  'application/samlassertion+xml',
])

/** Components of RFC 9421 that cover the body. */
const BODY_COMPONENT = /"(?:content-digest|repr-digest|digest|content-md5|content-length)"/i

/**
 * Whether an edit would break what the message promises: a signature over its body (I-24), or `no-transform` in a response
 * (RFC 9111 section 5.2.2.6). In a request `no-transform` is the sender's wish, and the sender may be the one we guard against.
 */
export function editForbidden(headers: Headers, side: Side): boolean {
  if (SIGNED_TYPES.has(classifyMediaType(headers.get('content-type')).essence)) return true
  if (headers.has('signature') && signatureCoversBody(headers)) return true
  let signed = false
  headers.forEach((_, name) => {
    if (SIGNATURES.includes(name) || (SIGNATURE.test(name) && !ABOUT_ONE.test(name))) signed = true
  })
  if (signed) return true
  if (side === 'response') return directives(headers.get('cache-control')).includes('no-transform')
  return authorizationCoversBody(headers)
}

/** RFC 9421: Signature-Input lists what is signed. Without it Signature is of the older drafts, which list it in themselves. */
function signatureCoversBody(headers: Headers): boolean {
  const input = headers.get('signature-input')
  if (input !== null) return BODY_COMPONENT.test(input)
  return /headers="[^"]*\b(?:digest|content-md5|content-length)\b/i.test(headers.get('signature') ?? '')
}

function authorizationCoversBody(headers: Headers): boolean {
  const authorization = headers.get('authorization') ?? ''
  const payload = headers.get('x-amz-content-sha256')
  // AWS Signature Version 4: the payload's hash is signed, in S3's header or unseen, unless it says otherwise.
  if (/^AWS4-/i.test(authorization)) {
    if (payload !== 'UNSIGNED-PAYLOAD') return true
    return /SignedHeaders=[^,\s]*(?:content-md5|content-length|x-amz-checksum-)/i.test(authorization)
  }
  if (payload !== null && payload !== 'UNSIGNED-PAYLOAD') return true
  // Version 2 signs Content-MD5; so do Azure's shared keys, and Content-Length with it.
  if (/^AWS [^\s:]+:/i.test(authorization)) return headers.has('content-md5')
  if (/^SharedKey\s/i.test(authorization)) return true
  // RFC 7616 section 3.4.3; OAuth 1.0 signs the parameters of a form (RFC 5849 section 3.4.1.3) or a hash of the body.
  if (/^Digest\s/i.test(authorization)) return /\bqop="?auth-int\b/i.test(authorization)
  if (/^OAuth\s/i.test(authorization)) {
    if (/oauth_signature_method="?PLAINTEXT/i.test(authorization)) return false
    return /oauth_body_hash=/i.test(authorization) || classifyMediaType(headers.get('content-type')).kind === 'form'
  }
  return /^Signature\s/i.test(authorization) && /headers="[^"]*\b(?:digest|content-md5|content-length)\b/i.test(authorization)
}

function directives(cacheControl: string | null): string[] {
  return (cacheControl ?? '').split(',').map((directive) => directive.split('=')[0].trim().toLowerCase())
}
