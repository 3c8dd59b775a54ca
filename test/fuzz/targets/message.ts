import zlib from 'node:zlib'
import { placedRules } from '../../../rules/index.ts'
import { createPool } from '../../../src/body/pool.ts'
import { toMessage } from '../../../src/middleware/messages.ts'
import { BodyAborted, passMessage } from '../../../src/pipeline/message.ts'
import { compilePolicy } from '../../../src/policy/compile.ts'
import type { Policy } from '../../../src/policy/schema.ts'
import type { DlpOutcome } from '../../../src/telemetry/outcome.ts'
import { engine } from '../../support/engine.ts'
import { holds, randomCuts, same, size, type Target, windowsOf } from '../target.ts'

const limits: Policy['limits'][] = [undefined, { maxWholeBytes: 16 }, { maxWholeBytes: 64, maxInspectBytes: 80 }, { maxDepth: 2 }]
const policies = limits.flatMap((limits) =>
  (['block', 'pass'] as const).map((posture) =>
    compilePolicy(
      { mode: 'enforce', request: { '*': 'redact', credentials: 'block' }, onUninspected: { request: posture }, limits },
      placedRules,
      'fuzz',
    ),
  ),
)
const TYPES = [
  'text/plain',
  'application/json',
  'application/x-www-form-urlencoded',
  'text/html',
  'text/csv',
  'multipart/form-data; boundary=b',
  'application/xml',
  'image/png',
  '',
  'text/plain; charset=iso-2022-jp',
  'application/x-ndjson',
]
const CODINGS: readonly (readonly [string, (body: Uint8Array) => Uint8Array])[] = [
  ['', (body) => body],
  ['', (body) => body],
  ['', (body) => body],
  ['gzip', (body) => zlib.gzipSync(body)],
  ['deflate', (body) => zlib.deflateRawSync(body)],
  ['gzip', (body) => body],
  ['gzip', (body) => zlib.gzipSync(body).subarray(0, 20 + (body.length >> 1))],
  ['zstd', (body) => body],
]

/** As in scrub.ts. What was found of a message that is stopped depends on how much of it had come. */
const OPEN_GAP = /%[0-9a-f]{2}/i

interface Seen {
  readonly refused: string
  readonly out: Buffer
  /** What left, decoded as its header says. */
  readonly content: () => string
  readonly ended: string
  readonly outcome: DlpOutcome
}

/** Passes one message whose body comes in these windows, and takes all of it. */
async function pass(
  windows: readonly Uint8Array[],
  headers: Record<string, string>,
  policy: (typeof policies)[number],
): Promise<Seen> {
  const outcomes: DlpOutcome[] = []
  const faults: unknown[] = []
  const pool = createPool(1 << 20)
  const queue = windows.filter((window) => window.length > 0)
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const window = queue.shift()
      if (window === undefined) controller.close()
      else controller.enqueue(window.slice())
    },
  })
  const context = {
    engine,
    codings: {},
    pool,
    finished: (outcome: DlpOutcome) => void outcomes.push(outcome),
    onError: (error: unknown) => void faults.push(error),
  }
  const message = toMessage(
    'request',
    { method: 'POST', host: 'a.example', path: '/' },
    0,
    new Headers(headers),
    body as never,
    policy,
    { trust: 'header' },
  )
  const passed = await passMessage(context, message)
  const pieces: Uint8Array[] = []
  let ended = 'whole'
  if (passed.body instanceof Uint8Array) pieces.push(passed.body)
  else if (passed.body !== null && passed.refusal === undefined) {
    const reader = (passed.body as unknown as ReadableStream<Uint8Array>).getReader()
    try {
      for (let read = await reader.read(); !read.done; read = await reader.read()) pieces.push(read.value)
    } catch (error) {
      holds(`the stream fails with ${error}`, error instanceof BodyAborted)
      ended = `aborted ${(error as BodyAborted).reason}`
    }
  }
  holds(`a fault of ours: ${faults[0]}`, faults.length === 0)
  same('events a message', `${outcomes.length}`, '1')
  holds('its share of the pool is not free again', pool.take(1 << 20))
  const out = Buffer.concat(pieces)
  const coding = passed.headers.get('content-encoding')
  return { refused: passed.refusal?.reason ?? '', out, content: () => decoded(out, coding), ended, outcome: outcomes[0] }
}

function decoded(body: Uint8Array, coding: string | null): string {
  if (body.length === 0) return ''
  if (coding === 'gzip') return zlib.gunzipSync(body).toString('latin1')
  if (coding !== 'deflate') return Buffer.from(body).toString('latin1')
  try {
    return zlib.inflateSync(body).toString('latin1')
  } catch {
    return zlib.inflateRawSync(body).toString('latin1')
  }
}

export const message: Target = {
  name: 'message',
  about:
    'whole messages of every type, coding and limit: one event each, receipts that balance, the same content for every cut, the pool free again',
  seeds: [
    '{"card":"4111 1111 1111 1111"}',
    'a=1&mail=ada%40example.com',
    '<p>ada@example.com</p>',
    '--b\r\n\r\n4111111111111111\r\n--b--',
    'ssn,b\n536228726,x',
    '[[[["x"]]]]',
    `key ghp_R7qJ2mXw9TzK4vLs8NfB3cHy6PdG1aWe5UxQ`,
    '\x89PNG\r\n\x1a\n',
  ],
  words: [
    '4111111111111111',
    'ada@example.com',
    '{"',
    '":"',
    '"}',
    '[',
    ']',
    '&',
    '=',
    '%40',
    '<p>',
    '</p>',
    '--b\r\n',
    '\r\n',
    'ghp_R7qJ2mXw9TzK4vLs8NfB3cHy6PdG1aWe5UxQ',
    '\0',
    'é',
    'harbor willow ',
  ],
  async check(input, random) {
    const policy = random.pick(policies)
    const type = random.pick(TYPES)
    const [coding, code] = random.pick(CODINGS)
    const coded = Uint8Array.from(code(input))
    const headers: Record<string, string> = {
      ...(type === '' ? {} : { 'content-type': type }),
      ...(coding === '' ? {} : { 'content-encoding': coding }),
    }
    const cuts = randomCuts(coded.length, random, 0.03)
    const one = await pass([coded], headers, policy)
    const other = await pass(windowsOf(coded, cuts), headers, policy)
    for (const { outcome, refused, ended } of [one, other]) {
      const { bytesIn, inspected, notInspected } = outcome.receipt
      const passedOver = Object.values(notInspected).reduce((sum, bytes) => sum + bytes, 0)
      holds('a receipt has no negative part', inspected >= 0 && Object.values(notInspected).every((bytes) => bytes >= 0))
      same('receipt', `${inspected + passedOver}`, `${bytesIn}`)
      if (coding === '' && refused === '' && ended === 'whole') same('bytes in', `${bytesIn}`, `${input.length}`)
    }
    const verdict = ({ refused, outcome, ended }: Seen) =>
      `${refused} ${ended} ${outcome.decision} ${Object.keys(outcome.receipt.notInspected).sort()} ${ended === 'whole' && !OPEN_GAP.test(Buffer.from(input).toString('latin1')) ? JSON.stringify(outcome.counts) : ''}`
    same(`cut at ${cuts}: ${type} ${coding}`, verdict(other), verdict(one))
    if (one.refused === '' && one.ended === 'whole') {
      if (one.outcome.edits === 0)
        holds(
          `nothing edited, and other bytes: ${type} ${coding}`,
          one.out.equals(coded) || one.content() === decoded(coded, coding),
        )
      if (one.outcome.edits > 0 && coding !== 'zstd') same(`cut at ${cuts}: ${type} ${coding}`, other.content(), one.content())
    }
    return [
      type,
      `${coding} ${one.refused} ${one.ended}`,
      one.outcome.decision,
      ...Object.keys(one.outcome.receipt.notInspected),
      ...Object.keys(one.outcome.receipt.remarks),
      size(one.outcome.edits),
    ]
  },
}
