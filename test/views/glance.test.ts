import { describe, expect, test } from 'vitest'
import { createPortableKernel } from '../../src/scanner/kernels/portable/kernel.ts'
import { ESCAPE, Escapes } from '../../src/views/escapes.ts'
import { mayHide as glance } from '../../src/views/glance.ts'
import { AT_ESCAPE, Watch } from '../../src/views/watch.ts'
import { createKernel } from '../scanner/kernels.ts'
import { Random } from '../support/random.ts'

/** The look of an engine whose searches are fast and whose script is slow. */
const nativeLook = () => createPortableKernel({}, [{ fingerprint: 0, gates: [], groups: [], runs: [] }]).look!

const bytes = (text: string) => new TextEncoder().encode(text)

describe.each([
  ['without the kernel', undefined],
  ['with the kernel', createKernel('simd').look],
  ['with native searches', nativeLook()],
] as const)('%s', (_, look) => {
  const mayHide = (text: Uint8Array) => glance(text, look)

  test.each([
    [
      'records as an API writes them',
      '[{"id":"ord-7919","created":"2026-01-11T08:00:00Z","total":{"amount":37.5,"currency":"EUR"},"open":true}]',
    ],
    ['a digest and an id', '{"etag":"d41d8cd98f00b204e9800998ecf8427e","id":"0b7c9c1e-5d1f-4f0e-9a57-3f1d2c4b5a69"}'],
    ['an array of numbers', '{"a": [34, 52, 49, 49, 49, 52, 49, 49, 49, 52, 49, 49], "b": 1}'],
    ['a document of numbers', '[109,97,105,108,46,101,120,97,109,112,108,101]'],
    ['indented', '{\n  "a": "x",\n  "b": [\n    1,\n    2\n  ]\n}\n'],
  ])('hides nothing: %s', (_, text) => expect(mayHide(bytes(text))).toBe(false))

  test.each([
    ['a backslash', '{"a":"\\u0034"}'],
    ['a triplet', '{"a":"%34"}'],
    ['a reference', '{"a":"&#52;"}'],
    ['a letter beyond ASCII', '{"a":"４"}'],
    ['a control that is not seen', '{"a":"4\u00001"}'],
    ['a control beyond the letters', '{"a":"4\u007f1"}'],
    ['base64', `{"a":"${Buffer.from('4111111111111111').toString('base64')}"}`],
    [
      'base64 over lines',
      `{"a":"${Buffer.from('4111111111111111')
        .toString('base64')
        .replace(/(.{6})/g, '$1\n')}"}`,
    ],
    ['hexadecimal', `{"a":"${Buffer.from('4111111111111111').toString('hex')}"}`],
    [
      'separated hexadecimal',
      `{"a":"${Buffer.from('4111111111111111')
        .toString('hex')
        .replace(/(..)(?=.)/g, '$1 ')}"}`,
    ],
    ['numbers in a string', '{"a":"[34, 52, 49, 49, 49, 52, 49, 49, 49, 52, 49, 49]"}'],
    ['numbers behind words', '{"a":"card: [34, 52, 49, 49, 49, 52, 49, 49, 49, 52, 49, 49]"}'],
    ['a document in a string', '{"a":"<b>4</b>"}'],
  ])('may hide something: %s, wherever it stands', (_, text) => {
    for (let pad = 0; pad < 16; pad++) {
      const padded = bytes(`[${' '.repeat(pad)}${text}]`)
      // at every alignment of the memory too
      const memory = new Uint8Array(padded.length + 4)
      for (let shift = 0; shift < 4; shift++) {
        memory.set(padded, shift)
        expect(mayHide(memory.subarray(shift, shift + padded.length))).toBe(true)
      }
    }
  })

  test('a byte that only stands between fields is none', () => {
    expect(mayHide(bytes('a=1&lt;=2&b=3'))).toBe(true)
    expect(glance(bytes('a=1&lt;=2&b=3'), look, 0x26)).toBe(false)
    expect(glance(bytes('a=1&lt;=%32&b=3'), look, 0x26)).toBe(true)
  })

  test('never says no where a watch over a part of the text stops', () => {
    const random = new Random(12)
    const pieces = [
      'a',
      '4',
      'MTIz',
      '4a',
      '41',
      ' ',
      ':',
      '-',
      ',',
      '\n',
      '\r\n  ',
      '"',
      '{',
      'QUJDREVG',
      '3431',
      '41 42 43 44',
      '0x',
      ';',
      '=',
      '109',
      '97',
      '52,49,49',
      'zz',
      'harbor',
    ]
    const watch = new Watch()
    const escapes = new Escapes()
    let stopped = 0
    for (let round = 0; round < 300_000; round++) {
      let text = ''
      for (let n = random.int(1, 24); n > 0; n--) text += random.pick(pieces)
      const body = bytes(text)
      const from = random.int(0, body.length)
      const to = random.int(from, body.length)
      watch.reset()
      const at = watch.next(body, from, to)
      if (at === to || (watch.event === AT_ESCAPE && escapes.read(body, at, to, true) !== ESCAPE)) continue
      stopped++
      if (!mayHide(body)) expect.fail(`${JSON.stringify(text)} from ${from} to ${to}`)
    }
    expect(stopped).toBeGreaterThan(2500)
  })

  test('other scripts hide nothing', () => {
    expect(mayHide(bytes('{"a":"Grüße aus Łódź, 東京 und Москва","b":1}'))).toBe(look === undefined)
  })

  test('white space of any length is looked over once', () => {
    expect(mayHide(bytes(`{"a":1,${'\n\t '.repeat(200_000)}"b":2}`))).toBe(false)
  })
})

const LOOKS = [
  ['the kernel', createKernel('simd').look!],
  ['native searches', nativeLook()],
] as const

/** Three or four numbers of one length, from the last two digits of the first on; of those with more than one byte between them others are told too. */
const OTHER = '[^\\w+/-]'
const ROWS = [
  `(?:[0-9A-Fa-f]{2}${OTHER}){4}`,
  '(?:[0-9A-Fa-f]{2}-){4}',
  `(?:[0-9][0-9A-Fa-f]${OTHER}{2}){3}[0-9][0-9A-Fa-f]${OTHER}`,
]
const ROWS_BEHIND = [1, 2, 3].map((stride) => `[1xX](?:[0-9]\\w${OTHER}[^]{${stride - 1}}[1xX]){2}[0-9]\\w${OTHER}`)
const row = new RegExp(`^(?:${ROWS.join('|')})`)
const rowBehind = new RegExp(`^(?:${ROWS_BEHIND.join('|')})`)
const isRow = (text: string, at: number) =>
  row.test(text.slice(at, at + 20)) || (at > 0 && rowBehind.test(text.slice(at - 1, at + 20)))

test.each(LOOKS)('%s: stops at what it says and at nothing before', (_, look) => {
  const random = new Random(5)
  const letter = /[A-Za-z0-9+/_-]/
  const deserves = (text: string, at: number) => {
    const char = text[at]
    if (/[\n\r\t]/.test(char))
      return letter.test(
        text
          .slice(0, at)
          .replace(/[\n\r\t]+$/, '')
          .slice(-1),
      ) && /^[\n\r\t]* {0,12}[A-Za-z0-9+/_-]/.test(text.slice(at + 1))
        ? true
        : 'perhaps'
    // a run only when it may be encoded, and then at any of its letters
    if (/^[A-Za-z0-9+/_-]{12}/.test(text.slice(at, at + 12))) return 'perhaps'
    if (char < ' ' || char > '~' || /[\\%&<]/.test(char) || /^(?:[0-9A-Fa-f]{2}[ :,]){4}/.test(text.slice(at, at + 12)))
      return true
    return isRow(text, at) || isRow(`${text} `, at) ? 'perhaps' : false
  }
  const pieces = [
    'a',
    '7',
    'f0',
    'QUJD',
    'harbor lamp',
    ' ',
    ':',
    ',',
    '-',
    '\n',
    '\n  ',
    '"',
    '{',
    '41 42 43 ',
    '0x',
    '; ',
    '1',
    '\x80',
    '\x01',
    '\x7f',
    '%',
    '<',
  ]
  let stopped = 0
  for (let round = 0; round < 20_000; round++) {
    let text = ''
    const seldom = random.chance(0.5) ? 14 : pieces.length
    for (let n = random.int(0, 60); n > 0; n--) text += pieces[random.int(0, seldom)]
    const body = Uint8Array.from(text, (char) => char.charCodeAt(0))
    let at = 0
    for (;;) {
      const found = look(body, at)
      for (let i = at; i < found; i++) if (deserves(text, i) === true) expect.fail(`${JSON.stringify(text)}: passed over ${i}`)
      if (found === body.length) break
      stopped++
      if (deserves(text, found) === false) expect.fail(`${JSON.stringify(text)}: stopped at ${found}`)
      at = found + 1
    }
  }
  expect(stopped).toBeGreaterThan(10_000)
})

test.each(LOOKS)('%s: texts longer than a piece', (_, look) => {
  for (const length of [16_383, 16_384, 16_385, 40_000]) {
    const text = new Uint8Array(length).fill(0x22)
    expect(look(text, 0)).toBe(length)
    for (const at of [0, 1, 51, 52, 16_383, 16_384, 16_400, 32_768, length - 1]) {
      if (at >= length) continue
      text[at] = 0x25
      expect(look(text, 0)).toBe(at)
      expect(look(text, Math.min(at + 1, length))).toBe(length)
      text[at] = 0x22
    }
    for (const at of [0, 16_368, 16_373, 16_383, 32_760, length - 16]) {
      if (at + 16 > length) continue
      text.fill(0x41, at, at + 16)
      expect(look(text, 0)).toBe(at)
      text.fill(0x22)
    }
  }
})
