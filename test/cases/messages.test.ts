import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import zlib from 'node:zlib'
import { describe, expect, it, test } from 'vitest'
import {
  bodyOf,
  cut,
  type Delivered,
  decode,
  expectationOn,
  judge,
  loadMessages,
  MESSAGES,
  type MessageCase,
} from '../support/messages.ts'
import { describeShared, sharedPath } from '../support/shared.ts'

const cases = loadMessages()
const inspected = (item: MessageCase) => (item.direction === 'request' ? item.request : item.response)
const header = (item: MessageCase, name: string) => inspected(item).headers.find(([key]) => key === name)?.[1]
const plain = (item: MessageCase) => decode(bodyOf(inspected(item)) ?? Buffer.alloc(0), header(item, 'content-encoding'))
const content = ({ expect: { contentText, contentBase64 } }: MessageCase) =>
  contentText ?? (contentBase64 === undefined ? undefined : Buffer.from(contentBase64, 'base64').toString())

describe('the recorded messages', () => {
  it('are as many and as various as promised', () => {
    const count = (holds: (item: MessageCase) => boolean) => cases.filter(holds).length
    expect(cases.length).toBeGreaterThanOrEqual(200)
    expect(count(({ expect: { edits } }) => edits.length > 0)).toBeGreaterThanOrEqual(120)
    expect(count((item) => item.origin === 'corpus-spans' && item.expect.edits.length > 0)).toBeGreaterThanOrEqual(80)
    expect(count((item) => header(item, 'content-encoding') !== undefined)).toBeGreaterThanOrEqual(40)
    const unread = ({ expect: { decision, receipt } }: MessageCase) =>
      decision === 'blocked' || decision === 'aborted' || Object.keys(receipt?.notInspected ?? {}).length > 0
    expect(count(unread)).toBeGreaterThanOrEqual(40)
    expect(count(({ direction }) => direction === 'request')).toBeGreaterThanOrEqual(100)
    expect(count(({ direction }) => direction === 'response')).toBeGreaterThanOrEqual(100)
    expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length)
    const bytes = readdirSync(MESSAGES)
      .filter((file) => file.endsWith('.jsonl'))
      .reduce((sum, file) => sum + readFileSync(join(MESSAGES, file)).length, 0)
    expect(bytes).toBeLessThan(3 << 20)
  })

  it('are cut three ways, one of them inside each value of an uncoded body', () => {
    for (const item of cases) {
      expect(item.chunkings.length, item.id).toBe(3)
      const body = bodyOf(inspected(item)) ?? Buffer.alloc(0)
      for (const chunking of item.chunkings) expect(Buffer.concat(cut(body, chunking)).equals(body), item.id).toBe(true)
      if (header(item, 'content-encoding') !== undefined) continue
      const cuts = item.chunkings[1] as readonly number[]
      for (const { start, end } of item.expect.edits.slice(0, 12)) {
        if (end - start > 1)
          expect(
            cuts.some((at) => at > start && at < end),
            `${item.id}: no cut inside ${start}…${end}`,
          ).toBe(true)
      }
    }
  })

  it('expect what their spans and marks say', () => {
    for (const item of cases) {
      const wanted = content(item)
      if (item.expect.decision !== 'edited' || wanted === undefined) continue
      const body = plain(item)!
      const pieces: Buffer[] = []
      let at = 0
      for (const { start, end, mark } of item.expect.edits) {
        pieces.push(body.subarray(at, start), Buffer.from(mark))
        at = end
      }
      expect(Buffer.concat([...pieces, body.subarray(at)]).toString(), item.id).toBe(wanted)
    }
  })

  it('stay JSON where they were JSON', () => {
    let parsed = 0
    for (const item of cases) {
      const wanted = content(item)
      if (!/json/.test(header(item, 'content-type') ?? '') || item.expect.decision !== 'edited' || wanted === undefined) continue
      if (item.expect.receipt?.remarks?.includes('malformed')) continue
      expect(() => JSON.parse(wanted.replace(/^\ufeff/, '')), item.id).not.toThrow()
      parsed++
    }
    expect(parsed).toBeGreaterThan(50)
  })

  it('have receipts that balance', () => {
    for (const {
      id,
      expect: { receipt },
    } of cases) {
      if (receipt?.bytesIn === undefined || receipt.inspected === undefined) continue
      const skipped = Object.values(receipt.notInspected ?? {}).reduce((sum, bytes) => sum + bytes, 0)
      expect(receipt.inspected + skipped, id).toBe(receipt.bytesIn)
    }
  })

  it('expect something else of br on Fastly, and of nothing else', () => {
    for (const item of cases) expect(item.fastly !== undefined, item.id).toBe(header(item, 'content-encoding') === 'br')
  })
})

describeShared('the maker', () => {
  it('writes exactly these files', () => {
    const folder = mkdtempSync(join(tmpdir(), 'messages-'))
    try {
      const maker = join(import.meta.dirname, '..', '..', 'tools', 'make-messages.mjs')
      execFileSync(process.execPath, [maker, folder], { env: { ...process.env, EDGE_DLP_SHARED: sharedPath() } })
      const files = (root: string) =>
        readdirSync(root, { recursive: true, encoding: 'utf8' })
          .filter((file) => /\.jsonl?$/.test(file))
          .sort()
      expect(files(folder)).toEqual(files(MESSAGES))
      for (const file of files(folder))
        expect(readFileSync(join(folder, file)).equals(readFileSync(join(MESSAGES, file))), file).toBe(true)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

it('the maker uses nothing of the product', () => {
  const tools = join(import.meta.dirname, '..', '..', 'tools')
  const sources = readdirSync(join(tools, 'messages'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.mjs'),
  )
  expect(sources.length).toBeGreaterThan(10)
  for (const file of ['make-messages.mjs', ...sources.map((name) => join('messages', name))]) {
    for (const [, from] of readFileSync(join(tools, file), 'utf8').matchAll(/from '([^']+)'/g)) {
      expect(from, file).toMatch(/^(?:node:[a-z/]+|fflate|\.{1,2}\/(?:messages\/)?(?:themes\/)?[a-z-]+\.mjs)$/)
    }
  }
})

// The judge itself: a delivery that is right passes, and each way of being wrong is told.

/** What a faultless product would deliver. */
function perfect(item: MessageCase, platform: Delivered['platform'] = 'workers'): Delivered {
  const wanted = expectationOn(item, platform)
  const sent = inspected(item)
  const source = bodyOf(sent) ?? Buffer.alloc(0)
  const { decision, receipt } = wanted
  const bytesIn = receipt?.bytesIn ?? (decision === 'blocked' ? 0 : source.length)
  const reasons =
    receipt?.notInspectedReasons ?? (decision === 'not-inspected' ? [wanted.event?.reason ?? 'coding-unsupported'] : [])
  const event = {
    side: item.direction,
    decision: wanted.event?.decision ?? decision,
    reason: wanted.event?.reason,
    findings: (wanted.event?.findings ?? []).map((finding) => ({ action: 'block', ...finding })),
    receipt: {
      bytesIn,
      inspected: receipt?.inspected ?? (reasons.length > 0 || receipt?.notInspected !== undefined ? 0 : bytesIn),
      notInspected: receipt?.notInspected ?? Object.fromEntries(reasons.map((reason, i) => [reason, i === 0 ? bytesIn : 0])),
      remarks: Object.fromEntries((receipt?.remarks ?? []).map((remark) => [remark, 1])),
    },
  }
  if (decision === 'blocked') {
    const body = Buffer.from(JSON.stringify({ code: 'dlp-blocked', reason: wanted.reason }))
    const headers = [
      ['content-type', 'application/problem+json'],
      ['accept-encoding', 'gzip, br'],
    ] as const
    return { platform, client: { status: wanted.status ?? 400, headers, body, complete: true }, event }
  }
  const letters = 'bcdfghjkmnpqrstvwxz'
  const text = content(item)?.replace(/\{\{hash:([A-Z_]+):(\d+)\}\}/g, (_, type, n) => `[${type}:${letters[n % 19].repeat(20)}]`)
  const edited = decision === 'edited' || decision === 'aborted'
  const gone =
    /^(?:content-encoding|content-length|content-md5|digest|content-digest|repr-digest|etag|last-modified|accept-ranges|if-none-match|if-modified-since)$/
  const kept = sent.headers.filter(([name]) => wanted.headers?.[name] === undefined && !(edited && gone.test(name)))
  const settled = Object.entries(wanted.headers ?? {}).flatMap(([name, value]) =>
    value === null || (typeof value === 'object' && 'not' in value)
      ? []
      : [[name, typeof value === 'string' ? value : value.has] as const],
  )
  const message = { headers: [...kept, ...settled], body: edited ? Buffer.from(text!) : source, complete: decision !== 'aborted' }
  const answer = { status: decision === 'aborted' ? 502 : 200, headers: [], body: Buffer.alloc(0), complete: true }
  if (item.direction === 'response') return { platform, client: { ...message, status: item.response.status }, event }
  return { platform, client: answer, arrivedAtOrigin: { ...message, method: item.request.method, url: item.request.url }, event }
}

describe('the judge', () => {
  test.each(['workers', 'fastly'] as const)('finds nothing wrong with a faultless delivery (%s)', (platform) => {
    for (const item of cases) expect(judge(item, [], perfect(item, platform))).toEqual([])
  })

  const one = (id: string) => cases.find((item) => item.id === id)!
  const spoil = (id: string, change: (delivered: Delivered) => unknown) => {
    const delivered = structuredClone(perfect(one(id)))
    const changed = change(delivered as never)
    return judge(one(id), [], { ...delivered, ...(changed as object) }).join('\n')
  }
  const origin = (delivered: Delivered, change: object) => ({ arrivedAtOrigin: { ...delivered.arrivedAtOrigin!, ...change } })
  const client = (delivered: Delivered, change: object) => ({ client: { ...delivered.client!, ...change } })
  const event = (delivered: Delivered, change: object) => ({ event: { ...(delivered.event as object), ...change } })
  const leaked = () => bodyOf(one('json.number').request)!

  test.each<[string, string, (delivered: Delivered) => unknown, RegExp]>([
    ['a value left in', 'json.number', (d) => origin(d, { body: leaked() }), /content is not as expected/],
    [
      'white space lost',
      'json.whitespace',
      (d) => client(d, { body: Buffer.from(content(one('json.whitespace'))!.trim()) }),
      /content is not/,
    ],
    ['a cut message', 'json.number', (d) => origin(d, { complete: false }), /no proper end/],
    ['nothing delivered', 'json.number', () => ({ arrivedAtOrigin: undefined }), /nothing was delivered/],
    ['another status', 'text.status-404', (d) => client(d, { status: 200 }), /the client got 200/],
    [
      'a digest kept',
      'headers.edited.response',
      (d) => client(d, { headers: [...d.client!.headers, ['content-md5', 'x']] }),
      /content-md5 is still there/,
    ],
    [
      'the bare tag',
      'headers.clean.etag',
      (d) =>
        client(d, {
          headers: [
            ['content-type', 'application/json'],
            ['etag', '"v41"'],
          ],
        }),
      /etag is still/,
    ],
    ['a header lost', 'headers.edited.request', (d) => origin(d, { headers: [] }), /authorization is missing/],
    ['a changed target', 'headers.query', (d) => origin(d, { url: '/a b' }), /target changed/],
    [
      'a blocked request at the origin',
      'blocked.mixed',
      () => ({ arrivedAtOrigin: { method: 'POST', url: '/', headers: [], body: Buffer.alloc(0), complete: false } }),
      /reached the origin/,
    ],
    [
      'a value in the refusal',
      'blocked.mixed',
      (d) => client(d, { body: Buffer.concat([d.client!.body, bodyOf(one('blocked.mixed').request)!]) }),
      /holds a value/,
    ],
    [
      'another reason',
      'blocked.zstd.request',
      (d) => client(d, { body: Buffer.from('{"code":"dlp-blocked","reason":"finding"}') }),
      /blocked for finding/,
    ],
    [
      'no word of what is read',
      'blocked.zstd.request',
      (d) => client(d, { headers: [['content-type', 'application/problem+json']] }),
      /does not name gzip/,
    ],
    ['an aborted message completed', 'blocked.late-abort.response', (d) => client(d, { complete: true }), /was completed/],
    [
      'more than may be seen',
      'blocked.late-abort.response',
      (d) => client(d, { body: Buffer.concat([d.client!.body, Buffer.from('ghp')]) }),
      /more was delivered/,
    ],
    [
      'an unreadable coding',
      'coded.gzip.response.1',
      (d) =>
        client(d, {
          headers: [
            ['content-type', 'text/plain'],
            ['content-encoding', 'gzip'],
            ['vary', 'accept-encoding'],
          ],
        }),
      /cannot be read/,
    ],
    [
      'clean bytes coded anew',
      'coded.clean.gzip2',
      (d) => client(d, { body: zlib.gzipSync(plain(one('coded.clean.gzip2'))!) }),
      /bytes are not those/,
    ],
    [
      'equal values, different marks',
      'text.hash',
      (d) => origin(d, { body: Buffer.from(d.arrivedAtOrigin!.body.toString().replace(/b{20}/, 'c'.repeat(20))) }),
      /content is not/,
    ],
    ['no event', 'json.number', () => ({ event: undefined }), /no event/],
    ['another decision', 'uninspected.png.response', (d) => event(d, { decision: 'clean' }), /event: clean, not not-inspected/],
    ['findings not counted', 'json.many', (d) => event(d, { findings: [] }), /event: found \[\]/],
    ['a value in the event', 'json.number', (d) => event(d, { path: '4539578763621486' }), /event holds a value/],
    [
      'a receipt that does not balance',
      'json.number',
      (d) => event(d, { receipt: { bytesIn: 9, inspected: 3, notInspected: {}, remarks: {} } }),
      /does not balance/,
    ],
    [
      'a receipt that balances and counts less than was sent',
      'json.number',
      (d) => event(d, { receipt: { bytesIn: 3, inspected: 3, notInspected: {}, remarks: {} } }),
      /the receipt counts 3 of \d+/,
    ],
  ])('tells %s', (_name, id, change, fault) => {
    expect(spoil(id, change)).toMatch(fault)
  })

  it('never takes a list of cuts for steps', () => {
    expect(cut(Buffer.from('abcdef'), [2, 5]).map(String)).toEqual(['ab', 'cde', 'f'])
    expect(cut(Buffer.from('abcdef'), { every: 4 }).map(String)).toEqual(['abcd', 'ef'])
    expect(cut(Buffer.from('abc'), []).map(String)).toEqual(['abc'])
  })
})
