import type { Random } from '../support/random.ts'

/** A way to write text so that a receiver still reads it; `reveal` is what the receiver does, with the means of the platform and none of ours. */
export interface Disguise {
  readonly name: string
  hide(text: string, random: Random): string
  reveal(text: string): string
}

const each = (text: string, write: (character: string) => string) => [...text].map(write).join('')
const code = (character: string) => character.codePointAt(0)!
const hex = (character: string, length: number) => code(character).toString(16).padStart(length, '0')
const UNSEEN = ['\u200b', '\u200d', '\u00ad', '\ufeff', '\u2060', '\u202a', '\ufe0f']
const unseen = new RegExp(`[${UNSEEN.join('')}]`, 'gu')
const lines = (text: string, width: number, end: string) => text.replace(new RegExp(`.{${width}}(?=.)`, 'g'), `$&${end}`)

export const IN_PLACE: readonly Disguise[] = [
  {
    name: 'percent triplets',
    hide: (text) => each(text, (c) => (c > '~' ? encodeURIComponent(c) : `%${hex(c, 2)}`)),
    reveal: decodeURIComponent,
  },
  {
    name: 'percent triplets of some characters',
    hide: (text, random) =>
      each(text, (c) => (c > '~' ? encodeURIComponent(c) : random.chance(0.3) || c === '%' ? `%${hex(c, 2).toUpperCase()}` : c)),
    reveal: decodeURIComponent,
  },
  {
    name: '%u',
    hide: (text) => each(text, (c) => `%u${hex(c, 4)}`),
    reveal: (text) =>
      text.replace(/%u([0-9a-f]{4})|(?:%[0-9a-f]{2})+/gi, (all, unit) =>
        unit === undefined ? decodeURIComponent(all) : String.fromCharCode(Number.parseInt(unit, 16)),
      ),
  },
  {
    name: '\\u escapes',
    hide: (text, random) => each(text, (c) => (random.chance(0.6) || /["\\\u0000-\u001f]/.test(c) ? `\\u${hex(c, 4)}` : c)),
    reveal: (text) => JSON.parse(`"${text}"`),
  },
  {
    name: '\\x escapes',
    hide: (text) => each(text, (c) => (c > '\u00ff' ? c : `\\x${hex(c, 2)}`)),
    reveal: (text) => text.replace(/\\x([0-9a-f]{2})/gi, (_, byte) => String.fromCharCode(Number.parseInt(byte, 16))),
  },
  {
    name: 'octal escapes',
    hide: (text) => each(text, (c) => (c > '\u00ff' ? c : `\\${code(c).toString(8).padStart(3, '0')}`)),
    reveal: (text) => text.replace(/\\([0-7]{3})/g, (_, byte) => String.fromCharCode(Number.parseInt(byte, 8))),
  },
  {
    name: 'references by number',
    hide: (text, random) => each(text, (c) => (random.chance(0.5) ? `&#${code(c)};` : `&#x${hex(c, 1)};`)),
    reveal: (text) =>
      text.replace(/&#(?:x([0-9a-f]+)|([0-9]+));/gi, (_, x, d) => String.fromCodePoint(x ? Number.parseInt(x, 16) : Number(d))),
  },
  {
    name: 'full-width characters',
    hide: (text) => each(text, (c) => (c > ' ' && c <= '~' ? String.fromCodePoint(code(c) + 0xfee0) : c)),
    reveal: (text) => text.normalize('NFKC'),
  },
  {
    name: 'characters without width',
    hide: (text, random) => each(text, (c) => c + random.pick(UNSEEN)),
    reveal: (text) => text.replace(unseen, ''),
  },
]

export const AS_A_WHOLE: readonly Disguise[] = [
  {
    name: 'base64',
    hide: (text) => Buffer.from(text).toString('base64'),
    reveal: (text) => Buffer.from(text, 'base64').toString(),
  },
  {
    name: 'base64url without padding',
    hide: (text) => Buffer.from(text).toString('base64url'),
    reveal: (text) => Buffer.from(text, 'base64url').toString(),
  },
  {
    name: 'base64 in lines',
    hide: (text, random) => lines(Buffer.from(text).toString('base64'), random.int(17, 76), random.pick(['\n', '\r\n'])),
    reveal: (text) => Buffer.from(text, 'base64').toString(),
  },
  {
    name: 'hexadecimal',
    hide: (text) => Buffer.from(text).toString('hex'),
    reveal: (text) => Buffer.from(text, 'hex').toString(),
  },
  {
    name: 'capital hexadecimal',
    hide: (text) => Buffer.from(text).toString('hex').toUpperCase(),
    reveal: (text) => Buffer.from(text, 'hex').toString(),
  },
  {
    name: 'separated hexadecimal',
    hide: (text) =>
      Buffer.from(text)
        .toString('hex')
        .replace(/..(?=.)/g, '$& '),
    reveal: (text) => Buffer.from(text.replaceAll(' ', ''), 'hex').toString(),
  },
]

export const DISGUISES: readonly Disguise[] = [...IN_PLACE, ...AS_A_WHOLE]
