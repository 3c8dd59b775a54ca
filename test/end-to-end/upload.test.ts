import { Readable } from 'node:stream'
import busboy from 'busboy'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Receipt } from '../../src/core/reasons.ts'
import { loadPlatforms, type RunningGateway } from '../support/platforms.ts'
import { type RawMessage, type RawOrigin, startRawOrigin } from '../support/raw-socket.ts'
import { countedFetch } from '../support/wire.ts'

// Uploads of a real client, read at the origin by a parser of another make.

const PNG = Buffer.concat([
  Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
  Buffer.alloc(120_000, 'ada@example.com\r\n--x'),
])
const CARD = '4111111111111111'

let origin: RawOrigin
beforeAll(async () => {
  origin = await startRawOrigin(() => ({ headers: [['content-type', 'text/plain']], body: [Buffer.from('ok')] }))
})
afterAll(() => origin?.close())

function upload(): FormData {
  const form = new FormData()
  form.append('note', `card ${CARD}`)
  form.append('ssn', '536228726')
  form.append('ada@example.com', 'é')
  form.append('doc', new Blob([`{"card":${CARD},"a":"\\u0061da@example.com"}`], { type: 'application/json' }), `${CARD}.json`)
  form.append('table', new Blob([`id,card\r\n1,"${CARD}"\r\n`], { type: 'text/csv' }), 'table.csv')
  form.append('picture', new Blob([PNG], { type: 'image/png' }), 'picture.png')
  form.append('last', 'ada@example.com')
  return form
}

interface Part {
  readonly name: string
  readonly filename?: string
  readonly value: Buffer
}

async function parse(message: RawMessage): Promise<Part[]> {
  const parts: Part[] = []
  await new Promise((resolve, reject) => {
    const parser = busboy({ headers: { 'content-type': message.header('content-type') }, defParamCharset: 'utf8' })
    parser.on('field', (name, value) => parts.push({ name, value: Buffer.from(value) }))
    parser.on('file', (name, stream, { filename }) => {
      const chunks: Buffer[] = []
      const at = parts.push({ name, filename, value: Buffer.alloc(0) }) - 1
      stream.on('data', (chunk) => chunks.push(chunk))
      stream.on('end', () => {
        parts[at] = { name, filename, value: Buffer.concat(chunks) }
      })
    })
    parser.on('close', resolve)
    parser.on('error', reject)
    Readable.from([message.body()]).pipe(parser)
  })
  return parts
}

const { platforms } = await loadPlatforms()

describe.each(platforms)('an upload through the gateway on $name', ({ start }) => {
  const policy = { mode: 'enforce', request: { '*': 'redact' }, response: { '*': 'redact' } }
  const running: RunningGateway[] = []
  const gateway = async (more: object) => {
    const started = await start(JSON.stringify({ ...policy, ...more }), origin.port)
    running.push(started)
    return started
  }
  afterAll(async () => {
    for (const started of running) await started.close()
  })

  test.each([
    ['taken whole', {}],
    ['streamed', { limits: { maxWholeBytes: 0 } }],
  ])('%s: values are edited, files stay, binary bytes are counted', async (_name, more) => {
    const { url, events } = await gateway(more)
    const seen = origin.requests.length
    const answer = await countedFetch(`${url}/upload`, { method: 'POST', body: upload() })
    expect([answer.status, await answer.text()]).toEqual([200, 'ok'])
    const parts = await parse(origin.requests[seen])
    expect(
      parts.map(({ name, filename, value }) => [name, filename, value.length > 1000 ? value.length : value.toString()]),
    ).toEqual([
      ['note', undefined, 'card [redacted:CREDIT_CARD]'],
      ['ssn', undefined, '[redacted:US_SSN]'],
      ['[redacted:EMAIL]', undefined, 'é'],
      ['doc', '[redacted:CREDIT_CARD].json', '{"card":"[redacted:CREDIT_CARD]","a":"[redacted:EMAIL]"}'],
      ['table', 'table.csv', 'id,card\r\n1,"[redacted:CREDIT_CARD]"\r\n'],
      ['picture', 'picture.png', PNG.length],
      ['last', undefined, '[redacted:EMAIL]'],
    ])
    expect(parts[5].value.equals(PNG)).toBe(true)
    const event = (await events()).find(({ side }) => side === 'request')!
    const { bytesIn, inspected, notInspected } = event.receipt as Receipt
    expect(notInspected).toEqual({ 'binary-type': PNG.length })
    expect(inspected + PNG.length).toBe(bytesIn)
    expect(event.decision).toBe('edited')
  })

  test('policy may refuse what has a binary part', async () => {
    const { url } = await gateway({ onUninspected: { request: { 'binary-type': 'block' } } })
    const seen = origin.requests.length
    const answer = await countedFetch(`${url}/upload`, { method: 'POST', body: upload() })
    expect(answer.status).toBe(403)
    expect(await answer.json()).toMatchObject({ code: 'dlp-blocked', reason: 'binary-type' })
    expect(origin.requests.length).toBe(seen)
  })
})
