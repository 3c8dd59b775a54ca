import type { RuleDefinition } from '../../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'es-nie',
  label: 'es_nie',
  title: 'Spanish NIE (número de identidad de extranjero)',
  source: 'Orden INT/2058/2008; control letter as of the DNI',
  pattern: '\\b(?i:[XYZ])[ \\-]?[0-9]{7}[ \\-]?(?i:[A-Z])\\b',
  validator: 'es-nie',
  confidence: 'medium',
  keys: ['nie', 'dni nie', 'numero de identidad de extranjero'],
  words: ['nie', 'extranjero', 'identidad de extranjero'],
  samples: {
    find: ['⟦Z8078221M⟧ en mi NIE', '⟦x-2482300w⟧', '⟦Y8063915-Z⟧', 'NIE: ⟦X9613851N⟧.'],
    ignore: ['Y8063915Q', 'Y806391Q', 'W8063915Q', 'x9613851q', 'AX9613851N', '[redacted:ES_NIE]'],
  },
}
