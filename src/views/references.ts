import { UNSEEN } from './fold.ts'

/**
 * Named character references (HTML Standard, section 13.5) that stand for an ASCII character, for one that reads as such, or for one that is not
 * seen: what a hidden value is spelled with. Only forms with a semicolon.
 */
const NAMES: Readonly<Record<string, string>> = {
  '\t': 'Tab',
  '\n': 'NewLine',
  ' ': 'nbsp NonBreakingSpace ensp emsp emsp13 emsp14 numsp puncsp thinsp ThinSpace hairsp VeryThinSpace MediumSpace',
  '!': 'excl',
  '"': 'quot QUOT',
  '#': 'num',
  $: 'dollar',
  '%': 'percnt',
  '&': 'amp AMP',
  "'": 'apos',
  '(': 'lpar',
  ')': 'rpar',
  '*': 'ast midast lowast',
  '+': 'plus',
  ',': 'comma',
  '-': 'hyphen dash ndash mdash horbar minus',
  '.': 'period middot CenterDot centerdot bull bullet sdot',
  '/': 'sol frasl',
  ':': 'colon ratio',
  ';': 'semi',
  '<': 'lt LT',
  '=': 'equals',
  '>': 'gt GT',
  '?': 'quest',
  '@': 'commat',
  '[': 'lsqb lbrack',
  '\\': 'bsol',
  ']': 'rsqb rbrack',
  '^': 'Hat',
  _: 'lowbar UnderBar',
  '`': 'grave DiacriticalGrave',
  '{': 'lcub lbrace',
  '|': 'verbar vert VerticalLine',
  '}': 'rcub rbrace',
  '1': 'sup1',
  '2': 'sup2',
  '3': 'sup3',
  a: 'ordf',
  o: 'ordm',
  [String.fromCharCode(UNSEEN)]:
    'shy zwj zwnj lrm rlm ZeroWidthSpace NegativeThinSpace NegativeMediumSpace NegativeThickSpace NegativeVeryThinSpace NoBreak ' +
    'ic InvisibleComma it InvisibleTimes af ApplyFunction',
}

/** ASCII code, or UNSEEN, by name. */
const STANDS = new Map<string, number>()
for (const [character, names] of Object.entries(NAMES))
  for (const name of names.split(' ')) STANDS.set(name, character.charCodeAt(0))

/** The longest name and its semicolon. */
export const MAX_REFERENCE_NAME = Math.max(...[...STANDS.keys()].map((name) => name.length)) + 1

/** What the reference whose name is `bytes[from…to)` stands for: an ASCII code, UNSEEN, or 0 when it is not listed. */
export function namedReference(bytes: Uint8Array, from: number, to: number): number {
  let name = ''
  for (let i = from; i < to; i++) name += String.fromCharCode(bytes[i])
  return STANDS.get(name) ?? 0
}
