import { placedRules } from '../../rules/index.ts'
import type { CodingPowers } from '../body/coding.ts'
import { createPool } from '../body/pool.ts'
import { ConfigError } from '../core/errors.ts'
import type { PlacedRule } from '../core/rule.ts'
import { createEngine, type Engine } from '../pipeline/engine.ts'
import { type Message, type PassContext, type Passed, passMessage, type Refusal } from '../pipeline/message.ts'
import type { StreamPowers } from '../pipeline/source.ts'
import { compilePolicy } from '../policy/compile.ts'
import type { CompiledPolicy, MessageMeta } from '../policy/policy.ts'
import { definePolicy, type Policy } from '../policy/schema.ts'
import type { SuppressionInput } from '../policy/shape.ts'
import { drawOf } from '../policy/version.ts'
import type { Kernel } from '../scanner/kernel.ts'
import { createPortableKernel } from '../scanner/kernels/portable/kernel.ts'
import { type AuditNews, auditEvent } from '../telemetry/audit.ts'
import { type DlpEvent, summarise } from '../telemetry/events.ts'
import type { DlpOutcome } from '../telemetry/outcome.ts'
import { guardSink, type Sink } from '../telemetry/sink.ts'
import { createKeyer, type HmacPower } from '../transform/hmac-keyer.ts'
import type { Keyer } from '../transform/transform.ts'
import { createBreaker } from './breaker.ts'

/** What every way of using edge-dlp takes. Only `policy` is needed. */
export interface DlpOptions {
  /** The policy, or a source that answers the policy now in force (undefined: none can be had, reason `policy-missing`). */
  readonly policy: Policy | PolicySource
  /** Secret for `hash`: at least 16 bytes, raw or as hex or base64 text. Without it hash writes a mask and says `key-missing`. */
  readonly key?: Uint8Array | string
  /** HMAC-SHA-256 of the platform. Default: `crypto.subtle` where the runtime has it. */
  readonly hmac?: HmacPower
  /** Milliseconds since 1970, for events. Default `Date.now`. */
  readonly clock?: () => number
  /** Makes the id of a message. Default `crypto.randomUUID`. */
  readonly randomId?: () => string
  /** Where the one event a message goes. Default: nowhere. */
  readonly sinks?: readonly Sink[]
  /** Hears of each message with findings when it is over. Never gets a value. */
  readonly onFinding?: (outcome: DlpOutcome) => void
  /** Hears of faults of edge-dlp itself. Never gets content. Default: silence; the outcome is counted as `internal-error`. */
  readonly onError?: (error: unknown) => void
  /** Findings of an outcome tell why they counted (`why`), in the rules' own terms. Costs a second look at each. Default false. */
  readonly explain?: boolean
  /** Rules to choose from. Default: all that come with edge-dlp. */
  readonly rules?: readonly PlacedRule[]
  /** Rules, tables and kernel prepared before (`createEngine`), where construction happens at each request; then `rules` and `kernel` are its own. */
  readonly engine?: Engine
  /** Default: the portable kernel. */
  readonly kernel?: Kernel
  /** Content codings beyond gzip and deflate. */
  readonly codings?: CodingPowers
  /** How the platform's streams are best read and made. */
  readonly streams?: StreamPowers
}

export interface PolicySource {
  /** Answers at once with the policy in force; may refresh in the background. */
  current(): Promise<Policy | undefined> | Policy | undefined
}

/** The two passes, prepared once. */
export interface DlpCore {
  readonly sinks: readonly Sink[]
  readonly codingNames: readonly string[]
  /** Never throws, whatever the one that was given does. */
  randomId(): string
  /** Tells of a fault of ours. Never throws. */
  onError(error: unknown): void
  /** The policy for the exchange of this id: both its sides are judged by the same version, and both enforced or both observed. */
  policy(id: string): Promise<CompiledPolicy | undefined> | CompiledPolicy
  pass(message: Message, id: string): Promise<Passed>
  /** Tells of a request that is answered without a look at it. */
  turnedAway(meta: MessageMeta, refusal: Refusal, id: string): void
}

/** Expired suppressions that an isolate remembers having told. */
const MAX_TOLD = 4096

declare const crypto: { subtle?: unknown; randomUUID?: () => string } | undefined

export function createDlp(options: DlpOptions): DlpCore {
  if (options === null || typeof options !== 'object')
    throw new ConfigError('missing-options', 'options', 'an object with at least `policy` is needed')
  if (options.policy === undefined)
    throw new ConfigError('missing-policy', 'policy', 'a policy (definePolicy) or a policy source is needed')
  const engine =
    options.engine ?? createEngine({ rules: options.rules ?? placedRules, kernel: options.kernel ?? createPortableKernel() })
  const { rules, ruleBuild } = engine
  const compiled = new WeakMap<object, CompiledPolicy>()
  const onError = (error: unknown) => {
    try {
      options.onError?.(error)
    } catch {
      // Whoever listens for faults has one of its own; nobody is left to tell.
    }
  }
  const clock = orElse(options.clock ?? Date.now, Date.now, onError)
  const sinks = (options.sinks ?? []).map((sink) => guardSink(sink, onError))
  const audit = (news: AuditNews) => {
    for (const sink of sinks) sink.audit(auditEvent(news, clock()))
  }
  const expired = createExpiryTeller(audit)
  const compile = (policy: Policy): CompiledPolicy => {
    let ready = compiled.get(policy)
    const now = clock()
    if (ready === undefined || now >= ready.until) {
      ready = compilePolicy(policy, rules, ruleBuild, now)
      compiled.set(policy, ready)
      expired(ready.expired)
    }
    return ready
  }
  const source: PolicySource = isSource(options.policy) ? options.policy : fixed(definePolicy(options.policy))
  const fixedPolicy = isSource(options.policy) ? undefined : (source.current() as Policy)
  const first = fixedPolicy && compile(fixedPolicy)
  const breaker = createBreaker({ rules: rules.map(({ rule }) => rule.id), clock, audit })
  const forExchange = (policy: CompiledPolicy, id: string): CompiledPolicy => {
    const { request, response } = policy.breaker
    if (!policy.splits && request === undefined && response === undefined) return policy
    const draw = policy.splits ? drawOf(id) : 0
    return { ...policy, plan: (meta) => breaker.soften(policy.plan(meta, draw)) }
  }
  const hmac = options.hmac ?? webCryptoHmac()
  const keyer: Keyer | undefined = options.key === undefined ? undefined : createKeyer(options.key, hmac)
  const pool = createPool(first?.limits.maxPoolBytes ?? 48 << 20)
  const context: Omit<PassContext, 'finished'> = {
    engine,
    keyer,
    codings: options.codings ?? {},
    pool,
    streams: options.streams,
    onError,
    explain: options.explain,
  }
  const current = async (id: string) => {
    try {
      const policy = await source.current()
      return policy === undefined ? undefined : forExchange(compile(policy), id)
    } catch (error) {
      onError(error)
      return undefined
    }
  }
  const tell = (outcome: DlpOutcome, meta: MessageMeta, id: string) => {
    if (sinks.length === 0) return
    const event: DlpEvent = summarise(outcome, { id, time: clock() })
    for (const sink of sinks) sink.write(event, meta)
  }
  return {
    sinks,
    codingNames: options.codings?.br === undefined ? ['gzip'] : ['gzip', 'br'],
    randomId: orElse(options.randomId ?? platformId, () => Math.random().toString(16).slice(2), onError),
    onError,
    policy: (id) => (fixedPolicy === undefined ? current(id) : forExchange(compile(fixedPolicy), id)),
    pass(message, id) {
      return passMessage(
        {
          ...context,
          finished: (outcome, meta) => {
            breaker.record(outcome, message.policy.breaker[outcome.side])
            tell(outcome, meta, id)
            if (outcome.findingCount > 0) options.onFinding?.(outcome)
          },
        },
        message,
      )
    },
    turnedAway: (meta, blocked, id) =>
      tell(
        {
          side: meta.side,
          decision: 'blocked',
          mode: 'enforce',
          route: '',
          policyVersion: '',
          kernel: engine.kernelName,
          method: meta.method,
          host: meta.host,
          status: 0,
          findings: [],
          findingCount: 0,
          counts: {},
          edits: 0,
          receipt: { bytesIn: 0, inspected: 0, notInspected: {}, remarks: {} },
          blocked,
        },
        meta,
        id,
      ),
  }
}

function platformId(): string {
  return crypto?.randomUUID?.() ?? Math.random().toString(16).slice(2)
}

/** A power of the platform that a message does not fail without. */
function orElse<T>(power: () => T, spare: () => T, onError: (error: unknown) => void): () => T {
  return () => {
    try {
      return power()
    } catch (error) {
      onError(error)
      return spare()
    }
  }
}

/** Tells of each expired suppression once. */
function createExpiryTeller(audit: (news: AuditNews) => void): (expired: readonly SuppressionInput[]) => void {
  const told = new Set<string>()
  return (expired) => {
    for (const { rule, route, path, place, expires } of expired) {
      const news = { kind: 'suppression-expired', rule, route, path, place, expires } as const
      const name = JSON.stringify(news)
      if (told.has(name) || told.size >= MAX_TOLD) continue
      told.add(name)
      audit(news)
    }
  }
}

function isSource(policy: Policy | PolicySource): policy is PolicySource {
  return typeof (policy as PolicySource).current === 'function'
}

function fixed(policy: Policy): PolicySource {
  return { current: () => policy }
}

/** `crypto.subtle` as the little of it that is needed; undefined on a runtime without. */
function webCryptoHmac(): HmacPower | undefined {
  const subtle = typeof crypto === 'undefined' ? undefined : (crypto?.subtle as SubtleHmac | undefined)
  if (subtle === undefined) return undefined
  return {
    importKey: (raw) => subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']),
    sign: (key, bytes) => subtle.sign('HMAC', key, bytes),
  }
}

interface SubtleHmac {
  importKey(format: 'raw', raw: Uint8Array, algorithm: object, extractable: boolean, usages: string[]): Promise<unknown>
  sign(algorithm: 'HMAC', key: unknown, bytes: Uint8Array): Promise<ArrayBuffer>
}
