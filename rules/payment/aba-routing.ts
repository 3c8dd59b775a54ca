import type { RuleDefinition } from '../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'aba-routing',
  label: 'aba_routing',
  title: 'ABA routing number of a bank in the United States',
  source: 'American Bankers Association, Routing Number Policy; check digit 3-7-1 modulo 10',
  pattern: '\\b(?:[0-9]{9}|[0-9]{4}-[0-9]{4}-[0-9])\\b',
  validator: 'aba-routing',
  confidence: 'medium',
  keys: ['aba', 'routing', 'routing number', 'routing no', 'aba routing', 'rtn', 'bank routing', 'transit number'],
  words: ['aba', 'routing', 'routing number', 'rtn', 'bank routing', 'routing transit', 'ach', 'fedwire'],
  samples: {
    find: ['routing number is: ⟦101205681⟧', '⟦3222-7162-7⟧', 'ABA ⟦121000358⟧, account', 'RTN: ⟦111000025⟧'],
    ignore: ['121000358', 'routing number 421042111', '1234-0000-0', 'ABA 111000020', 'ABA 000000000', '[redacted:ABA_ROUTING]'],
  },
}
