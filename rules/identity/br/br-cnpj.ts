import type { RuleDefinition } from '../../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'br-cnpj',
  label: 'br_cnpj',
  title: 'Brazilian CNPJ (cadastro nacional da pessoa jurídica), numeric or alphanumeric',
  source: 'Receita Federal do Brasil, Instrução Normativa RFB 2.229/2024; SERPRO, check digits of the alphanumeric CNPJ',
  pattern:
    '\\b[0-9A-Z]{2}(?:\\.[0-9A-Z]{3}\\.[0-9A-Z]{3}[/.][0-9A-Z]{4}-[0-9]{2}|[0-9A-Z]{6}/[0-9A-Z]{4}-[0-9]{2}|[0-9A-Z]{10}[0-9]{2})\\b',
  validator: 'br-cnpj',
  confidence: 'high',
  keys: ['cnpj', 'cpf cnpj', 'cnpj number', 'numero cnpj'],
  words: ['cnpj', 'cadastro nacional da pessoa', 'pessoa juridica'],
  samples: {
    find: [
      '⟦16.727.230/0001-97⟧',
      '⟦12.ABC.345/01DE-35⟧',
      'CNPJ ⟦16727230000197⟧',
      'cnpj: ⟦12ABC34501DE35⟧',
      '⟦16727230/0001-97⟧',
    ],
    ignore: [
      '16.727.230/0001-98',
      '16.727.230.0001-98',
      '16727230000197',
      '12.ABC.345/01DE-36',
      '12.abc.345/01de-35',
      '00.000.000/0000-00',
      '[redacted:BR_CNPJ]',
    ],
  },
}
