import type { RuleDefinition } from '../../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'pl-pesel',
  label: 'pl_pesel',
  title: 'Polish PESEL',
  source: 'Ustawa o ewidencji ludności (2010), articles 15 to 19; check digit modulo 10',
  pattern: '\\b[0-9]{11}\\b',
  validator: 'pl-pesel',
  confidence: 'low',
  keys: ['pesel', 'numer pesel', 'nr pesel'],
  words: ['pesel', 'ewidencyjny'],
  samples: {
    find: ['PESEL: ⟦44051401359⟧', 'My pesel is ⟦44051401458⟧.', 'numer PESEL ⟦02070803628⟧'],
    ignore: [
      '44051401359',
      'PESEL 44051401358',
      'PESEL 44131401359',
      'PESEL 4405140135',
      'PESEL 440514013590',
      '[redacted:PL_PESEL]',
    ],
  },
}
