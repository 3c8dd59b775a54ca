import { createDlp, type DlpOptions } from '../middleware/core.ts'
import {
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
import { type Abort, type MakeAbort, type OuterSignal, sendGuarded, stopWith } from './send.ts'

export interface DlpFetchOptions extends DlpOptions {
  /** The call itself. Default: the runtime's `fetch`. */
  readonly fetch?: (request: string, init: FetchInit) => Promise<Response>
  /** Makes the means to end a call whose body must not be completed. Default: `AbortController` where the runtime has it. */
  readonly makeAbort?: MakeAbort
}

export interface FetchInit extends RequestInit {
  /** Platform's own members (`backend`, `cf`) pass through. */
  readonly [key: string]: unknown
}

declare function fetch(input: string, init?: unknown): Promise<Response>

/**
 * `fetch` with the two passes around it: what goes out is inspected before it leaves, what comes back before it is seen.
 * A refused message is answered with problem+json (request 403, response 502) and never throws.
 *
 * @example
 * const answer = await dlpFetch({ policy })('https://llm.example/v1/chat', { method: 'POST', body })
 */
export function dlpFetch(options: DlpFetchOptions): (input: Request | string | URL, init?: FetchInit) => Promise<Response> {
  const core = createDlp(options)
  const call = options.fetch ?? ((url: string, init: FetchInit) => fetch(url, init))
  return async (input, init = {}) => {
    const id = core.randomId()
    const request = new Request(input instanceof URL ? input.href : (input as Request | string), init)
    const refuse = (side: 'request' | 'response', refusal: Parameters<typeof refusalResponse>[1]) => {
      const { body, init } = refusalResponse(side, refusal, id, core.codingNames)
      return new Response(body, init)
    }
    const policy = await core.policy(id)
    const asked = askedOf(request)
    if (policy === undefined) {
      core.turnedAway(metaOf(asked), POLICY_MISSING, id)
      return refuse('request', POLICY_MISSING)
    }
    const { base, target } = splitTarget(request.url)
    const abort: Abort = {}
    const sent = await core.pass(
      toMessage('request', asked, 0, new Headers(request.headers), request.body as Body, policy, {
        trust: 'header',
        target,
        onAbort: (error) => stopWith(abort, error),
      }),
      id,
    )
    if (isRefused(sent)) return refuse('request', sent.refusal)
    settleRequest(sent.headers, asked, policy, core.codingNames)
    const result = await sendGuarded(
      call,
      base + (sent.target ?? target),
      { ...init, method: request.method, headers: sent.headers, body: sent.body },
      abort,
      options.makeAbort,
      (request as { signal?: OuterSignal }).signal,
    )
    if (result instanceof Response === false) return refuse('request', { status: 403, reason: result.reason, rules: [] })
    const answer = result as Response
    const got = await core.pass(
      toMessage('response', asked, answer.status, new Headers(answer.headers), answer.body as Body, policy, { trust: 'bytes' }),
      id,
    )
    if (isRefused(got)) return refuse('response', got.refusal)
    return new Response(got.body, { status: answer.status, statusText: answer.statusText, headers: got.headers })
  }
}
