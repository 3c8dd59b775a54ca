import type { RuleDefinition } from '../../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'it-fiscal-code',
  label: 'it_fiscal_code',
  title: 'Italian codice fiscale',
  source: 'Decreto ministeriale 23 December 1976, articles 2 to 12; Luhn for organisations',
  pattern: '\\b(?:(?i:[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z])|[0-9]{11})\\b',
  validator: 'it-fiscal-code',
  confidence: 'high',
  keys: ['codice fiscale', 'codicefiscale', 'cod fiscale', 'fiscal code', 'cf', 'tax code'],
  words: ['codice fiscale', 'cod fiscale', 'c f', 'fiscal code', 'partita iva'],
  samples: {
    find: ['⟦MRTNTN23M02D969P⟧', 'codice fiscale: ⟦rssmra45c12f205c⟧', '⟦RSSMRA45C12F2LRI⟧', 'Codice Fiscale ⟦00743110157⟧'],
    ignore: [
      'FOXDRA26C24H872A',
      'CNTCHR83T32D969H',
      'A55AAA00B11C333N',
      '00743110157',
      'MRTNTN23M02D969PX',
      '[redacted:IT_FISCAL_CODE]',
    ],
  },
}
