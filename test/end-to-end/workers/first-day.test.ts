import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Report } from '../../../src/telemetry/report.ts'
import { edgeDlp } from '../../support/command.ts'
import {
  CARD,
  DOWNLOAD_BYTES,
  type ForeignService,
  REFERENCE,
  sha256,
  startForeignService,
  TOKEN,
} from '../../support/foreign-service.ts'
import { type HeaderLines, RawConnection, type RawRequest } from '../../support/raw-socket.ts'
import { type RunningWorker, startWorker } from '../../support/workers.ts'

/**
 * The first day of a user, in its order: a first policy in front of a service that is there already; what it would do; one false positive
 * suppressed; one route enforced. Beside it a plain proxy on the same platform, in front of the same service.
 */
const folder = mkdtempSync(join(tmpdir(), 'edge-dlp-first-day-'))
const policyFile = join(folder, 'policy.json')
const HOST = ['host', 'shop.example'] as const
const JSON_TYPE = ['content-type', 'application/json'] as const
const FORM = ['content-type', 'application/x-www-form-urlencoded'] as const
const upload = `{"title":"${'A lamp for the harbour office. '.repeat(2_000)}"}`

/** What a client asks for, one after another on one connection. */
const EXCHANGES: Record<string, RawRequest> = {
  page: { path: '/' },
  head: { path: '/', method: 'HEAD' },
  'not modified, by tag': { path: '/', headers: [HOST, ['if-none-match', '"page-1"']] },
  'not modified, by date': { path: '/', headers: [HOST, ['if-modified-since', 'Wed, 18 Nov 2026 10:00:00 GMT']] },
  zipped: { path: '/zipped', headers: [HOST, ['accept-encoding', 'gzip']] },
  'login, cookies and a redirect': { path: '/login', headers: [HOST, FORM], body: 'user=ada&remember=1' },
  'with cookies': { path: '/nowhere?page=2&sort=name', headers: [HOST, ['cookie', 'session=abc.def; theme=dark']] },
  'upload of known length': { path: '/upload', headers: [HOST, JSON_TYPE], body: upload },
  'upload in chunks': { path: '/upload', headers: [HOST, JSON_TYPE], body: [upload.slice(0, 9_000), upload.slice(9_000)] },
  'upload, gzip': { path: '/upload', headers: [HOST, JSON_TYPE, ['content-encoding', 'gzip']], body: gzipSync(upload) },
  put: { path: '/upload', method: 'PUT', headers: [HOST, JSON_TYPE], body: '{"a":1}' },
  delete: { path: '/nothing', method: 'DELETE' },
  part: { path: '/part', headers: [HOST, ['range', 'bytes=100-199']] },
  events: { path: '/events' },
  download: { path: '/download' },
  order: { path: '/orders/7' },
  support: { path: '/support', headers: [HOST, JSON_TYPE], body: [`{"text":"it fails with `, `${TOKEN}, why?"}`] },
  debug: { path: '/debug' },
}

interface Seen {
  readonly status: number
  readonly startLine: string
  readonly headers: HeaderLines
  readonly framing: string
  readonly sha256: string
  readonly bytes: number
  readonly complete: boolean
  /** Milliseconds between the first and the last piece of the body. */
  readonly spread: number
  /** As the service got it. */
  readonly arrived: unknown
}

let service: ForeignService
let worker: RunningWorker
let plain: RunningWorker
beforeAll(async () => {
  service = await startForeignService()
  const routes = ['orders=/orders*', 'support=/support*', 'debug=/debug*'].flatMap((route) => ['--route', route])
  expect(edgeDlp(['init', '--kind', 'api', '--country', 'us', ...routes, '--out', policyFile]).stderr).toBe('')
  worker = await startWorker({
    origin: service.url,
    kv: { policy: readFileSync(policyFile, 'utf8') },
    bindings: { POLICY_FRESH_SECONDS: '1' },
  })
  plain = await startWorker({ origin: service.url, bindings: { MODE: 'bare' }, entry: 'test/bench/fixtures/bare.ts' })
})
afterAll(async () => {
  await worker?.close()
  await plain?.close()
  await service?.close()
  rmSync(folder, { recursive: true, force: true })
})

async function runAll(url: string): Promise<Record<string, Seen>> {
  const results: Record<string, Seen> = {}
  const connection = await RawConnection.open(url)
  for (const [name, request] of Object.entries(EXCHANGES)) {
    service.seen.length = 0
    const { message } = await connection.request({ headers: [HOST], pauseMs: 5, ...request })
    const { status, startLine, framing, complete, pieces } = message!
    const body = message!.body()
    results[name] = {
      ...{ status, startLine, framing, complete, bytes: body.length, sha256: sha256(body) },
      // The second in which the service answered.
      headers: sorted(message!.headers.filter(([header]) => header.toLowerCase() !== 'date')),
      spread: pieces.length === 0 ? 0 : pieces[pieces.length - 1].at - pieces[0].at,
      arrived: service.seen.map((request) => ({ ...request, headers: sorted(request.headers) })),
    }
  }
  connection.destroy()
  return results
}

function sorted(lines: HeaderLines): HeaderLines {
  return lines.map(([name, value]) => [name.toLowerCase(), value] as const).sort(([a, x], [b, y]) => (a + x < b + y ? -1 : 1))
}

const withoutTimes = (seen: Record<string, Seen>) =>
  Object.fromEntries(Object.entries(seen).map(([name, { spread: _, ...rest }]) => [name, rest]))

async function ask(path: string): Promise<string> {
  const connection = await RawConnection.open(worker.url)
  const { message } = await connection.request({ path, headers: [HOST] })
  connection.destroy()
  return message!.text()
}

function reportOf(lines: readonly string[]): Report {
  const { stdout, stderr } = edgeDlp(['report', '--json', '-'], { input: lines.join('\n') })
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}

/** Puts the policy of the file into the store. */
const deploy = () => worker.putPolicy(readFileSync(policyFile, 'utf8'))
const seconds = { timeout: 10_000, interval: 200 }

describe('the first day', () => {
  let asPlain: Record<string, Seen>

  it('in observe mode nothing changes: not a byte, a header or a status, for the client or for the service', async () => {
    asPlain = await runAll(plain.url)
    const observed = await runAll(worker.url)
    expect(withoutTimes(observed)).toEqual(withoutTimes(asPlain))
    for (const { complete } of Object.values(observed)) expect(complete).toBe(true)
    // The service is the one it seems to be.
    const statuses = Object.values(observed).map(({ status }) => status)
    expect(statuses.sort((a, b) => a - b).join(' ')).toBe(
      '200 200 200 200 200 200 200 201 201 201 201 204 206 302 304 304 404 500',
    )
    expect(observed.download.bytes).toBe(DOWNLOAD_BYTES)
    expect(observed.events.spread).toBeGreaterThan(150)
    expect(observed['login, cookies and a redirect'].headers.filter(([name]) => name === 'set-cookie')).toHaveLength(2)
  })

  it('the report names the planted leaks, each where it is, and nothing else', async () => {
    await worker.waitForEvents(2 * Object.keys(EXCHANGES).length)
    const report = reportOf(worker.lines)
    const found = report.routes.flatMap(({ route, side, rules }) =>
      rules.map(({ rule, action, outcome, messages, findings }) => ({ route, side, rule, action, outcome, messages, findings })),
    )
    const observed = { outcome: 'observed', messages: 1 }
    expect(found).toEqual([
      { ...observed, route: 'debug', side: 'response', rule: 'github-token', action: 'redact', findings: 1 },
      { ...observed, route: 'orders', side: 'response', rule: 'credit-card', action: 'mask', findings: 2 },
      { ...observed, route: 'support', side: 'request', rule: 'github-token', action: 'block', findings: 1 },
    ])
    const would = Object.fromEntries(
      report.routes.map((at) => [`${at.route} ${at.side}`, [at.wouldEdit, at.wouldBlock, at.enforced]]),
    )
    expect(would).toMatchObject({
      'debug response': [1, 0, 0],
      'orders response': [1, 0, 0],
      'support request': [0, 1, 0],
      ' response': [0, 0, 0],
    })
    const text = worker.lines.join('\n')
    for (const value of [CARD, REFERENCE, TOKEN]) expect(text).not.toContain(value)
  })

  it('a suppression in the store is in force within the reload time, without a deployment', async () => {
    const where = ['--rule', 'payment/credit-card', '--route', 'orders', '--path', '/reference']
    const args = ['suppress', policyFile, ...where, '--reason', 'numbers of orders', '--expires', '90d']
    expect(edgeDlp(args)).toEqual({ status: 0, stdout: '', stderr: '' })
    await deploy()
    const suppressed = async () => {
      const before = worker.lines.length
      await ask('/orders/7')
      const report = reportOf(worker.lines.slice(before))
      return report.routes.find(({ side }) => side === 'response')?.rules.map(({ outcome, findings }) => `${findings} ${outcome}`)
    }
    await expect.poll(suppressed, seconds).toEqual(['1 observed', '1 suppressed'])
  })

  it('one route enforced is scrubbed but for what is suppressed, and the others are as they were', async () => {
    const policy = JSON.parse(readFileSync(policyFile, 'utf8'))
    policy.routes.find(({ name }: { name: string }) => name === 'orders').mode = 'enforce'
    writeFileSync(policyFile, JSON.stringify(policy))
    await deploy()
    const scrubbed = JSON.stringify({ id: 7, reference: REFERENCE, payment: { card: '************1111' } })
    await expect.poll(() => ask('/orders/7'), seconds).toBe(scrubbed)

    const before = worker.lines.length
    const { order, ...others } = await runAll(worker.url)
    const { order: plainOrder, ...plainOthers } = asPlain
    expect(withoutTimes(others)).toEqual(withoutTimes(plainOthers))
    expect(order.arrived).toEqual(plainOrder.arrived)
    expect([order.status, order.bytes]).toEqual([200, Buffer.byteLength(scrubbed)])
    // A copy of what was there before must not be taken for this.
    const tag = (seen: Seen) => seen.headers.find(([name]) => name === 'etag')?.[1]
    expect(tag(order)).not.toBe(tag(plainOrder))

    await expect
      .poll(() => worker.lines.slice(before).filter((line) => line.includes('edge-dlp/event/1')).length, seconds)
      .toBe(2 * Object.keys(EXCHANGES).length)
    const report = reportOf(worker.lines.slice(before))
    const edited = report.routes.filter((at) => at.edited > 0)
    expect(edited.map(({ route, side, enforced }) => ({ route, side, enforced }))).toEqual([
      { route: 'orders', side: 'response', enforced: 1 },
    ])
  })
})
