import { settleAsked } from '../body/headers.ts'
import { remember } from '../core/remember.ts'
import type { Side } from '../core/words.ts'
import type { Body } from '../pipeline/choose-reading.ts'
import type { Message, Passed, Refusal } from '../pipeline/message.ts'
import type { CompiledPolicy, MessageMeta } from '../policy/policy.ts'
import { problem } from '../telemetry/problem.ts'

/** What a request asks for: the same for both messages of an exchange. */
export type Asked = Pick<MessageMeta, 'method' | 'host' | 'path'>

export function askedOf({ method, url }: { method: string; url: string }): Asked {
  return { method, ...splitUrl(url) }
}

/** A Request or Response as the passes see it. `headers` is taken over and settled in place. */
export function toMessage(
  side: Side,
  { method, host, path }: Asked,
  status: number,
  headers: Headers,
  body: Body,
  policy: CompiledPolicy,
  options: Pick<Message, 'trust' | 'target' | 'upgrade' | 'readAll' | 'onAbort'>,
): Message {
  const meta: MessageMeta = { side, method, host, path, contentType: essence(headers.get('content-type') ?? '') }
  const bodiless =
    side === 'response' && (method === 'HEAD' || status === 204 || status === 205 || status === 304 || status === 101)
  return { policy, meta, status, headers, body, bodiless, ...options }
}

/**
 * Settles what a request asks for where its answer will be inspected and enforced (`settleAsked`): whether it is, as far as can be said before
 * there is one, and whether a header changed.
 */
export function settleRequest(
  headers: Headers,
  asked: Asked,
  policy: CompiledPolicy,
  readable: readonly string[],
): { enforced: boolean; changed: boolean } {
  const { mode, inspect } = policy.plan({ ...asked, side: 'response', contentType: '' })
  const enforced = mode === 'enforce' && inspect
  const changed = enforced && settleAsked(headers, { method: asked.method, policyVersion: policy.version, readable })
  return { enforced, changed }
}

/** The answer in place of a refused message. */
export function refusalResponse(
  side: Side,
  refusal: Refusal,
  id: string,
  codings: readonly string[],
): { body: Uint8Array; init: { status: number; headers: Record<string, string> } } {
  const headers: Record<string, string> = { 'content-type': 'application/problem+json', 'cache-control': 'no-store' }
  if (refusal.status === 415) headers['accept-encoding'] = codings.join(', ')
  if (refusal.status === 503) headers['retry-after'] = '1'
  const body = problem({ side, status: refusal.status, reason: refusal.reason, rules: refusal.rules, id })
  return { body, init: { status: refusal.status, headers } }
}

/** The meta of a request that nobody looked at. */
export function metaOf({ method, host, path }: Asked): MessageMeta {
  return { side: 'request', method, host, path, contentType: '' }
}

/** What a missing policy does to a message: nothing can be decided, so nothing passes. */
export const POLICY_MISSING: Refusal = { status: 503, reason: 'policy-missing', rules: [] }

export function isRefused(passed: Passed): passed is Passed & { refusal: Refusal } {
  return passed.refusal !== undefined
}

const essence = remember((contentType) =>
  contentType
    .slice(0, firstOf(contentType, ';', ','))
    .trim()
    .toLowerCase(),
)

/** Index of whichever comes first, from `from` on; the length when neither is there. */
function firstOf(text: string, one: string, other: string, from = 0): number {
  const first = text.indexOf(one, from)
  const second = text.indexOf(other, from)
  return first < 0 ? (second < 0 ? text.length : second) : second < 0 ? first : Math.min(first, second)
}

/** A URL as scheme and authority, and path and query; the fragment, which is never sent, stays out. */
export function splitTarget(url: string): { base: string; target: string } {
  const slash = url.indexOf('/', url.indexOf('://') + 3)
  if (slash < 0) return { base: url, target: '/' }
  const hash = url.indexOf('#', slash)
  return { base: url.slice(0, slash), target: url.slice(slash, hash < 0 ? undefined : hash) }
}

function splitUrl(url: string): { host: string; path: string } {
  const at = url.indexOf('://')
  const from = at < 0 ? 0 : at + 3
  const slash = url.indexOf('/', from)
  const authority = at < 0 ? '' : url.slice(from, slash < 0 ? url.length : slash)
  return { host: hostOf(authority), path: slash < 0 ? '/' : url.slice(slash, firstOf(url, '?', '#', slash)) }
}

const hostOf = remember((authority) =>
  authority
    .slice(authority.lastIndexOf('@') + 1)
    .replace(/:\d*$/, '')
    .toLowerCase(),
)
