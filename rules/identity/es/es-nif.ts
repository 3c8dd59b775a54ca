import type { RuleDefinition } from '../../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'es-nif',
  label: 'es_nif',
  title: 'Spanish NIF: DNI of a person, NIF of an organisation',
  source: 'Real Decreto 1553/2005 article 11 (DNI letter); Orden EHA/451/2008 (organisations)',
  pattern:
    '\\b(?:[0-9]{7,8}-?(?i:[A-Z])|[0-9]{1,2}\\.[0-9]{3}\\.[0-9]{3}-?(?i:[A-Z])|(?i:[A-HJ-NP-SU-W])-?[0-9]{7}-?(?i:[0-9A-Z]))\\b',
  validator: 'es-nif',
  confidence: 'medium',
  keys: ['dni', 'nif', 'cif', 'documento nacional de identidad', 'numero de identificacion fiscal', 'dni nie', 'nif cif'],
  words: ['dni', 'nif', 'cif', 'documento nacional de identidad', 'identificación fiscal', 'documento de identidad'],
  samples: {
    find: [
      '⟦55555555K⟧',
      '⟦55555555-K⟧',
      'Mi DNI es ⟦12345678z⟧',
      '⟦1111111-G⟧',
      'NIF (Número de Identificación Fiscal): ⟦B64717838⟧',
      'DNI ⟦12.345.678-Z⟧',
    ],
    ignore: ['12345678A', '401-023-2138', '54362315', 'B64717839', 'B64717838', '12345678Z9', '00000000T', '[redacted:ES_NIF]'],
  },
}
