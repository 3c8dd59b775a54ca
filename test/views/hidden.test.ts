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
          expect(seen.replace(/\] {0,2}/, ']')).toBe(`${before}${MARK}${behind}`.replace(/\] {0,2}/, ']'))
        }
      },
    )
  }
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
    expect({ layers: layers.map((layer) => layer.name), seen: seen.replace(/\] {1,9}/, '] ') }).toEqual({
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
    .replace(/\] {1,2}/g, ']')
  const clean = { card: MARK, note: 'kept "as is" \u00e9', mail: '[redacted:EMAIL]' }
  expect(JSON.parse(unit)).toEqual(clean)
  expect(JSON.parse(decodeURIComponent(seen.query))).toEqual(clean)
})
