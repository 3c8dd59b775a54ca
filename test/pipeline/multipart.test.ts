import { Readable } from 'node:stream'
import busboy from 'busboy'
import { describe, expect, test } from 'vitest'
import type { Policy } from '../../src/policy/schema.ts'
import { Random } from '../support/random.ts'
import { inspectBody } from './inspect-body.ts'

const TYPE = 'multipart/form-data; boundary=bound'
const lines = (...all: string[]) => all.join('\r\n')
const bytes = (text: string) => new TextEncoder().encode(text)
const base64 = (text: string, width = 1000) =>
  Buffer.from(text)
    .toString('base64')
    .match(new RegExp(`.{1,${width}}`, 'g'))!
    .join('\r\n')

function part(name: string, headers: string[], content: string): string {
  return lines('--bound', `Content-Disposition: form-data; name="${name}"`, ...headers, '', content, '')
}

const CARD = '4111111111111111'
const DOCUMENT = JSON.stringify({ a: ['x', { card: CARD, note: 'after' }], mail: 'ada@example.com', n: 7 })
const BODY = `${[
  part('note', [], `card ${CARD}, thanks`),
  part('ssn', [], '536228726'),
  part('ada@example.com', ['X-From: ada@example.com'], ''),
  part('json', ['Content-Type: application/json'], '{"c":"\\u0034111 1111 1111 1111","n":4111111111111111}'),
  part('csv', ['Content-Type: text/csv'], `id,card\r\n1,"${CARD}"\r\n2,""""`),
  part('b64', ['Content-Type: application/json', 'Content-Transfer-Encoding: base64'], base64(DOCUMENT)),
  part('wrapped', ['Content-Transfer-Encoding: base64'], base64(`before ada@example.com between ${CARD} after`, 12)),
  part('qp', ['Content-Transfer-Encoding: quoted-printable'], `a=3D card =34111 1111=\r\n 1111 1111 end`),
  part('page', ['Content-Type: text/html'], '<p>card 4111<b>111111</b>111111 end</p>'),
  part(
    'page64',
    ['Content-Type: text/html', 'Content-Transfer-Encoding: base64'],
    base64('<p>card 4111<b>111111</b>111111 end</p>'),
  ),
  part('fragment', [], 'Card <b>4111</b>1111<i>1111</i>1111 ok'),
  part('nested', ['Content-Type: multipart/mixed; boundary=in'], lines('--in', '', 'ada@example.com', '--in--')),
].join('')}--bound--\r\n`

const decoded = (part: { encoding: string; value: Buffer }) =>
  part.encoding === 'base64' ? Buffer.from(part.value.toString(), 'base64').toString() : part.value.toString()

async function parse(body: Uint8Array): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  await new Promise((resolve, reject) => {
    const parser = busboy({ headers: { 'content-type': TYPE }, preservePath: true })
    parser.on('field', (name, value, { encoding }) => {
      found[name] = decoded({ encoding, value: Buffer.from(value) })
    })
    parser.on('close', resolve)
    parser.on('error', reject)
    Readable.from([Buffer.from(body)]).pipe(parser)
  })
  return found
}

describe('multipart bodies', () => {
  test('busboy reads the edited body to the same parts outside the edited values', async () => {
    const { output, edits } = inspectBody(bytes(BODY), 'multipart', undefined, undefined, TYPE)
    expect(await parse(output)).toEqual({
      note: 'card [redacted:CREDIT_CARD], thanks',
      ssn: '[redacted:US_SSN]',
      '[redacted:EMAIL]': '',
      json: '{"c":"[redacted:CREDIT_CARD]","n":"[redacted:CREDIT_CARD]"}',
      csv: 'id,card\r\n1,"[redacted:CREDIT_CARD]"\r\n2,""""',
      b64: expect.any(String),
      wrapped: expect.stringMatching(/^before \[redacted:EMAIL\] {0,2} between \[redacted:CREDIT_CARD\] {0,2} after$/),
      qp: 'a=3D card [redacted:CREDIT_CARD] end',
      page: '<p>card [redacted:CREDIT_CARD]<b></b> end</p>',
      page64: expect.stringMatching(/^<p>card \[redacted:CREDIT_CARD\] {0,2}<b> {0,2}<\/b> {0,2} end<\/p>$/),
      fragment: 'Card <b>[redacted:CREDIT_CARD]</b><i></i> ok',
      nested: lines('--in', '', '[redacted:EMAIL]', '--in--'),
    })
    const { b64 } = await parse(output)
    expect(JSON.parse(b64.replaceAll(/\] +/g, ']'))).toEqual({
      a: ['x', { card: '[redacted:CREDIT_CARD]', note: 'after' }],
      mail: '[redacted:EMAIL]',
      n: 7,
    })
    expect(edits).toBe(16)
  })

  const DROP: Policy = { mode: 'enforce', request: { '*': 'drop' } }
  const NULLS: Policy = { mode: 'enforce', request: { '*': { action: 'redact', numbers: 'null' } } }
  test.each<[string, Policy | undefined]>([
    ['redact', undefined],
    ['drop', DROP],
    ['numbers become null', NULLS],
    ['mask', { mode: 'enforce', request: { '*': { mask: { keepLast: 4 } } } }],
  ])('the same for every cut: %s', (_name, policy) => {
    const body = bytes(BODY)
    const whole = inspectBody(body, 'multipart', undefined, policy, TYPE)
    const check = (windows: Uint8Array[]) => {
      const cut = inspectBody(body, 'multipart', windows, policy, TYPE)
      expect([Buffer.from(cut.output).toString(), cut.findings]).toEqual([Buffer.from(whole.output).toString(), whole.findings])
      const final = Buffer.from(whole.output)
      for (const prefix of cut.prefixes)
        if (!final.subarray(0, prefix.length).equals(prefix)) throw new Error('a byte left that the whole run edits')
    }
    for (let at = 0; at <= body.length; at += policy === undefined ? 3 : 7) check([body.subarray(0, at), body.subarray(at)])
    check([...body].map((byte) => Uint8Array.of(byte)))
    const random = new Random(11)
    for (let i = 0; i < 10; i++) check(random.cut(body, random.int(1, 60)))
    const text = Buffer.from(whole.output).toString()
    for (const secret of [CARD, '4111 1111 1111 1111', 'ada@example.com', '536228726']) expect(text).not.toContain(secret)
    for (const [coded] of text.matchAll(/[A-Za-z0-9+/=\r\n]{20,}/g))
      expect(Buffer.from(coded, 'base64').toString()).not.toMatch(/4111111111111111|ada@example/)
  })

  test('what is dropped from JSON in base64 is replaced, so that the document stays whole', async () => {
    const { output } = inspectBody(bytes(BODY), 'multipart', undefined, NULLS, TYPE)
    const { json, b64 } = await parse(output)
    expect(JSON.parse(json)).toEqual({ c: '[redacted:CREDIT_CARD]', n: null })
    expect(() => JSON.parse(b64)).not.toThrow()
  })

  test('a body without findings leaves byte for byte', () => {
    const body = bytes(
      lines('x', '--bound', 'A: b', '', 'YWJj', '--bound', 'Content-Transfer-Encoding: base64', '', 'YW Jj=', '--boun'),
    )
    expect(Buffer.from(inspectBody(body, 'multipart', undefined, undefined, TYPE).output).equals(body)).toBe(true)
    const single = [...body].map((byte) => Uint8Array.of(byte))
    expect(Buffer.from(inspectBody(body, 'multipart', single, undefined, TYPE).output).equals(body)).toBe(true)
  })
})
