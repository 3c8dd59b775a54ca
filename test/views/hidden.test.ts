import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { Reading } from '../../src/pipeline/inspector.ts'
import { inspectBody } from '../pipeline/inspect-body.ts'
import { Random } from '../support/random.ts'
import { DISGUISES, type Disguise } from './disguises.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const CARD = '4111111111111111'
const MARK = '[redacted:CREDIT_CARD]'

/** Documents that hold one value, and how their receiver gets at it. */
const DOCUMENTS: readonly { name: string; reading: Reading; write(value: string): string; read(body: string): string }[] = [
  {
    name: 'a JSON string',
    reading: 'json',
    write: (value) => JSON.stringify({ id: 7, list: [{ ref: value }], n: 'é' }),
    read: (body) => JSON.parse(body).list[0].ref,
  },
  {
    name: 'a form value',
    reading: 'form',
    write: (value) => `a=1&ref=${encodeURIComponent(value)}&z=2`,
    read: (body) => new URLSearchParams(body).get('ref')!,
  },
  { name: 'text', reading: 'text', write: (value) => `ref <${value}> .`, read: (body) => body.slice(5, -3) },
]

function scrub(body: Uint8Array, reading: Reading): Uint8Array {
  const whole = inspectBody(body, reading)
  const check = (windows: Uint8Array[]) => {
    const cut = inspectBody(body, reading, windows)
    expect({ output: text(cut.output), findings: cut.findings }).toEqual({ output: text(whole.output), findings: whole.findings })
    for (const prefix of cut.prefixes)
      if (!Buffer.from(whole.output).subarray(0, prefix.length).equals(prefix))
        throw new Error('a byte left that the whole run edits')
  }
  check([...body].map((byte) => Uint8Array.of(byte)))
  const random = new Random(body.length)
  for (let i = 0; i < 8; i++) check(random.cut(body, random.int(1, 40)))
  const twice = inspectBody(whole.output, reading)
  expect(text(twice.output)).toBe(text(whole.output))
  return whole.output
}

describe('a value in disguise is found, and the rest of the text stays', () => {
  for (const document of DOCUMENTS) {
    test.each(DISGUISES.map((disguise): [string, Disguise] => [disguise.name, disguise]))(
      `${document.name}: %s`,
      (_name, disguise) => {
        const random = new Random(3)
        for (const [before, behind] of [
          ['', ''],
          ['pay with ', ' or cash'],
          ['x: ', '.'],
        ]) {
          const value = disguise.hide(`${before}${CARD}${behind}`, random)
          const body = document.write(value)
          expect(disguise.reveal(document.read(body))).toBe(`${before}${CARD}${behind}`)
          const seen = disguise.reveal(document.read(text(scrub(bytes(body), document.reading))))
          // blanks fill up units of an encoding
          expect(seen.replace(/\] */, ']')).toBe(`${before}${MARK}${behind}`.replace(/\] */, ']'))
        }
      },
    )
  }
})

test.each([
  ['hexadecimal', `0x${BigInt(CARD).toString(16)}`],
  ['hexadecimal in capitals, negative', `-0X${BigInt(CARD).toString(16).toUpperCase()}`],
  ['a big integer', `${CARD}n`],
  ['an exponent', `${CARD.slice(0, 1)}.${CARD.slice(1)}e15`],
])('a number of relaxed JSON is read as its receiver reads it: %s', (_, number) => {
  expect(text(scrub(bytes(`{"a":[${number},0x10,12n],"b":1}`), 'json'))).toBe(`{"a":["${MARK}",0x10,12n],"b":1}`)
})

const hexDigits = Buffer.from(`card ${CARD}`).toString('hex')
const css = (write: (code: string) => string) => [...CARD].map((digit) => write(digit.charCodeAt(0).toString(16))).join('')

test.each([
  ['hexadecimal with its prefix', `x=0x${Buffer.from(CARD).toString('hex')};`, `x=0x${Buffer.from(MARK).toString('hex')};`],
  ['bytes as PostgreSQL writes them', `('\\x${hexDigits}')`, `('\\x${Buffer.from(`card ${MARK}`).toString('hex')}')`],
  ['\\x that escapes one character', `\\x34${CARD.slice(1)}.`, `${MARK}.`],
  ['\\x{34}', `a ${CARD.replace(/1/g, '\\x{31}')}.`, `a ${MARK}.`],
  ['CSS without blanks', `see ${css((code) => `\\${code}`)} now`, `see ${MARK} now`],
  ['six digits of CSS', `see ${css((code) => `\\0000${code}`)} now`, `see ${MARK} now`],
  ['dashes in CSS', `see ${CARD.replace(/.{4}(?=.)/g, '$&\\2d ')} now`, `see ${MARK} now`],
  ['the sign of an address in CSS', 'see maria.k\\40 example.org now', 'see [redacted:EMAIL] now'],
  ['a line that goes on behind an indent', `a = "4111\\\n    1111\\\r\n\t11111111"`, `a = "${MARK}"`],
  ['a line that goes on behind a line separator', `'41111111\\\u202811111111'`, `'${MARK}'`],
  ['controls beyond ASCII', `4111\u0080111111111111`, MARK],
])('one notation for another: %s', (_, hidden, shown) => {
  expect(text(scrub(bytes(hidden), 'text'))).toBe(shown)
})

const inHex = (text: string) => [...bytes(text)].map((byte) => byte.toString(16).padStart(2, '0'))
/** Rows of numbers that are bytes, and how a program reads them. */
const ROWS: readonly { name: string; hide(text: string): string; reveal(row: string): string }[] = [
  ...([';', '|', ', ', '  ', '=', ',0x', ', 0x', ' 0x', ' $', '-'] as const).map((gap) => ({
    name: `hexadecimal, ${gap}`,
    hide: (text: string) => inHex(text).join(gap),
    reveal: (row: string) => Buffer.from(row.replaceAll(gap, ''), 'hex').toString(),
  })),
  ...([' ', ',', ', ', ';'] as const).map((gap) => ({
    name: `decimal, ${gap}`,
    hide: (text: string) => bytes(text).join(gap),
    reveal: (row: string) => Buffer.from(row.split(gap).map(Number)).toString(),
  })),
]

describe('a row of numbers that are the bytes of a text', () => {
  for (const document of DOCUMENTS) {
    test.each(ROWS.map((row) => [row.name, row] as const))(`${document.name}: %s`, (_name, row) => {
      for (const [value, mark] of [
        [CARD, MARK],
        ['pay with DE89370400440532013000 today', 'pay with [redacted:IBAN] today'],
        ['to ada.lovelace@example.com', 'to [redacted:EMAIL]'],
      ]) {
        const before = row.name.endsWith('0x') ? 'x = [0x' : 'x = ['
        const body = document.write(`${before}${row.hide(value)}]`)
        const seen = document.read(text(scrub(bytes(body), document.reading)))
        expect(row.reveal(seen.slice(before.length, -1))).toBe(mark)
      }
    })
  }

  test.each([
    [
      'a C array',
      'char v[] = { 0x34, 0x31, 0x31, 0x31, 0x31, 0x31, 0x31, 0x31, 0x31, 0x31, 0x31, 0x31, 0x31, 0x31, 0x31, 0x31 };',
    ],
    ['String.fromCharCode', `String.fromCharCode(${bytes(CARD).join(', ')})`],
    ['quoted-printable', `see =${inHex(CARD).join('=')}.`],
    ['numbers that read as text both ways', `${bytes(`AAAA ${CARD}`).join(' ')}`],
    ['between numbers that are no text', `0 1 2 3 ${bytes(CARD).join(' ')} 1 2`],
  ])('%s', (_, body) => expect(text(scrub(bytes(body), 'text'))).not.toMatch(/(?:0x31, ){3}|(?:=31){3}|(?:49,? ){3}/))

  test.each([
    ['figures', `[${Array.from({ length: 80 }, (_, i) => 20 + ((i * 37) % 80)).join(', ')}]`],
    [
      'years and numbers of three digits',
      `${Array.from({ length: 80 }, (_, i) => 100 + ((i * 37) % 80)).join(', ')} ${Array.from({ length: 40 }, (_, i) => 1980 + i).join(',')}`,
    ],
    [
      'a binary dump',
      `{ ${Array.from({ length: 80 }, (_, i) => `0x${((i * 7919) % 256).toString(16).padStart(2, '0')}`).join(', ')} }`,
    ],
    ['dates and times', '24.12.2026 10:11:12, 30.11.2026 20:14:58; 10:11:12'],
  ])('stays: %s', (_, body) => {
    for (const reading of ['text', 'json'] as const) expect(text(scrub(bytes(body), reading))).toBe(body)
  })
})

test.each([
  ['octal escapes of terminals', 'a\\33[1mb\\33[0m \\1 \\2'],
  ['a blank and more in C', 'say\\40 hello world'],
  ['bytes that are no text', `\\x${'89504e470d0a1a0a0000000d49484452'}`],
])('what is none stays: %s', (_, body) => {
  expect(text(scrub(bytes(body), 'text'))).toBe(body)
})

test.each([4_080, 4_100, 5_000])('an escape in an escape, and another %d bytes behind it', (distance) => {
  const filler = 'harbor '.repeat(distance / 7)
  expect(text(scrub(bytes(`%2541 ${filler}"\\u0034${CARD.slice(1)}"`), 'text'))).toBe(`%2541 ${filler}"${MARK}"`)
})

test('disguises upon disguises', () => {
  const random = new Random(11)
  for (let round = 0; round < 60; round++) {
    const document = random.pick(DOCUMENTS)
    const layers = Array.from({ length: random.int(2, 3) }, () => random.pick(DISGUISES))
    const value = layers.reduce((hidden, disguise) => disguise.hide(hidden, random), `pay with ${CARD} or cash`)
    const body = document.write(value)
    const seen = layers.reduceRight(
      (hidden, disguise) => disguise.reveal(hidden),
      document.read(text(scrub(bytes(body), document.reading))),
    )
    expect({ layers: layers.map((layer) => layer.name), seen: seen.replace(/\] +/, '] ') }).toEqual({
      layers: layers.map((layer) => layer.name),
      seen: `pay with ${MARK} or cash`,
    })
  }
})

test('a scrubbed document inside an encoding is still a document', () => {
  const inner = JSON.stringify({ card: 4111111111111111, note: 'kept "as is" \u00e9', mail: 'ada@example.com' })
  const body = JSON.stringify({
    payload: Buffer.from(inner).toString('base64'),
    query: encodeURIComponent(inner),
  })
  const seen = JSON.parse(text(scrub(bytes(body), 'json')))
  const unit = Buffer.from(seen.payload, 'base64')
    .toString()
    .replace(/\] {1,4}/g, ']')
  const clean = { card: MARK, note: 'kept "as is" \u00e9', mail: '[redacted:EMAIL]' }
  expect(JSON.parse(unit)).toEqual(clean)
  expect(JSON.parse(decodeURIComponent(seen.query))).toEqual(clean)
})

describe('a number is read as its receiver prints it', () => {
  test.each([
    '4.111111111111111e15',
    '4111111111111111e0',
    '41111111111111110E-1',
    '0.4111111111111111e+16',
    '4111111111111111.000',
    '411111111111.1111e4',
  ])('%s', (token) => {
    expect(Number(token)).toBe(Number(CARD))
    expect(JSON.parse(text(scrub(bytes(`{"card_number": ${token}, "n": 1.50e3}`), 'json')))).toEqual({
      card_number: MARK,
      n: 1500,
    })
  })
  test('6.42768093e8 under the name ssn', () =>
    expect(text(scrub(bytes('{"ssn":6.42768093e8}'), 'json'))).toBe('{"ssn":"[redacted:US_SSN]"}'))
})

test('values that share a unit of an encoding are all edited', () => {
  for (const between of [' ', ', ', '\n', ' - ']) {
    for (const before of ['', 'a ', 'ab ']) {
      const inner = `${before}${CARD}${between}ada@example.com${between}5555555555554444`
      const seen = Buffer.from(
        JSON.parse(text(scrub(bytes(JSON.stringify({ blob: Buffer.from(inner).toString('base64') })), 'json'))).blob,
        'base64',
      ).toString()
      for (const secret of [CARD, 'ada@example.com', '5555555555554444']) expect(seen).not.toContain(secret.slice(0, 9))
      expect(seen).toMatch(/\[redacted:[A-Z_]+\]/)
      expect(seen.startsWith(before)).toBe(true)
    }
  }
})

test('what is compressed and then encoded is read, and written anew when it is edited', () => {
  for (const encoding of ['base64', 'base64url'] as const) {
    for (const inner of [`pay with ${CARD} or cash`, JSON.stringify({ card: 4111111111111111, note: 'kept' })]) {
      const body = JSON.stringify({ a: `log ${gzipSync(inner).toString(encoding)} end`, b: 'ada@example.com' })
      const seen = JSON.parse(text(scrub(bytes(body), 'json')))
      expect(seen.b).toBe('[redacted:EMAIL]')
      const [before, packed, behind] = seen.a.split(' ')
      expect([before, behind]).toEqual(['log', 'end'])
      expect(gunzipSync(Buffer.from(packed, encoding)).toString()).toBe(
        inner.startsWith('{') ? JSON.stringify({ card: MARK, note: 'kept' }) : `pay with ${MARK} or cash`,
      )
    }
  }
  const clean = JSON.stringify({ a: gzipSync('nothing to find in here').toString('base64'), b: 'H4sIAAAAAAAAA no gzip' })
  expect(text(scrub(bytes(clean), 'json'))).toBe(clean)
})

test('compressed documents one in another are read as deep as views', () => {
  const pack = (levels: number) => {
    let value = `pay with ${CARD} or cash`
    for (let i = 0; i < levels; i++) value = gzipSync(value).toString('base64')
    return JSON.stringify({ value })
  }
  expect(text(scrub(bytes(pack(3)), 'json'))).not.toBe(pack(3))
  expect(JSON.parse(inspectBody(bytes(pack(6)), 'json').remarks).ambiguous).toBeGreaterThan(0)
})

describe('harmless bodies leave as they came', () => {
  const random = new Random(5)
  const noise = (length: number) => Buffer.from(Array.from({ length }, () => random.int(0, 255)))
  test.each([
    [
      'digests and ids',
      JSON.stringify(
        Array.from({ length: 40 }, () => [
          noise(32).toString('hex'),
          noise(48).toString('base64'),
          noise(16).toString('base64url'),
        ]),
      ),
    ],
    ['a picture', JSON.stringify({ image: `data:image/png;base64,${noise(6000).toString('base64')}` })],
    [
      'text of other scripts',
      JSON.stringify({ ru: 'Слово — не воробей, 2024 год', zh: '二〇二四年，没有秘密。', de: 'Größe „42“ – naïve café' }),
    ],
    [
      'escapes of all kinds',
      JSON.stringify({
        url: 'https://x.example/?q=a%20b%2Fc&d=%zz',
        html: '<p>R&amp;D &copy; 100%</p>',
        path: 'C:\\temp\\new',
        re: '\\d+\\.\\d{2}',
      }),
    ],
  ])('%s', (_name, body) => expect(text(scrub(bytes(body), 'json'))).toBe(body))
})

test('in a long text, views open and end where the text says, and nothing between is touched', () => {
  const filler = 'The quick brown fox jumps over the lazy dog. '.repeat(130)
  const hidden = [...CARD].map((digit) => `\\x3${digit}`).join('')
  const wide = [...CARD].map((digit) => String.fromCodePoint(0xff10 + Number(digit))).join('')
  const body = `${filler}one ${hidden} ${filler}two ${CARD} \\n three ${wide} ${filler}four %34111111111111111 end`
  const windows = (size: number) =>
    Array.from({ length: Math.ceil(bytes(body).length / size) }, (_, i) => bytes(body).subarray(i * size, (i + 1) * size))
  const whole = inspectBody(bytes(body), 'text')
  expect(text(whole.output)).toBe(
    `${filler}one ${MARK} ${filler}two ${MARK} \\n three ${MARK} ${filler}four %5Bredacted%3ACREDIT_CARD%5D end`,
  )
  for (const size of [1, 7, 1000, 4096, 5000])
    expect(text(inspectBody(bytes(body), 'text', windows(size)).output)).toBe(text(whole.output))
})
