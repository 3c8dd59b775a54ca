import type { RuleDefinition } from '../../src/core/rule.ts'

const GROUP = (least: number) => `[0-9]{${least},11}`
/** Between groups of digits: blank, two blanks, dash, dot, tab, line break, no-break space. */
const GAP = '(?:[ .\\-\\n\\t]|  |\\r\\n|\\xC2\\xA0)'
/**
 * Between groups as they are printed on cards, also: a dash between blanks, what divides digits in numbers of program code, slashes. The same between all of
 * them: else a list of other numbers would take in the beginning of a card behind it.
 */
const WIDE_GAPS = ['(?: - |_)', '/', ' / ']

/** Groups with gaps between, up to the end of the one with which they are so many bytes. */
function reaching(bytes: number): string {
  if (bytes <= 1) return GROUP(1)
  const shorter = Array.from({ length: bytes - 1 }, (_, i) => `[0-9]{${i + 1}}${GAP}${reaching(bytes - 2 - i)}`)
  return `(?:${[...shorter, GROUP(bytes)].join('|')})`
}

export const rule: RuleDefinition = {
  id: 'credit-card',
  label: 'credit_card',
  title: 'Payment card number with a valid issuer prefix, length and check digit',
  source: 'ISO/IEC 7812-1; published issuer ranges of the card networks',
  // one run of digits, a decimal fraction (refused), or groups of fewer; what lies inside a longer number is refused with it. The fewer groups, the longer they are: dates and
  // times, prices and versions are no candidates.
  pattern: `\\b(?:[0-9]{12,19}|${GROUP(1)}\\.[0-9]{12,24}|${[
    // eleven bytes at the least, with what is between them: fewer hold no twelve digits
    `${reaching(11)}(?:${GAP}${GROUP(1)}){0,22}`,
    '[0-9]{1,3}(?:_[0-9]{3}){4,5}',
    ...WIDE_GAPS.flatMap((gap) => [`[0-9]{4}(?:${gap}[0-9]{4}){3}`, `[0-9]{4}${gap}[0-9]{6}${gap}[0-9]{4,5}`]),
  ].join('|')})\\b`,
  validator: 'card-number',
  confidence: 'medium',
  keys: [
    'card',
    'card number',
    'card no',
    'cc',
    'cc number',
    'cc num',
    'ccn',
    'pan',
    'credit card',
    'debit card',
    'creditcard',
    'account number',
    'payment card',
  ],
  words: [
    'card',
    'cards',
    'card number',
    'credit',
    'debit',
    'cc',
    'ccn',
    'visa',
    'mastercard',
    'amex',
    'american express',
    'discover',
    'diners',
    'maestro',
    'jcb',
    'pan',
    'cvv',
    'cvc',
  ],
  samples: {
    find: [
      'card ⟦4111 1111 1111 1111⟧ exp 12/30',
      '⟦5555555555554444⟧',
      'Amex ⟦3782 822463 10005⟧',
      'k=⟦371449635398431⟧&z=1',
      '⟦4012-8888-8888-1881⟧, ⟦3530111333300000⟧',
      'order 12 ⟦6011 0009 9013 9424⟧',
      'card ⟦41111 11111 11111 1⟧',
      'card ⟦4222222222222⟧',
      'card ⟦6011\n1137\n2403\n0882⟧',
      '⟦4111  1111  1111  1111⟧',
      'card = ⟦4111_1111_1111_1111⟧, card = ⟦4_111_111_111_111_111⟧',
      '⟦4111 - 1111 - 1111 - 1111⟧, ⟦3782_822463_10005⟧',
      'card ⟦4111/1111/1111/1111⟧, card ⟦3782 / 822463 / 10005⟧',
      '2025, 2026, 2027, ⟦4111 1111 1111 1111⟧',
    ],
    ignore: [
      '4111111111111112',
      'id 44111111111111111111111111',
      '0.4111111111111111',
      'ab4111111111111111cd',
      'order 4222222222222',
      '4111_1111_1111_1112',
      '4111/1111/1111/1111',
      '4_111_111_111_111_111',
      '2026_4111_1111_1111_1111',
      '0000000000000000',
      '6011\n1137\n2403\n0882',
      '************1111',
      '[redacted:CREDIT_CARD]',
      '1748503543012',
      '9784944044733',
    ],
  },
}
