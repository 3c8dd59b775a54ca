import type { RuleDefinition } from '../../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'in-aadhaar',
  label: 'in_aadhaar',
  title: 'Indian Aadhaar number',
  source: 'UIDAI, Aadhaar number; check digit by Verhoeff',
  // several groups of four are taken together, so that a number beside an edited one was looked at before
  pattern: '\\b(?:[2-9][0-9]{11}|[0-9]{4}(?:[ \\-][0-9]{4}){2,11})\\b',
  validator: 'in-aadhaar',
  confidence: 'medium',
  keys: ['aadhaar', 'aadhar', 'adhaar', 'uidai', 'aadhaar number', 'uid number'],
  words: ['aadhaar', 'aadhar', 'adhaar', 'uidai', 'uid'],
  samples: {
    find: ['⟦3123 4567 8909⟧', '⟦3998-7654-3211⟧', 'Aadhaar: ⟦234123412346⟧', 'uid ⟦2341 2341 2346⟧, phone'],
    ignore: ['234123412346', '3123 4567 8908', '1234 5678 9012', '3123 4567-8909', '31234567890', '[redacted:IN_AADHAAR]'],
  },
}
