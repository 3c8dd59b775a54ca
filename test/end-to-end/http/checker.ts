import zlib from 'node:zlib'
import type { RawMessage, RawResult } from '../../support/raw-socket.ts'
import { CARD, type Fate, type HttpCase, rangeOf, type Sent, TOKEN } from './cases.ts'
import { DIGEST_NAMES } from './families.ts'

/**
 * Judges one exchange by what crossed the sockets. Shares no code with the product: knows what was sent, what must become of it
 * (`HttpCase.fate`) and what RFC 9110 to 9112, 9421 and 9530 say of the headers of a message that was read, edited or refused.
 */
export interface Seen {
  /** What came to the origin, in order. */
  readonly arrived: readonly RawMessage[]
  readonly result: RawResult
  /** The mark that the gateway's policy puts into entity tags, as `-dlp.01234567`; '' for one that puts none. */
  readonly mark: string
}

/** What is wrong, in words; empty when nothing is. */
export function check(item: HttpCase, seen: Seen): string[] {
  const faults: string[] = []
  const say = (side: string) => (fault: string) => void faults.push(`${side}: ${fault}`)
  const enforced = item.policy !== 'observe' && !item.path.startsWith('/skip/')
  const { arrived, result } = seen
  checkRequest(item, seen, enforced, say('request'))
  const refusedRequest = item.fate.request.kind === 'refused' || item.fate.request.kind === 'cut'
  if (refusedRequest) checkRefusal(item.fate.request, item, result.message, [400, 403, 413, 415, 503], say('answer'))
  else checkResponse(item, seen, enforced, say('response'))
  if (result.extra > 0) faults.push(`answer: ${result.extra} bytes after its end`)
  if (result.ended === 'timeout') faults.push('answer: none in time')
  if (enforced && (item.outcome === 'edited' || item.outcome === 'blocked') && item.fate[item.direction].kind !== 'same') {
    const all = item.direction === 'request' ? arrived : result.message === undefined ? [] : [result.message]
    for (const message of all) if (shows(message)) faults.push(`${item.direction}: shows the value`)
  }
  // Trailers were not inspected, so they must not pass.
  if (enforced)
    for (const message of [...arrived, ...(result.message === undefined ? [] : [result.message])])
      if (message.trailers.length > 0) faults.push('a trailer passed')
  return faults
}

type Say = (fault: string) => void

function checkRequest(item: HttpCase, { arrived, mark }: Seen, enforced: boolean, say: Say): void {
  const { request: sent, fate } = item
  const refetched = fate.response.kind === 'sliced' || (item.whole !== undefined && item.method === 'GET')
  if (arrived.length > (refetched ? 2 : 1)) say(`${arrived.length} came`)
  const [message] = arrived
  if (fate.request.kind === 'refused') {
    if (message !== undefined) say('came although it was to be refused')
    return
  }
  if (fate.request.kind === 'cut') {
    if (message?.complete) say('came to its proper end although it was to be cut')
    return
  }
  if (message === undefined) return void say('did not come')
  framed(message, say)
  if (message.method !== item.method || message.target !== item.path) say(`came as ${message.startLine}`)
  if (fate.request.kind === 'bodiless') {
    if (message.bodyLength > 0) say('has a body')
  } else checkBody(sent, fate.request, message, say)
  checkHop(sent, message, say)
  const gone = new Set(['host', 'connection', 'expect'])
  const set = (name: string) => ['x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-for', 'host'].includes(name)
  if (enforced) {
    for (const name of ['if-none-match', 'if-match', 'if-modified-since', 'if-range', 'accept-encoding', 'range']) gone.add(name)
    checkConditions(item, message, say)
    checkAcceptEncoding(sent, message, say)
  }
  checkDigests(sent, fate.request, message, gone, say)
  if (fate.request.kind === 'edited') gone.add('content-encoding')
  checkKept(sent, message, gone, mark, say)
  for (const [name] of message.headers) {
    const lower = name.toLowerCase()
    if (FRAMING.has(lower) || set(lower) || lower.startsWith('cf-') || lower.startsWith('fastly-')) continue
    if (lower === 'accept-encoding' || lower === 'user-agent') continue
    if (!sent.headers.some(([known]) => known.toLowerCase() === lower)) say(`${lower} was added`)
  }
}

function checkResponse(item: HttpCase, seen: Seen, enforced: boolean, say: Say): void {
  const { answer: sent, fate, status, method } = item
  const { message } = seen.result
  const own = fate.response
  if (own.kind === 'refused') return void checkRefusal(own, item, message, [502, 503], say)
  if (own.kind === 'cut') {
    if (message?.complete && !isProblem(message)) say('came to its proper end although it was to be cut')
    return
  }
  if (message === undefined) return void say('did not come')
  framed(message, say)
  if (!message.complete) say('was cut')
  // A 206 whose document is streamed may be answered whole: a server may ignore Range (9110 section 14.2).
  const whole = own.kind === 'sliced' && message.status === 200
  if (message.status !== status && !whole) return void say(`status ${message.status} in place of ${status}`)
  const bare = method === 'HEAD' || status === 204 || status === 205 || status === 304
  if (bare && message.bodyLength > 0) say('has a body')
  const length = message.header('content-length')
  if (enforced && status === 204 && length !== undefined) say('204 says a length')
  if (enforced && status === 205 && length !== undefined && length !== '0') say('205 says a length')
  const read =
    enforced && (own.kind === 'edited' || ((own.kind === 'sliced' || own.kind === 'same' || own.kind === 'bodiless') && own.read))
  if ((method === 'HEAD' || status === 304) && read && length !== undefined && status !== 204 && status !== 205)
    say('says the length of a body that may be edited')
  if (!bare && own.kind !== 'sliced') checkBody(sent, own, message, say)
  if (own.kind === 'sliced') checkSlice(item, own, message, whole, say)
  checkHop(sent, message, say)
  const gone = new Set(['connection', 'date', 'content-length', ...(own.kind === 'sliced' ? ['content-range'] : [])])
  // Of what was stored otherwise than it was sent there is no validator (9110 section 9.3.4).
  const altered = method === 'PUT' && status < 300 && fate.request.kind === 'edited' && item.outcome === 'edited'
  if (altered) {
    gone.add('etag').add('last-modified')
    if (message.header('etag') !== undefined || message.header('last-modified') !== undefined)
      say('PUT of edited bytes has a validator')
  }
  if (read) {
    for (const name of ['etag', 'last-modified', 'accept-ranges']) gone.add(name)
    checkTag(altered ? { ...sent, headers: sent.headers.filter(([name]) => name !== 'etag') } : sent, message, seen.mark, say)
  }
  if (own.kind === 'sliced') gone.add('content-encoding')
  if (own.kind === 'bodiless' && own.read && status === 206) gone.add('content-range')
  checkDigests(sent, own, message, gone, say)
  if (own.kind === 'edited' || own.kind === 'sliced') {
    gone.add('content-encoding').add('signature').add('signature-input').add('content-range')
    if (own.kind === 'edited' || !own.clean) {
      if (/bytes/i.test(message.header('accept-ranges') ?? '')) say('promises parts of bytes that are no longer these')
      if (message.header('last-modified') !== undefined) say('dates bytes that are no longer these')
      if (message.header('signature') !== undefined) say('keeps a signature of other headers')
    }
  }
  if (read && (own.kind === 'bodiless' || (own.kind === 'same' && item.policy === 'stream'))) {
    gone.add('signature').add('signature-input').add('content-range')
    if (own.kind === 'bodiless' && message.header('last-modified') !== undefined && status === 304)
      say('304 dates bytes of another policy')
  }
  checkKept(sent, message, gone, seen.mark, say)
  const cookies = (headers: readonly (readonly [string, string])[]) =>
    headers.filter(([name]) => name.toLowerCase() === 'set-cookie').map(([, value]) => value)
  if (cookies(message.headers).join('\n') !== cookies(sent.headers).join('\n')) say('cookies changed')
}

/** One framing, and true. RawReader has compared the body with it already. */
function framed(message: RawMessage, say: Say): void {
  const count = (name: string) => message.headers.filter(([key]) => key.toLowerCase() === name).length
  if (count('content-length') > 1 || count('transfer-encoding') > 1 || message.bothFramings) say('is framed in two ways')
  if (message.fault !== undefined) say(`framing: ${message.fault}`)
}

function checkBody(sent: Sent, fate: Fate, message: RawMessage, say: Say): void {
  const body = message.body()
  const coding = message.header('content-encoding') ?? ''
  if (fate.kind === 'same') {
    if (!body.equals(sent.body!)) say('bytes changed')
    if (coding !== (header(sent, 'content-encoding') ?? '')) say(`coding ${JSON.stringify(coding)} of unchanged bytes`)
  } else if (fate.kind === 'edited') {
    const content = decode(body, coding)
    if (content === undefined) say(`is not coded as ${JSON.stringify(coding)}`)
    else if (!content.equals(fate.content)) say('its content is not what was to be')
  }
}

function checkSlice(
  { request, whole }: HttpCase,
  fate: Fate & { kind: 'sliced' },
  message: RawMessage,
  full: boolean,
  say: Say,
): void {
  const body = message.body()
  const coding = message.header('content-encoding') ?? ''
  if (full) {
    if (message.header('content-range') !== undefined) say('200 says a range')
    const arrived = coding === 'zstd' && body.equals(whole!.body!) ? fate.content : decode(body, coding)
    if (!arrived?.equals(fate.content)) say('its content is not what was to be')
    return
  }
  const told = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(message.header('content-range') ?? '')
  if (told === null) return void say(`Content-Range ${message.header('content-range')}`)
  const [start, end, total] = told.slice(1).map(Number)
  if (end - start + 1 !== body.length || end >= total) say(`Content-Range ${told[0]} of ${body.length} bytes`)
  if (message.header('content-md5') !== undefined || message.header('content-digest') !== undefined)
    say('says a digest of other bytes')
  const plain = coding === ''
  const bytes = plain ? fate.content : fate.clean ? whole!.body! : undefined
  const wanted = rangeOf(request.headers, total)
  if (start !== wanted.start || end + 1 !== wanted.end) say(`is another part than was asked for: ${told[0]}`)
  if (bytes !== undefined && !body.equals(bytes.subarray(start, end + 1))) say('its part is not of the scrubbed document')
  if (bytes !== undefined && total !== bytes.length) say('Content-Range tells another length')
}

function checkRefusal(
  fate: Fate,
  { method, status }: HttpCase,
  message: RawMessage | undefined,
  statuses: readonly number[],
  say: Say,
): void {
  if (fate.kind === 'cut') {
    // The sender has left, or the message was stopped on its way.
    if (message?.complete && message.status < 400) say(`${message.status} to a request that never came whole`)
    return
  }
  if (fate.kind !== 'refused') return
  if (message === undefined) return void say('no answer to a refused message')
  framed(message, say)
  if (!statuses.includes(message.status)) say(`refused with ${message.status}`)
  if (fate.reason === 'coding-unsupported' && statuses.includes(415)) {
    if (message.status !== 415 || message.header('accept-encoding') === undefined) say('415 with Accept-Encoding was due')
  }
  if (message.header('content-type') !== 'application/problem+json') say('is no problem document')
  if (!/no-store/.test(message.header('cache-control') ?? '')) say('a refusal may be stored')
  for (const name of ['etag', 'last-modified', 'set-cookie', 'location', 'content-encoding', 'content-range', ...DIGEST_NAMES])
    if (message.header(name) !== undefined) say(`a refusal says ${name}`)
  if (method === 'HEAD') {
    if (message.bodyLength > 0) say('a refusal of HEAD has a body')
    return
  }
  let problem: { code?: string; reason?: string; status?: number } = {}
  try {
    problem = JSON.parse(message.text())
  } catch {
    say('the problem document is no JSON')
  }
  if (problem.code !== 'dlp-blocked' || (problem.reason !== fate.reason && problem.reason !== (status === 206 ? 'partial' : '')))
    say(`refused for ${problem.reason} in place of ${fate.reason}`)
  if (problem.status !== message.status) say('the problem document tells another status')
}

function isProblem(message: RawMessage): boolean {
  return message.header('content-type') === 'application/problem+json'
}

const FRAMING = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive'])
const HOP = ['proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer', 'upgrade', 'x-hop']

/** Nothing meant for the next hop alone, by its name or by Connection's word (9110 section 7.6.1). */
function checkHop(sent: Sent, message: RawMessage, say: Say): void {
  for (const name of HOP) if (message.header(name) !== undefined) say(`hop-by-hop ${name} passed`)
  if (header(sent, 'keep-alive') !== undefined && message.header('keep-alive') === header(sent, 'keep-alive'))
    say('Keep-Alive passed')
  if (/x-hop/i.test(message.header('connection') ?? '')) say('Connection passed')
}

/** What is end to end is as it was sent, and under its own name. */
function checkKept(sent: Sent, message: RawMessage, gone: ReadonlySet<string>, mark: string, say: Say): void {
  for (const [name] of sent.headers) {
    if (gone.has(name) || FRAMING.has(name) || HOP.includes(name) || name === 'set-cookie') continue
    const was = header(sent, name)!.replaceAll('{ours}', mark)
    if (message.header(name) !== was) say(`${name} is ${JSON.stringify(message.header(name))} in place of ${JSON.stringify(was)}`)
  }
}

/** Digests hold or are gone; those of unchanged bytes that were read whole stay. */
function checkDigests(sent: Sent, fate: Fate, message: RawMessage, gone: Set<string>, say: Say): void {
  const changed = fate.kind === 'edited' || (fate.kind === 'sliced' && !fate.clean)
  for (const name of DIGEST_NAMES) {
    const was = header(sent, name)
    if (was === undefined) continue
    gone.add(name)
    const is = message.header(name)
    if (changed && is !== undefined) say(`${name} of other bytes`)
    else if (is !== undefined && is !== was) say(`${name} changed`)
  }
}

/** I-20: the tag of a message that was read is the origin's and the policy's version; the weak stay weak. */
function checkTag(sent: Sent, message: RawMessage, mark: string, say: Say): void {
  const was = header(sent, 'etag')
  const is = message.header('etag')
  if (was === undefined) {
    if (is !== undefined) say('a tag was added')
    return
  }
  const valid = /^(W\/)?"[^"]*"$/.test(was)
  const wanted = valid ? `${was.slice(0, -1)}${mark}"` : undefined
  if (is !== wanted) say(`etag ${is} in place of ${wanted}`)
}

/** I-21: no condition by which the origin would revalidate a copy that this policy has not made; guards of writes stay. */
function checkConditions({ method, request: sent }: HttpCase, message: RawMessage, say: Say): void {
  const safe = method === 'GET' || method === 'HEAD'
  const none = header(sent, 'if-none-match')
  const told = message.header('if-none-match')
  const ours = (value: string) =>
    value
      .split(/,\s*(?=W\/"|"|$)/)
      .filter((tag) => tag.includes('{ours}'))
      .map((tag) => tag.replace('{ours}', ''))
  const all = (value: string) => value.replaceAll('{ours}', '')
  if (safe && (told ?? '') !== (none === undefined ? '' : ours(none).join(', '))) say(`If-None-Match ${told}`)
  if (!safe && told !== (none === undefined ? undefined : all(none))) say(`If-None-Match ${told} guards another write`)
  if (safe && message.header('if-modified-since') !== undefined) say('If-Modified-Since came')
  for (const name of ['if-match', 'if-range'] as const) {
    const was = header(sent, name)
    if (name === 'if-range' && method !== 'GET') continue
    if (was !== undefined && message.header(name) !== all(was)) say(`${name} ${message.header(name)} in place of ${all(was)}`)
  }
  const range = method === 'GET' ? header(sent, 'range') : undefined
  if (message.header('range') !== range) say(`Range ${message.header('range')} in place of ${range}`)
}

const READABLE = new Set(['gzip', 'x-gzip', 'deflate', 'br', 'identity'])

/** The origin may answer in codings that can be read, and in no others. */
function checkAcceptEncoding(sent: Sent, message: RawMessage, say: Say): void {
  const was = header(sent, 'accept-encoding')
  const is = message.header('accept-encoding')
  if (was !== undefined && is === undefined) say('Accept-Encoding is gone, and so every coding is welcome')
  for (const item of (is ?? '').split(',')) {
    const [name, ...rest] = item.split(';').map((part) => part.trim().toLowerCase())
    const refused = rest.some((part) => /^q=0(?:\.0*)?$/.test(part))
    if (name !== '' && !refused && !READABLE.has(name)) say(`asks for ${name}`)
    // Nothing is asked for that the client does not take.
    if (
      was !== undefined &&
      !refused &&
      name !== '' &&
      name !== 'identity' &&
      !was.toLowerCase().includes(name) &&
      !was.includes('*')
    )
      say(`asks for ${name}, which the client does not take`)
  }
}

function header(sent: Sent, name: string): string | undefined {
  const values = sent.headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value)
  return values.length === 0 ? undefined : values.join(', ')
}

/** Undoes Content-Encoding; undefined when the bytes are not so coded. */
function decode(body: Buffer, coding: string): Buffer | undefined {
  try {
    let bytes = body
    for (const name of coding
      .split(',')
      .map((part) => part.trim().toLowerCase())
      .reverse()) {
      if (name === 'gzip' || name === 'x-gzip') bytes = zlib.gunzipSync(bytes)
      else if (name === 'deflate') bytes = zlib.inflateSync(bytes)
      else if (name === 'br') bytes = zlib.brotliDecompressSync(bytes)
      else if (name !== '' && name !== 'identity') return undefined
    }
    return bytes
  } catch {
    return undefined
  }
}

/** True when a protected value can be read in what crossed the socket, also of a body that was cut. */
function shows(message: RawMessage): boolean {
  const body = message.body()
  const texts = [message.head, body.toString('latin1')]
  const flush = { finishFlush: zlib.constants.Z_SYNC_FLUSH }
  for (const read of [zlib.gunzipSync, zlib.inflateSync])
    try {
      const once = read(body, flush)
      texts.push(once.toString('latin1'))
      texts.push(zlib.inflateSync(once, flush).toString('latin1'))
    } catch {
      // It is not coded so.
    }
  try {
    texts.push(zlib.brotliDecompressSync(body, { finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH }).toString('latin1'))
  } catch {
    // Nor so.
  }
  return texts.some((text) => text.includes(CARD) || text.includes(TOKEN) || text.includes(TOKEN.slice(0, 20)))
}
