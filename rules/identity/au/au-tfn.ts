import type { RuleDefinition } from '../../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'au-tfn',
  label: 'au_tfn',
  title: 'Australian tax file number',
  source: 'Australian Taxation Office, TFN check digit algorithm',
  pattern: '\\b(?:[0-9]{9}|[0-9]{3}(?:[ \\-][0-9]{3}){2,11})\\b',
  validator: 'au-tfn',
  confidence: 'low',
  keys: ['tfn', 'tax file number', 'tax file no'],
  words: ['tfn', 'tax file number', 'tax file no', 'tax file'],
  samples: {
    find: ['TFN (Australian Tax File Number): ⟦112474082⟧', 'tax file number ⟦876 543 210⟧', 'tfn=⟦459599230⟧'],
    ignore: ['112474082', '876 543 210', 'TFN 824 753 557', 'TFN 999 999 999', 'TFN 123 456\n789', '[redacted:AU_TFN]'],
  },
}
