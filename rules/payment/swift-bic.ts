import type { RuleDefinition } from '../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'swift-bic',
  label: 'swift_bic',
  title: 'Business identifier code of a bank (BIC, SWIFT code)',
  source: 'ISO 9362:2022; countries of ISO 3166-1',
  pattern: '\\b[A-Z]{6}[0-9A-Z]{2}(?:[0-9A-Z]{3})?\\b',
  validator: 'swift-bic',
  confidence: 'low',
  keys: ['bic', 'swift', 'swift code', 'bic code', 'swift bic', 'bank identifier code'],
  words: [
    'bic',
    'swift code',
    'swift bic',
    'swift number',
    'swift address',
    'bank identifier',
    'bank identifier code',
    'iso 9362',
  ],
  samples: {
    find: ['BIC: ⟦AGRIFRPP882⟧', 'SWIFT code ⟦ABOCCNBJ⟧.', 'bic=⟦DEUTDEFF⟧'],
    ignore: ['AGRIFRPP882', 'BIC XXXXXXXX', 'BIC agrifrpp882', 'BIC AGRIFRPP8822', 'SWIFT AGRIZZPP', '[redacted:SWIFT_BIC]'],
  },
}
