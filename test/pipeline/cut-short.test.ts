import { readFileSync } from 'node:fs'
import zlib from 'node:zlib'
import Papa from 'papaparse'
import { describe, expect, test } from 'vitest'
import { placedRules } from '../../rules/index.ts'
import { createBrotli } from '../../src/body/brotli.ts'
import { brotliModule } from '../../src/body/brotli-module.ts'
import { createPool } from '../../src/body/pool.ts'
import { toMessage } from '../../src/middleware/messages.ts'
import { BodyAborted, passMessage } from '../../src/pipeline/message.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import type { DlpOutcome } from '../../src/telemetry/outcome.ts'
import { engine } from './inspect-body.ts'

// A sender may stop anywhere. Whatever has come by then is a message like any other: it has one outcome, its receipt balances, and it is the same in any chunks.

const wasm = new WebAssembly.Module(
  readFileSync(new URL('../../node_modules/brotli-dec-wasm/pkg/brotli_dec_wasm_bg.wasm', import.meta.url)),
)
const br = createBrotli(brotliModule((imports) => new WebAssembly.Instance(wasm, imports as WebAssembly.Imports).exports))
const [whole, streamed] = [1 << 20, 24].map((maxWholeBytes) =>
  compilePolicy({ mode: 'enforce', request: { '*': 'redact' }, limits: { maxWholeBytes } }, placedRules, 'test'),
)

interface Result {
  readonly refused: string
  readonly aborted: string
  readonly out: Buffer
  readonly coding: string | null
  readonly outcome: DlpOutcome
}

async function pass(body: Uint8Array, type: string, coding: string, policy: typeof whole, chunk: number): Promise<Result> {
  const outcomes: DlpOutcome[] = []
  let at = 0
  const source = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= body.length) return controller.close()
      controller.enqueue(body.slice(at, (at += chunk)))
    },
  })
  const headers = new Headers({ 'content-type': type, ...(coding === '' ? {} : { 'content-encoding': coding }) })
  const request = { method: 'POST', host: 'a.example', path: '/' }
  const finished = (outcome: DlpOutcome) => void outcomes.push(outcome)
  const onError = (error: unknown) => expect.fail(String(error))
  const passed = await passMessage(
    { engine, codings: { br }, pool: createPool(1 << 20), finished, onError },
    toMessage('request', request, 0, headers, source as never, policy, { trust: 'header' }),
  )
  const pieces: Uint8Array[] = []
  let aborted = ''
  if (passed.body instanceof Uint8Array) pieces.push(passed.body)
  else if (passed.body !== null && passed.refusal === undefined) {
    const reader = (passed.body as unknown as ReadableStream<Uint8Array>).getReader()
    try {
      for (let read = await reader.read(); !read.done; read = await reader.read()) pieces.push(read.value.slice())
    } catch (error) {
      expect(error).toBeInstanceOf(BodyAborted)
      aborted = (error as BodyAborted).reason
    }
  }
  expect(outcomes.length).toBe(1)
  const refused = passed.refusal?.reason ?? ''
  return { refused, aborted, out: Buffer.concat(pieces), coding: passed.headers.get('content-encoding'), outcome: outcomes[0] }
}

/** Every byte is inspected, or not for a reason; an end before the end of a coding is such a reason, and no byte of it is called clean. */
function counted({ outcome, refused, aborted }: Result, length: number, coded: boolean): void {
  const { bytesIn, inspected, notInspected } = outcome.receipt
  expect(Object.values(notInspected).reduce((sum, bytes) => sum + bytes, inspected)).toBe(bytesIn)
  if (!coded) {
    expect([refused, aborted, bytesIn]).toEqual(['', '', length])
    expect(['clean', 'found', 'edited']).toContain(outcome.decision)
  } else if (refused + aborted !== '') {
    expect(refused + aborted).toBe('coding-unsupported')
    expect(['blocked', 'aborted']).toContain(outcome.decision)
  }
}

const CARD = '4111111111111111'
const MAIL = 'ada@example.com'
const MARKED_CARD = '[redacted:CREDIT_CARD]'
const lines = (...all: string[]) => all.join('\r\n')
const json = `{"a":["x",{"card":"${CARD}"}],"n":7,"mail":"ada\\u0040example.com"}`
const FORMATS: readonly (readonly [name: string, type: string, body: string | Uint8Array, coding?: string])[] = [
  ['JSON', 'application/json', json],
  ['NDJSON', 'application/x-ndjson', `{"card":"${CARD}"}\n{"b":1}\n["${MAIL}"]\n`],
  ['JSON text sequences', 'application/json-seq', `\x1e{"card":${CARD}}\n\x1e["${MAIL}"]\n`],
  ['concatenated JSON', 'application/stream+json', `{"card":"${CARD}"}["${MAIL}"]12`],
  ['a form', 'application/x-www-form-urlencoded', `note=a+b&card=4111+1111+1111+1111&mail=ada%40example.com`],
  ['CSV', 'text/csv', `id,card,"m ""q"""\r\n1,"${CARD}",${MAIL}\r\n`],
  ['TSV', 'text/tab-separated-values', `id\tcard\n1\t${CARD}\n2\t${MAIL}\n`],
  ['HTML', 'text/html', `<p>4111<b title="${MAIL}">1111</b>11111111<!-- c --><script>a("${CARD}")</script>`],
  ['XML', 'application/xml', `<?xml version="1.0"?><r a='${MAIL}'>4111<![CDATA[1111]]>1111<i/>1111</r>`],
  [
    'multipart',
    'multipart/form-data; boundary=b',
    lines(
      '--b',
      'Content-Disposition: form-data; name="card"',
      '',
      CARD,
      '--b',
      'Content-Type: application/json',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from(`{"mail":"${MAIL}"}`).toString('base64'),
      '--b',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      `card =34111=\r\n${CARD.slice(4)}`,
      '--b--',
    ),
  ],
  ['text', 'text/plain', `card ${CARD}, mail ${MAIL}; %61da%40example.com`],
  [
    'a binary message',
    'application/grpc',
    Uint8Array.from([0, 0, 0, 0, 36, ...Buffer.from(`\n\x10${CARD} \x12\x0f ${MAIL}`, 'latin1')]),
  ],
  ['UTF-16', 'application/json; charset=utf-16le', Uint8Array.from(Buffer.from(`{"card":"${CARD}","é":"${MAIL}"}`, 'utf16le'))],
  ['gzip', 'application/json', zlib.gzipSync(json), 'gzip'],
  [
    'gzip of two members',
    'application/json',
    Buffer.concat([zlib.gzipSync(json.slice(0, 20)), zlib.gzipSync(json.slice(20))]),
    'gzip',
  ],
  ['zlib', 'application/json', zlib.deflateSync(json), 'deflate'],
  ['raw deflate', 'application/json', zlib.deflateRawSync(json), 'deflate'],
  ['br', 'application/json', zlib.brotliCompressSync(json), 'br'],
  ['a chain of two', 'application/json', zlib.gzipSync(zlib.deflateSync(json)), 'deflate, gzip'],
]

const decoded = (type: string, out: Buffer) => (type.includes('utf-16') ? out.toString('utf16le') : out.toString('latin1'))

describe.each(FORMATS.map(([name, type, body, coding = '']) => [name, type, body, coding] as const))(
  '%s',
  (_name, type, given, coding) => {
    const body = Uint8Array.from(typeof given === 'string' ? Buffer.from(given) : given)

    test('every truncation point ends in a counted outcome, and leaves the same whole and byte by byte', async () => {
      for (let end = 0; end <= body.length; end++) {
        const cut = body.subarray(0, end)
        const one = await pass(cut, type, coding, whole, 4096)
        const other = await pass(cut, type, coding, streamed, 1)
        for (const result of [one, other]) {
          counted(result, end, coding !== '')
          const text = decoded(type, result.out)
          for (const secret of [CARD, MAIL]) expect(text.includes(secret)).toBe(false)
        }
        // A coding that is cut is refused before a byte leaves, or ends what has begun to leave.
        expect(one.refused).toBe(other.refused + other.aborted)
        if (coding === '') expect([end, decoded(type, other.out)]).toEqual([end, decoded(type, one.out)])
      }
    })

    test('the whole of it is edited, in every chunking', async () => {
      const one = await pass(body, type, coding, whole, 4096)
      expect([one.refused, one.aborted, one.outcome.decision]).toEqual(['', '', 'edited'])
      expect(one.outcome.edits).toBeGreaterThan(1)
      for (const chunk of [1, 2, 3, 7, 31]) {
        const other = await pass(body, type, coding, whole, chunk)
        expect(other.out.equals(one.out)).toBe(true)
        expect([other.outcome.edits, other.outcome.receipt]).toEqual([one.outcome.edits, one.outcome.receipt])
      }
    })
  },
)

describe('another parser reads the edited document to the same tree outside the edited leaves', () => {
  const scrub = async (type: string, body: string) => (await pass(Buffer.from(body), type, '', whole, 5)).out.toString()

  test('NDJSON, JSON text sequences', async () => {
    const documents = [{ id: 1, card: CARD }, [1.5, null, { mail: MAIL, 'k\n': '\u00e9' }], 'x', { n: 4111111111111111 }]
    const expected = [
      { id: 1, card: MARKED_CARD },
      [1.5, null, { mail: '[redacted:EMAIL]', 'k\n': '\u00e9' }],
      'x',
      { n: MARKED_CARD },
    ]
    for (const [type, mark] of [
      ['application/x-ndjson', ''],
      ['application/json-seq', '\x1e'],
    ]) {
      const edited = await scrub(type, documents.map((one) => `${mark}${JSON.stringify(one)}\n`).join(''))
      const read = edited.trimEnd().split('\n')
      expect(read.map((line) => JSON.parse(mark === '' ? line : line.slice(1)))).toEqual(expected)
      expect(read.every((line) => line.startsWith(mark))).toBe(true)
    }
  })

  test('TSV', async () => {
    const rows = [
      ['id', 'card', 'note'],
      ['1', CARD, 'a "quote"'],
      ['2', '', `tab\tand ${MAIL}`],
    ]
    const edited = await scrub('text/tab-separated-values', Papa.unparse(rows, { delimiter: '\t' }))
    const expected = rows.map((row) => row.map((cell) => cell.replace(CARD, MARKED_CARD).replace(MAIL, '[redacted:EMAIL]')))
    expect(Papa.parse(edited, { delimiter: '\t' }).data).toEqual(expected)
  })

  test('a binary message keeps its length and every other byte', async () => {
    const body = Buffer.from(`\0\0\0\0\x24\n\x10${CARD} \x12\x0f ${MAIL}`, 'latin1')
    const { out } = await pass(body, 'application/grpc', '', whole, 3)
    expect(out.toString('latin1')).toBe(
      body.toString('latin1').replace(CARD, '*'.repeat(CARD.length)).replace(MAIL, '*'.repeat(MAIL.length)),
    )
  })
})
