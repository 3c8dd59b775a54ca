import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { placedRules } from '../../rules/index.ts'
import { DEFAULT_LIMITS } from '../../src/core/limits.ts'
import type { Engine } from '../../src/pipeline/engine.ts'
import { Inspector, type InspectorOptions, type Reading } from '../../src/pipeline/inspector.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import type { ScanSession } from '../../src/scanner/kernel.ts'
import { Random } from '../support/random.ts'
import { sharedPath } from '../support/shared.ts'
import { engine, feed } from './inspect-body.ts'

// The screen saves work and decides nothing: with it the same is found as with one that sees something everywhere.

const blind: Engine = Object.create(engine, {
  openScreen: {
    value: (): ScanSession => ({
      feed: () => ({
        candidates: [
          { rule: 0, start: 0, end: 1e9 },
          { rule: engine.stemsFrom, start: 0, end: 1 },
        ],
        settled: 0,
      }),
      reset() {},
      steps: 0,
    }),
  },
  closeScreen: { value: () => {} },
})

const of = { side: 'request', method: 'POST', host: '', path: '/', contentType: '' } as const
const plan = compilePolicy({ mode: 'enforce', request: { '*': 'redact' } }, placedRules, 'test').plan(of)

function inspect(
  reading: Reading,
  text: string,
  engine: Engine,
  window = 0,
  also?: InspectorOptions['also'],
): { text: string; findings: string } {
  const body = Buffer.from(text)
  const reader = reading === 'multipart' ? { boundaries: ['edge'] } : undefined
  const inspector = new Inspector({ engine, plan, limits: DEFAULT_LIMITS, reading, reader, also, onBlock: 'redact' })
  const pieces: Uint8Array[] = []
  const take = () => pieces.push(...(inspector.take() as Uint8Array[]).map((piece) => piece.slice()))
  const count = window === 0 ? 0 : Math.ceil(body.length / window)
  feed(
    inspector,
    window === 0 ? body : Array.from({ length: count }, (_, i) => body.subarray(i * window, (i + 1) * window)),
    take,
  )
  return { text: Buffer.concat(pieces).toString(), findings: JSON.stringify(inspector.records) }
}

const ALSO: Readonly<Record<string, InspectorOptions['also']>> = {
  html: [{ reading: 'form' }],
  xml: [{ reading: 'json' }],
  form: [{ reading: 'json' }],
}

function compare(reading: Reading, text: string): void {
  for (const also of [undefined, ALSO[reading]]) {
    for (const window of [0, 97])
      expect(inspect(reading, text, engine, window, also), text.slice(0, 2000)).toEqual(
        inspect(reading, text, blind, window, also),
      )
  }
}

const AWS = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzKEY1'
const VALUES = [
  '4111111111111111',
  '4111 1111 1111 1111',
  '536-22-8726',
  'ann.lee@mail.example',
  AWS,
  `aws secret ${AWS}`,
  'correct-Horse-9',
  '&#52;111111111111111',
  '%34111111111111111',
  'NDExMTExMTExMTExMTExMQ==',
  'H4sIAAAAAAAAAzMxBAAZ',
  '',
  ' ',
  'x',
  'plain words of no meaning',
  '{"ssn":"536228726"}',
  '<b>4111</b>111111111111',
  '12.5',
  `${'ab'.repeat(140)}`,
]
const NAMES = ['a', 'ssn', 'password', 'pass&#119;ord', 'aws_secret_key', 'card', 'content', 'value', 'user[ssn]', 'q1', 'q2']

const DOCUMENTS: Readonly<Record<string, (value: () => string, name: () => string) => string>> = {
  html: (value, name) =>
    [
      `<p>${value()}</p>`,
      `<p>${value()}<i>${value()}</i>${value()}`,
      `<a ${name()}="${value()}" b='${value()}' c=${value()}>`,
      `<meta name="${name()}" content="${value()}">`,
      `<input value=${value()} name='${name()}'>`,
      `<!--${value()}-->`,
      `<textarea name="${name()}">${value()}</textarea>`,
      `<script>var x = "${value()}"; ${value()}</script>`,
      `<${name()}>${value()}</${name()}>`,
    ].join(value()),
  xml: (value, name) =>
    `<r>${[
      `<b>${value()}</b>`,
      `<v a="${value()}">${value()}<![CDATA[${value()}]]></v>`,
      `<add key="${name()}" value="${value()}"/>`,
      `<item name="${name()}"><value>${value()}</value></item>`,
      `<!--${value()}-->${value()}<?${value()}?>`,
      `<ssn>${value()}</ssn>`,
    ].join('')}</r>`,
  form: (value, name) => Array.from({ length: 6 }, () => `${name()}=${value().replaceAll('&', '%26')}`).join('&'),
  json: (value, name) =>
    JSON.stringify(Object.fromEntries(Array.from({ length: 5 }, () => [name(), [value(), { [name()]: value() }]]))),
  csv: (value, name) => `${name()},${name()}\n${value()},"${value()}"\n${value()};\t${value()}|,${value()}\n`,
  multipart: (value, name) =>
    `${Array.from(
      { length: 4 },
      () => `--edge\r\ncontent-disposition: form-data; name="${name()}"; filename=${value()}\r\n\r\n${value()}\r\n`,
    ).join('')}--edge--\r\n`,
}

describe('the screen decides nothing', () => {
  test.each(Object.keys(DOCUMENTS))('%s made of values, names and edges', (reading) => {
    const random = new Random(7)
    const value = () => random.pick(VALUES) + (random.chance(0.2) ? random.pick(VALUES) : '')
    for (let i = 0; i < 120; i++)
      compare(
        reading as Reading,
        DOCUMENTS[reading](value, () => random.pick(NAMES)),
      )
  })

  test('pages of the corpora', () => {
    const pages = readFileSync(sharedPath('corpora', 'benign_html.jsonl'), 'utf8').trimEnd().split('\n')
    for (const page of pages.slice(0, 8)) compare('html', (JSON.parse(page).text as string).slice(0, 40_000))
  })

  test.each<[Reading, string]>([
    ['form', `q=hi&aws_secret_key=${AWS}&z=1`],
    ['html', `<meta name=aws_secret_key content=${AWS}>`],
  ])('a value whose rule refuses the sign before it: %s', (reading, text) => {
    expect(inspect(reading, text, engine).text).not.toContain(AWS)
    expect(inspect(reading, text, engine, 7).text).not.toContain(AWS)
  })
})
