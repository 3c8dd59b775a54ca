import type { RuleDefinition } from '../../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'ca-sin',
  label: 'ca_sin',
  title: 'Canadian social insurance number',
  source: 'Employment and Social Development Canada, Social Insurance Number; check digit by Luhn',
  pattern: '\\b(?:[1-79][0-9]{8}|[0-9]{3}(?:[ \\-][0-9]{3}){2,11})\\b',
  validator: 'ca-sin',
  confidence: 'medium',
  keys: ['sin', 'social insurance', 'social insurance number', 'numero assurance sociale', 'nas'],
  words: ['sin', 'social insurance', 'assurance sociale', 'n a s'],
  samples: {
    find: ['⟦130 692 544⟧', 'my SIN is ⟦130-692-544⟧', 'social insurance number ⟦130692544⟧.'],
    ignore: ['130 692 545', '130692544', '046 454 286', '812 345 678', '111 111 111', '046-454 286', '[redacted:CA_SIN]'],
  },
}
