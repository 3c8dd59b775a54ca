import type { RuleDefinition } from '../../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'fr-nir',
  label: 'fr_nir',
  title: 'French NIR (numéro de sécurité sociale)',
  source: 'INSEE, numéro d’inscription au répertoire; décret 82-103; key modulo 97',
  pattern: '\\b[123478] ?[0-9]{2} ?[0-9]{2} ?(?:[0-9]{2}|2[ABab]) ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}\\b',
  validator: 'fr-nir',
  confidence: 'medium',
  keys: ['nir', 'numero de securite sociale', 'securite sociale', 'nss', 'insee', 'num secu'],
  words: ['nir', 'sécurité sociale', 'numéro de sécu', 'insee', 'carte vitale'],
  samples: {
    find: ['⟦253072B07300470⟧', 'NIR ⟦2 55 08 14 168 025 38⟧', 'sécurité sociale : ⟦188057500201322⟧'],
    ignore: ['253072B07300471', '255081416802539', '188997500201381', '6546546546546703', '[redacted:FR_NIR]'],
  },
}
