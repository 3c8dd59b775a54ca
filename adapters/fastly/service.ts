/// <reference types="@fastly/js-compute" />
import { ConfigStore } from 'fastly:config-store'
import { env } from 'fastly:env'
import { Logger } from 'fastly:logger'
import { SecretStore } from 'fastly:secret-store'
import rulesTables from '../../dist/tables/rules.bin'
import screenTables from '../../dist/tables/screen.bin'
import { placedRules } from '../../rules/index.ts'
import { createGateway } from '../../src/gateway/gateway.ts'
import { readBuiltTables } from '../../src/pipeline/build-tables.ts'
import { createEngine } from '../../src/pipeline/engine.ts'
import { withDefaultLimits } from '../../src/policy/compile.ts'
import { type Policy, parsePolicy } from '../../src/policy/schema.ts'
import { createPortableKernel } from '../../src/scanner/kernels/portable/kernel.ts'

/**
 * The gateway as a Fastly Compute service: backend `origin`, policy from the Config Store `dlp` (key `policy`), the key of `hash`
 * from the Secret Store `dlp` (`key`), one line a message to the log endpoint `dlp`. Each is optional but the backend; stores
 * are opened at the request, rules are compiled at build time.
 */
const BUILT: Policy = { mode: 'observe', request: { '*': 'redact' }, response: { '*': 'redact' } }
/** 50 ms of CPU a request: 2 MiB of body with the portable kernel (docs/design.md, "Limits"). */
const LIMITS = { maxInspectBytes: 2 << 20 }
const HOST = 'http://origin'
/** Made at build time, of tables that were compiled before: a request finds them in the module's snapshot. */
const ENGINE = createEngine({
  rules: placedRules,
  kernel: createPortableKernel(),
  ...readBuiltTables({ tables: rulesTables, screenTables }),
})

function storedPolicy(): Policy {
  let text: string | null = null
  try {
    text = new ConfigStore('dlp').get('policy')
  } catch {
    // No store: the policy of the build holds.
  }
  return withDefaultLimits(text === null ? BUILT : parsePolicy(text), LIMITS)
}

async function storedKey(): Promise<string | undefined> {
  try {
    return (await new SecretStore('dlp').get('key'))?.plaintext()
  } catch {
    return undefined
  }
}

async function handle(event: FetchEvent): Promise<Response> {
  let policy: Policy | undefined
  try {
    policy = storedPolicy()
  } catch (error) {
    // A broken policy is said by option; without one nothing passes.
    console.error(error instanceof Error ? error.message : 'the policy cannot be read')
  }
  const gateway = createGateway({
    engine: ENGINE,
    origin: HOST,
    policy: { current: () => policy },
    key: await storedKey(),
    fetch: (url, init) => fetch(url, init as RequestInit) as never,
    requestInit: { backend: 'origin' },
    sinks: [{ write: (entry) => new Logger('dlp').log(JSON.stringify(entry)) }],
    onError: (error) =>
      console.error(`edge-dlp: ${error instanceof Error ? error.name : 'unknown'} (service ${env('FASTLY_SERVICE_VERSION')})`),
    clientAddress: () => event.client.address,
  })
  return (await gateway.fetch(event.request as never)) as unknown as Response
}

addEventListener('fetch', (event) => event.respondWith(handle(event)))
