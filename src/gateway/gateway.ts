import { dropValidators } from '../body/headers.ts'
import { dropHopByHop } from '../body/hop-by-hop.ts'
import { createDlp, type DlpCore, type DlpOptions } from '../middleware/core.ts'
import {
  type Asked,
  askedOf,
  isRefused,
  metaOf,
  POLICY_MISSING,
  refusalResponse,
  settleRequest,
  splitTarget,
  toMessage,
} from '../middleware/messages.ts'
import type { Body } from '../pipeline/choose-reading.ts'
import type { Passed, Refusal } from '../pipeline/message.ts'
import type { CompiledPolicy } from '../policy/policy.ts'
import { problem } from '../telemetry/problem.ts'
import { forwardedHead } from './forward.ts'
import { compileOrigins, type Origin, type OriginsInput } from './origins.ts'
import { fetchWhole, sliceRange, type Whole } from './range.ts'
import { type Abort, type MakeAbort, type OuterSignal, platformAbort, sendGuarded, stopWith } from './send.ts'
import { OriginTimeout, platformTimer, type Timer, timed } from './timed.ts'

export interface GatewayOptions extends DlpOptions {
  /** Where requests go: a URL (`https://api.example`, with an optional path prefix), `zone`, or one of those by host. */
  readonly origin: OriginsInput
  /** The platform's call to the origin. */
  readonly fetch: (url: string, init: Record<string, unknown>, origin: Origin) => Promise<Response>
  /**
   * Opens a WebSocket at the origin; undefined when the origin declines. Absent: the platform cannot, and it is answered 501.
   * Where it can, `onUninspected.request.upgrade` decides: nothing of what goes through is inspected.
   */
  readonly upgrade?: (url: string, headers: Headers, origin: Origin) => Promise<OpenedUpgrade | undefined>
  /** Members added to every call (`encodeResponseBody: 'manual'` on Workers, `backend` on Fastly). */
  readonly requestInit?: Record<string, unknown>
  readonly makeAbort?: MakeAbort
  /** False: the platform itself ends the calls of a request whose client has left. Default true: they are ended by the request's signal. */
  readonly followClient?: boolean
  /** Makes the answer; Workers add `encodeBody: 'manual'`, so that bytes leave as they are. */
  readonly respond?: (body: Body, init: { status: number; statusText?: string; headers: Headers }) => Response
  /** What is said of the client in X-Forwarded-For. */
  readonly clientAddress?: (request: Request) => string | undefined
  /** The platform's own header for that address (`fastly-client-ip`): what a client wrote there is replaced. */
  readonly clientHeader?: string
  /** Header (`x-request-id`) that carries the id of the exchange, as in its events, to the origin, unless the client sent one. Default: none. */
  readonly idHeader?: string
  /** For timeouts of origins. Default: `setTimeout`. */
  readonly timer?: Timer
}

/** A connection that the origin has agreed to. */
export interface OpenedUpgrade {
  readonly headers: Headers
  /** The answer that joins its two ends, under headers that were settled. */
  respond(headers: Headers): Response
}

export interface Gateway {
  fetch(request: Request): Promise<Response>
}

/** Answered by the gateway itself, never forwarded. */
const HEALTH = '/_dlp/health'

/**
 * The ready proxy: forwards to the origin of the host, with the two passes around the call. Streams both ways, follows no redirect, never
 * fails open: what it cannot do is answered with problem+json.
 */
export function createGateway(options: GatewayOptions): Gateway {
  return gatewayOn(createDlp(options), options)
}

/** The same on passes that were prepared before. */
export function gatewayOn(core: DlpCore, options: GatewayOptions): Gateway {
  const originOf = compileOrigins(options.origin)
  const idHeader = options.idHeader?.toLowerCase()
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

  const unreachable = (error: unknown, id: string) =>
    error instanceof OriginTimeout ? failed(504, 'origin-timeout', id) : failed(502, 'origin-unreachable', id)

  async function join(
    url: string,
    headers: Headers,
    origin: Origin,
    asked: Asked,
    policy: CompiledPolicy,
    id: string,
  ): Promise<Response> {
    if (options.upgrade === undefined) return failed(501, 'upgrade', id)
    headers.set('upgrade', 'websocket')
    let opened: OpenedUpgrade | undefined
    try {
      opened = await options.upgrade(url, headers, origin)
    } catch {
      return failed(502, 'origin-unreachable', id)
    }
    if (opened === undefined) return failed(502, 'upgrade-declined', id)
    const message = toMessage('response', asked, 101, new Headers(opened.headers), null, policy, { trust: 'header' })
    const got = await core.pass(message, id)
    return isRefused(got) ? refuse('response', got.refusal, id) : opened.respond(got.headers)
  }

  async function forward(request: Request, asked: Asked, policy: CompiledPolicy, id: string): Promise<Response> {
    const origin = originOf(asked.host)
    if (origin === undefined) return failed(421, 'no-origin', id)
    const client = options.clientAddress?.(request)
    const { headers, url } = forwardedHead(request, { client, clientHeader: options.clientHeader, idHeader, id })
    // Any other offer may be declined by not answering it (RFC 9110 section 7.8): clients send h2c with requests of every kind.
    const upgrade = /websocket/i.test(request.headers.get('upgrade') ?? '')
    const abort: Abort = {}
    const sent = await core.pass(
      toMessage('request', asked, 0, headers, request.body as Body, policy, {
        trust: 'header',
        target: url,
        upgrade,
        readAll: () => request.arrayBuffer(),
        onAbort: (error) => stopWith(abort, error),
      }),
      id,
    )
    if (isRefused(sent)) return refuse('request', sent.refusal, id)
    const target = (origin.base === '' ? splitTarget(request.url).base : origin.base) + (sent.target ?? url)
    if (upgrade) return await join(target, sent.headers, origin, asked, policy, id)
    const { enforced } = settleRequest(sent.headers, asked, policy, core.codingNames)
    // Calls carry no body of GET and HEAD (Fetch section 5.4): a length without one would be waited for.
    if (request.method === 'GET' || request.method === 'HEAD') sent.headers.delete('content-length')
    const init = {
      ...options.requestInit,
      method: request.method,
      headers: sent.headers,
      body: sent.body,
      redirect: 'manual',
    }
    const plain = (url: string, init: Record<string, unknown>) => options.fetch(url, init, origin)
    const call = timed(plain, origin.timeoutMs, options.makeAbort ?? platformAbort, options.timer ?? platformTimer)
    let answer: Response
    try {
      const outer = options.followClient === false ? undefined : (request as { signal?: OuterSignal }).signal
      const result = await sendGuarded(call, target, init, abort, options.makeAbort, outer)
      if (!isResponse(result)) return refuse('request', { status: 403, reason: result.reason, rules: [] }, id)
      answer = result
    } catch (error) {
      return unreachable(error, id)
    }
    let whole: Whole | undefined
    if (enforced && answer.status === 206) {
      const again = (init: Record<string, unknown>) => call(target, { ...options.requestInit, ...init } as never)
      try {
        whole = await fetchWhole(request, answer, again, sent.headers)
      } catch (error) {
        return unreachable(error, id)
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
        if (policy === undefined) {
          core.turnedAway(metaOf(asked), POLICY_MISSING, id)
          return refuse('request', POLICY_MISSING, id)
        }
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
