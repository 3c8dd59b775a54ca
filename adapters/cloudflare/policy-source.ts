import type { PolicySource } from '../../src/middleware/core.ts'
import { type Policy, parsePolicy } from '../../src/policy/schema.ts'

/** How long a policy read from KV is used before it is read again. */
const FRESH_MS = 60_000

/** The policy from KV: read again after a minute, the last good one kept when the store fails or holds a broken one. */
export function kvPolicySource(store: Pick<KVNamespace, 'get'>, built: Policy | undefined, clock = Date.now): PolicySource {
  let last: Policy | undefined = built
  let text: string | undefined
  let readAt = Number.NEGATIVE_INFINITY
  return {
    async current() {
      const now = clock()
      if (now - readAt < FRESH_MS) return last
      readAt = now
      try {
        const found = await store.get('policy', { cacheTtl: 60 })
        if (found !== null && found !== text) {
          last = parsePolicy(found)
          text = found
        }
      } catch (error) {
        console.error(
          JSON.stringify({
            schema: 'edge-dlp/error/1',
            message: error instanceof Error ? error.message : 'the policy store failed',
          }),
        )
      }
      return last
    },
  }
}
