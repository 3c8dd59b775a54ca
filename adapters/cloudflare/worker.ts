import wasm from 'brotli-dec-wasm/web/bg.wasm'
import { placedRules } from '../../rules/index.ts'
import { createBrotli } from '../../src/body/brotli.ts'
import { brotliModule } from '../../src/body/brotli-module.ts'
import { ConfigError } from '../../src/core/errors.ts'
import { createGateway, type Gateway } from '../../src/gateway/gateway.ts'
import type { PolicySource } from '../../src/middleware/core.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import { type Policy, parsePolicy } from '../../src/policy/schema.ts'
import { toAnalyticsPoint } from '../../src/telemetry/events.ts'
import type { Sink } from '../../src/telemetry/sink.ts'
import { workersEngine } from './engine.ts'
import { kvPolicySource } from './policy-source.ts'
import { workersStreams } from './streams.ts'

/** The Worker's bindings (wrangler.toml). */
export interface Env {
  /** Where requests are forwarded to, as in `https://api.example`. */
  ORIGIN: string
  /** The policy as JSON text, from the build. */
  POLICY?: string
  /** The policy in KV under the key `policy`; wins over POLICY. */
  POLICY_KV?: KVNamespace
  /** Secret for `hash`, at least 16 bytes in hex or base64. */
  DLP_KEY?: string
  EVENTS?: AnalyticsEngineDataset
  /** 'off' keeps the one line a message out of the console. */
  CONSOLE?: string
}

const br = createBrotli(brotliModule((imports) => new WebAssembly.Instance(wasm, imports as WebAssembly.Imports).exports))
/** `encodeBody` and `encodeResponseBody`: bytes pass as they are; the runtime neither decodes nor encodes. */
const MANUAL = { encodeBody: 'manual' } as const

let prepared: { env: Env; gateway: Gateway | undefined } | undefined

/** One gateway an isolate: bindings do not change while it lives. Undefined: they are wrong, as the log says. */
function gatewayFor(env: Env): Gateway | undefined {
  if (prepared?.env !== env) prepared = { env, gateway: prepare(env) }
  return prepared.gateway
}

function prepare(env: Env): Gateway | undefined {
  try {
    return gatewayOf(env)
  } catch (error) {
    logError(error instanceof ConfigError ? error.message : 'the gateway could not be prepared')
    return undefined
  }
}

function gatewayOf(env: Env): Gateway {
  const sinks: Sink[] = []
  if (env.CONSOLE !== 'off') sinks.push({ write: (event) => console.log(JSON.stringify(event)) })
  if (env.EVENTS !== undefined) sinks.push({ write: (event) => env.EVENTS!.writeDataPoint(toAnalyticsPoint(event)) })
  return createGateway({
    origin: env.ORIGIN,
    policy: policyOf(env),
    key: env.DLP_KEY,
    codings: { br },
    engine: workersEngine(),
    sinks,
    followClient: false,
    onError: (error) =>
      logError(error instanceof ConfigError ? error.message : `internal: ${error instanceof Error ? error.name : 'unknown'}`),
    fetch: (url, init) => fetch(url, init as RequestInit) as never,
    requestInit: { encodeResponseBody: 'manual' },
    respond: (body, init) => new Response(body as BodyInit | null, { ...(init as ResponseInit), ...MANUAL }) as never,
    streams: workersStreams,
    clientAddress: (request) => request.headers.get('cf-connecting-ip') ?? undefined,
  })
}

function policyOf(env: Env): Policy | PolicySource {
  const built = env.POLICY === undefined ? undefined : parsePolicy(env.POLICY)
  if (env.POLICY_KV === undefined) return built ?? { current: () => undefined }
  return kvPolicySource({
    store: env.POLICY_KV,
    built,
    check: (policy) => compilePolicy(policy, placedRules, ''),
    onError: logError,
  })
}

/** Names options and kinds of faults only: nothing of a message. */
function logError(message: string): void {
  console.error(JSON.stringify({ schema: 'edge-dlp/error/1', message }))
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const gateway = gatewayFor(env)
    if (gateway === undefined) {
      return new Response(
        '{"type":"about:blank","title":"The gateway is not configured","status":503,"code":"dlp-blocked","reason":"policy-missing"}',
        { status: 503, headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' } },
      )
    }
    return (await gateway.fetch(request as never)) as unknown as Response
  },
} satisfies ExportedHandler<Env>
