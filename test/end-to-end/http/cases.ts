import zlib from 'node:zlib'
import { Random } from '../../support/random.ts'
import type { HeaderLines } from '../../support/raw-socket.ts'
import { familyLines } from './families.ts'

/**
 * The HTTP matrix: method × status × coding × outcome × header family, in both directions. Each case is one exchange with one message
 * (its subject) that is clean, holds what is edited or blocked, is not inspected, or is cut by its sender. Bodies are words and planted
 * published test values, so what must arrive is known without asking the product.
 */
export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
export const STATUSES = [200, 201, 203, 204, 205, 206, 301, 302, 304, 400, 401, 404, 412, 416, 500, 503] as const
export const CODINGS = ['', 'gzip', 'deflate', 'br', 'deflate, gzip', 'zstd'] as const
export const OUTCOMES = ['clean', 'edited', 'blocked', 'not-inspected', 'cut'] as const
export const FAMILIES = [
  'framing',
  'validators',
  'conditions',
  'range',
  'digests',
  'caching',
  'signatures',
  'negotiation',
  'location',
  'cookies',
  'trailers',
  'hop-by-hop',
] as const
export const CELLS = METHODS.length * STATUSES.length * CODINGS.length * OUTCOMES.length * FAMILIES.length

export type Direction = 'request' | 'response'
export type Outcome = (typeof OUTCOMES)[number]
export type Family = (typeof FAMILIES)[number]
/** `whole`, `stream`: enforcing, bodies taken whole or streamed. `open`: what is not inspected passes. `observe`: changes nothing. */
export type PolicyName = 'whole' | 'stream' | 'open' | 'observe'

export const CARD = '4111111111111111'
export const CARD_MARK = '[redacted:CREDIT_CARD]'
export const TOKEN = ['ghp', 'R7qJ2mXw9TzK4vLs8NfB3cHy6PdG1aWe5UxQ'].join('_')

const SIDES = { request: { '*': 'redact', credentials: 'block' }, response: { '*': 'redact', credentials: 'block' } }
const ENFORCE = {
  mode: 'enforce',
  ...SIDES,
  onLateBlock: 'abort',
  routes: [{ name: 'skipped', match: { path: '/skip/*' }, skip: true }],
}
export const POLICIES: Readonly<Record<PolicyName, object>> = {
  whole: ENFORCE,
  stream: { ...ENFORCE, limits: { maxWholeBytes: 512 } },
  open: { ...ENFORCE, onUninspected: { request: 'pass', response: 'pass' } },
  observe: { mode: 'observe', ...SIDES },
}

/** A message as its sender writes it. */
export interface Sent {
  /** End-to-end and hop-by-hop lines, without those that frame the body. `{ours}` stands for the mark of the gateway's policy in a tag. */
  readonly headers: HeaderLines
  /** Coded; undefined: there is none. */
  readonly body?: Buffer
  readonly content?: Buffer
  readonly framing: 'length' | 'chunked' | 'none'
  readonly trailers: HeaderLines
  readonly cutAfter?: number
}

/** What must become of a message. */
export type Fate =
  /** Arrives with the same bytes. `read`: it was inspected, and is promised as such. */
  | { readonly kind: 'same'; readonly read: boolean }
  /** Arrives with this content, its headers true of it. */
  | { readonly kind: 'edited'; readonly content: Buffer }
  /** Is answered in its place. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Never ends well-formed; may be answered by a refusal. */
  | { readonly kind: 'cut' }
  /** Has no body. `read`: GET's answer would be inspected. */
  | { readonly kind: 'bodiless'; readonly read: boolean }
  /** A 206 that is fetched again: a slice of what GET without Range answers. */
  | { readonly kind: 'sliced'; readonly content: Buffer; readonly clean: boolean; readonly read: boolean }

export interface HttpCase {
  readonly n: number
  readonly direction: Direction
  readonly method: string
  readonly status: number
  readonly coding: string
  readonly outcome: Outcome
  readonly family: Family
  readonly policy: PolicyName
  readonly path: string
  /** Found in the events. */
  readonly host: string
  readonly request: Sent
  readonly answer: Sent
  /** What the origin answers when it is asked again without Range. */
  readonly whole?: Sent
  readonly range?: { readonly start: number; readonly end: number }
  readonly fate: { readonly request: Fate; readonly response: Fate }
  /** Bytes in the subject's receipt, where all of it was read or counted. */
  readonly counted?: number
}

/** Case `n` of a seed: cells in an order without repetition, until all were drawn. */
export function createCase(seed: number, n: number): HttpCase {
  // 7 919 is prime to the number of cells: every run of CELLS cases visits each once.
  let cell = (seed * 104_729 + n * 7_919) % CELLS
  const draw = <T>(items: readonly T[]): T => {
    const item = items[cell % items.length]
    cell = Math.floor(cell / items.length)
    return item
  }
  const family = draw(FAMILIES)
  const outcome = draw(OUTCOMES)
  const coding = draw(CODINGS)
  const method = draw(METHODS)
  const status = draw(STATUSES)
  const random = new Random(seed * 1_000_003 + n)
  // Methods without a body have nothing to be judged in a request.
  const direction: Direction = random.chance(method === 'GET' || method === 'HEAD' ? 0.1 : 0.5) ? 'request' : 'response'
  const policy = random.pick(['whole', 'whole', 'stream', 'stream', 'open', 'observe'] as const)
  return build({ n, random, family, outcome, coding, method, status, direction, policy })
}

interface Draw {
  n: number
  random: Random
  family: Family
  outcome: Outcome
  coding: string
  method: string
  status: number
  direction: Direction
  policy: PolicyName
}

type Unread = 'binary' | 'charset' | 'skipped'

function build(draw: Draw): HttpCase {
  const { n, random, family, outcome, coding, method, status, direction, policy } = draw
  const host = `case-${letters(Math.floor(n / 1000))}${n % 1000}.example`
  const unread: Unread | undefined =
    outcome === 'not-inspected' ? random.pick(['binary', 'charset', 'skipped'] as const) : undefined
  const path = `${unread === 'skipped' ? '/skip' : '/a'}/${n}`
  const asked = method !== 'GET' && method !== 'HEAD'
  const subject = createSubject(draw, unread)
  const bodiless = method === 'HEAD' || status === 204 || status === 205 || status === 304
  const lines = familyLines(draw, subject.body)
  if (status === 206 && method === 'GET' && !lines.request.some(([name]) => name === 'range'))
    lines.request.push(['range', random.pick(['bytes=0-99', 'bytes=5-', 'bytes=-20', 'bytes=0-', 'bytes=1-1'])])

  const plain: Pick<Sent, 'headers' | 'body' | 'content'> =
    status === 206 && direction === 'request'
      ? { headers: [['content-type', 'image/png']], body: PNG, content: PNG }
      : { headers: [['content-type', 'text/plain']], body: SMALL, content: SMALL }
  const framing = () => random.pick(['length', 'chunked'] as const)
  const requestBody =
    direction === 'request' ? (asked ? subject : undefined) : asked && method !== 'OPTIONS' ? plainJson : undefined
  const answerBody = direction === 'response' ? subject : plain
  const cut = outcome === 'cut'
  const request: Sent = {
    headers: [['host', host], ...(requestBody?.headers ?? []), ...lines.request],
    body: requestBody?.body,
    content: requestBody?.content,
    framing: requestBody === undefined ? 'none' : family === 'trailers' ? 'chunked' : framing(),
    trailers: requestBody === undefined ? [] : lines.requestTrailers,
    ...(cut && direction === 'request' && requestBody !== undefined ? { cutAfter: requestBody.body.length >> 1 } : {}),
  }
  const range = status === 206 ? rangeOf(lines.request, answerBody.body!.length) : undefined
  const whole: Sent = {
    headers: [...answerBody.headers, ...lines.answer],
    body: bodiless ? undefined : answerBody.body,
    content: bodiless ? undefined : answerBody.content,
    framing: bodiless
      ? 'none'
      : family === 'trailers'
        ? 'chunked'
        : cut
          ? framing()
          : random.pick(['length', 'chunked', 'length', 'none'] as const),
    trailers: lines.answerTrailers,
    ...(cut && direction === 'response' && !bodiless ? { cutAfter: answerBody.body!.length >> 1 } : {}),
  }
  const total = answerBody.body!.length
  const answer: Sent =
    range === undefined
      ? whole
      : {
          ...whole,
          headers: [...whole.headers, ['content-range', `bytes ${range.start}-${range.end - 1}/${total}`]],
          body: whole.body?.subarray(range.start, range.end),
          content: undefined,
          ...(whole.cutAfter === undefined ? {} : { cutAfter: (range.end - range.start) >> 1 }),
          framing: bodiless ? 'none' : 'length',
        }
  const forbidden = direction === 'request' ? lines.requestForbids : lines.answerForbids
  const fate: Record<Direction, Fate> = {
    request: requestBody === undefined ? { kind: 'bodiless', read: true } : { kind: 'same', read: true },
    response: bodiless
      ? { kind: 'bodiless', read: unread !== 'skipped' && !(status === 206 && method === 'HEAD') }
      : { kind: 'same', read: unread !== 'skipped' && status !== 206 },
  }
  if (direction === 'request' && requestBody !== undefined) fate.request = fateOf(draw, unread, subject, forbidden, lines.request)
  if (direction === 'response') {
    const own = fateOf(draw, unread, subject, forbidden, lines.request)
    const binary = unread === 'binary' || unread === 'skipped'
    if (bodiless)
      fate.response = {
        kind: 'bodiless',
        read: !(
          unread === 'skipped' ||
          (unread === 'binary' && status >= 200 && status !== 204 && status !== 205 && status !== 304)
        ),
      }
    else if (status === 206 && policy !== 'observe' && unread !== 'skipped' && (!binary || coding !== ''))
      fate.response = fateOfPart(draw, own, subject)
    else fate.response = own
  }
  const { kind } = fate[direction]
  const complete = kind === 'same' || kind === 'edited'
  return {
    n,
    direction,
    method,
    status,
    coding,
    outcome,
    family,
    policy,
    path,
    host,
    request,
    answer,
    ...(range === undefined ? {} : { whole, range }),
    fate,
    ...(complete && status !== 206
      ? {
          counted:
            coding === 'zstd' || (unread === 'skipped' && policy !== 'observe') ? subject.body.length : subject.content.length,
        }
      : {}),
  }
}

interface Subject {
  readonly headers: HeaderLines
  readonly body: Buffer
  readonly content: Buffer
  readonly scrubbed: Buffer
}

function createSubject({ random, outcome, coding, policy, method }: Draw, unread: Unread | undefined): Subject {
  let type = random.pick(['application/json', 'text/plain', 'text/html; charset=utf-8', 'application/x-ndjson'])
  let content: Buffer
  let scrubbed: Buffer
  if (unread === 'binary') {
    type = 'image/png'
    content = scrubbed = Buffer.concat([PNG, Buffer.from(Array.from({ length: 700 }, () => random.int(128, 255)))])
  } else {
    if (unread === 'charset') type = 'text/plain; charset=iso-2022-jp'
    const words = (count: number) => Array.from({ length: count }, () => random.pick(WORDS)).join(' ')
    const long = policy === 'stream' ? random.int(120, 600) : random.int(1, 200)
    const planted = outcome === 'edited' ? `card ${CARD}` : outcome === 'blocked' ? `key ${TOKEN}` : 'nothing'
    const json = type.includes('json')
    const text = json
      ? `{"note":"${words(long)}","item":"${planted}","rest":"${words(5)}"}`
      : type.startsWith('text/html')
        ? `<p>${words(long)}</p><p>${planted}</p><p>${words(5)}</p>`
        : `${words(long)}\n${planted}\n${words(5)}\n`
    content = Buffer.from(text)
    scrubbed = Buffer.from(text.replace(CARD, CARD_MARK))
  }
  const body = encode(content, coding)
  const headers: [string, string][] = [['content-type', type]]
  if (coding !== '') headers.push(['content-encoding', coding])
  if (method === 'HEAD') headers.push(['content-length', String(body.length)])
  return { headers, body, content, scrubbed }
}

/** The part that an origin answers to a Range; of several, or none, the whole. */
export function rangeOf(lines: HeaderLines, length: number): { start: number; end: number } {
  const asked = /^bytes=(\d*)-(\d*)$/.exec(lines.find(([name]) => name === 'range')?.[1] ?? '')
  if (asked === null) return { start: 0, end: length }
  const [, from, to] = asked
  if (from === '') return { start: Math.max(0, length - Number(to)), end: length }
  return { start: Math.min(Number(from), length - 1), end: to === '' ? length : Math.min(Number(to) + 1, length) }
}

function fateOf(
  { policy, outcome, coding, direction, method, status }: Draw,
  unread: Unread | undefined,
  subject: Subject,
  forbidden: boolean,
  lines: HeaderLines,
): Fate {
  if (outcome === 'cut') return { kind: 'cut' }
  if (policy === 'observe' || unread === 'skipped') return { kind: 'same', read: false }
  if (coding === 'zstd')
    return policy === 'open' ? { kind: 'same', read: false } : { kind: 'refused', reason: 'coding-unsupported' }
  if (unread === 'charset')
    return policy === 'open' ? { kind: 'same', read: false } : { kind: 'refused', reason: 'charset-unsupported' }
  const part =
    direction === 'response' &&
    status === 206 &&
    coding !== '' &&
    lines.some(([name, value]) => name === 'range' && value !== 'bytes=0-')
  if (unread === 'binary')
    return part && policy !== 'open' && method !== 'GET' ? { kind: 'refused', reason: 'partial' } : { kind: 'same', read: false }
  const partial = direction === 'response' && status === 206 && method !== 'GET'
  if (partial) return policy === 'open' ? { kind: 'same', read: false } : { kind: 'refused', reason: 'partial' }
  if (forbidden && policy === 'stream') return { kind: 'refused', reason: 'edit-forbidden' }
  if (outcome === 'blocked') return policy === 'stream' ? { kind: 'cut' } : { kind: 'refused', reason: 'finding' }
  // A coded body that streams leaves re-encoded: nobody knows yet whether an edit will come.
  if (outcome === 'clean' && policy === 'stream' && coding !== '') return { kind: 'edited', content: subject.content }
  if (outcome === 'clean') return { kind: 'same', read: true }
  if (forbidden) return policy === 'open' ? { kind: 'same', read: true } : { kind: 'refused', reason: 'edit-forbidden' }
  return { kind: 'edited', content: subject.scrubbed }
}

/** Of a 206 of a type that is read: GET is fetched again and sliced. */
function fateOfPart({ policy, method, coding, outcome }: Draw, whole: Fate, subject: Subject): Fate {
  if (method !== 'GET' && outcome === 'cut' && coding === 'zstd')
    return policy === 'open' ? { kind: 'cut' } : { kind: 'refused', reason: 'coding-unsupported' }
  if (method !== 'GET') return whole
  if (whole.kind === 'edited') return { kind: 'sliced', content: whole.content, clean: false, read: true }
  if (whole.kind === 'same') return { kind: 'sliced', content: subject.content, clean: true, read: whole.read }
  return whole
}

const WORDS = [
  'harbor',
  'willow',
  'copper',
  'meadow',
  'lantern',
  'orchard',
  'pebble',
  'saffron',
  'timber',
  'umber',
  'velvet',
  'yarrow',
]
const SMALL = Buffer.from('harbor willow copper')
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const plainJson = {
  headers: [['content-type', 'application/json']] as HeaderLines,
  body: Buffer.from('{"q":"harbor"}'),
  content: Buffer.from('{"q":"harbor"}'),
}

function encode(content: Buffer, coding: string): Buffer {
  switch (coding) {
    case 'gzip':
      return zlib.gzipSync(content)
    case 'deflate':
      return zlib.deflateSync(content)
    case 'br':
      return zlib.brotliCompressSync(content)
    case 'deflate, gzip':
      return zlib.gzipSync(zlib.deflateSync(content))
    case 'zstd':
      return zlib.zstdCompressSync(content)
    default:
      return content
  }
}

/** `a`, `b`, … `z`, `ba`, …: events tell no long numbers in host names. */
function letters(n: number): string {
  return (n >= 26 ? letters(Math.floor(n / 26)) : '') + String.fromCharCode(97 + (n % 26))
}
