import type { CodingPowers } from '../body/coding.ts'
import type { EvidenceNote, FindingRecord, Side } from '../core/words.ts'
import { createGateway } from '../gateway/gateway.ts'
import type { Engine } from '../pipeline/engine.ts'
import type { Policy } from '../policy/schema.ts'
import { drawOf } from '../policy/version.ts'
import type { DlpEvent } from '../telemetry/events.ts'
import type { DlpOutcome } from '../telemetry/outcome.ts'
import type { HmacPower } from '../transform/hmac-keyer.ts'
import { CallerError } from './answer.ts'
import { editedSpans } from './edited-spans.ts'
import { toTextOffsets } from './text-offsets.ts'

/** A message to try: a request as a client sends it, or the answer that an origin gives to it. */
export interface TryInput {
  readonly side: Side
  readonly method: string
  readonly host: string
  readonly path: string
  readonly status: number
  readonly headers: readonly (readonly [string, string])[]
  readonly contentType: string
  readonly body: string
}

/** One message at one point of its way. */
export interface Shown {
  readonly start: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
  /** Runs of the body; `finding` counts in `findings`, -1: an edit that stands for one. */
  readonly marks: readonly { readonly start: number; readonly end: number; readonly finding: number }[]
}

export interface TryFinding {
  readonly side: Side
  readonly rule: string
  readonly title: string
  /** Where form and checks are defined. */
  readonly source: string
  readonly group: string
  readonly label: string
  readonly confidence: string
  readonly action: string
  readonly enforced: boolean
  readonly suppressed: boolean
  readonly path: string
  readonly place: string
  readonly why: readonly EvidenceNote[]
}

export interface TryResult {
  readonly sent: Shown
  /** Absent: nothing reached the origin. */
  readonly received?: Shown
  readonly answered?: Shown
  readonly got: Shown
  readonly findings: readonly TryFinding[]
  /** Findings beyond those told. */
  readonly untold: number
  readonly events: readonly DlpEvent[]
}

export interface TryPowers {
  readonly engine: Engine
  readonly codings?: CodingPowers
  readonly key?: Uint8Array
  readonly hmac?: HmacPower
}

declare const crypto: { randomUUID(): string }

/** Bytes of a body that may be tried. */
export const MAX_TRY_BYTES = 256 << 10
const MAX_FINDINGS = 200
const ORIGIN = 'http://origin.example'
const TOKEN = /^[!#$%&'*+.^_`|~\w-]{1,64}$/

/**
 * Sends a message through a gateway of its own: the same code, engine and policy as the real one, with an origin that echoes a request,
 * or gives the answer that was asked for. Nothing of it is kept.
 */
export async function tryMessage(input: TryInput, policy: Policy, powers: TryPowers): Promise<TryResult> {
  const events: DlpEvent[] = []
  const outcomes: DlpOutcome[] = []
  let received: { head: Omit<Shown, 'body' | 'marks'>; body: Uint8Array } | undefined
  let answered: { head: Omit<Shown, 'body' | 'marks'>; body: Uint8Array } | undefined
  const gateway = createGateway({
    ...powers,
    origin: ORIGIN,
    policy,
    explain: true,
    randomId: enforcedId,
    sinks: [{ write: (event) => void events.push(event) }],
    onFinding: (outcome) => void outcomes.push(outcome),
    followClient: false,
    fetch: async (url, init) => {
      const headers = init.headers as Headers
      const sent = new Response((init.body ?? null) as BodyInit)
      const body = new Uint8Array(await sent.arrayBuffer())
      received = { head: { start: `${init.method} ${url.slice(ORIGIN.length)}`, headers: listOf(headers) }, body }
      const reply = input.side === 'request' ? body : new TextEncoder().encode(input.body)
      const replyHeaders = new Headers(
        input.side === 'request' ? [] : [...input.headers.map(([k, v]) => [k, v] as [string, string])],
      )
      const type = input.side === 'request' ? headers.get('content-type') : input.contentType
      if (type !== null && type !== '') replyHeaders.set('content-type', type)
      replyHeaders.set('content-length', String(reply.length))
      const status = input.side === 'request' ? 200 : input.status
      answered = { head: { start: `HTTP ${status}`, headers: listOf(replyHeaders) }, body: reply }
      const bodiless = status === 204 || status === 205 || status === 304
      return new Response(bodiless ? null : reply, { status, headers: replyHeaders })
    },
  })
  const request = requestOf(input)
  const sentHeaders = listOf(request.headers)
  const sentBody = input.side === 'request' && hasBody(input.method) ? input.body : ''
  const response = await gateway.fetch(request)
  const gotBody = new Uint8Array(await response.arrayBuffer())
  const told = findingsOf(outcomes, powers.engine)
  const findings = told.slice(0, MAX_FINDINGS)
  const spans = (side: Side) =>
    findings.flatMap(({ record }, index) => (side === findings[index].finding.side ? [{ record, index }] : []))

  const list = findings.map(({ finding }) => finding)
  const sent = shown({ start: `${input.method} ${input.path}`, headers: sentHeaders }, encode(sentBody), spans('request'))
  const origin = received && shown(received.head, received.body, [])
  const reply = answered && shown(answered.head, answered.body, spans('response'))
  const got = shown({ start: `HTTP ${response.status}`, headers: listOf(response.headers) }, gotBody, [])
  const through =
    response.headers.get('content-type') !== 'application/problem+json' || input.contentType === 'application/problem+json'
  return {
    sent,
    ...(origin === undefined ? {} : { received: { ...origin, marks: editsOf(sent, origin, list) } }),
    ...(reply === undefined ? {} : { answered: reply }),
    got: { ...got, marks: reply === undefined || !through ? [] : editsOf(reply, got, list) },
    findings: list,
    untold: events.reduce((sum, { findingCount }) => sum + findingCount, 0) - findings.length,
    events,
  }
}

/** The id of an exchange that is enforced where a share of at least one in a hundred is; tries show what a policy does. */
function enforcedId(): string {
  let id = crypto.randomUUID()
  for (let i = 0; i < 2_000 && drawOf(id) >= 1; i++) id = crypto.randomUUID()
  return id
}

const encode = (text: string) => new TextEncoder().encode(text)
const hasBody = (method: string) => method !== 'GET' && method !== 'HEAD'

function requestOf({ side, method, host, path, headers, contentType, body }: TryInput): Request {
  const sent = new Headers()
  if (side === 'request') {
    for (const [name, value] of headers) sent.append(name, value)
    if (contentType !== '' && hasBody(method)) sent.set('content-type', contentType)
  }
  try {
    return new Request(`http://${host}${path}`, {
      method,
      headers: sent,
      body: side === 'request' && hasBody(method) && body !== '' ? encode(body) : undefined,
    })
  } catch {
    throw new CallerError('path', 'host, path and method make no request')
  }
}

function listOf(headers: Headers): [string, string][] {
  return [...headers.entries()].sort(([a], [b]) => (a < b ? -1 : 1))
}

function findingsOf(outcomes: readonly DlpOutcome[], engine: Engine): { record: FindingRecord; finding: TryFinding }[] {
  const rules = new Map(engine.rules.map((placed) => [placed.rule.id, placed]))
  return outcomes
    .toSorted((a, b) => (a.side < b.side ? -1 : 1))
    .flatMap(({ side, findings }) =>
      findings.map((record) => {
        const { rule, label, confidence, action, enforced, suppressed = false, path, place = 'body', why = [] } = record
        const { group, rule: definition } = rules.get(rule)!
        const { title, source } = definition
        return {
          record,
          finding: { side, rule, title, source, group, label, confidence, action, enforced, suppressed, path, place, why },
        }
      }),
    )
}

function shown(
  { start, headers }: Pick<Shown, 'start' | 'headers'>,
  bytes: Uint8Array,
  found: readonly { record: FindingRecord; index: number }[],
): Shown {
  const runs = found
    .filter(({ record }) => record.place === undefined)
    .flatMap(({ record, index }) => (record.pieces ?? [record]).map(({ start, end }) => ({ start, end, finding: index })))
  const offsets = toTextOffsets(
    bytes,
    runs.flatMap(({ start, end }) => [start, end]),
  )
  const marks = runs.map(({ finding }, i) => ({ start: offsets[2 * i], end: offsets[2 * i + 1], finding }))
  return { start, headers, body: new TextDecoder().decode(bytes), marks }
}

/** Runs of `after` that stand for what was edited in `before`. */
function editsOf(before: Shown, after: Shown, findings: readonly TryFinding[]): Shown['marks'] {
  if (before.body === after.body) return []
  const edited = before.marks.filter(({ finding }) => findings[finding].enforced && findings[finding].action !== 'allow')
  return editedSpans(before.body, after.body, edited).map((span) => ({ ...span, finding: -1 }))
}

/** Checks what was sent as a message to try. @throws CallerError that names the member */
export function readTryInput(value: unknown): TryInput {
  const { side, method, host, path, status, headers, contentType, body } = (value ?? {}) as Record<string, unknown>
  if (side !== 'request' && side !== 'response') throw new CallerError('side', 'must be "request" or "response"')
  if (typeof method !== 'string' || !/^[A-Z]{1,16}$/.test(method) || method === 'CONNECT' || method === 'TRACE')
    throw new CallerError('method', 'must be a method in capitals, such as POST')
  if (typeof host !== 'string' || !/^[A-Za-z0-9.-]{1,253}(?::\d{1,5})?$/.test(host))
    throw new CallerError('host', 'must be a host name, such as shop.example')
  if (typeof path !== 'string' || !/^\/[\x21-\x7e]{0,2000}$/.test(path))
    throw new CallerError('path', 'must begin with "/" and have no blanks, as in /orders?page=1')
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 200 || status > 599)
    throw new CallerError('status', 'must be a number from 200 to 599')
  if (typeof contentType !== 'string' || !/^[\x20-\x7e]{0,200}$/.test(contentType))
    throw new CallerError('contentType', 'must be a content type, such as application/json')
  if (typeof body !== 'string' || encode(body).length > MAX_TRY_BYTES)
    throw new CallerError('body', `must be text of at most ${MAX_TRY_BYTES >> 10} KiB`)
  const list = Array.isArray(headers) ? headers : []
  if (list.length > 50) throw new CallerError('headers', 'must be at most 50')
  const checked = list.map((header): [string, string] => {
    const [name, text] = Array.isArray(header) ? header : []
    if (typeof name !== 'string' || typeof text !== 'string' || !TOKEN.test(name) || !/^[\x20-\x7e]{0,4000}$/.test(text))
      throw new CallerError('headers', 'must be lines of "name: value" in ASCII')
    if (/^(?:content-length|content-encoding|transfer-encoding|host|connection|upgrade|expect)$/i.test(name))
      throw new CallerError('headers', `must not have ${name.toLowerCase()}: the console frames the message itself`)
    return [name, text]
  })
  return { side, method, host, path, status, headers: checked, contentType, body }
}
