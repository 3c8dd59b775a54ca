import { placedRules } from '../../rules/index.ts'
import { ConfigError } from '../core/errors.ts'
import { type Bundle, openPolicyText } from '../policy/bundle.ts'
import { compilePolicy } from '../policy/compile.ts'
import { observeOnly } from '../policy/observe-only.ts'
import type { Policy } from '../policy/schema.ts'
import type { BundleKey, SubtlePower } from '../policy/signature.ts'
import { type AuditEvent, type AuditNews, auditEvent } from '../telemetry/audit.ts'
import type { PolicySource } from './core.ts'

export interface PolicyStoreOptions {
  /** What errors call the store, as in `POLICY_KV`. */
  readonly name: string
  /** The text it holds now; null: none. */
  readonly read: () => Promise<string | null>
  /** In force until the store had a good one. */
  readonly built?: Policy
  /** Keys of signatures. With them nothing that is not signed is taken up. */
  readonly keys?: readonly BundleKey[]
  /** Bundles of lower versions are refused from the start; after that, those below the last one taken up are. Default 0. */
  readonly minVersion?: number
  /** Rejects a policy that cannot be used here. Default: one that names a rule that is not there. Adapters try its rules as well (`selfTest`). */
  readonly check?: (policy: Policy) => unknown
  readonly onError: (message: string) => void
  readonly audit?: (event: AuditEvent) => void
  /** How long what was read is used before it is read again. Default 30,000. */
  readonly freshMs?: number
  readonly clock?: () => number
  /** Default: `crypto.subtle` where the runtime has it. */
  readonly subtle?: SubtlePower
}

/** Half of the minute within which a change must be in force everywhere; a store's own cache may take the other half. */
const FRESH_MS = 30_000

const bindable = (policy: Policy) => compilePolicy(policy, placedRules, '')

declare const crypto: { readonly subtle?: unknown } | undefined

/**
 * The policy that a store holds: read again every half minute by one request, while others go on with the last good one, which
 * stays when the store fails, is empty, or holds what is broken, not signed as it should be, or older than what was taken up before. A
 * policy comes in force whole or not at all, and never for an exchange that has begun. While there is none yet every request
 * asks for itself: a promise of another request must not be waited for in workerd.
 */
export function storedPolicy(options: PolicyStoreOptions): PolicySource {
  const { name, built, keys, check = bindable, onError, clock = Date.now, freshMs = FRESH_MS } = options
  const subtle = options.subtle ?? (typeof crypto === 'undefined' ? undefined : (crypto?.subtle as SubtlePower | undefined))
  let last = built
  let bundle: Bundle | undefined
  let floor = options.minVersion ?? 0
  let killed = false
  let expiredTold = false
  let inForce: string | undefined
  /** What is refused is told once, and tried again as often as the store is read: a runtime may have had a bad moment. */
  let refused: { text: string; at: number } | undefined
  let readAt = Number.NEGATIVE_INFINITY
  let reads = 0
  let settled = 0

  const tell = (news: AuditNews) => options.audit?.(auditEvent(news, clock()))

  /** What can be said against a bundle whose signature is right. */
  const refuse = (next: Bundle) => {
    if (next.notAfter !== undefined && clock() >= next.notAfter) throw new ConfigError('expired', 'bundle.notAfter', 'is over')
    if (next.version < floor || (next.version === floor && bundle !== undefined))
      throw new ConfigError('rolled-back', 'bundle.version', `is ${next.version}, and must be above ${floor}`)
  }

  const takeUp = (policy: Policy, next: Bundle | undefined) => {
    last = next?.kill ? observeOnly(policy) : policy
    bundle = next
    expiredTold = false
    if (next !== undefined) floor = next.version
    tell({ kind: 'policy-in-force', ...(next === undefined ? {} : { version: next.version }), kill: next?.kill === true })
    if ((next?.kill === true) !== killed) {
      killed = !killed
      tell({ kind: 'kill-switch', on: killed, version: floor })
    }
  }

  return {
    async current() {
      const now = clock()
      if (last !== undefined && now - readAt < freshMs) return last
      readAt = now
      const turn = ++reads
      let found: string | null
      try {
        found = await options.read()
      } catch {
        onError(`${name}: the store did not answer`)
        return last
      }
      if (bundle?.notAfter !== undefined && now >= bundle.notAfter && !expiredTold) {
        expiredTold = true
        tell({ kind: 'policy-expired', version: bundle.version })
      }
      if (found === null) onError(`${name}: has no value under the key "policy"`)
      if (found === null || found === inForce) return last
      if (found === refused?.text && now - refused.at < freshMs) return last
      let next: Bundle | undefined
      try {
        const opened = await openPolicyText(found, keys, subtle)
        next = opened.bundle
        if (next !== undefined) refuse(next)
        await check(opened.policy)
        // Somebody who read later, and something good, was faster.
        if (turn < settled) return last
        if (next !== undefined) refuse(next)
        settled = turn
        inForce = found
        refused = undefined
        takeUp(opened.policy, next)
      } catch (error) {
        const told = refused?.text === found
        refused = { text: found, at: now }
        if (told) return last
        const known = error instanceof ConfigError
        onError(`${name}: ${known ? error.message : 'the policy could not be tried'}`)
        tell({
          kind: 'policy-refused',
          code: known ? error.code : 'internal-error',
          option: known ? error.option : 'policy',
          ...(next === undefined ? {} : { version: next.version }),
        })
      }
      return last
    },
  }
}
