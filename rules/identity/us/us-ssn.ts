import type { RuleDefinition } from '../../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'us-ssn',
  label: 'us_ssn',
  title: 'United States social security number',
  source: 'Social Security Administration, SSN randomization (2011); 20 CFR 422.103',
  pattern:
    '\\b(?:[0-9]{3}-[0-9]{2}-[0-9]{4}|[0-9]{3} [0-9]{2} [0-9]{4}|[0-9]{3}\\.[0-9]{2}\\.[0-9]{4}|[0-9]{3}[\\n\\t][0-9]{2}[\\n\\t][0-9]{4}|[0-9]{3}  [0-9]{2}  [0-9]{4}|[0-9]{9}|[0-9]{3}-[0-9]{6}|[0-9]{5}-[0-9]{4})\\b',
  validator: 'us-ssn',
  confidence: 'medium',
  keys: ['ssn', 'ssns', 'ss number', 'ssnumber', 'social security', 'social security number', 'socialsecurity', 'taxpayer id', 'tax id'],
  words: ['ssn', 'ssns', 'social security', 'my social', 'social number', 'socialsecurity', 'socialsecuritynumber', 'ss number', 'ssid', 'taxpayer id', 'taxpayer identification'],
  // published and never issued: the Woolworth wallet, advertisements
  stop: ['078051120', '219099999', '457555462'],
  samples: {
    find: ['SSN ⟦536-22-1234⟧', 'abc ⟦078 05 1123⟧ abc', '⟦078.05.1123⟧', 'my social security number is ⟦078051121⟧', 'export SSN=⟦127-19-2798⟧', 'ssn: ⟦078-051121⟧', 'SSN ⟦369\n81\n7483⟧'],
    ignore: ['369\n81\n7483', '000-12-3456', '666-12-3456', '912-12-3456', '123-00-4567', '123-45-0000', '078051121', '078-05-1120', 'AB-750-85', '1536-22-1234', '536-22-12345', '693-09.4444', '[redacted:US_SSN]'],
  },
}
