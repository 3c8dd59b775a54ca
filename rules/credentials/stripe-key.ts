import type { RuleDefinition } from '../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'stripe-key',
  label: 'stripe_key',
  title: 'Stripe secret or restricted key',
  source: 'Stripe docs, "API keys"',
  pattern: '(?<![0-9A-Za-z])[sr]k_(?:live|test|prod)_[0-9A-Za-z]{10,250}',
  validator: 'stripe-key',
  confidence: 'high',
  samples: {
    find: ['key ⟦sk_' + 'live_JO4lShEeFWXIHsaeXGtE7mpY⟧ x', 'id_⟦rk_' + 'test_JF52gbT8C9AzQEo33KXHE20l⟧_end'],
    ignore: [
      'sk_live_',
      'pk_live_' + 'j5krY8XTgIcDaHDb3YrsAfCl',
      'task_test_' + 'x290zpoh23ipdvn9t8zu1cccttj616',
      'sk_test_' + 'x'.repeat(24),
      '[redacted:STRIPE_KEY]',
    ],
  },
}
