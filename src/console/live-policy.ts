import { ConfigError } from '../core/errors.ts'
import type { PolicySource } from '../middleware/core.ts'
import { type Policy, parsePolicy } from '../policy/schema.ts'
import { canonicalJson, fnv64 } from '../policy/version.ts'
import { type AuditEvent, auditEvent } from '../telemetry/audit.ts'
import type { ConsoleState } from './state.ts'

/** A policy source over another: what was written in the console is in force until the policy below changes. */
export interface LivePolicy extends PolicySource {
  current(): Promise<Policy | undefined>
  /** The policy below and whether one of the console's is in force. */
  below(): Promise<Policy | undefined>
  readonly isOwn: boolean
  readonly writable: boolean
  /** Puts `text` in force; null: back to the policy below. @throws ConfigError for a policy that cannot be used */
  save(text: string | null, now: number): Promise<void>
  /** The policy that answered last; for those who cannot wait. */
  readonly last: Policy | undefined
}

export interface LivePolicyOptions {
  readonly below: Policy | PolicySource
  readonly state: Pick<ConsoleState, 'policy' | 'savePolicy'>
  /** False: the console may not put a policy in force; it only looks at the one below. */
  readonly writable: boolean
  readonly check: (policy: Policy) => unknown
  readonly audit?: (event: AuditEvent) => void
  readonly onError: (error: unknown) => void
}

export function createLivePolicy({ below, state, writable, check, audit, onError }: LivePolicyOptions): LivePolicy {
  const source: PolicySource = 'current' in below ? (below as PolicySource) : { current: () => below as Policy }
  /** Undefined: not looked up yet. */
  let own: { policy: Policy; base: string } | null | undefined = writable ? undefined : null
  let last: Policy | undefined
  let printed: { policy: Policy | undefined; print: string } | undefined
  const fingerprint = (policy: Policy | undefined) => {
    if (printed?.policy !== policy || printed === undefined)
      printed = { policy, print: policy === undefined ? '' : fnv64(canonicalJson(policy)) }
    return printed.print
  }

  const tell = (now: number) => audit?.(auditEvent({ kind: 'policy-in-force', kill: false, by: 'console' }, now))

  async function load(): Promise<void> {
    try {
      const saved = await state.policy()
      if (own !== undefined) return
      own = null
      if (saved === null) return
      const policy = parsePolicy(saved.text)
      check(policy)
      own = { policy, base: saved.base }
    } catch (error) {
      // One that the rules of today do not know is as none.
      own ??= null
      onError(error)
    }
  }

  return {
    writable,
    async current() {
      if (own === undefined) await load()
      const lower = await source.current()
      last = own !== null && own !== undefined && own.base === fingerprint(lower) ? own.policy : lower
      return last
    },
    async below() {
      return await source.current()
    },
    get isOwn() {
      return own !== null && own !== undefined && last === own.policy
    },
    get last() {
      return last
    },
    async save(text, now) {
      if (!writable) throw new ConfigError('bad-console', 'policy', 'cannot be changed here: deploy it, or put it into its store')
      if (text === null) {
        await state.savePolicy(null)
        own = null
        tell(now)
        return
      }
      const policy = parsePolicy(text)
      check(policy)
      const base = fingerprint(await source.current())
      await state.savePolicy({ text, base, time: now })
      own = { policy, base }
      tell(now)
    },
  }
}
