import wasm from 'brotli-dec-wasm/web/bg.wasm'
import { createBrotli } from '../../src/body/brotli.ts'
import { brotliModule } from '../../src/body/brotli-module.ts'
import { createGateway, type Gateway } from '../../src/gateway/gateway.ts'
import type { PolicySource } from '../../src/middleware/core.ts'
import { type Policy, parsePolicy } from '../../src/policy/schema.ts'
import type { DlpEvent } from '../../src/telemetry/events.ts'
import { toAnalyticsPoint } from '../../src/telemetry/events.ts'
import { kvPolicySource } from './policy-source.ts'

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

let prepared: { env: Env; gateway: Gateway } | undefined

/** One gateway an isolate: bindings do not change while it lives. */
function gatewayFor(env: Env): Gateway {
  if (prepared?.env === env) return prepared.gateway
  const write = (event: DlpEvent) => {
    if (env.CONSOLE !== 'off') console.log(JSON.stringify(event))
    env.EVENTS?.writeDataPoint(toAnalyticsPoint(event))
  }
  const gateway = createGateway({
    origin: env.ORIGIN,
    policy: policyOf(env),
    key: env.DLP_KEY,
    codings: { br },
    sinks: [{ write }],
    onError: (error) =>
      console.error(JSON.stringify({ schema: 'edge-dlp/error/1', name: error instanceof Error ? error.name : 'unknown' })),
    fetch: (url, init) => fetch(url, init as RequestInit) as never,
    requestInit: { encodeResponseBody: 'manual' },
    respond: (body, init) => new Response(body as BodyInit | null, { ...(init as ResponseInit), ...MANUAL }) as never,
    fixedLength: (body, length) => (body as unknown as ReadableStream).pipeThrough(new FixedLengthStream(length)) as never,
    clientAddress: (request) => request.headers.get('cf-connecting-ip') ?? undefined,
  })
  prepared = { env, gateway }
  return gateway
}

function policyOf(env: Env): Policy | PolicySource {
  const built = env.POLICY === undefined ? undefined : parsePolicy(env.POLICY)
  return env.POLICY_KV === undefined ? { current: () => built } : kvPolicySource(env.POLICY_KV, built)
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    try {
      return (await gatewayFor(env).fetch(request as never)) as unknown as Response
    } catch (error) {
      // A mistake in the bindings: said in the log, by option name; nothing is forwarded.
      console.error(JSON.stringify({ schema: 'edge-dlp/error/1', message: error instanceof Error ? error.message : 'unknown' }))
      return new Response(
        '{"type":"about:blank","title":"The gateway is not configured","status":503,"code":"dlp-blocked","reason":"policy-missing"}',
        {
          status: 503,
          headers: { 'content-type': 'application/problem+json' },
        },
      )
    }
  },
} satisfies ExportedHandler<Env>
