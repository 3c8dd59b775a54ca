import { waitUntil } from 'cloudflare:workers'
import page from '../../dist/console/page.txt'
import { placedRules } from '../../rules/index.ts'
import type { CodingPowers } from '../../src/body/coding.ts'
import { type Console, createConsole, type PageFiles } from '../../src/console/console.ts'
import type { Access } from '../../src/console/guard.ts'
import { createLivePolicy, type LivePolicy } from '../../src/console/live-policy.ts'
import { createRecorder } from '../../src/console/recorder.ts'
import type { ConsoleState } from '../../src/console/state.ts'
import { ConfigError } from '../../src/core/errors.ts'
import type { PolicySource } from '../../src/middleware/core.ts'
import type { Engine } from '../../src/pipeline/engine.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import type { Policy } from '../../src/policy/schema.ts'
import type { AuditEvent } from '../../src/telemetry/audit.ts'
import type { Sink } from '../../src/telemetry/sink.ts'
import type { ConsoleObject } from './console-object.ts'

export interface ConsoleEnv {
  CONSOLE_STATE?: DurableObjectNamespace<ConsoleObject>
  CONSOLE_TOKEN?: string
  CONSOLE_LOCAL?: string
  POLICY_KEY?: string
}

export interface OpenedConsole {
  readonly console: Console
  readonly sink: Sink
  readonly policy: LivePolicy
}

export interface ConsoleParts {
  readonly policy: Policy | PolicySource
  readonly engine: Engine
  readonly codings: CodingPowers
  readonly audit: (event: AuditEvent) => void
  readonly logError: (message: string) => void
}

/** The console, where a binding and a token (or, on this machine, loopback hosts) turn it on; undefined otherwise, and for a token that is none. */
export function openConsole(
  env: ConsoleEnv,
  { policy: below, engine, codings, audit, logError }: ConsoleParts,
): OpenedConsole | undefined {
  const { CONSOLE_STATE, CONSOLE_TOKEN, CONSOLE_LOCAL } = env
  if (CONSOLE_STATE === undefined || (CONSOLE_TOKEN === undefined && CONSOLE_LOCAL === undefined)) return undefined
  const access: Access =
    CONSOLE_TOKEN === undefined ? { kind: 'local', hosts: CONSOLE_LOCAL!.split(',') } : { kind: 'token', token: CONSOLE_TOKEN }
  const onError = (error: unknown) =>
    logError(error instanceof ConfigError ? error.message : `console: ${error instanceof Error ? error.name : 'unknown'}`)
  const state = stateOf(CONSOLE_STATE)
  const local = access.kind === 'local'
  const policy = createLivePolicy({
    below,
    state,
    // Where policies must be signed, one that is typed is none.
    writable: local && env.POLICY_KEY === undefined,
    check: (candidate) => compilePolicy(candidate, placedRules, ''),
    audit,
    onError,
  })
  try {
    const console = createConsole({
      access,
      state,
      policy,
      engine,
      page: JSON.parse(page) as PageFiles,
      digest: (bytes) => crypto.subtle.digest('SHA-256', bytes),
      powers: { codings, key: crypto.getRandomValues(new Uint8Array(32)) },
      onError,
    })
    const sink = createRecorder({
      state,
      rules: engine.rules,
      policy: () => policy.last,
      later: waitUntil,
      sleep: (ms) => scheduler.wait(ms),
      everyMs: local ? 100 : 1_000,
      onError,
    })
    return { console, sink, policy }
  } catch (error) {
    onError(error)
    return undefined
  }
}

/** The one object, asked anew each time: a stub belongs to the request that made it. */
function stateOf(namespace: DurableObjectNamespace<ConsoleObject>): ConsoleState {
  const stub = () => namespace.get(namespace.idFromName('console'))
  return {
    record: async (batch) => void (await stub().record(batch)),
    traffic: async (filter) => await stub().traffic(filter),
    audits: async () => await stub().audits(),
    flows: async () => await stub().flows(),
    policy: async () => await stub().policy(),
    savePolicy: async (saved) => void (await stub().savePolicy(saved)),
  }
}
