import { startWorker } from '../support/workers.ts'
import { hold, median, record } from './figures.ts'
import { cpuMs, load, startPlainOrigin } from './load.ts'

/**
 * What edge-dlp costs a gateway in workerd: requests a second and CPU of workerd's process, beside the same gateway without the passes
 * and one that reads each body once. Rounds are interleaved; figures are medians over the rounds.
 */
const POLICY = { mode: 'enforce', request: { '*': 'redact' }, response: { '*': 'redact' } }
const ROUNDS = 9
/** Rounds before the first one that counts: V8 compiles for some ten thousand requests, on threads that are counted with the process, and an isolate lives for many more. */
const WARM_UP = 5
/** Bare scans of a round. */
const SCANS = 40

/** JSON as an API answers it: records with ids, names, times, numbers and text, and nothing to find. */
export function records(bytes: number): Buffer {
  const items: object[] = []
  for (let i = 0, length = 0; length < bytes; i++) {
    const item = {
      id: `ord-${(i * 7919) % 99_991}`,
      status: ['open', 'paid', 'sent'][i % 3],
      created: `2026-0${1 + (i % 9)}-1${i % 10}T08:0${i % 10}:00Z`,
      total: { amount: ((i * 37) % 900) + 0.5, currency: 'EUR' },
      lines: [{ name: 'harbor lamp', quantity: 1 + (i % 4), note: 'leave it at the willow door' }],
      gift: i % 2 === 0,
    }
    items.push(item)
    length += JSON.stringify(item).length + 1
  }
  return Buffer.from(JSON.stringify(items))
}

const HEAD = 'host: bench.example\r\naccept: application/json\r\naccept-encoding: gzip\r\nuser-agent: bench\r\n'
const get = Buffer.from(`GET /orders?page=2 HTTP/1.1\r\n${HEAD}\r\n`)
const post = (path: string, body: Buffer) =>
  Buffer.concat([
    Buffer.from(`POST ${path} HTTP/1.1\r\n${HEAD}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`),
    body,
  ])

interface Round {
  readonly perSecond: number
  readonly cpu: number
}

export async function gateway(): Promise<void> {
  const small = records(2000)
  const large = records(600_000)
  const result: Record<string, unknown> = {}
  for (const [name, body, count] of [
    ['2 KB', small, 3000],
    ['600 KB', large, 80],
  ] as const) {
    const origin = await startPlainOrigin('content-type: application/json\r\netag: "v1"\r\ncache-control: no-store\r\n', body)
    const url = `http://127.0.0.1:${origin.port}`
    const bare = 'test/bench/fixtures/bare.ts'
    const workers = {
      bare: await startWorker({ origin: url, entry: bare, bindings: { MODE: 'bare' } }),
      buffered: await startWorker({ origin: url, entry: bare, bindings: { MODE: 'buffered' } }),
      dlp: await startWorker({ origin: url, policy: POLICY, bindings: { CONSOLE: 'off' } }),
    }
    type Kind = keyof typeof workers
    const kinds = Object.keys(workers) as Kind[]
    const run = async (kind: Kind, request: Buffer, times: number): Promise<Round> => {
      const worker = workers[kind]
      const before = cpuMs(worker.pid!)
      const { seconds, requests, body: got } = await load(worker.url, request, times)
      if (!got.subarray(-200).includes(body.subarray(-100, -4))) throw new Error(`${kind}: not the body that was asked for`)
      return { perSecond: requests / seconds, cpu: (cpuMs(worker.pid!) - before) / requests }
    }
    // In turns with the rounds: what else the machine does moves both.
    const scans: number[] = []
    const scan = async (times: number) => {
      const before = cpuMs(workers.bare.pid!)
      await load(workers.bare.url, post(`/scan/${times}`, body), 1, 1)
      return (cpuMs(workers.bare.pid!) - before) / times
    }
    const measure = async (request: Buffer) => {
      if (body === large) await scan(SCANS * WARM_UP)
      const rounds: Record<Kind, Round[]> = { bare: [], buffered: [], dlp: [] }
      for (const kind of kinds) await run(kind, request, WARM_UP * count)
      for (let round = 0; round < ROUNDS; round++) {
        for (const kind of round % 2 === 0 ? kinds : [...kinds].reverse()) rounds[kind].push(await run(kind, request, count))
        if (body === large) scans.push(await scan(SCANS))
      }
      const of = (kind: Kind, what: keyof Round) => median(rounds[kind].map((round) => round[what]))
      return {
        perSecond: Object.fromEntries(kinds.map((kind) => [kind, Math.round(of(kind, 'perSecond'))])) as Record<Kind, number>,
        cpuMs: Object.fromEntries(kinds.map((kind) => [kind, Number(of(kind, 'cpu').toFixed(4))])) as Record<Kind, number>,
        ratio: median(rounds.dlp.map(({ perSecond }, i) => perSecond / rounds.bare[i].perSecond)),
      }
    }
    const say = (what: string, { perSecond, cpuMs, ratio }: Awaited<ReturnType<typeof measure>>) =>
      process.stdout.write(
        `${name} ${what}: ${kinds.map((kind) => `${kind} ${perSecond[kind]}/s ${cpuMs[kind].toFixed(3)} ms`).join(', ')}; dlp makes ${ratio.toFixed(2)} of bare\n`,
      )
    const asked = await measure(get)
    say('answer', asked)
    const sent = body === small ? await measure(post('/orders', body)) : undefined
    if (sent !== undefined) {
      say('request and answer', sent)
      hold('2 KB JSON, requests a second beside the bare gateway', asked.ratio, { atLeast: 0.92 })
    } else {
      const bareScan = median(scans)
      const read = asked.cpuMs.buffered - asked.cpuMs.bare
      const added = asked.cpuMs.dlp - asked.cpuMs.bare
      process.stdout.write(
        `600 KB: bare scan ${bareScan.toFixed(3)} ms, one buffered read ${read.toFixed(3)} ms, dlp adds ${added.toFixed(3)} ms\n`,
      )
      hold('600 KB clean JSON, CPU added over scan and read', added / (bareScan + read), { atMost: 1.3 })
      hold('600 KB clean JSON, requests a second beside the bare gateway', asked.ratio, { atLeast: 0.4 })
      Object.assign(result, { scanMs: bareScan, readMs: read, addedMs: added })
    }
    result[name] = { answer: asked, ...(sent === undefined ? {} : { 'request and answer': sent }) }
    for (const worker of Object.values(workers)) await worker.close()
    origin.close()
  }
  record('gateway', result)
}
