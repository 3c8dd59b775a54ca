import type { RuleDefinition } from '../../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'de-tax-id',
  label: 'de_tax_id',
  title: 'German tax identification number (steuerliche Identifikationsnummer)',
  source: '§ 139b AO; BZSt, structure of the identification number; ISO/IEC 7064 MOD 11,10',
  pattern: '\\b[1-9][0-9](?:[0-9]{9}|[0-9]{8} [0-9]| [0-9]{3} [0-9]{3} [0-9]{3})\\b',
  validator: 'de-tax-id',
  confidence: 'medium',
  keys: [
    'steuer id',
    'steuerid',
    'steuer idnr',
    'id nr',
    'idnr',
    'identifikationsnummer',
    'steueridentifikationsnummer',
    'steuerliche identifikationsnummer',
    'tax id',
    'tin',
  ],
  words: [
    'steuer id',
    'steuerid',
    'steuer idnr',
    'id nr',
    'idnr',
    'steuerliche identifikationsnummer',
    'steueridentifikationsnummer',
    'identifikationsnummer',
    'steuernummer',
    'tax id',
  ],
  samples: {
    find: [
      'Meine Steuer-ID: ⟦86095742719⟧.',
      'IdNr. ⟦98765432106⟧ liegt vor.',
      '⟦86 095 742 719⟧',
      'steuerliche Identifikationsnummer ⟦65929970489⟧',
    ],
    ignore: ['86095742718', '86095742719', '12345678903', '02345678903', '11111111111', '[redacted:DE_TAX_ID]'],
  },
}
