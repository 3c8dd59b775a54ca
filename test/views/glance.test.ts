import { expect, test } from 'vitest'
import { ESCAPE, Escapes } from '../../src/views/escapes.ts'
import { mayHide } from '../../src/views/glance.ts'
import { AT_ESCAPE, Watch } from '../../src/views/watch.ts'
import { Random } from '../support/random.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

test.each([
  [
    'records as an API writes them',
    '[{"id":"ord-7919","created":"2026-01-11T08:00:00Z","total":{"amount":37.5,"currency":"EUR"},"open":true}]',
  ],
  ['a digest and an id', '{"etag":"d41d8cd98f00b204e9800998ecf8427e","id":"0b7c9c1e-5d1f-4f0e-9a57-3f1d2c4b5a69"}'],
  ['indented', '{\n  "a": "x",\n  "b": [\n    1,\n    2\n  ]\n}\n'],
])('hides nothing: %s', (_, text) => expect(mayHide(bytes(text))).toBe(false))

test.each([
  ['a backslash', '{"a":"\\u0034"}'],
  ['a triplet', '{"a":"%34"}'],
  ['a reference', '{"a":"&#52;"}'],
  ['a letter beyond ASCII', '{"a":"４"}'],
  ['a control that is not seen', '{"a":"4\u00001"}'],
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
  expect(stopped).toBeGreaterThan(4000)
})
