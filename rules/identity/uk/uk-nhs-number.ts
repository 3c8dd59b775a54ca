import type { RuleDefinition } from '../../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'uk-nhs-number',
  label: 'uk_nhs_number',
  title: 'United Kingdom NHS number',
  source: 'NHS Data Model and Dictionary, NHS NUMBER; check digit modulo 11',
  pattern: '\\b[0-9]{3}[ \\-]?[0-9]{3}[ \\-]?[0-9]{4}\\b',
  validator: 'uk-nhs-number',
  confidence: 'medium',
  keys: ['nhs', 'nhs number', 'nhs no'],
  words: ['nhs', 'nhs number', 'nhs no', 'national health service'],
  samples: {
    find: ['⟦401-023-2137⟧', '⟦221 395 1837⟧', 'NHS no. ⟦9434765919⟧', 'patient, nhs number: ⟦943 476 5919⟧'],
    ignore: ['401-023-2138', '9434765919', '943 476 5918', '9434765870', '0000000000', '[redacted:UK_NHS_NUMBER]'],
  },
}
