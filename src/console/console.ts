import { ConfigError } from '../core/errors.ts'
import type { PlacedRule } from '../core/rule.ts'
import type { Engine } from '../pipeline/engine.ts'
import { compilePolicy } from '../policy/compile.ts'
import { type Policy, parsePolicy } from '../policy/schema.ts'
import { rulePath } from '../policy/selectors.ts'
import { ruleBuildOf } from '../policy/version.ts'
import { answer, answerJson, CallerError } from './answer.ts'
import { EXAMPLES } from './examples.ts'
import { type Access, createGuard, type Digest, type Verdict } from './guard.ts'
import type { LivePolicy } from './live-policy.ts'
import { reportOf } from './report-of.ts'
import { KEPT_MESSAGES } from './sql-state.ts'
import type { ConsoleState, TrafficFilter } from './state.ts'
import { listSuppressions, readSuppression, withoutSuppression, withSuppression } from './suppressions.ts'
import { readTryInput, type TryPowers, tryMessage } from './try-message.ts'
import { whatWouldChange } from './what-would-change.ts'

/** Files of the page by name; `index.html` is the page itself. */
export type PageFiles = Readonly<Record<string, { readonly type: string; readonly text: string }>>

export interface ConsoleOptions {
  readonly access: Access
  readonly state: ConsoleState
  readonly policy: LivePolicy
  readonly engine: Engine
  readonly page: PageFiles
  readonly digest: Digest
  /** Codings and hash of tries. The key is not the gateway's: whoever can try values must not learn what the real one makes of them. */
  readonly powers?: Omit<TryPowers, 'engine'>
  readonly clock?: () => number
  readonly onError: (error: unknown) => void
}

export interface Console {
  /** True for what is under the console's address; the gateway's health is not. */
  owns(url: string): boolean
  fetch(request: Request): Promise<Response>
}

const ROOT = '/_dlp'
/** Bytes of a request that are read. */
const MAX_REQUEST_BYTES = 1 << 20

/** The console: a page, and what it asks for. @throws ConfigError when its access is no protection */
export function createConsole(options: ConsoleOptions): Console {
  const { access, state, policy, engine, page, powers, clock = Date.now, onError } = options
  const guard = createGuard(access, options.digest)
  const { rules } = engine
  const paths = new Map(rules.map((placed) => [placed.rule.id, rulePath(placed)]))

  const handlers: Record<string, (request: Request) => Promise<unknown>> = {
    'GET overview': async () => ({
      access: access.kind,
      kernel: engine.kernelName,
      rules: rules.map(describeRule),
      examples: EXAMPLES,
      policy: await policyInForce(),
    }),

    'POST try': async (request) => {
      const value = (await readJson(request)) as { policy?: unknown } | null
      const input = readTryInput(value)
      const own = typeof value?.policy === 'string' ? parse(value.policy) : undefined
      const used = own ?? (await policy.current())
      if (used === undefined) throw new CallerError('policy', 'none is in force', 409)
      return await tryMessage(input, used, { ...powers, engine })
    },

    'GET traffic': async ({ url }) => await state.traffic(readFilter(new URL(url).search)),
    'GET flows': async () => {
      const { messages } = await state.traffic({ limit: KEPT_MESSAGES })
      return { flows: await state.flows(), routes: reportOf(messages).routes, messages: messages.length }
    },

    'GET audits': async () => ({ audits: await state.audits() }),

    'POST policy/check': async (request) => {
      const { text } = ((await readJson(request)) ?? {}) as { text?: unknown }
      const draft = parse(text)
      const inForce = (await policy.current()) ?? parsePolicy({})
      const { messages } = await state.traffic({ limit: KEPT_MESSAGES })
      const after = { policy: draft, compiled: compile(draft) }
      const change = whatWouldChange(messages, rules, { policy: inForce, compiled: compile(inForce) }, after)
      return { version: after.compiled.version, change }
    },

    'POST policy': async (request) => {
      const { text } = ((await readJson(request)) ?? {}) as { text?: unknown }
      if (text !== null) parse(text)
      await policy.save(text as string | null, clock())
      return { policy: await policyInForce() }
    },

    'GET suppressions': async () => {
      const used = await policy.current()
      return { writable: policy.writable, suppressions: listSuppressions(used, clock()) }
    },
    // Where policies come from elsewhere, it answers what has to stand in them.
    'POST suppressions': async (request) => {
      const one = readSuppression(await readJson(request), paths, clock())
      const next = withSuppression((await policy.current()) ?? parsePolicy({}), one)
      compile(next)
      if (!policy.writable) return { suppression: one, inForce: false }
      await policy.save(JSON.stringify(next, null, 2), clock())
      return { suppression: one, inForce: true, policy: await policyInForce() }
    },
    'POST suppressions/remove': async (request) => {
      const { suppression } = ((await readJson(request)) ?? {}) as { suppression?: unknown }
      const next = withoutSuppression((await policy.current()) ?? parsePolicy({}), suppression)
      await policy.save(JSON.stringify(next, null, 2), clock())
      return { policy: await policyInForce() }
    },
  }

  function parse(text: unknown): Policy {
    if (typeof text !== 'string') throw new CallerError('text', 'must be the policy as JSON text')
    const parsed = parsePolicy(text)
    compile(parsed)
    return parsed
  }
  const ruleBuild = ruleBuildOf(rules)
  const compile = (input: Policy) => compilePolicy(input, rules, ruleBuild, clock())

  async function policyInForce() {
    const used = await policy.current()
    if (used === undefined) return null
    return {
      text: JSON.stringify(used, null, 2),
      name: used.version ?? '',
      mode: used.mode ?? 'observe',
      version: compile(used).version,
      own: policy.isOwn,
      writable: policy.writable,
    }
  }

  async function api(request: Request, path: string): Promise<Response> {
    const handler = handlers[`${request.method} ${path}`]
    if (handler === undefined) return answerJson({ option: 'path', message: 'there is nothing here' }, 404)
    try {
      return answerJson(await handler(request))
    } catch (error) {
      if (error instanceof CallerError) return answerJson({ option: error.option, message: error.message }, error.status)
      // The message names the option first; what is wrong with it follows.
      if (error instanceof ConfigError) return answerJson({ option: error.option, code: error.code, message: error.message }, 422)
      onError(error)
      return answerJson({ option: '', message: 'the console could not answer' }, 500)
    }
  }

  return {
    owns(url) {
      const path = pathOf(url)
      return path === ROOT || (path.startsWith(`${ROOT}/`) && path !== `${ROOT}/health`)
    },

    async fetch(request) {
      const path = pathOf(request.url).slice(ROOT.length + 1)
      const reading = request.method === 'GET' || request.method === 'HEAD'
      const open = reading && !path.startsWith('api/')
      const verdict = await guard.check(request, open)
      if (verdict !== '') return turnedAway(verdict)
      if (!open) return await api(request, path.slice('api/'.length))
      if (pathOf(request.url) === ROOT) return answer(308, 'text/plain', null, { location: `${ROOT}/` })
      const file = Object.hasOwn(page, path === '' ? 'index.html' : path) ? page[path === '' ? 'index.html' : path] : undefined
      if (file === undefined) return answer(404, 'text/plain; charset=utf-8', 'There is nothing here.')
      // Without a token the page shows how to sign in, and nothing else.
      const signIn = path === '' && guard.kind === 'token'
      const more: Record<string, string> = signIn ? { 'www-authenticate': 'Bearer realm="edge-dlp console"' } : {}
      return answer(signIn ? 401 : 200, file.type, request.method === 'HEAD' ? null : file.text, more)
    },
  }
}

function pathOf(url: string): string {
  const slash = url.indexOf('/', url.indexOf('://') + 3)
  if (slash < 0) return '/'
  const end = url.slice(slash).search(/[?#]/)
  return end < 0 ? url.slice(slash) : url.slice(slash, slash + end)
}

function turnedAway(verdict: Exclude<Verdict, ''>): Response {
  if (verdict === 'unauthenticated')
    return answerJson({ option: 'token', message: 'a token is needed' }, 401, {
      'www-authenticate': 'Bearer realm="edge-dlp console"',
    })
  const message = {
    'foreign-host': 'the console answers on this machine only',
    'foreign-origin': 'the console answers its own page only',
    'not-json': 'content-type must be application/json',
    'not-secret': 'the console of a deployment answers over https only',
  }[verdict]
  return answerJson({ option: '', message }, verdict === 'not-json' ? 415 : 403)
}

function describeRule(placed: PlacedRule) {
  const { id, label, title } = placed.rule
  return { id, label, title, group: placed.group, path: rulePath(placed) }
}

async function readJson(request: Request): Promise<unknown> {
  const length = Number(request.headers.get('content-length') ?? 0)
  if (length > MAX_REQUEST_BYTES) throw new CallerError('body', 'is too long', 413)
  const bytes = await request.arrayBuffer()
  if (bytes.byteLength > MAX_REQUEST_BYTES) throw new CallerError('body', 'is too long', 413)
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(new Uint8Array(bytes)))
  } catch {
    throw new CallerError('body', 'is no JSON')
  }
}

/** `?route=&rule=&action=&side=`; an empty route is a name, that of messages outside every route. */
function readFilter(search: string): TrafficFilter {
  const filter: Record<string, string> = {}
  for (const pair of search.slice(1).split('&')) {
    const [name, value = ''] = pair.split('=')
    if (!['route', 'rule', 'action', 'side'].includes(name)) continue
    try {
      filter[name] = decodeURIComponent(value).slice(0, 100)
    } catch {
      throw new CallerError(name, 'is not percent-encoded')
    }
  }
  return filter
}
