import type { RuleDefinition } from '../../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'uk-nino',
  label: 'uk_nino',
  title: 'United Kingdom national insurance number',
  source: 'HMRC, National Insurance Manual NIM39110',
  pattern: '\\b(?i:[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z])[ \\-]?[0-9]{2}[ \\-]?[0-9]{2}[ \\-]?[0-9]{2}[ \\-]?(?i:[A-D])\\b',
  validator: 'uk-nino',
  confidence: 'medium',
  keys: ['nino', 'national insurance', 'national insurance number', 'ni number', 'insurance number'],
  words: ['nino', 'national insurance', 'ni number', 'ni no', 'insurance number'],
  samples: {
    find: ['⟦AA 12 34 56 B⟧', 'nino: ⟦PR 123612C⟧', '⟦tw987654a⟧', 'NI number ⟦YZ-61-48-68-B⟧.'],
    ignore: [
      'AA 12 34 56 H',
      'AB 12 34 56 1',
      'FQ 00 00 00 C',
      'BG123612A',
      'nt 99 88 77 a',
      'UV 98 76 54 B',
      'ab123456c',
      'XAA123456B',
      '[redacted:UK_NINO]',
    ],
  },
}
