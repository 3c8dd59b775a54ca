import { placedRules } from '../../rules/index.ts'
import type { Console } from '../../src/console/console.ts'
import { ConfigError } from '../../src/core/errors.ts'
import { createGateway, type Gateway } from '../../src/gateway/gateway.ts'
import { type Origin, type OriginsInput, parseOrigins, servicesOf } from '../../src/gateway/origins.ts'
import type { PolicySource } from '../../src/middleware/core.ts'
import { storedPolicy } from '../../src/middleware/policy-store.ts'
import { selfTest } from '../../src/pipeline/self-test.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import { type Policy, parsePolicy } from '../../src/policy/schema.ts'
import { parseBundleKeys } from '../../src/policy/signature.ts'
import type { AuditEvent } from '../../src/telemetry/audit.ts'
import { toAnalyticsPoint } from '../../src/telemetry/events.ts'
import type { Sink } from '../../src/telemetry/sink.ts'
import { workersBrotli as br } from './brotli.ts'
import { openConsole } from './console.ts'
import { ConsoleObject } from './console-object.ts'
import { workersEngine } from './engine.ts'
import { workersStreams } from './streams.ts'

/** The Worker's bindings (wrangler.toml). */
export interface Env {
  /** Where requests are forwarded to: `https://api.example`, `zone`, JSON of hosts and those (docs/operations.md), or a service binding. */
  ORIGIN: string | Fetcher
  /** Header that carries the id of the exchange to the origin, as in `x-request-id`. */
  REQUEST_ID_HEADER?: string
  /** The policy as JSON text, from the build. */
  POLICY?: string
  /** The policy in KV under the key `policy`, bare or as a bundle; wins over POLICY. */
  POLICY_KV?: KVNamespace
  /** Keys that sign bundles, `ed25519:…` or `hmac:…`. Set, nothing unsigned is taken from POLICY_KV. */
  POLICY_KEY?: string
  /** Bundles of lower versions are refused from the start. */
  POLICY_MIN_VERSION?: string
  /** Seconds between two looks at POLICY_KV, 1 to 30. Default 30. */
  POLICY_FRESH_SECONDS?: string
  /** Secret for `hash`, at least 16 bytes in hex or base64. */
  DLP_KEY?: string
  EVENTS?: AnalyticsEngineDataset
  /** What the console remembers; with CONSOLE_TOKEN or CONSOLE_LOCAL it turns the console at /_dlp/ on (docs/console.md). */
  CONSOLE_STATE?: DurableObjectNamespace<ConsoleObject>
  /** Secret that lets in to the console, at least 32 characters. */
  CONSOLE_TOKEN?: string
  /** Loopback hosts under which the console needs no token: `npm start` only. */
  CONSOLE_LOCAL?: string
  /** 'off' keeps the one line a message out of the console. */
  CONSOLE?: string
}

/** `encodeBody` and `encodeResponseBody`: bytes pass as they are; the runtime neither decodes nor encodes. */
const MANUAL = { encodeBody: 'manual' } as const

interface Ready {
  readonly gateway: Gateway
  /** Absent: off, as by default. */
  readonly console?: Console
}

let prepared: { env: Env; ready: Ready | undefined } | undefined

/** One gateway an isolate: bindings do not change while it lives. Undefined: they are wrong, as the log says. */
function readyFor(env: Env): Ready | undefined {
  if (prepared?.env !== env) prepared = { env, ready: prepare(env) }
  return prepared.ready
}

function prepare(env: Env): Ready | undefined {
  try {
    return readyOf(env)
  } catch (error) {
    logError(error instanceof ConfigError ? error.message : 'the gateway could not be prepared')
    return undefined
  }
}

function readyOf(env: Env): Ready {
  const sinks: Sink[] = []
  const audit = (event: AuditEvent) => {
    for (const sink of sinks) sink.audit?.(event)
  }
  const below = policyOf(env, audit)
  if (env.CONSOLE !== 'off') {
    const log = (event: unknown) => console.log(JSON.stringify(event))
    sinks.push({ write: log, audit: log })
  }
  if (env.EVENTS !== undefined) sinks.push({ write: (event) => env.EVENTS!.writeDataPoint(toAnalyticsPoint(event)) })
  const opened = openConsole(env, { policy: below, engine: workersEngine(), codings: { br }, audit, logError })
  if (opened !== undefined) sinks.push(opened.sink)
  const gateway = createGateway({
    origin: originsOf(env),
    idHeader: env.REQUEST_ID_HEADER,
    policy: opened?.policy ?? below,
    key: env.DLP_KEY,
    codings: { br },
    engine: workersEngine(),
    sinks,
    followClient: false,
    onError: (error) =>
      logError(error instanceof ConfigError ? error.message : `internal: ${error instanceof Error ? error.name : 'unknown'}`),
    fetch: (url, init, origin) => fetcherOf(env, origin)(url, init as RequestInit) as never,
    upgrade: (url, headers, origin) => openSocket(fetcherOf(env, origin), url, headers as never) as never,
    requestInit: { encodeResponseBody: 'manual' },
    respond: (body, init) => new Response(body as BodyInit | null, { ...(init as ResponseInit), ...MANUAL }) as never,
    streams: workersStreams,
    clientAddress: (request) => request.headers.get('cf-connecting-ip') ?? undefined,
  })
  return { gateway, console: opened?.console }
}

/** The origins; throws for one whose service binding is not there. */
function originsOf(env: Env): OriginsInput {
  // A service is given the request's own URL.
  if (typeof env.ORIGIN === 'object') return { url: 'zone', via: 'ORIGIN' }
  if (typeof env.ORIGIN !== 'string') throw new ConfigError('bad-origin', 'ORIGIN', 'is not set')
  const origins = parseOrigins(env.ORIGIN)
  for (const via of servicesOf(origins)) {
    if (typeof serviceOf(env, via)?.fetch !== 'function')
      throw new ConfigError('bad-origin', 'ORIGIN', `there is no service binding ${JSON.stringify(via)}`)
  }
  return origins
}

function serviceOf(env: Env, name: string): Fetcher | undefined {
  return (env as unknown as Record<string, Fetcher | undefined>)[name]
}

type Fetch = (url: string, init: RequestInit) => Promise<Response>

function fetcherOf(env: Env, { via }: Origin): Fetch {
  return via === undefined ? fetch : (url, init) => serviceOf(env, via)!.fetch(url, init)
}

async function openSocket(call: Fetch, url: string, headers: Headers) {
  const answer = await call(url, { headers, redirect: 'manual' })
  const { webSocket } = answer
  if (webSocket === null) {
    await answer.body?.cancel()
    return undefined
  }
  return {
    headers: answer.headers,
    respond: (settled: Headers) => new Response(null, { status: 101, headers: settled, webSocket }),
  }
}

/** KV serves a value from its cache for this long, the shortest it allows; with POLICY_FRESH_SECONDS at most a minute. */
const KV_CACHE_SECONDS = 30

function policyOf(env: Env, audit: (event: AuditEvent) => void): Policy | PolicySource {
  const built = env.POLICY === undefined ? undefined : parsePolicy(env.POLICY)
  const store = env.POLICY_KV
  if (store === undefined) return built ?? { current: () => undefined }
  return storedPolicy({
    name: 'POLICY_KV',
    read: () => store.get('policy', { cacheTtl: KV_CACHE_SECONDS }),
    built,
    keys: env.POLICY_KEY === undefined ? undefined : parseBundleKeys(env.POLICY_KEY, 'POLICY_KEY'),
    minVersion: wholeNumber('POLICY_MIN_VERSION', env.POLICY_MIN_VERSION ?? '0', 0, Number.MAX_SAFE_INTEGER),
    freshMs: 1000 * wholeNumber('POLICY_FRESH_SECONDS', env.POLICY_FRESH_SECONDS ?? '30', 1, 30),
    check: (policy) => selfTest(compilePolicy(policy, placedRules, ''), workersEngine()),
    audit,
    onError: logError,
  })
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (/^\d{1,16}$/.test(text) && value >= least && value <= most) return value
  throw new ConfigError('bad-number', name, `a whole number from ${least} to ${most} is needed`)
}

/** Names options and kinds of faults only: nothing of a message. */
function logError(message: string): void {
  console.error(JSON.stringify({ schema: 'edge-dlp/error/1', message }))
}

export default {
  async fetch(request: Request, env: Env, context: ExecutionContext): Promise<Response> {
    const ready = readyFor(env)
    if (ready === undefined) {
      return new Response(
        '{"type":"about:blank","title":"The gateway is not configured","status":503,"code":"dlp-blocked","reason":"policy-missing"}',
        { status: 503, headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' } },
      )
    }
    const { gateway, console } = ready
    if (console?.owns(request.url)) return (await console.fetch(request as never)) as unknown as Response
    const answer = gateway.fetch(request as never) as Promise<unknown> as Promise<Response>
    // A client that leaves ends the invocation, and with it the event that says so.
    context.waitUntil(answer)
    return await answer
  },
} satisfies ExportedHandler<Env>

export { ConsoleObject }
