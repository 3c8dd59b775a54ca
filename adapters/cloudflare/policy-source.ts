import { ConfigError } from '../../src/core/errors.ts'
import type { PolicySource } from '../../src/middleware/core.ts'
import { type Policy, parsePolicy } from '../../src/policy/schema.ts'

/** How long a policy read from KV is used before it is read again. */
const FRESH_MS = 60_000

/** What of a KV namespace is used. */
export interface PolicyStore {
  get(key: string, options: { cacheTtl: number }): Promise<string | null>
}

export interface KvPolicyOptions {
  readonly store: PolicyStore
  /** In force until KV had a good one. */
  readonly built: Policy | undefined
  /** Throws for a policy that cannot be used here (a selector that no rule has). */
  readonly check: (policy: Policy) => unknown
  readonly onError: (message: string) => void
  readonly clock?: () => number
}

/**
 * The policy under the key `policy` of a KV namespace: read again after a minute, by one request while others go on with the last
 * good one, which stays when the store fails, is empty or holds a broken policy. While there is none yet every request asks for
 * itself: a promise of another request must not be waited for in workerd.
 */
export function kvPolicySource({ store, built, check, onError, clock = Date.now }: KvPolicyOptions): PolicySource {
  let last = built
  let text: string | undefined
  let readAt = Number.NEGATIVE_INFINITY
  return {
    async current() {
      const now = clock()
      if (last !== undefined && now - readAt < FRESH_MS) return last
      readAt = now
      try {
        const found = await store.get('policy', { cacheTtl: 60 })
        if (found === null) onError('POLICY_KV: has no value under the key "policy"')
        else if (found !== text) {
          const policy = parsePolicy(found)
          check(policy)
          last = policy
          text = found
        }
      } catch (error) {
        onError(error instanceof ConfigError ? `POLICY_KV: ${error.message}` : 'POLICY_KV: the store did not answer')
      }
      return last
    },
  }
}
