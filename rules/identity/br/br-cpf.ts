import type { RuleDefinition } from '../../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'br-cpf',
  label: 'br_cpf',
  title: 'Brazilian CPF (cadastro de pessoas físicas)',
  source: 'Receita Federal do Brasil, CPF; two check digits modulo 11',
  pattern: '\\b[0-9]{3}(?:\\.[0-9]{3}\\.[0-9]{3}-[0-9]{2}|[0-9]{6}-[0-9]{2}|[0-9]{8}| [0-9]{3} [0-9]{3}[ \\-][0-9]{2})\\b',
  validator: 'br-cpf',
  confidence: 'high',
  keys: ['cpf', 'cpf cnpj', 'cpf number', 'numero cpf'],
  words: ['cpf', 'cadastro de pessoas', 'cadastro de pessoa', 'pessoa fisica'],
  samples: {
    find: ['⟦390.533.447-05⟧', 'CPF ⟦39053344705⟧', '⟦390533447-05⟧', 'cpf: ⟦390 533 447 05⟧;'],
    ignore: ['390.533.447-06', '39053344705', '111.111.111-11', '390.533.447-5', '1390.533.447-05', '[redacted:BR_CPF]'],
  },
}
