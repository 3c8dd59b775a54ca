import { describe, expect, test } from 'vitest'
import { chooseCharset } from '../../src/body/charset.ts'

const JSON_TEXT = '{"card":"none","amount":12,"note":"a note of some length"}'
const choose = (charset: string, head: Uint8Array, kind = 'json') => chooseCharset({ charset, kind }, head)
const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16()
const utf32 = (text: string, le: boolean) => {
  const bytes = Buffer.alloc(text.length * 4)
  for (const [i, char] of [...text].entries())
    le ? bytes.writeUInt32LE(char.charCodeAt(0), i * 4) : bytes.writeUInt32BE(char.charCodeAt(0), i * 4)
  return bytes
}

describe('by label', () => {
  test.each([
    '',
    'utf-8',
    'utf8',
    'us-ascii',
    'ascii',
    'iso-8859-1',
    'iso8859-15',
    'iso_8859-1:1987',
    'iso-8859-8-i',
    'latin1',
    'windows-1252',
    'cp1251',
    'x-cp1252',
    'koi8-r',
    'koi8-u',
    'ibm866',
    'macintosh',
    'shift_jis',
    'sjis',
    'gbk',
    'gb2312',
    'gb18030',
    'big5',
    'big5-hkscs',
    'euc-jp',
    'euc-kr',
  ])('%s is read as bytes', (label) => {
    expect(choose(label, Buffer.from(JSON_TEXT))).toEqual({ unsupported: false, bom: 0 })
  })

  test.each([
    'utf-16',
    'utf-16le',
    'utf-16be',
    'ucs-2',
    'iso-10646-ucs-2',
    'utf-32',
    'utf-7',
    'unicode',
    'ibm037',
    'cp037',
    'ebcdic-cp-us',
    'iso-2022-jp',
    'iso-2022-kr',
    'csiso2022jp',
    'hz-gb-2312',
    'hz',
    'x-none',
    'utf8mb4',
    'none',
    'replacement',
    `latin${'1'.repeat(300)}`,
  ])('%s is not', (label) => {
    expect(choose(label, Buffer.from(JSON_TEXT)).unsupported).toBe(true)
  })
})

describe('by the first bytes', () => {
  test.each([
    ['UTF-16 LE with a mark', Buffer.from(`\ufeff${JSON_TEXT}`, 'utf16le')],
    ['UTF-16 BE with a mark', utf16be(`\ufeff${JSON_TEXT}`)],
    ['UTF-16 LE bare', Buffer.from(JSON_TEXT, 'utf16le')],
    ['UTF-16 BE bare', utf16be(JSON_TEXT)],
    ['UTF-16 LE with a letter beyond Latin-1', Buffer.from(`{"a":"Ω${JSON_TEXT}`, 'utf16le')],
    ['UTF-32 LE with a mark', utf32(`\ufeff${JSON_TEXT}`, true)],
    ['UTF-32 BE with a mark', utf32(`\ufeff${JSON_TEXT}`, false)],
    ['UTF-32 LE bare', utf32(JSON_TEXT, true)],
    ['UTF-32 BE bare', utf32(JSON_TEXT, false)],
    ['UTF-16 LE, two characters', Buffer.from('{}', 'utf16le')],
  ])('%s is unsupported whatever is declared', (_, body) => {
    for (const label of ['', 'utf-8', 'iso-8859-1'])
      for (const kind of ['json', 'text', 'generic', 'none'])
        expect([kind, choose(label, body, kind).unsupported]).toEqual([kind, true])
  })

  test('a UTF-8 mark is told, and is no obstacle', () => {
    expect(choose('utf-8', Buffer.from(`\ufeff${JSON_TEXT}`))).toEqual({ unsupported: false, bom: 3 })
  })

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['a few NULs in a text', Buffer.from('a\0b\0 but then a text goes on without any of them for a while')],
    ['NULs only', Buffer.alloc(64)],
    ['ordinary text', Buffer.from('naïve café, 界')],
  ])('%s is read as bytes', (_, body) => {
    expect(choose('', body).unsupported).toBe(false)
  })

  test('16-bit samples without a type are no text, so no wide text', () => {
    const samples = Buffer.alloc(64)
    for (let i = 0; i < 64; i += 2) samples[i] = 0x80 + i
    expect(choose('', samples, 'none').unsupported).toBe(false)
    expect(choose('', samples, 'text').unsupported).toBe(true)
  })

  test('binary messages are bytes, whatever they look like', () => {
    expect(choose('utf-16', Buffer.from(JSON_TEXT, 'utf16le'), 'binary-message').unsupported).toBe(false)
  })

  test('only the first 64 bytes count, so that what has arrived besides makes no difference', () => {
    const start = Buffer.from('x'.repeat(64))
    expect(choose('', Buffer.concat([start, Buffer.from(JSON_TEXT, 'utf16le')])).unsupported).toBe(choose('', start).unsupported)
  })
})
