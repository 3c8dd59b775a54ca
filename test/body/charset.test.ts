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
    ...['', 'utf-8', 'utf8'].map((label) => [label, undefined]),
    ...[
      'us-ascii',
      'ascii',
      'iso-8859-1',
      'iso8859-15',
      'iso_8859-1:1987',
      'iso-8859-8-i',
      'latin1',
      'windows-1252',
      'x-cp1252',
    ].map((label) => [label, 'windows-1252']),
    ...[
      ['cp1251', 'windows-1251'],
      ['windows-1253', 'windows-1253'],
      ['tis-620', 'windows-874'],
      ['iso-8859-5', 'iso-8859-5'],
      ['cyrillic', 'iso-8859-5'],
      ['greek', 'iso-8859-7'],
      ['koi8-r', 'koi8-r'],
      ['koi8-ru', 'koi8-u'],
      ['ibm866', 'ibm866'],
      ['macintosh', 'macintosh'],
      ['x-mac-ukrainian', 'x-mac-cyrillic'],
    ],
  ])('%s is read through %s', (label, codec) => {
    expect(choose(label!, Buffer.from(JSON_TEXT))).toEqual({ unsupported: false, codec })
  })

  test.each([
    ['shift_jis', 'shift_jis'],
    ['sjis', 'shift_jis'],
    ['windows-31j', 'shift_jis'],
    ['gbk', 'gb18030'],
    ['gb2312', 'gb18030'],
    ['gb18030', 'gb18030'],
    ['big5', 'big5'],
    ['big5-hkscs', 'big5'],
    ['euc-jp', 'euc-jp'],
    ['euc-kr', 'euc-kr'],
    ['ks_c_5601-1987', 'euc-kr'],
  ])('%s is read through %s, and as bytes', (label, codec) => {
    expect(choose(label, Buffer.from(JSON_TEXT))).toEqual({ unsupported: false, codec, doubtful: true })
  })

  test.each([
    'utf-7',
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

describe('wide labels', () => {
  test.each([
    ['utf-16', 'utf-16le'],
    ['utf-16le', 'utf-16le'],
    ['utf-16be', 'utf-16be'],
    ['ucs-2', 'utf-16le'],
    ['unicode', 'utf-16le'],
    ['unicodefffe', 'utf-16be'],
    ['utf-32', 'utf-32le'],
    ['utf-32be', 'utf-32be'],
  ])('%s has a codec; of ASCII bytes it is doubtful', (label, codec) => {
    expect(choose(label, Buffer.from(JSON_TEXT))).toEqual({ unsupported: false, codec, doubtful: true })
    expect(choose(label, Buffer.from([0x42, 0, 0x30, 0])).doubtful).toBe(false)
  })

  test('the bytes say in which order a label without one is meant', () => {
    expect(choose('utf-16', utf16be(JSON_TEXT)).codec).toBe('utf-16be')
    expect(choose('utf-32', utf32(JSON_TEXT, false)).codec).toBe('utf-32be')
  })
})

describe('by the first bytes', () => {
  test.each([
    ['UTF-16 LE with a mark', 'utf-16le', Buffer.from(`\ufeff${JSON_TEXT}`, 'utf16le')],
    ['UTF-16 BE with a mark', 'utf-16be', utf16be(`\ufeff${JSON_TEXT}`)],
    ['UTF-16 LE bare', 'utf-16le', Buffer.from(JSON_TEXT, 'utf16le')],
    ['UTF-16 BE bare', 'utf-16be', utf16be(JSON_TEXT)],
    ['UTF-16 LE with a letter beyond Latin-1', 'utf-16le', Buffer.from(`{"a":"Ω${JSON_TEXT}`, 'utf16le')],
    ['UTF-32 LE with a mark', 'utf-32le', utf32(`\ufeff${JSON_TEXT}`, true)],
    ['UTF-32 BE with a mark', 'utf-32be', utf32(`\ufeff${JSON_TEXT}`, false)],
    ['UTF-32 LE bare', 'utf-32le', utf32(JSON_TEXT, true)],
    ['UTF-32 BE bare', 'utf-32be', utf32(JSON_TEXT, false)],
    ['UTF-16 LE, two characters', 'utf-16le', Buffer.from('{}', 'utf16le')],
  ])('%s is read as %s whatever is declared', (_, codec, body) => {
    for (const label of ['', 'utf-8', 'iso-8859-1'])
      for (const kind of ['json', 'text', 'generic', 'none'])
        expect([kind, choose(label, body, kind)]).toEqual([kind, { unsupported: false, codec }])
  })

  test('a UTF-8 mark is believed before the label', () => {
    expect(choose('utf-16', Buffer.from(`\ufeff${JSON_TEXT}`))).toEqual({ unsupported: false })
  })

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['a few NULs in a text', Buffer.from('a\0b\0 but then a text goes on without any of them for a while')],
    ['NULs only', Buffer.alloc(64)],
    ['a name and NULs, as an archive of files begins', Buffer.concat([Buffer.from('notes.txt'), Buffer.alloc(55)])],
    ['ordinary text', Buffer.from('naïve café, 界')],
  ])('%s is read as bytes', (_, body) => {
    expect(choose('', body)).toEqual({ unsupported: false })
  })

  test('16-bit samples without a type are no text, so no wide text', () => {
    const samples = Buffer.alloc(64)
    for (let i = 0; i < 64; i += 2) samples[i] = 0x80 + i
    expect(choose('', samples, 'none').codec).toBeUndefined()
    expect(choose('', samples, 'text').codec).toBe('utf-16le')
  })

  test('binary messages are bytes, whatever they look like', () => {
    expect(choose('utf-16', Buffer.from(JSON_TEXT, 'utf16le'), 'binary-message')).toEqual({ unsupported: false })
  })

  test('only the first 64 bytes count, so that what has arrived besides makes no difference', () => {
    const start = Buffer.from('x'.repeat(64))
    expect(choose('', Buffer.concat([start, Buffer.from(JSON_TEXT, 'utf16le')])).codec).toBe(choose('', start).codec)
  })
})
