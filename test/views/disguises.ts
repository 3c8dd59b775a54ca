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

/** CSS Syntax Level 3, section 4.3.7. */
const cssText = (text: string) =>
  text.replace(/\\([0-9a-f]{1,6})\s?/gi, (_, scalar) => String.fromCodePoint(Number.parseInt(scalar, 16)))

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
    name: 'six-digit escapes of CSS',
    hide: (text) => each(text, (c) => `\\${hex(c, 6)}`),
    reveal: cssText,
  },
  {
    name: 'escapes of CSS with a blank behind',
    hide: (text) => each(text, (c) => `\\${hex(c, 2)} `),
    reveal: cssText,
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
  {
    name: 'tag characters',
    hide: (text) => each(text, (c) => (c >= ' ' && c <= '~' ? String.fromCodePoint(0xe0000 + code(c)) : c)),
    reveal: (text) => text.replace(/[\u{e0020}-\u{e007e}]/gu, (c) => String.fromCodePoint(code(c) - 0xe0000)),
  },
]

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** RFC 4648, section 6, by way of a string of bits. */
function toBase32(text: string): string {
  const bits = [...Buffer.from(text)].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const letters = bits.replace(/.{1,5}/g, (five) => BASE32[Number.parseInt(five.padEnd(5, '0'), 2)])
  return letters.padEnd(Math.ceil(letters.length / 8) * 8, '=')
}

function fromBase32(text: string): string {
  const bits = [...text.replace(/=+$/, '')].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2))).toString()
}

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
    hide: (text, random) =>
      lines(
        Buffer.from(text).toString('base64'),
        random.int(17, 76),
        random.pick(['\n', '\r\n', '\n      ', '\r\n            ']),
      ),
    reveal: (text) => Buffer.from(text, 'base64').toString(),
  },
  { name: 'base32', hide: toBase32, reveal: fromBase32 },
  {
    name: 'base32 in lines without padding',
    hide: (text, random) => lines(toBase32(text).replace(/=+$/, ''), random.int(17, 76), '\n'),
    reveal: (text) => fromBase32(text.replaceAll('\n', '')),
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
