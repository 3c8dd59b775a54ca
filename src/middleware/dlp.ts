import type { Context, MiddlewareHandler } from 'hono'
import type { Body } from '../pipeline/choose-reading.ts'
import { BodyAborted } from '../pipeline/message.ts'
import type { DlpOutcome } from '../telemetry/outcome.ts'
import { createDlp, type DlpOptions } from './core.ts'
import { askedOf, isRefused, metaOf, POLICY_MISSING, refusalResponse, settleRequest, splitTarget, toMessage } from './messages.ts'

/** What handlers see as `c.var.dlp`. The response's outcome is there once the response pass has begun. */
export interface DlpVariable {
  /** Id of the exchange, as in its events. */
  readonly id: string
  readonly request?: DlpOutcome
  readonly response?: DlpOutcome
}

export interface DlpVariables {
  dlp: DlpVariable
}

/**
 * Inspects and scrubs what comes in and what goes back. Handlers further in see the scrubbed body however they read it.
 * Register it before anything that reads bodies, after anything that compresses responses.
 *
 * @example
 * const app = new Hono()
 * app.use('*', dlp({ policy: { mode: 'enforce', request: { payment: 'mask' }, response: { payment: 'redact' } } }))
 */
export function dlp(options: DlpOptions): MiddlewareHandler<{ Variables: DlpVariables }> {
  const core = createDlp(options)
  return async function dlp(c, next) {
    const id = core.randomId()
    const seen: { -readonly [K in keyof DlpVariable]: DlpVariable[K] } = { id }
    c.set('dlp', seen)
    const refuse = (side: 'request' | 'response', refusal: Parameters<typeof refusalResponse>[1]) => {
      const { body, init } = refusalResponse(side, refusal, id, core.codingNames)
      return new Response(body, init)
    }
    const policy = await core.policy(id)
    const asked = c.req.raw
    const target = askedOf(asked)
    if (policy === undefined) {
      core.turnedAway(metaOf(target), POLICY_MISSING, id)
      return refuse('request', POLICY_MISSING)
    }

    const headers = new Headers(asked.headers)
    const { base, target: place } = splitTarget(asked.url)
    let stop: (error: BodyAborted) => void = () => {}
    const stopped = new Promise<BodyAborted>((tell) => (stop = tell))
    const request = await core.pass(
      toMessage('request', target, 0, headers, await requestBody(c), policy, {
        trust: 'header',
        target: place,
        onAbort: (error) => error instanceof BodyAborted && stop(error),
      }),
      id,
    )
    seen.request = request.outcome
    if (isRefused(request)) return refuse('request', request.refusal)
    const asks = settleRequest(request.headers, target, policy, core.codingNames)
    const moved = request.target !== undefined && request.target !== place
    if (request.body !== null || moved || asks.changed || request.outcome.edits > 0) {
      const init: RequestInit & { duplex: 'half' } = {
        method: asked.method,
        headers: request.headers,
        body: request.body,
        duplex: 'half',
      }
      // Fastly's requests have none.
      const { signal } = asked as { signal?: unknown }
      if (signal !== undefined) Object.assign(init, { signal })
      c.req.raw = new Request(moved ? base + request.target : asked.url, init) as typeof asked
      c.req.bodyCache = {}
    }

    const handled = next()
    const end: unknown = await Promise.race([handled, stopped])
    if (end instanceof BodyAborted) {
      // The request is to be refused, and a part of it has left. The handler is not waited for: on Fastly a call whose body is cut never ends.
      handled.catch(() => {})
      c.res = undefined
      c.res = refuse('request', { status: 403, reason: end.reason, rules: [] }) as typeof c.res
      return
    }

    const answer = c.res
    const answerHeaders = new Headers(answer.headers)
    const message = toMessage('response', target, answer.status, answerHeaders, answer.body as Body, policy, { trust: 'bytes' })
    // Hono copies the headers of the response it holds onto the one it is given, an error's too; without one there is nothing to copy.
    c.res = undefined
    const response = await core.pass(message, id)
    seen.response = response.outcome
    if (isRefused(response)) c.res = refuse('response', response.refusal) as typeof answer
    else
      c.res = new Response(response.body, {
        status: answer.status,
        statusText: answer.statusText,
        headers: response.headers,
      }) as typeof answer
  }
}

/** The request's body, also when something before us has read it through Hono. */
async function requestBody(c: Context): Promise<Body> {
  const { raw } = c.req
  if (!raw.bodyUsed) return raw.body as Body
  if (Object.keys(c.req.bodyCache).length === 0) return null
  return new Uint8Array(await c.req.arrayBuffer())
}
