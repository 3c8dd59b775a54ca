import type { RuleDefinition } from '../../src/core/rule.ts'

/** `count` letters or digits, each perhaps after a blank, dash, dot, low line, tab or line break. */
const group = (count: number) => `(?i:[ \\-._\\t\\n]?[0-9A-Z]){${count}}`

/** Country and check digits, perhaps with a blank between where the country is in capitals: `is 13` begins no number of Iceland's. */
const number = (countries: string, count: number) => `(?:(?i:${countries})|(?:${countries}) )[0-9]{2}${group(count)}`

/** A BIC behind it (ISO 9362), as payment forms write both in one field. */
const BIC = '(?i: {1,8}[A-Z]{4} ?[A-Z]{2} ?[0-9A-Z]{2,5})?'

export const rule: RuleDefinition = {
  id: 'iban',
  label: 'iban',
  title: 'International bank account number with valid structure and check digits',
  source: 'ISO 13616-1 and the SWIFT IBAN registry; check digits ISO/IEC 7064 MOD 97-10',
  // countries by length of what follows the check digits: the match ends where that country's number does
  pattern: `\\b(?:${[
    number('NO', 11),
    number('BE', 12),
    number('DK|F[IKO]|GL|NL|SD', 14),
    number('MK|SI', 15),
    number('AT|BA|EE|KZ|L[TU]|MN|XK', 16),
    number('CH|HR|L[IV]', 17),
    number('B[GH]|CR|DE|G[BE]|IE|ME|RS|VA', 18),
    number('AE|GI|I[LQ]|OM|SO|TL', 19),
    number('AD|CZ|ES|MD|PK|RO|S[AEK]|TN|VG', 20),
    number('AO|CV|GW|LY|MZ|PT|ST', 21),
    number('DZ|I[RS]|TR', 22),
    number('BI|C[FGM]|DJ|FR|G[AQR]|IT|KM|M[CGR]|SM|TD', 23),
    number('A[LZ]|B[FJY]|C[IY]|DO|GT|H[NU]|LB|M[AL]|N[EI]|PL|S[NV]|TG', 24),
    number('BR|EG|PS|QA|UA', 25),
    number('JO|KW|MU|YE', 26),
    number('MT|SC', 27),
    number('LC', 28),
    number('RU', 29),
  ].join('|')})${BIC}\\b`,
  validator: 'iban',
  confidence: 'high',
  samples: {
    find: [
      'account ⟦DE89 3704 0044 0532 0130 00⟧ at',
      'IBAN:⟦GB82WEST12345698765432⟧',
      '⟦gb82 west 1234 5698 7654 32⟧',
      '⟦NO93-8601-1117-947⟧',
      '⟦DE89.3704.0044.0532.0130.00⟧',
      'IBAN ⟦DE89\n3704\n0044\n0532\n0130\n00⟧',
      '⟦AL47212110090000000235698741⟧ ⟦BE68539007547034⟧',
      'IBAN ⟦BE 68 5390 0754 7034    KREDBEBB⟧',
      '⟦DE89370400440532013000⟧ PAYMENT',
      '?t=⟦CH9300762011623852957⟧#x',
    ],
    ignore: [
      'DE89 3704 0044 0532 0130 01',
      'ZZ89370400440532013000',
      'DE8937040044053201300',
      'XDE89370400440532013000',
      '[redacted:IBAN]',
      'AL47 212A 1009 0000 0002 3569 8741',
    ],
  },
}
