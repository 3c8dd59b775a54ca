import { dropValidators } from '../body/headers.ts'
import { dropHopByHop } from '../body/hop-by-hop.ts'
import { createDlp, type DlpOptions } from '../middleware/core.ts'
import {
  type Asked,
  askedOf,
  isRefused,
  POLICY_MISSING,
  refusalResponse,
  settleRequest,
  toMessage,
} from '../middleware/messages.ts'
import type { Body } from '../pipeline/choose-reading.ts'
import type { Passed, Refusal } from '../pipeline/message.ts'
import type { CompiledPolicy } from '../policy/policy.ts'
import { problem } from '../telemetry/problem.ts'
import { checkOrigin, forwardedHead } from './forward.ts'
import { fetchWhole, sliceRange, type Whole } from './range.ts'
import { type Abort, type MakeAbort, type OuterSignal, sendGuarded, stopWith } from './send.ts'

export interface GatewayOptions extends DlpOptions {
  /** Where requests go: scheme, host and port, with an optional path prefix (`https://api.example`). */
  readonly origin: string
  /** The platform's call to the origin. */
  readonly fetch: (url: string, init: Record<string, unknown>) => Promise<Response>
  /** Members added to every call (`encodeResponseBody: 'manual'` on Workers, `backend` on Fastly). */
  readonly requestInit?: Record<string, unknown>
  readonly makeAbort?: MakeAbort
  /** False: the platform itself ends the calls of a request whose client has left. Default true: they are ended by the request's signal. */
  readonly followClient?: boolean
  /** Makes the answer; Workers add `encodeBody: 'manual'`, so that bytes leave as they are. */
  readonly respond?: (body: Body, init: { status: number; statusText?: string; headers: Headers }) => Response
  /** What is said of the client in X-Forwarded-For. */
  readonly clientAddress?: (request: Request) => string | undefined
}

export interface Gateway {
  fetch(request: Request): Promise<Response>
}

/** Answered by the gateway itself, never forwarded. */
const HEALTH = '/_dlp/health'

/**
 * The ready proxy: forwards to one origin with the two passes around the call. Streams both ways, follows no redirect, never
 * fails open: what it cannot do is answered with problem+json.
 */
export function createGateway(options: GatewayOptions): Gateway {
  const origin = checkOrigin(options.origin)
  const core = createDlp(options)
  const respond = options.respond ?? ((body, init) => new Response(body as never, init))

  const refuse = (side: 'request' | 'response', refusal: Refusal, id: string) => {
    const { body, init } = refusalResponse(side, refusal, id, core.codingNames)
    return respond(body, { status: init.status, headers: new Headers(init.headers) })
  }
  const failed = (status: number, reason: string, id: string) =>
    respond(problem({ side: 'request', status, reason, rules: [], id, code: 'dlp-gateway' }), {
      status,
      headers: new Headers({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' }),
    })

  async function forward(request: Request, asked: Asked, policy: CompiledPolicy, id: string): Promise<Response> {
    const { headers, url } = forwardedHead(request, options.clientAddress?.(request))
    // Any other offer may be declined by not answering it (RFC 9110 section 7.8): clients send h2c with requests of every kind.
    if (/websocket/i.test(request.headers.get('upgrade') ?? '')) return failed(501, 'upgrade', id)
    const abort: Abort = {}
    const sent = await core.pass(
      toMessage('request', asked, 0, headers, request.body as Body, policy, {
        trust: 'header',
        target: url,
        readAll: () => request.arrayBuffer(),
        onAbort: (error) => stopWith(abort, error),
      }),
      id,
    )
    if (isRefused(sent)) return refuse('request', sent.refusal, id)
    const { enforced } = settleRequest(sent.headers, asked, policy, core.codingNames)
    // Calls carry no body of GET and HEAD (Fetch section 5.4): a length without one would be waited for.
    if (request.method === 'GET' || request.method === 'HEAD') sent.headers.delete('content-length')
    const target = origin + (sent.target ?? url)
    const init = {
      ...options.requestInit,
      method: request.method,
      headers: sent.headers,
      body: sent.body,
      redirect: 'manual',
    }
    const call = options.fetch as (url: string, init: never) => Promise<Response>
    let answer: Response
    try {
      const outer = options.followClient === false ? undefined : (request as { signal?: OuterSignal }).signal
      const result = await sendGuarded(call, target, init, abort, options.makeAbort, outer)
      if (!isResponse(result)) return refuse('request', { status: 403, reason: result.reason, rules: [] }, id)
      answer = result
    } catch {
      return failed(502, 'origin-unreachable', id)
    }
    let whole: Whole | undefined
    if (enforced && answer.status === 206) {
      const again = (init: Record<string, unknown>) => call(target, { ...options.requestInit, ...init } as never)
      try {
        whole = await fetchWhole(request, answer, again, sent.headers)
      } catch {
        return failed(502, 'origin-unreachable', id)
      }
      answer = whole?.answer ?? answer
    }
    const slice = whole?.slice
    const status = whole?.status ?? answer.status
    const answerHeaders = new Headers(answer.headers)
    dropHopByHop(answerHeaders)
    if (status !== answer.status) answerHeaders.delete('content-range')
    if (request.method === 'PUT' && answer.ok && sent.outcome.edits > 0) dropValidators(answerHeaders)
    const message = toMessage('response', asked, status, answerHeaders, answer.body as Body, policy, {
      trust: 'header',
      readAll: () => answer.arrayBuffer(),
    })
    let got: Passed
    try {
      got = await core.pass(message, id)
    } catch {
      return failed(502, 'origin-failed', id)
    }
    if (isRefused(got)) return refuse('response', got.refusal, id)
    if (slice !== undefined && got.body instanceof Uint8Array) {
      const part = sliceRange(got.body, got.headers, slice)
      return respond(part.body, { status: part.status, headers: got.headers })
    }
    return respond(message.bodiless ? null : got.body, {
      status,
      statusText: status === answer.status ? answer.statusText : undefined,
      headers: got.headers,
    })
  }

  return {
    async fetch(request) {
      const id = core.randomId()
      const asked = askedOf(request)
      if (asked.path === HEALTH && (request.method === 'GET' || request.method === 'HEAD')) return health(request.method)
      try {
        const policy = await core.policy(id)
        if (policy === undefined) return refuse('request', POLICY_MISSING, id)
        return await forward(request, asked, policy, id)
      } catch (error) {
        core.onError(error)
        return failed(502, 'internal-error', id)
      }
    },
  }
}

function health(method: string): Response {
  return new Response(method === 'HEAD' ? null : '{"status":"ok"}', {
    status: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  })
}

function isResponse(result: Response | { reason: unknown }): result is Response {
  return 'headers' in result
}
