import { expect, test } from 'vitest'
import { editForbidden } from '../../src/body/headers.ts'

const HASH = 'e3'.repeat(32)
const aws = (signed: string) =>
  `AWS4-HMAC-SHA256 Credential=id/20310201/us-east-1/s3/aws4_request, SignedHeaders=${signed}, Signature=00`

test.each<[string, Record<string, string>]>([
  ['Stripe', { 'stripe-signature': 't=1,v1=00' }],
  ['GitHub', { 'x-hub-signature-256': 'sha256=00' }],
  ['GitHub, old', { 'x-hub-signature': 'sha1=00' }],
  ['Svix', { 'svix-signature': 'v1,00' }],
  ['Standard Webhooks', { 'webhook-signature': 'v1,00' }],
  ['Slack', { 'x-slack-signature': 'v0=00' }],
  ['Shopify', { 'x-shopify-hmac-sha256': '00' }],
  ['Twilio', { 'x-twilio-signature': '00' }],
  ['Discord', { 'x-signature-ed25519': '00' }],
  ['RFC 9421 over a digest', { signature: 'a=:00:', 'signature-input': 'a=("@method" "content-digest");created=1' }],
  ['RFC 9421 over the length', { signature: 'a=:00:', 'signature-input': 'a=("content-length")' }],
  ['the Cavage draft over a digest', { signature: 'keyId="k",headers="(request-target) date digest",signature="00"' }],
  ['the Cavage draft in Authorization', { authorization: 'Signature keyId="k",headers="date digest",signature="00"' }],
  ['S3 with the payload’s hash', { authorization: aws('host;x-amz-content-sha256'), 'x-amz-content-sha256': HASH }],
  ['S3 with signed chunks', { authorization: aws('host'), 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' }],
  [
    'S3 with a checksum that is signed',
    { authorization: aws('host;x-amz-checksum-crc32'), 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
  ],
  ['any other AWS service: the hash is signed, unseen', { authorization: aws('host;x-amz-date') }],
  ['a payload hash in a presigned request', { 'x-amz-content-sha256': HASH }],
  ['AWS version 2 with Content-MD5', { authorization: 'AWS id:00', 'content-md5': '00' }],
  ['Azure', { authorization: 'SharedKey account:00' }],
  ['Digest with auth-int', { authorization: 'Digest username="a", qop=auth-int, response="00"' }],
  [
    'OAuth 1.0 over a form',
    {
      authorization: 'OAuth oauth_signature_method="HMAC-SHA1", oauth_signature="00"',
      'content-type': 'application/x-www-form-urlencoded',
    },
  ],
  ['OAuth 1.0 with a body hash', { authorization: 'OAuth oauth_body_hash="00", oauth_signature="00"' }],
  ['a signed mail', { 'content-type': 'multipart/signed; boundary=x' }],
  ['JOSE', { 'content-type': 'application/jose+json' }],
])('a request is not edited: %s', (_, headers) => {
  expect(editForbidden(new Headers(headers), 'request')).toBe(true)
})

test.each<[string, Record<string, string>]>([
  ['nothing', {}],
  ['no-transform, which in a request is only a wish', { 'cache-control': 'no-transform' }],
  ['a bearer token', { authorization: 'Bearer x' }],
  ['Digest with auth', { authorization: 'Digest username="a", qop=auth, response="00"' }],
  ['RFC 9421 not over the body', { signature: 'a=:00:', 'signature-input': 'a=("@method" "@path" "authorization")' }],
  ['S3 unsigned', { authorization: aws('host;x-amz-content-sha256'), 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }],
  [
    'OAuth 1.0 over JSON',
    { authorization: 'OAuth oauth_signature_method="HMAC-SHA1", oauth_signature="00"', 'content-type': 'application/json' },
  ],
  ['a digest that nobody signed', { 'content-digest': 'sha-256=:00:', 'content-md5': '00' }],
])('a request is edited: %s', (_, headers) => {
  expect(editForbidden(new Headers(headers), 'request')).toBe(false)
})

test.each<[string, Record<string, string>, boolean]>([
  ['no-transform', { 'cache-control': 'public, No-Transform , max-age=1' }, true],
  ['a word that holds no-transform', { 'cache-control': 'x-no-transform, no-transformer' }, false],
  ['a signature over a digest', { signature: 'a=:00:', 'signature-input': 'a=("content-digest")' }, true],
  ['a signature over the status', { signature: 'a=:00:', 'signature-input': 'a=("@status")' }, false],
  ['a signature of the sender’s own over its body', { 'x-acme-signature': 'x' }, true],
  ['what stands beside one', { 'x-acme-signature-timestamp': '1', 'accept-signature': 'x' }, false],
  ['a signed document', { 'content-type': 'application/pkcs7-mime' }, true],
])('a response: %s', (_, headers, forbidden) => {
  expect(editForbidden(new Headers(headers), 'response')).toBe(forbidden)
})
