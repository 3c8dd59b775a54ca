import { createHash } from 'node:crypto'
import zlib from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { placedRules } from '../../rules/index.ts'
import { createPool } from '../../src/body/pool.ts'
import { passMessage } from '../../src/pipeline/message.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import type { Policy } from '../../src/policy/schema.ts'
import { engine, inspectBody } from './inspect-body.ts'

const TYPE = 'multipart/form-data; boundary=b'
const REDACT: Policy = { mode: 'enforce', request: { '*': 'redact' }, response: { '*': 'redact' } }
const TEXT = 'a note to ada@example.com, card 4111 1111 1111 1111, and more words'
const EDITED = 'a note to [redacted:EMAIL], card [redacted:CREDIT_CARD], and more words'

const ascii = (text: string) => Buffer.from(text, 'latin1')
function body(...parts: (readonly [headers: string[], content: Buffer])[]): Uint8Array {
  const pieces = parts.flatMap(([headers, content]) => [ascii(['--b', ...headers, '', ''].join('\r\n')), content, ascii('\r\n')])
  return Uint8Array.from(Buffer.concat([...pieces, ascii('--b--\r\n')]))
}
/** Contents of the parts. */
function contents(output: Uint8Array): Buffer[] {
  const text = Buffer.from(output).toString('latin1')
  return text
    .split(/(?:^|\r\n)--b(?:--)?\r\n/)
    .slice(1, -1)
    .map((part) => ascii(part.startsWith('\r\n') ? part.slice(2) : part.slice(part.indexOf('\r\n\r\n') + 4)))
}

describe('a part that is compressed', () => {
  const GZIP = zlib.gzipSync(TEXT)
  const HTML = zlib.gzipSync('<p>4111<b>1111</b>11111111</p>')

  test.each<[string, string[], Buffer, (content: Buffer) => string, string]>([
    ['gzip, declared', ['Content-Encoding: gzip'], GZIP, (it) => zlib.gunzipSync(it).toString(), EDITED],
    [
      'two members',
      ['Content-Encoding: x-gzip'],
      Buffer.concat([GZIP, GZIP]),
      (it) => zlib.gunzipSync(it).toString(),
      EDITED + EDITED,
    ],
    ['deflate', ['Content-Encoding: deflate'], zlib.deflateSync(TEXT), (it) => zlib.inflateSync(it).toString(), EDITED],
    ['a gzip file', ['Content-Type: application/gzip'], GZIP, (it) => zlib.gunzipSync(it).toString(), EDITED],
    ['a gzip file of no type', [], GZIP, (it) => zlib.gunzipSync(it).toString(), EDITED],
    [
      'in base64',
      ['Content-Encoding: gzip', 'Content-Transfer-Encoding: base64'],
      ascii(GZIP.toString('base64').replace(/.{40}/g, '$&\r\n')),
      (it) => zlib.gunzipSync(Buffer.from(it.toString(), 'base64')).toString(),
      EDITED,
    ],
    [
      'a page',
      ['Content-Encoding: gzip', 'Content-Type: text/html'],
      HTML,
      (it) => zlib.gunzipSync(it).toString(),
      '<p>[redacted:CREDIT_CARD]<b></b></p>',
    ],
  ])('%s: is edited inside, and what stands around it, the same for every cut', (_name, headers, content, open, expected) => {
    const source = body([['X: 1'], ascii('ada@example.com')], [headers, content], [['X: 2'], ascii('ada@example.com')])
    const whole = inspectBody(source, 'multipart', undefined, REDACT, TYPE)
    const parts = contents(whole.output)
    expect([parts[0].toString(), open(parts[1]), parts[2].toString()]).toEqual(['[redacted:EMAIL]', expected, '[redacted:EMAIL]'])
    for (let at = 0; at <= source.length; at += 5) {
      const cut = inspectBody(source, 'multipart', [source.subarray(0, at), source.subarray(at)], REDACT, TYPE)
      expect(Buffer.from(cut.output).equals(whole.output)).toBe(true)
      expect(cut.findings).toBe(whole.findings)
    }
  })

  test('clean, it leaves byte for byte', () => {
    const source = body([['Content-Encoding: gzip'], zlib.gzipSync('nothing here', { level: 1 })])
    expect(Buffer.from(inspectBody(source, 'multipart', undefined, REDACT, TYPE).output).equals(source)).toBe(true)
  })

  const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ascii('ada@example.com\0')])
  test.each<[string, string[], Buffer, string]>([
    ['broken', ['Content-Encoding: gzip'], GZIP.subarray(0, 30), 'coding-unsupported'],
    ['not compressed at all', ['Content-Encoding: gzip'], ascii(TEXT), 'coding-unsupported'],
    ['a coding nobody reads', ['Content-Encoding: zstd'], GZIP, 'coding-unsupported'],
    ['a bomb', ['Content-Encoding: gzip'], zlib.gzipSync(Buffer.alloc(20 << 20)), 'decode-limit'],
    [
      'more than is kept',
      ['Content-Encoding: gzip'],
      zlib.gzipSync(
        Buffer.alloc(80_000).map((_, i) => (i * 7919 * i) >> 5),
        { level: 0 },
      ),
      'held-limit',
    ],
    ['an archive that is none', ['Content-Type: application/gzip'], GZIP.subarray(0, 40), 'binary-type'],
    ['a picture in it', ['Content-Type: application/gzip'], zlib.gzipSync(PNG), 'binary-type'],
    [
      'an archive of files in it',
      [],
      zlib.gzipSync(Buffer.concat([ascii('notes.txt'), Buffer.alloc(100), ascii(TEXT)])),
      'binary-type',
    ],
  ])('%s: passed over and counted', async (_name, headers, content, reason) => {
    const source = body([headers, content])
    const outcome = await pass(source, { 'content-type': TYPE }, { ...REDACT, onUninspected: { request: { [reason]: 'pass' } } })
    expect(outcome.receipt.notInspected).toEqual({ [reason]: content.length })
    expect(outcome.receipt.inspected + content.length).toBe(source.length)
    expect(outcome.bytes.equals(source)).toBe(true)
  })

  test('a finding in it blocks, and marks that wait for their digest are written into it', async () => {
    const source = body([['Content-Encoding: gzip'], GZIP])
    const blocked = await pass(source, { 'content-type': TYPE }, { mode: 'enforce', request: { contact: 'block' } })
    expect(blocked.refusal).toMatchObject({ reason: 'finding', rules: ['email'] })
    const hashed = await pass(source, { 'content-type': TYPE }, { mode: 'enforce', request: { contact: 'hash' } })
    expect(zlib.gunzipSync(contents(hashed.bytes)[0]).toString()).toMatch(/^a note to \[EMAIL:[a-z]+\], card 4111/)
  })
})

describe('a document in base64 that is compressed', () => {
  test.each([
    ['gzip', zlib.gzipSync, zlib.gunzipSync],
    ['zlib', zlib.deflateSync, zlib.inflateSync],
    ['zlib, the least', (text: string) => zlib.deflateSync(text, { level: 1 }), zlib.inflateSync],
    ['zlib, the most', (text: string) => zlib.deflateSync(text, { level: 9 }), zlib.inflateSync],
  ] as const)('%s: is edited inside', (_name, packs, unpacks) => {
    const source = new TextEncoder().encode(JSON.stringify({ doc: packs(TEXT).toString('base64') }))
    const { output } = inspectBody(source, 'json', undefined, REDACT)
    const { doc } = JSON.parse(Buffer.from(output).toString())
    expect(unpacks(Buffer.from(doc, 'base64')).toString()).toBe(EDITED)
    for (let at = 0; at <= source.length; at += 3) {
      const cut = inspectBody(source, 'json', [source.subarray(0, at), source.subarray(at)], REDACT)
      expect(Buffer.from(cut.output).equals(output)).toBe(true)
    }
  })

  test.each(['eJwhatever-it-is-no-document', 'eF4yZGxhbXAgYXQgdGhlIHdpbGxvdyBkb29y'])(
    'what only begins so is left alone: %s',
    (text) => {
      const source = Buffer.from(JSON.stringify({ doc: text }))
      expect(Buffer.from(inspectBody(source, 'json', undefined, REDACT).output).equals(source)).toBe(true)
    },
  )
})

describe('a body that is a gzip file and does not say so', () => {
  test.each<[string | undefined, string]>([
    ['application/gzip', TEXT],
    ['application/octet-stream', TEXT],
    [undefined, TEXT],
    ['application/json', '{"a":"\\u0061da@example.com"}'],
  ])('of type %s: edited inside, and no coding is named', async (type, text) => {
    const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type }
    const { bytes, headers: left, decision } = await pass(zlib.gzipSync(text), headers, REDACT)
    expect(zlib.gunzipSync(bytes).toString()).toBe(text === TEXT ? EDITED : '{"a":"[redacted:EMAIL]"}')
    expect(left.get('content-encoding')).toBeNull()
    expect(left.get('content-length')).toBe(String(bytes.length))
    expect(decision).toBe('edited')
  })

  test('clean, it leaves byte for byte, its validators too', async () => {
    const gzip = zlib.gzipSync('nothing here', { level: 1 })
    const { bytes, headers, decision, receipt } = await pass(
      gzip,
      { 'content-type': 'application/gzip', etag: '"a"' },
      REDACT,
      'response',
    )
    expect(bytes.equals(gzip)).toBe(true)
    expect(headers.get('etag')).toBe('"a"')
    expect([decision, receipt.inspected, receipt.notInspected]).toEqual(['clean', 12, {}])
  })

  test.each([
    ['broken', zlib.gzipSync(TEXT).subarray(0, 40)],
    ['with bytes behind its end', Buffer.concat([zlib.gzipSync(TEXT), ascii('x')])],
    ['a file of binary content', zlib.gzipSync(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3]))],
  ])('%s: a binary, counted', async (_name, gzip) => {
    const { bytes, receipt } = await pass(gzip, { 'content-type': 'application/gzip' }, REDACT)
    expect(bytes.equals(gzip)).toBe(true)
    expect(receipt.notInspected).toEqual({ 'binary-type': gzip.length })
  })
})

/** Passes a message through the pipeline. */
async function pass(body: Uint8Array, headers: Record<string, string>, policy: Policy, side: 'request' | 'response' = 'request') {
  const passed = await passMessage(
    {
      engine,
      keyer: {
        id: 'test',
        digest: async (values) => values.map((value) => new Uint8Array(createHash('sha256').update(value).digest())),
      },
      codings: {},
      pool: createPool(1 << 24),
      finished() {},
      onError(error) {
        throw error
      },
    },
    {
      policy: compilePolicy(policy, placedRules, 'test'),
      meta: { side, method: 'POST', host: 'a.example', path: '/', contentType: headers['content-type'] ?? '' },
      status: side === 'request' ? 0 : 200,
      headers: new Headers(headers),
      body: Uint8Array.from(body),
      bodiless: false,
      trust: 'header',
    },
  )
  const bytes = Buffer.from(await new Response(passed.body as BodyInit | null).arrayBuffer())
  const { refusal, outcome } = passed
  return { bytes, headers: passed.headers, refusal, receipt: outcome.receipt, decision: outcome.decision }
}
