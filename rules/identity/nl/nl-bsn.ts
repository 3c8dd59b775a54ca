import type { RuleDefinition } from '../../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'nl-bsn',
  label: 'nl_bsn',
  title: 'Dutch burgerservicenummer',
  source: 'RvIG, Logisch Ontwerp BSN; "elfproef"',
  pattern: '\\b(?:[0-9]{8,9}|[0-9]{4}\\.[0-9]{2}\\.[0-9]{3}|[0-9]{3}(?:[ .\\-][0-9]{3}){2,11})\\b',
  validator: 'nl-bsn',
  confidence: 'low',
  keys: ['bsn', 'burgerservicenummer', 'burger service nummer', 'sofinummer', 'sofi nummer', 'sofi'],
  words: ['bsn', 'burgerservicenummer', 'burger service nummer', 'sofinummer', 'sofi nummer', 'citizen service number'],
  samples: {
    find: ['BSN ⟦111222333⟧', 'burgerservicenummer: ⟦1112.22.333⟧', 'mijn bsn is ⟦123 456 782⟧.'],
    ignore: ['111222333', 'BSN 1112.52.333', 'BSN 123456789', 'BSN 111111111', 'BSN 1234567', '[redacted:NL_BSN]'],
  },
}
