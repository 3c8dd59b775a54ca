import type { PlacedRule } from '../../src/core/rule.ts'
import type { CompiledPolicy, MessageMeta, RulePlan } from '../../src/policy/policy.ts'

/** A small catalogue of toy rules, so that these tests do not move with the real one. */
const place = (path: string): PlacedRule => {
  const at = path.lastIndexOf('/')
  const id = path.slice(at + 1)
  const rule = { id, label: id.replaceAll('-', '_'), title: id, source: 'test', pattern: 'abc', confidence: 'medium' } as const
  return { group: path.slice(0, at), rule: { ...rule, samples: { find: [], ignore: [] } } }
}

export const PATHS = [
  'payment/credit-card',
  'payment/iban',
  'identity/us/us-ssn',
  'contact/email',
  'credentials/github-token',
  'credentials/jwt',
]
export const catalogue = PATHS.map(place)

export const meta = (change: Partial<MessageMeta> = {}): MessageMeta => ({
  side: 'request',
  method: 'POST',
  host: 'api.example.com',
  path: '/orders/1',
  contentType: 'application/json',
  ...change,
})

/** What the policy says of one rule of one message. */
export function ruleOf(policy: CompiledPolicy, path: string, change: Partial<MessageMeta> = {}): RulePlan | undefined {
  return policy.plan(meta(change)).rules[PATHS.indexOf(path)]
}
