import type { RuleDefinition } from '../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'us-phone',
  label: 'phone_number',
  title: 'Phone number of North America in national form',
  source: 'ATIS-0300051 (NANP); NANPA, numbering resources',
  pattern:
    '\\b(?:(?:001|011|1)[ .\\-]?)?(?:\\([0-9]{3}\\)[ .\\-]?|[0-9]{3}[ .\\-]?)[0-9]{3}[ .\\-]?[0-9]{4}(?: ?(?i:x|ext\\.?) ?[0-9]{1,5})?\\b',
  validator: 'us-phone',
  confidence: 'medium',
  keys: ['phone', 'phone number', 'telephone', 'tel', 'mobile', 'cell', 'cell phone', 'fax'],
  words: [
    'phone',
    'phones',
    'telephone',
    'tel',
    'cellphone',
    'fax',
    'call',
    'sms',
    'whatsapp',
    'text me',
    'reach me',
    'contact number',
  ],
  samples: {
    find: [
      'call ⟦(425) 882-9090⟧',
      '⟦785-939-6046⟧',
      'my phone number is ⟦4258829090⟧',
      '⟦1-555-234-1234⟧.',
      '⟦(523)222-8888x623⟧',
      'fax ⟦166-684-7899⟧',
    ],
    ignore: [
      '4258829090',
      '917-123-4567',
      '425 882 9090',
      '1234567890',
      '4258829090123',
      '212-555-01234',
      '[redacted:PHONE_NUMBER]',
    ],
  },
}
