/// <reference types="@fastly/js-compute" />

import { Backend } from 'fastly:backend'
import { ConfigStore } from 'fastly:config-store'
import { env } from 'fastly:env'
import { allowDynamicBackends } from 'fastly:experimental'
import { Logger } from 'fastly:logger'
import { SecretStore } from 'fastly:secret-store'
import rulesTables from '../../dist/tables/rules.bin'
import screenTables from '../../dist/tables/screen.bin'
import searches from '../../dist/tables/searches.bin'
import { placedRules } from '../../rules/index.ts'
import { createGateway, type Gateway } from '../../src/gateway/gateway.ts'
import { type OriginsInput, parseOrigins } from '../../src/gateway/origins.ts'
import { readBuiltSearches, readBuiltTables } from '../../src/pipeline/build-tables.ts'
import { createEngine } from '../../src/pipeline/engine.ts'
import { type OpenedText, openPolicyText } from '../../src/policy/bundle.ts'
import { compilePolicy, withDefaultLimits } from '../../src/policy/compile.ts'
import { observeOnly } from '../../src/policy/observe-only.ts'
import type { Policy } from '../../src/policy/schema.ts'
import { parseBundleKeys, type SubtlePower } from '../../src/policy/signature.ts'
import { createPortableKernel } from '../../src/scanner/kernels/portable/kernel.ts'
import { linkedKernel } from './kernel.ts'
import { FASTLY_LIMITS } from './limits.ts'

/**
 * The gateway as a Fastly Compute service: backend `origin`, policy from the Config Store `dlp` (key `policy`), the key of `hash`
 * from the Secret Store `dlp` (`key`), one line a message to the log endpoint `dlp`. Each is optional but the backend; stores
 * are opened at the request, rules are compiled at build time. With `policy-key` in the Secret Store only a bundle that it signs is used.
 *
 * An instance lives for one request and remembers nothing: the last good policy is the one under `policy-last`, where whoever changes
 * `policy` leaves the one before.
 */
const BUILT: Policy = { mode: 'observe', request: { '*': 'redact' }, response: { '*': 'redact' } }
/** A ceiling for what is inspected, as a request has 50 ms of CPU (docs/design.md, "Limits"; docs/platforms.md says what was measured). */
const LIMITS = LINKED ? { maxInspectBytes: 3 << 20 } : FASTLY_LIMITS
const HOST = 'http://origin'
/** Made at build time, of tables that were compiled before: a request finds them in the module's snapshot. */
const TABLES = readBuiltTables({ tables: rulesTables, screenTables })
const SEARCHES = readBuiltSearches(searches)
const KERNEL = LINKED ? linkedKernel(SEARCHES) : createPortableKernel({}, SEARCHES)
const ENGINE = createEngine({ rules: placedRules, kernel: KERNEL, ...TABLES })
// Whether a kernel is linked can be asked at a request only.
if (!LINKED) ENGINE.prepare()

/** The policy to use: `policy`, else `policy-last`, else that of the build where there is no store; undefined when all are broken. */
async function storedPolicy(store: ConfigStore | undefined): Promise<Policy | undefined> {
  const keyText = await secret('policy-key')
  let found = false
  for (const name of ['policy', 'policy-last']) {
    const text = store?.get(name) ?? null
    if (text === null) continue
    found = true
    try {
      const keys = keyText === undefined ? undefined : parseBundleKeys(keyText, 'policy-key')
      const opened = await openPolicyText(text, keys, crypto.subtle as unknown as SubtlePower)
      // Bound to the rules again by the gateway; tried here only where there is something to fall back on.
      if (name === 'policy' && store?.get('policy-last') !== null) compilePolicy(opened.policy, placedRules, '')
      return inForce(opened)
    } catch (error) {
      // Said by option, never by content.
      console.error(`edge-dlp: ${name}: ${error instanceof Error ? error.message : 'cannot be read'}`)
    }
  }
  return found || keyText !== undefined ? undefined : withDefaultLimits(BUILT, LIMITS)
}

function inForce({ bundle, policy }: OpenedText): Policy {
  if (bundle?.notAfter !== undefined && Date.now() >= bundle.notAfter)
    console.error(`edge-dlp: the bundle of version ${bundle.version} is past its end`)
  return withDefaultLimits(bundle?.kill ? observeOnly(policy) : policy, LIMITS)
}

/** The key `origins` of the Config Store (a URL, or JSON of hosts); without, the backend `origin`. */
function storedOrigins(store: ConfigStore | undefined): OriginsInput {
  const text = store?.get('origins') ?? null
  return text === null ? { url: HOST, via: 'origin' } : parseOrigins(text)
}

/** The backend of a URL that names none: made at run time, where the service may do that. */
function dynamicBackend(url: string): Backend {
  const { protocol, hostname, host, port } = new URL(url)
  const secure = protocol === 'https:'
  const name = host.replace(/[^\w.-]/g, '_')
  const target = `${hostname}:${port === '' ? (secure ? 443 : 80) : port}`
  if (Backend.exists(name)) return Backend.fromName(name)
  return new Backend({ name, target, hostOverride: host, useSSL: secure })
}

function openStore(): ConfigStore | undefined {
  try {
    return new ConfigStore('dlp')
  } catch {
    // No store: the policy of the build holds.
    return undefined
  }
}

async function secret(name: string): Promise<string | undefined> {
  try {
    return (await new SecretStore('dlp').get(name))?.plaintext()
  } catch {
    return undefined
  }
}

async function handle(event: FetchEvent): Promise<Response> {
  const store = openStore()
  const policy = await storedPolicy(store)
  let gateway: Gateway
  try {
    gateway = createGateway({
      engine: ENGINE,
      origin: storedOrigins(store),
      clientHeader: 'fastly-client-ip',
      idHeader: store?.get('request-id-header') ?? undefined,
      policy: { current: () => policy },
      key: await secret('key'),
      fetch: (url, init, { via }) => fetch(url, { ...init, backend: via ?? dynamicBackend(url) } as RequestInit) as never,
      sinks: [{ write: (entry) => new Logger('dlp').log(JSON.stringify(entry)) }],
      onError: (error) =>
        console.error(`edge-dlp: ${error instanceof Error ? error.name : 'unknown'} (service ${env('FASTLY_SERVICE_VERSION')})`),
      clientAddress: () => event.client.address,
    })
  } catch (error) {
    // Said by option, never by content.
    console.error(`edge-dlp: ${error instanceof Error ? error.message : 'the gateway could not be prepared'}`)
    return new Response(
      '{"type":"about:blank","title":"The gateway is not configured","status":503,"code":"dlp-blocked","reason":"policy-missing"}',
      { status: 503, headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' } },
    )
  }
  return (await gateway.fetch(event.request as never)) as unknown as Response
}

allowDynamicBackends(true)
addEventListener('fetch', (event) => event.respondWith(handle(event)))
