import type { RuleDefinition } from '../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'phone-number',
  label: 'phone_number',
  title: 'Phone number in international form',
  source: 'ITU-T E.164, E.123 (notation) and the list of assigned country codes',
  pattern: '\\+[0-9](?:(?:[ .\\-/]|[ .\\-]?\\(|\\)[ .\\-]?)?[0-9]){6,14}\\b',
  validator: 'phone-e164',
  confidence: 'medium',
  keys: ['phone', 'phone number', 'telephone', 'tel', 'mobile', 'cell', 'fax', 'msisdn', 'whatsapp'],
  words: ['phone', 'telephone', 'tel', 'mobile', 'cell', 'fax', 'call', 'whatsapp', 'sms'],
  samples: {
    find: [
      'call ⟦+1 415 555 0132⟧',
      '⟦+639171234567⟧',
      'tel:⟦+44 (20) 7946 0958⟧',
      '⟦+49-30-901820⟧.',
      '⟦+33.1.23.45.67.89⟧',
      '⟦+1 415 555 0132⟧ 4111',
    ],
    ignore: [
      '+0012345678',
      '1 + 2345678',
      'v1.0.0+20240101',
      '+1234567',
      '+999 123 4567',
      '2024-01-01T00:00:00+01:00',
      '[redacted:PHONE_NUMBER]',
    ],
  },
}
