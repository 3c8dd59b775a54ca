import zlib from 'node:zlib'
import { createGateway } from '../../src/gateway/gateway.ts'
import type { Engine } from '../../src/pipeline/engine.ts'
import { definePolicy } from '../../src/policy/schema.ts'
import type { Kernel } from '../../src/scanner/kernel.ts'
import { createPortableKernel } from '../../src/scanner/kernels/portable/kernel.ts'
import { engineWith } from '../support/engine.ts'
import { Random } from '../support/random.ts'

/**
 * A gateway of which every power is a script: bodies, the origin's call, the policy's store, clock, keys, ids, sinks, the kernel. Calls are
 * counted as they are made, and the one of a given number fails; so a run is known by scenario and call, and can be run again.
 */
export const POWERS = [
  'read', // a body's next chunk
  'cancel', // the wish for no more of it
  'write', // into a pipe of the platform
  'take', // the receiver of a body takes the next chunk
  'fetch',
  'policy',
  'clock',
  'id',
  'import-key',
  'sign',
  'sink',
  'finding',
  'kernel',
] as const
export type Power = (typeof POWERS)[number]

/** The failure that is planted. Bears a value, as errors of others do: it must not be told. */
export class Planted extends Error {}

export class Calls {
  readonly made: Power[] = []
  readonly #failing: number

  /** `failing`: the number of the call that fails; 0 for none. */
  constructor(failing: number) {
    this.#failing = failing
  }

  /** Counts a call; throws if it is the one. */
  hit(power: Power): void {
    this.made.push(power)
    if (this.made.length === this.#failing) throw new Planted(`${power} failed near ${VALUES.card}`)
  }

  get failed(): Power | undefined {
    return this.made[this.#failing - 1]
  }
}

export const VALUES = {
  card: '4111111111111111',
  mail: 'ada.lovelace@mail.example.net',
  token: ['ghp', 'R7qJ2mXw9TzK4vLs8NfB3cHy6PdG1aWe5UxQ'].join('_'),
} as const

export interface Scenario {
  readonly name: string
  readonly side: 'request' | 'response'
  readonly policy: object
  readonly type: string
  readonly coding: '' | 'gzip' | 'deflate'
  readonly plain: string
  readonly chunk: number
  readonly enforced: boolean
  /** URL and headers are inspected too. */
  readonly places: boolean
  /** Bodies leave through pipes of the platform, as on Workers. */
  readonly pipes: boolean
  /** Whoever listens for faults has one of its own, each time. */
  readonly deaf: boolean
  /** A message of which no byte may come to its receiver as whole. */
  readonly blocks: boolean
}

const WORDS = ['harbor', 'willow', 'copper', 'meadow', 'lantern', 'orchard', 'pebble', 'saffron']

/** Scenario `n` of a seed: one exchange with a body that holds values. */
export function createScenario(seed: number, n: number): Scenario {
  const random = new Random(seed * 7_919 + n)
  const words = (count: number) => Array.from({ length: count }, () => random.pick(WORDS)).join(' ')
  const side = n % 2 === 0 ? 'request' : 'response'
  const action = random.pick(['redact', 'mask', 'hash', 'hash'] as const)
  const blocks = random.chance(0.25)
  const streams = random.chance(0.5)
  const enforced = n % 10 !== 9
  const late = random.pick(['abort', 'redact'] as const)
  const coding = random.pick(['', '', 'gzip', 'deflate'] as const)
  const sides = { '*': action, credentials: blocks ? 'block' : action } as const
  const places = random.chance(0.3)
  const policy = definePolicy({
    mode: enforced ? 'enforce' : 'observe',
    request: sides,
    response: sides,
    onLateBlock: late,
    ...(places ? { places: { url: 'inspect', headers: 'inspect' } as const } : {}),
    limits: streams ? { maxWholeBytes: 256 } : {},
  })
  const secrets = `${VALUES.card} ${words(2)} ${VALUES.mail}${blocks ? ` ${words(1)} ${VALUES.token}` : ''}`
  const long = words(random.int(30, 80))
  const [type, plain] = random.pick([
    ['application/json', `{"note":"${long}","item":"${secrets}","rest":"${words(8)}"}`],
    ['text/plain', `${long}\n${secrets}\n${words(8)}\n`],
    ['text/html', `<p>${long}</p><p title="x">${secrets}</p><p>${words(8)}</p>`],
    ['application/x-www-form-urlencoded', `note=${long.replaceAll(' ', '+')}&item=${encodeURIComponent(secrets)}&rest=end`],
    [
      'multipart/form-data; boundary=b',
      `--b\r\ncontent-disposition: form-data; name="a"\r\n\r\n${long}\r\n--b\r\ncontent-disposition: form-data; name="b"\r\n\r\n${secrets}\r\n--b--\r\n`,
    ],
    ['text/csv', `note,item\r\n${long},${words(1)}\r\n${words(2)},${secrets}\r\n`],
  ])
  return {
    name: `${side} ${type.split(';')[0]} ${coding || 'identity'} ${action}${blocks ? ` block/${late}` : ''}${streams ? ' streamed' : ''}${enforced ? '' : ' observed'}`,
    side,
    policy,
    type,
    coding,
    plain,
    chunk: random.int(20, 400),
    enforced,
    places,
    pipes: n % 3 === 0,
    deaf: n % 4 === 1,
    blocks,
  }
}

/** An engine whose kernels, the spare one too, count their calls. */
function engineOf(calls: Calls): Engine {
  const counted = (): Kernel => {
    const kernel = createPortableKernel()
    return {
      name: kernel.name,
      open(tables) {
        const session = kernel.open(tables)
        return {
          feed(window, last) {
            calls.hit('kernel')
            return session.feed(window, last)
          },
          reset: () => session.reset(),
          get steps() {
            return session.steps
          },
        }
      },
    }
  }
  return engineWith(counted(), counted)
}

/** What crossed the borders of the gateway in one run. */
export interface Run {
  readonly calls: Calls
  readonly ended: 'answered' | 'rejected' | 'hung'
  readonly status: number
  /** Each message as it arrived: head and body; `complete` when it came to its proper end. */
  readonly toOrigin: Arrived | undefined
  readonly toClient: Arrived | undefined
  readonly events: Record<string, unknown>[]
  /** What was told of faults. */
  readonly told: string[]
}

export interface Arrived {
  readonly head: string
  body: Buffer
  complete: boolean
}

/** Far beyond what a run takes, also on a machine that stands still for a while. */
const HUNG_MS = 20_000

export async function runScenario(scenario: Scenario, failing: number): Promise<Run> {
  const calls = new Calls(failing)
  const events: Record<string, unknown>[] = []
  const told: string[] = []
  const coded = encode(scenario.plain, scenario.coding)
  const headers = (own: boolean): [string, string][] => [
    ['content-type', own ? scenario.type : 'text/plain'],
    ...(own && scenario.coding !== '' ? ([['content-encoding', scenario.coding]] as [string, string][]) : []),
    ['x-note', own ? `mail ${VALUES.mail}` : 'none'],
  ]
  let toOrigin: Arrived | undefined
  let toClient: Arrived | undefined
  const hmac = {
    importKey: async (raw: Uint8Array) => {
      calls.hit('import-key')
      return crypto.subtle.importKey('raw', raw as never, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
    },
    sign: async (key: unknown, bytes: Uint8Array) => {
      calls.hit('sign')
      return crypto.subtle.sign('HMAC', key as never, bytes as never)
    },
  }
  const gateway = createGateway({
    origin: 'http://origin.example',
    engine: engineOf(calls),
    policy: {
      current: async () => {
        calls.hit('policy')
        return scenario.policy
      },
    },
    key: 'ab'.repeat(16),
    hmac,
    clock: () => {
      calls.hit('clock')
      return 1_900_000_000_000
    },
    randomId: () => {
      calls.hit('id')
      return 'id'
    },
    sinks: [
      {
        write(event) {
          calls.hit('sink')
          events.push(JSON.parse(JSON.stringify(event)))
        },
      },
    ],
    onFinding: () => calls.hit('finding'),
    onError: (error) => {
      if (!(error instanceof Planted)) told.push(String(error))
      if (scenario.deaf) throw new Planted('nobody listens')
    },
    ...(scenario.pipes
      ? {
          streams: {
            openReader: (stream: unknown) => (stream as ReadableStream).getReader() as never,
            pipe: () => pipe(calls) as never,
          },
        }
      : {}),
    fetch: async (url, init) => {
      calls.hit('fetch')
      const { headers: lines, body, signal } = init as unknown as { headers: Headers; body?: never; signal?: AbortSignal }
      toOrigin = { head: `${url}\n${linesOf(lines)}`, body: Buffer.alloc(0), complete: false }
      await receive(toOrigin, body, calls, signal)
      const own = scenario.side === 'response'
      return new Response(source(own ? coded : Buffer.from('ok'), scenario.chunk, calls), { headers: headers(own) }) as never
    },
  })
  const own = scenario.side === 'request'
  const request = new Request(`http://shop.example/a/b?q=${own ? VALUES.card : 'x'}`, {
    method: 'POST',
    headers: headers(own),
    body: source(own ? coded : Buffer.from('q'), scenario.chunk, calls),
    duplex: 'half',
  } as RequestInit)
  let status = 0
  const exchange = async (): Promise<Run['ended']> => {
    let answer: Response
    try {
      answer = (await gateway.fetch(request as never)) as unknown as Response
    } catch {
      return 'rejected'
    }
    status = answer.status
    toClient = { head: linesOf(answer.headers as never), body: Buffer.alloc(0), complete: false }
    await receive(toClient, answer.body as never, calls).catch(() => {})
    return 'answered'
  }
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'hung'>((resolve) => {
    timer = setTimeout(() => resolve('hung'), HUNG_MS)
  })
  const ended = await Promise.race([exchange(), late])
  clearTimeout(timer)
  // Whatever was left unhandled shows itself now.
  await new Promise((resolve) => setImmediate(resolve))
  return { calls, ended, status, toOrigin, toClient, events, told }
}

/** A body that is made chunk by chunk, as it is asked for. */
function source(bytes: Buffer, chunk: number, calls: Calls): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        calls.hit('read')
        if (at >= bytes.length) return controller.close()
        controller.enqueue(Uint8Array.from(bytes.subarray(at, (at += chunk))))
      },
      async cancel() {
        calls.hit('cancel')
      },
    },
    { highWaterMark: 0 },
  )
}

/** What Workers have in place of a stream of JavaScript's own. */
function pipe(calls: Calls) {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const writer = writable.getWriter()
  writer.closed.catch(() => {})
  return {
    readable,
    async write(bytes: Uint8Array) {
      calls.hit('write')
      await writer.write(bytes.slice())
    },
    close: () => writer.close(),
    abort: (reason: unknown) => writer.abort(reason),
  }
}

/** Takes a body to its end, or leaves when it is the turn of this call to fail; rejects where the body does not end properly. */
async function receive(
  into: Arrived,
  body: Uint8Array | ReadableStream<Uint8Array> | null | undefined,
  calls: Calls,
  signal?: AbortSignal,
) {
  if (body instanceof Uint8Array) into.body = Buffer.from(body)
  else if (body !== null && body !== undefined) {
    const reader = body.getReader()
    signal?.addEventListener('abort', () => void reader.cancel().catch(() => {}), { once: true })
    for (;;) {
      try {
        calls.hit('take')
      } catch (error) {
        await reader.cancel(error).catch(() => {})
        throw error
      }
      const { done, value } = await reader.read()
      signal?.throwIfAborted()
      if (done) break
      into.body = Buffer.concat([into.body, value])
    }
  }
  into.complete = true
}

function linesOf(headers: Headers): string {
  return [...headers].map(([name, value]) => `${name}: ${value}`).join('\n')
}

function encode(text: string, coding: Scenario['coding']): Buffer {
  return coding === 'gzip' ? zlib.gzipSync(text) : coding === 'deflate' ? zlib.deflateSync(text) : Buffer.from(text)
}

/** What can be read in a message, also in one that was cut. */
export function readable({ head, body }: Arrived): string {
  const texts = [head, body.toString('latin1')]
  for (const read of [zlib.gunzipSync, zlib.inflateSync])
    try {
      texts.push(read(body, { finishFlush: zlib.constants.Z_SYNC_FLUSH }).toString('latin1'))
    } catch {
      // It is not coded so.
    }
  return texts.map((text) => `${text}\n${decodeForm(text)}`).join('\n')
}

function decodeForm(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
}
