import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import zlib from 'node:zlib'

/**
 * Recorded messages (test/cases/messages, written by tools/make-messages.mjs) and the judge of what became of one. The judge knows
 * no platform and no runner: it is given what was seen on the sockets, decodes with Node's zlib, and says what is wrong.
 */
export const MESSAGES = join(import.meta.dirname, '..', 'cases', 'messages')

export type Headers = readonly (readonly [name: string, value: string])[]
export type Decision = 'clean' | 'found' | 'edited' | 'blocked' | 'aborted' | 'not-inspected'

interface Body {
  readonly bodyText?: string
  readonly bodyBase64?: string
}

/** What a header must be: this value; absent (null); there (`*`); another value or absent; a list that has a token. */
export type HeaderExpectation = string | null | { readonly not: string } | { readonly has: string }

export interface Expectation {
  readonly decision: Decision
  /** Blocked: of the answer; undefined leaves it open (4xx or 5xx). */
  readonly status?: number
  /** Blocked: `reason` of the problem document; undefined leaves it open. */
  readonly reason?: string
  /** Decoded body as delivered; `{{hash:TYPE:n}}` stands for a keyed mark. Aborted: what may at most have been delivered. */
  readonly contentText?: string
  readonly contentBase64?: string
  /** The decoded body is what came. */
  readonly unchanged?: boolean
  /** The bytes are what came, coding included. */
  readonly rawUnchanged?: boolean
  /** Values in the decoded body that a policy acts on; byte offsets. */
  readonly edits: readonly {
    readonly start: number
    readonly end: number
    readonly rule: string
    readonly label: string
    readonly action: string
    readonly mark: string
  }[]
  readonly headers?: Readonly<Record<string, HeaderExpectation>>
  /** Headers of the answer to a blocked message. */
  readonly answerHeaders?: Readonly<Record<string, HeaderExpectation>>
  readonly receipt?: {
    readonly bytesIn?: number
    readonly inspected?: number
    readonly notInspected?: Readonly<Record<string, number>>
    readonly notInspectedReasons?: readonly string[]
    readonly remarks?: readonly string[]
  }
  /** Absent: events are not judged. */
  readonly event?: {
    readonly decision?: Decision
    readonly reason?: string
    readonly findings?: readonly { readonly rule: string; readonly action?: string; readonly count: number }[]
  }
}

/** Where a body is cut: offsets into the bytes as sent, or equal steps. */
export type Chunking = readonly number[] | { readonly every: number }

/** Arrays have an `every` too. */
const inSteps = (chunking: Chunking): chunking is { readonly every: number } => !Array.isArray(chunking)

export interface MessageCase {
  readonly id: string
  readonly note: string
  readonly origin: 'corpus-spans' | 'hand'
  /** Name of a file in test/cases/messages/policies. */
  readonly policy: string
  readonly direction: 'request' | 'response'
  readonly request: Body & { readonly method: string; readonly url: string; readonly headers: Headers }
  readonly response: Body & { readonly status: number; readonly headers: Headers }
  readonly chunkings: readonly Chunking[]
  readonly expect: Expectation
  /** What Fastly, which reads no br, does instead. */
  readonly fastly?: Partial<Expectation>
}

/** A message as it was seen on a socket. */
export interface Wire {
  readonly headers: Headers
  /** As sent, content coding included. */
  readonly body: Uint8Array
  /** It came to its proper end. */
  readonly complete: boolean
}

export interface Delivered {
  readonly platform: 'node' | 'workers' | 'fastly' | 'fastly-linked' | 'fastly-viceroy'
  /** What the client got; undefined when nothing came. */
  readonly client: (Wire & { readonly status: number }) | undefined
  /** What arrived at the origin, if anything did. */
  readonly arrivedAtOrigin?: Wire & { readonly method: string; readonly url: string }
  /** The event of the inspected message. */
  readonly event: unknown
}

export function loadMessages(): MessageCase[] {
  return readdirSync(MESSAGES)
    .filter((file) => file.endsWith('.jsonl'))
    .sort()
    .flatMap((file) => readFileSync(join(MESSAGES, file), 'utf8').trim().split('\n'))
    .map((line) => JSON.parse(line) as MessageCase)
}

export const policyText = (name: string) => readFileSync(join(MESSAGES, 'policies', `${name}.json`), 'utf8')

/** The body as it is sent; undefined when the message has none. */
export function bodyOf({ bodyText, bodyBase64 }: Body): Buffer | undefined {
  if (bodyText !== undefined) return Buffer.from(bodyText)
  return bodyBase64 === undefined ? undefined : Buffer.from(bodyBase64, 'base64')
}

export function cut(body: Uint8Array, chunking: Chunking): Uint8Array[] {
  const cuts = inSteps(chunking)
    ? Array.from({ length: Math.ceil(body.length / chunking.every) - 1 }, (_, i) => (i + 1) * chunking.every)
    : chunking
  const edges = [0, ...cuts, body.length]
  return edges.slice(1).map((end, i) => body.subarray(edges[i], end))
}

/** The expectation on a platform. */
export function expectationOn(item: MessageCase, platform: Delivered['platform']): Expectation {
  if (!platform.startsWith('fastly') || item.fastly === undefined) return item.expect
  const { receipt, ...rest } = item.expect
  const same = item.fastly.decision === undefined || item.fastly.decision === item.expect.decision
  return { ...rest, ...(same ? { receipt } : {}), ...item.fastly }
}

/** What is wrong with a delivery; empty when all holds. */
export function judge(item: MessageCase, chunking: Chunking, delivered: Delivered): string[] {
  const faults: string[] = []
  const expect = expectationOn(item, delivered.platform)
  const sent = item.direction === 'request' ? item.request : item.response
  const source = bodyOf(sent) ?? Buffer.alloc(0)
  const plain = decode(source, find(sent.headers, 'content-encoding'))
  const values = item.expect.edits.map(({ start, end }) => (plain ?? source).subarray(start, end))
  const message = item.direction === 'request' ? delivered.arrivedAtOrigin : delivered.client

  if (expect.decision === 'blocked') judgeBlocked(item, expect, delivered, values, faults)
  else if (expect.decision === 'aborted') judgeAborted(item, expect, delivered, faults)
  else if (message === undefined) faults.push('nothing was delivered')
  else {
    if (!message.complete) faults.push('the delivered message has no proper end')
    const status = item.direction === 'request' ? 200 : item.response.status
    if (delivered.client?.status !== status) faults.push(`the client got ${delivered.client?.status}, not ${status}`)
    judgeRequestLine(item, delivered, faults)
    judgeContent(expect, source, plain, message, faults)
    judgeHeaders(item, expect, sent.headers, message.headers, faults)
  }
  judgeEvent(expect, delivered.event, values, faults)
  judgeReceipt(expect, { decoded: (plain ?? source).length, coded: source.length }, delivered.event, faults)
  const cuts = inSteps(chunking) ? `every ${chunking.every}` : chunking.length === 0 ? 'whole' : `cut at ${chunking.join(',')}`
  return faults.map((fault) => `${item.id} (${delivered.platform}, ${cuts}): ${fault}`)
}

function judgeBlocked(item: MessageCase, expect: Expectation, delivered: Delivered, values: Uint8Array[], faults: string[]) {
  const { client, arrivedAtOrigin } = delivered
  if (item.direction === 'request' && arrivedAtOrigin !== undefined) faults.push('a blocked request reached the origin')
  if (client === undefined) return void faults.push('the client got no answer')
  if (!client.complete) faults.push('the answer to a blocked message has no proper end')
  if (expect.status === undefined ? client.status < 400 : client.status !== expect.status) {
    faults.push(`blocked with ${client.status}, not ${expect.status ?? '4xx or 5xx'}`)
  }
  const type = find(client.headers, 'content-type') ?? ''
  if (!type.startsWith('application/problem+json')) faults.push(`blocked with content-type ${type}`)
  const problem = parse(decode(client.body, find(client.headers, 'content-encoding')) ?? client.body)
  if (problem?.code !== 'dlp-blocked') faults.push(`blocked with code ${String(problem?.code)}`)
  if (expect.reason !== undefined && problem?.reason !== expect.reason) {
    faults.push(`blocked for ${String(problem?.reason)}, not ${expect.reason}`)
  }
  for (const [name, wanted] of Object.entries(expect.answerHeaders ?? {})) judgeHeader(name, wanted, client.headers, faults)
  const seen = Buffer.concat([client.body, Buffer.from(JSON.stringify(client.headers))])
  if (values.some((value) => seen.includes(Buffer.from(value)))) faults.push('the answer to a blocked message holds a value')
}

function judgeAborted(item: MessageCase, expect: Expectation, delivered: Delivered, faults: string[]) {
  const message = item.direction === 'request' ? delivered.arrivedAtOrigin : delivered.client
  if (item.direction === 'request' && (delivered.client?.status ?? 500) < 400)
    faults.push('the client was told that all went well')
  if (message === undefined) return
  if (message.complete) faults.push('an aborted message was completed')
  const seen = decode(message.body, find(message.headers, 'content-encoding'), true)
  const most = contentOf(expect)!
  if (seen === undefined) faults.push('what was delivered cannot be decoded')
  else if (seen.length > most.length || !most.subarray(0, seen.length).equals(seen)) {
    faults.push('more was delivered than what stands before the value that aborts')
  }
}

function judgeRequestLine(item: MessageCase, { arrivedAtOrigin }: Delivered, faults: string[]) {
  if (item.direction !== 'request' || arrivedAtOrigin === undefined) return
  const { method, url } = item.request
  if (arrivedAtOrigin.method !== method) faults.push(`the method became ${arrivedAtOrigin.method}`)
  if (arrivedAtOrigin.url !== url) faults.push('the request target changed')
}

function judgeContent(expect: Expectation, source: Buffer, plain: Buffer | undefined, message: Wire, faults: string[]) {
  const body = Buffer.from(message.body)
  if (expect.rawUnchanged && !body.equals(source)) faults.push('the bytes are not those that came')
  const coding = find(message.headers, 'content-encoding')
  const content = decode(body, coding)
  if (expect.unchanged) {
    const same = plain === undefined || content === undefined ? body.equals(source) : content.equals(plain)
    if (!same) faults.push('the content is not what came')
    return
  }
  if (content === undefined) return void faults.push(`the body cannot be read by its content-encoding ${coding}`)
  const wanted = contentOf(expect)!
  const fault = wanted.includes('{{hash:')
    ? compareHashed(wanted.toString(), content.toString())
    : content.equals(wanted)
      ? ''
      : 'differs'
  if (fault !== '')
    faults.push(`the content is not as expected: ${fault === 'differs' ? firstDifference(wanted, content) : fault}`)
}

function contentOf(expect: Expectation): Buffer | undefined {
  if (expect.contentText !== undefined) return Buffer.from(expect.contentText)
  return expect.contentBase64 === undefined ? undefined : Buffer.from(expect.contentBase64, 'base64')
}

/** Test data may be told; still only around the place. */
function firstDifference(wanted: Buffer, got: Buffer): string {
  let at = 0
  while (at < wanted.length && wanted[at] === got[at]) at++
  const around = (bytes: Buffer) => JSON.stringify(bytes.toString('utf8', Math.max(0, at - 16), at + 40))
  return `at byte ${at} ${around(wanted)} was expected, ${around(got)} came`
}

/** Keyed marks: the same letters for the same number, others for others, and nothing else differs. */
function compareHashed(wanted: string, got: string): string {
  const letters = new Map<string, string>()
  let at = 0
  for (const piece of wanted.split(/(\{\{hash:[A-Z_]+:\d+\}\})/)) {
    const [, type, number] = /^\{\{hash:([A-Z_]+):(\d+)\}\}$/.exec(piece) ?? []
    if (type === undefined) {
      if (!got.startsWith(piece, at)) return 'text around a keyed mark differs'
      at += piece.length
      continue
    }
    const mark = new RegExp(`\\[${type}:([bcdfghjkmnpqrstvwxz]{20,40})\\]`, 'y')
    mark.lastIndex = at
    const found = mark.exec(got)
    if (found === null) return `no keyed mark of ${type}`
    if ((letters.get(number) ?? found[1]) !== found[1]) return 'equal values have different marks'
    letters.set(number, found[1])
    at = mark.lastIndex
  }
  if (at !== got.length) return 'text follows'
  return new Set(letters.values()).size === letters.size ? '' : 'different values have equal marks'
}

/** Headers of one hop, of the way, or of the framing, which the socket reader judges. */
const FREE =
  /^(?:connection|keep-alive|transfer-encoding|te|trailer|upgrade|host|via|date|server|accept-encoding|forwarded|x-forwarded-.*|cf-.*|fastly-.*|traceparent|content-length)$/
const DIGESTS = /^(?:content-md5|digest|content-digest|repr-digest)$/
const VALIDATORS = /^(?:etag|last-modified|accept-ranges)$/

function judgeHeaders(item: MessageCase, expect: Expectation, before: Headers, after: Headers, faults: string[]) {
  for (const [name, wanted] of Object.entries(expect.headers ?? {})) judgeHeader(name, wanted, after, faults)
  const edited = expect.decision === 'edited'
  for (const name of new Set(before.map(([key]) => key.toLowerCase()))) {
    if (expect.headers?.[name] !== undefined || FREE.test(name)) continue
    if (edited && (DIGESTS.test(name) || name === 'content-encoding')) continue
    if (item.direction === 'response' && VALIDATORS.test(name) && expect.decision !== 'found') continue
    // Of a clean body the coding may change only where the bytes may.
    if (name === 'content-encoding' && !expect.rawUnchanged) continue
    if (find(after, name) !== find(before, name)) faults.push(`header ${name} changed`)
  }
  const length = find(after, 'content-length')
  if (length !== undefined && find(after, 'transfer-encoding') !== undefined)
    faults.push('content-length beside transfer-encoding')
}

function judgeHeader(name: string, wanted: HeaderExpectation, headers: Headers, faults: string[]) {
  const value = find(headers, name)
  if (wanted === null) {
    if (value !== undefined) faults.push(`header ${name} is still there`)
  } else if (wanted === '*') {
    if (value === undefined) faults.push(`header ${name} is missing`)
  } else if (typeof wanted === 'string') {
    if (value !== wanted) faults.push(`header ${name} is ${value ?? 'missing'}, not ${wanted}`)
  } else if ('not' in wanted) {
    if (value === wanted.not) faults.push(`header ${name} is still ${value}`)
  } else if (
    !(value ?? '')
      .toLowerCase()
      .split(/\s*,\s*/)
      .includes(wanted.has)
  )
    faults.push(`header ${name} does not name ${wanted.has}`)
}

/** An event without ids, times and what depends on the platform. */
export function normaliseEvent(event: unknown) {
  const {
    decision,
    reason,
    findings = [],
    receipt,
  } = event as {
    decision: Decision
    reason?: string
    findings?: { rule: string; action: string; count: number }[]
    receipt: { bytesIn: number; inspected: number; notInspected: Record<string, number>; remarks: Record<string, number> }
  }
  const counts = new Map<string, number>()
  for (const { rule, action, count } of findings) counts.set(`${rule}|${action}`, (counts.get(`${rule}|${action}`) ?? 0) + count)
  return {
    decision,
    reason,
    findings: [...counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, count]) => ({ rule: key.split('|')[0], action: key.split('|')[1], count })),
    receipt,
  }
}

/**
 * What the receipt counts is what was written to the socket: all of it, decoded where it can be; less only where the message was
 * ended before it had come whole.
 */
function judgeReceipt(expect: Expectation, sent: { decoded: number; coded: number }, raw: unknown, faults: string[]) {
  if (raw === undefined || raw === null || expect.decision === 'aborted') return
  const { decision, reason, receipt } = normaliseEvent(raw)
  const all = 'coding-unsupported' in receipt.notInspected ? sent.coded : sent.decoded
  const early = decision === 'blocked' && reason !== 'finding'
  if (early ? receipt.bytesIn > all : receipt.bytesIn !== all)
    faults.push(`the receipt counts ${receipt.bytesIn} of ${all} bytes`)
}

function judgeEvent(expect: Expectation, raw: unknown, values: Uint8Array[], faults: string[]) {
  if (expect.event === undefined && raw === undefined) return
  if (raw === undefined || raw === null) return void faults.push('there is no event')
  const text = JSON.stringify(raw)
  if (values.some((value) => value.length > 5 && text.includes(Buffer.from(value).toString())))
    faults.push('the event holds a value')
  const { decision, reason, findings, receipt } = normaliseEvent(raw)
  const skipped = Object.values(receipt.notInspected).reduce((sum, bytes) => sum + bytes, 0)
  if (receipt.bytesIn !== receipt.inspected + skipped) {
    faults.push(`the receipt does not balance: ${receipt.bytesIn} in, ${receipt.inspected} inspected, ${skipped} not`)
  }
  if (expect.event === undefined) return
  if (expect.event.decision !== undefined && decision !== expect.event.decision)
    faults.push(`event: ${decision}, not ${expect.event.decision}`)
  if (expect.event.reason !== undefined && reason !== expect.event.reason)
    faults.push(`event: for ${reason}, not ${expect.event.reason}`)
  if (expect.event.findings !== undefined) {
    const named = expect.event.findings.every(({ action }) => action !== undefined)
    const told = findings.map(({ rule, action, count }) => (named ? { rule, action, count } : { rule, count }))
    if (JSON.stringify(told) !== JSON.stringify(expect.event.findings)) {
      faults.push(`event: found ${JSON.stringify(told)}, not ${JSON.stringify(expect.event.findings)}`)
    }
  }
  const { bytesIn, inspected, notInspected, notInspectedReasons, remarks } = expect.receipt ?? {}
  const compare = (name: string, wanted: unknown, got: unknown) => {
    if (wanted !== undefined && JSON.stringify(wanted) !== JSON.stringify(got)) {
      faults.push(`receipt: ${name} ${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`)
    }
  }
  compare('bytesIn', bytesIn, receipt.bytesIn)
  compare('inspected', inspected, receipt.inspected)
  compare('notInspected', notInspected, receipt.notInspected)
  compare('reasons', notInspectedReasons, Object.keys(receipt.notInspected))
  compare('remarks', remarks, Object.keys(receipt.remarks).sort())
}

/** Value of a header, joined when repeated; undefined when there is none. */
function find(headers: Headers, name: string): string | undefined {
  const values = headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value)
  return values.length === 0 ? undefined : values.join(', ')
}

function parse(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    return JSON.parse(Buffer.from(bytes).toString())
  } catch {
    return undefined
  }
}

/** Removes content codings with Node's zlib; undefined when that cannot be done. `partial`: the body may be cut. */
export function decode(body: Uint8Array, coding: string | undefined, partial = false): Buffer | undefined {
  let bytes = Buffer.from(body)
  const options = { finishFlush: partial ? zlib.constants.Z_SYNC_FLUSH : zlib.constants.Z_FINISH, maxOutputLength: 8 << 20 }
  try {
    for (const name of (coding ?? '')
      .toLowerCase()
      .split(',')
      .map((token) => token.trim())
      .reverse()) {
      if (name === '' || name === 'identity') continue
      if (bytes.length === 0 && partial) return bytes
      if (name === 'gzip' || name === 'x-gzip') bytes = zlib.gunzipSync(bytes, options)
      else if (name === 'deflate') bytes = isZlib(bytes) ? zlib.inflateSync(bytes, options) : zlib.inflateRawSync(bytes, options)
      else if (name === 'br') bytes = zlib.brotliDecompressSync(bytes)
      else return undefined
    }
  } catch {
    return undefined
  }
  return bytes
}

/** A zlib header (RFC 1950): method 8, and a check of both bytes. */
function isZlib(bytes: Uint8Array): boolean {
  return (bytes[0] & 15) === 8 && ((bytes[0] << 8) | bytes[1]) % 31 === 0
}
