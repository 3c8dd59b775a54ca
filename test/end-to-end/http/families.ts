import { createHash } from 'node:crypto'
import type { Random } from '../../support/random.ts'
import type { HeaderLines } from '../../support/raw-socket.ts'
import type { Family } from './cases.ts'

/** The header lines of a family for both messages of an exchange. */
export interface FamilyLines {
  readonly request: [string, string][]
  readonly answer: HeaderLines
  readonly requestTrailers: HeaderLines
  readonly answerTrailers: HeaderLines
  /** A signature over the body, or `no-transform` in an answer: it must not be edited. */
  readonly requestForbids: boolean
  readonly answerForbids: boolean
}

interface Facts {
  readonly random: Random
  readonly family: Family
  readonly status: number
}

type Lines = [string, string][]

const DATE = 'Sat, 01 Feb 2031 03:04:05 GMT'

/** Signatures over the body as their senders write them. */
const SIGNED_REQUESTS: readonly Lines[] = [
  [['stripe-signature', 't=1760000000,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd']],
  [['x-hub-signature-256', 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17']],
  [
    ['svix-id', 'msg_a'],
    ['svix-timestamp', '1760000000'],
    ['svix-signature', 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='],
  ],
  [
    ['x-slack-request-timestamp', '1760000000'],
    ['x-slack-signature', 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503'],
  ],
  [['x-shopify-hmac-sha256', 'XWmrwMey6OsLMeiZKwP4FppHH3cmAiiJJAweH5Jo4bM=']],
  [['x-acme-signature', 'bdad3b1f']],
  [['acme-webhook-signature-v2', 't=1,s=00']],
  [['x-acme-hmac-sha256', 'AAAA']],
  [
    ['content-digest', 'sha-256=:AAAA:'],
    ['signature-input', 'sig1=("@method" "content-digest");created=1'],
    ['signature', 'sig1=:AAAA:'],
  ],
  [['authorization', 'AWS4-HMAC-SHA256 Credential=id/20310201/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00']],
]
const SIGNED_ANSWERS: readonly Lines[] = [
  [
    ['content-digest', 'sha-256=:AAAA:'],
    ['signature-input', 'sig1=("@status" "content-digest")'],
    ['signature', 'sig1=:AAAA:'],
  ],
  [['x-acme-signature', 'bdad3b1f']],
  [['x-body-signature-256', 'sha256=00']],
]
const UNRELATED: readonly Lines[] = [
  [
    ['signature-input', 'sig1=("@method" "@authority")'],
    ['signature', 'sig1=:AAAA:'],
  ],
  [['accept-signature', 'sig1=("@method")']],
  [['x-signature-timestamp', '1760000000']],
  [],
]

export const DIGEST_NAMES = [
  'content-md5',
  'digest',
  'content-digest',
  'repr-digest',
  'x-amz-checksum-crc32',
  'x-amz-checksum-crc32c',
  'x-amz-checksum-crc64nvme',
  'x-amz-checksum-sha1',
  'x-amz-checksum-sha256',
  'x-amz-sha256-tree-hash',
  'x-goog-hash',
  'x-ms-content-md5',
  'x-ms-blob-content-md5',
  'x-ms-content-crc64',
  'x-checksum-md5',
  'x-checksum-sha1',
  'x-checksum-sha256',
  'x-bz-content-sha1',
  'x-oss-hash-crc64ecma',
  'x-content-sha256',
  'opc-content-md5',
  'docker-content-digest',
] as const

export function familyLines({ random, family, status }: Facts, body: Buffer): FamilyLines {
  const request: Lines = []
  const answer: Lines = []
  const requestTrailers: Lines = []
  const answerTrailers: Lines = []
  let requestForbids = false
  let answerForbids = false
  const maybe = (lines: Lines, chance: number, ...added: [string, string][]) => {
    if (random.chance(chance)) lines.push(...added)
  }
  const tag = () => random.pick(['"v1"', 'W/"v1"', '"a,b"', '""'])
  switch (family) {
    case 'framing':
      maybe(request, 0.3, ['x-framed', 'yes'])
      break
    case 'validators':
      answer.push(['etag', random.pick(['"v1"', 'W/"v1"', '"a,b"', 'v1', '"x-dlp.00000000"'])])
      maybe(answer, 0.6, ['last-modified', DATE])
      maybe(answer, 0.4, ['accept-ranges', 'bytes'])
      break
    case 'conditions': {
      const value = () => random.pick(['"v1"', '"v1{ours}"', 'W/"v1{ours}"', '"v1-dlp.00000000"', '"a", "v1{ours}", W/"b"', '*'])
      maybe(request, 0.6, ['if-none-match', value()])
      maybe(request, 0.4, ['if-modified-since', DATE])
      maybe(request, 0.3, ['if-match', value()])
      maybe(request, 0.3, ['if-unmodified-since', DATE])
      answer.push(['etag', tag()])
      break
    }
    case 'range':
      maybe(request, 0.9, ['range', random.pick(['bytes=0-99', 'bytes=5-', 'bytes=-20', 'bytes=0-1,5-9'])])
      maybe(request, 0.4, ['if-range', random.pick(['"v1"', '"v1{ours}"', DATE])])
      answer.push(['etag', tag()])
      maybe(answer, 0.6, ['accept-ranges', 'bytes'])
      if (status === 416) answer.push(['content-range', `bytes */${body.length}`])
      break
    case 'digests': {
      const md5 = createHash('md5').update(body).digest('base64')
      const sha = createHash('sha256').update(body).digest('base64')
      const value = (name: string) =>
        /md5/.test(name)
          ? md5
          : name.endsWith('-digest') && !name.startsWith('docker')
            ? `sha-256=:${sha}:`
            : name === 'digest'
              ? `SHA-256=${sha}`
              : sha
      for (const lines of [request, answer]) for (const name of DIGEST_NAMES) maybe(lines, 0.25, [name, value(name)])
      maybe(request, 0.3, ['want-repr-digest', 'sha-256=1'])
      break
    }
    case 'caching': {
      const control = random.pick([
        'no-store',
        'private, max-age=60',
        'public, max-age=600, no-transform',
        'No-Transform',
        'max-age=1',
      ])
      answer.push(['cache-control', control])
      answerForbids = /no-transform/i.test(control)
      maybe(answer, 0.5, ['expires', DATE], ['age', '7'])
      maybe(answer, 0.5, ['vary', random.pick(['accept-encoding', 'Accept-Encoding, Cookie', '*'])])
      maybe(answer, 0.3, ['cdn-cache-control', 'max-age=5'])
      maybe(request, 0.5, ['cache-control', random.pick(['no-cache', 'no-transform', 'max-age=0'])])
      break
    }
    case 'signatures':
      requestForbids = random.chance(0.7)
      request.push(...random.pick(requestForbids ? SIGNED_REQUESTS : UNRELATED))
      answerForbids = random.chance(0.6)
      answer.push(...random.pick(answerForbids ? SIGNED_ANSWERS : UNRELATED))
      break
    case 'negotiation':
      maybe(request, 0.9, [
        'accept-encoding',
        random.pick([
          'gzip',
          'gzip, br, zstd',
          'zstd',
          '*',
          'gzip;q=0.5, *;q=0.1',
          'compress, x-gzip',
          'br;q=1.0, identity;q=0',
          'gzip, *;q=0',
          'dcb, dcz, br',
        ]),
      ])
      maybe(request, 0.5, ['accept', 'application/json;q=0.9, */*'], ['accept-language', 'da, en-gb;q=0.8'])
      answer.push(['vary', random.pick(['accept-encoding', 'Accept-Encoding, Accept', '*'])], ['content-language', 'en'])
      break
    case 'location':
      answer.push(['location', random.pick(['/next?a=1&b=%20', 'https://other.example/x#top', '../up'])])
      maybe(answer, 0.5, ['content-location', '/current'])
      maybe(answer, 0.5, ['link', '</style.css>; rel=preload; as=style, <https://a.example/>; rel="next"'])
      maybe(answer, 0.3, ['retry-after', '120'], ['refresh', '5; url=/later'])
      if (status === 401) answer.push(['www-authenticate', 'Basic realm="a, b"'])
      maybe(request, 0.5, ['referer', 'https://a.example/from?x=1'])
      break
    case 'cookies':
      request.push(['cookie', 'a=1; b="x, y"; theme=dark'])
      answer.push(
        ['set-cookie', 'a=1; Path=/; HttpOnly'],
        ['set-cookie', `b=2; Expires=${DATE}`],
        ['set-cookie', 'c=; Max-Age=0'],
      )
      break
    case 'trailers':
      maybe(request, 0.6, ['te', 'trailers'])
      request.push(['trailer', 'x-note'])
      answer.push(['trailer', 'content-digest, x-note'])
      requestTrailers.push(['x-note', 'card 4111111111111111'])
      answerTrailers.push(['content-digest', 'sha-256=:AAAA:'], ['x-note', 'card 4111111111111111'])
      break
    case 'hop-by-hop':
      request.push(['connection', random.pick(['keep-alive, x-hop', 'x-hop', 'x-hop, content-type, cookie'])], ['x-hop', 'drop'])
      maybe(request, 0.5, ['proxy-authorization', 'Basic c2VudGluZWw='], ['proxy-connection', 'keep-alive'])
      maybe(request, 0.5, ['cookie', 'a=1'])
      maybe(answer, 0.8, ['connection', random.pick(['x-hop', 'x-hop, content-type, set-cookie'])], ['x-hop', 'drop'])
      maybe(answer, 0.5, ['keep-alive', 'timeout=77'], ['proxy-authenticate', 'Basic'])
      maybe(answer, 0.5, ['set-cookie', 'a=1'])
      break
  }
  return { request, answer, requestTrailers, answerTrailers, requestForbids, answerForbids }
}
