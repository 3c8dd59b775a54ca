// The policies of the recorded messages, and what each does with a value: worked out here for these few, not by the product.

const PII = ['payment/credit-card', 'payment/iban', 'identity/us/us-ssn', 'contact/email']
const SECRETS = ['aws-access-key', 'github-token', 'slack-token', 'stripe-key', 'jwt', 'private-key', 'database-url'].map(
  (id) => `credentials/${id}`,
)
const each = (selectors, action) => Object.fromEntries(selectors.map((selector) => [selector, action]))
const both = (side) => ({ request: side, response: side })
const last4 = { mask: { keepLast: 4 } }
const redactPii = each(PII, 'redact')
const blockSecrets = { ...each(SECRETS, 'block'), 'contact/email': 'redact' }
const UNREAD = ['coding-unsupported', 'charset-unsupported', 'partial', 'decode-limit', 'depth-limit', 'size-limit']

export const POLICIES = {
  'redact-pii': { mode: 'enforce', ...both(redactPii) },
  'redact-secrets': { mode: 'enforce', ...both(each(SECRETS, 'redact')) },
  'redact-all': { mode: 'enforce', ...both(each(['payment', 'identity', 'contact', 'network', 'credentials'], 'redact')) },
  'redact-network': { mode: 'enforce', ...both(each(['network/ip-address', 'contact/phone-number'], 'redact')) },
  'mask-cards': { mode: 'enforce', ...both({ ...redactPii, 'payment/credit-card': last4 }) },
  hash: { mode: 'enforce', ...both(each(PII, 'hash')) },
  'hash-without-key': { mode: 'enforce', ...both(each(PII, 'hash')) },
  drop: { mode: 'enforce', ...both(each(PII, 'drop')) },
  'numbers-zero': { mode: 'enforce', ...both({ payment: { redact: {}, numbers: 'zero' } }) },
  'numbers-null': { mode: 'enforce', ...both({ payment: { redact: {}, numbers: 'null' } }) },
  observe: { mode: 'observe', ...both({ ...redactPii, ...each(SECRETS, 'block') }) },
  'block-secrets': { mode: 'enforce', ...both({ ...each(SECRETS, 'block'), 'payment/credit-card': last4 }) },
  'block-pii': { mode: 'enforce', ...both(each(PII, 'block')) },
  stream: { mode: 'enforce', limits: { maxWholeBytes: 0 }, ...both(redactPii) },
  'stream-secrets': { mode: 'enforce', limits: { maxWholeBytes: 0 }, ...both(each(SECRETS, 'redact')) },
  'late-abort': { mode: 'enforce', limits: { maxWholeBytes: 256 }, onLateBlock: 'abort', ...both(blockSecrets) },
  'late-redact': { mode: 'enforce', limits: { maxWholeBytes: 256 }, onLateBlock: 'redact', ...both(blockSecrets) },
  'small-limits': { mode: 'enforce', limits: { maxInspectBytes: 1024, maxDepth: 16 }, ...both(redactPii) },
  'pass-unread': {
    mode: 'enforce',
    limits: { maxInspectBytes: 1024 },
    onUninspected: both(each(UNREAD, 'pass')),
    ...both(redactPii),
  },
  'block-binary': { mode: 'enforce', onUninspected: both({ 'binary-type': 'block' }), ...both(redactPii) },
  routes: {
    mode: 'enforce',
    routes: [
      { name: 'assets', match: { path: '/assets/*' }, skip: true },
      { name: 'trial', match: { path: '/trial/*' }, mode: 'observe' },
    ],
    ...both(redactPii),
  },
}

const PLACES = {
  'credit-card': 'payment',
  iban: 'payment',
  'us-ssn': 'identity/us',
  email: 'contact',
  'phone-number': 'contact',
  'ip-address': 'network',
  ...each(['aws-secret-key', 'generic-password', ...SECRETS.map((selector) => selector.split('/')[1])], 'credentials'),
}

/** What a policy does with a rule's value: `{ action, keepLast }`; undefined when no selector names the rule. */
export function actOf(name, side) {
  const table = POLICIES[name][side]
  return (rule) => {
    const place = `${PLACES[rule]}/${rule}`
    const selector = Object.keys(table)
      .filter((key) => place === key || place.startsWith(`${key}/`))
      .sort((a, b) => b.length - a.length)[0]
    const spec = table[selector]
    if (spec === undefined || typeof spec === 'string') return spec && { action: spec }
    return spec.mask === undefined ? { action: Object.keys(spec)[0] } : { action: 'mask', keepLast: spec.mask.keepLast }
  }
}
