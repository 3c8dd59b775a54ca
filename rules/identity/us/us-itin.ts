import type { RuleDefinition } from '../../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'us-itin',
  label: 'us_itin',
  title: 'United States individual taxpayer identification number',
  source: 'IRS, Internal Revenue Manual 3.21.263; 26 CFR 301.6109-1',
  pattern: '\\b9[0-9]{2}(?:-[0-9]{2}-[0-9]{4}| [0-9]{2} [0-9]{4}|-[0-9]{6}|[0-9]{2}-[0-9]{4}|[0-9]{6})\\b',
  validator: 'us-itin',
  confidence: 'medium',
  keys: ['itin', 'individual taxpayer', 'taxpayer id', 'tax id', 'tin', 'taxpayer identification number'],
  words: ['itin', 'individual taxpayer', 'taxpayer id', 'taxpayer identification', 'tax id', 'tax identification'],
  samples: {
    find: ['⟦912-90-3456⟧', 'my itin: ⟦911701234⟧', 'taxpayer id ⟦900 70 0000⟧.', 'ITIN=⟦988-881234⟧'],
    ignore: ['912-93-4567', '911-89-1234', '911701234', '912 90 3456', '812-90-3456', '912-90-34567', '[redacted:US_ITIN]'],
  },
}
