import { rawRequest, startRawOrigin } from '../support/raw-socket.ts'
import { startWorker } from '../support/workers.ts'
import { hold, median, record } from './figures.ts'

/**
 * Memory of workerd while bodies stream through, every rule on: resident bytes at 200 MB less those at 20 MB, in both directions, with a
 * slow reader, and with 16 × 20 MB at once, beside a Worker that copies streams and does nothing else: workerd itself needs more for each. Each case has a
 * process of its own.
 */
const POLICY = { mode: 'enforce', request: { '*': 'redact' }, response: { '*': 'redact' } }
const PIECE = Buffer.from('{"note":"harbor willow copper lamp","total":12.50,"open":true},\n'.repeat(1000))
const MB = 1_000_000

async function* pieces(bytes: number) {
  for (let at = 0; at < bytes; at += PIECE.length) yield PIECE
}

type Case = 'request' | 'response' | 'slow response' | '16 responses'

/** Highest resident bytes while `bytes` pass, in MiB. */
async function peak(what: Case, bytes: number, copied = false): Promise<number> {
  const origin = await startRawOrigin(
    () =>
      what === 'request'
        ? { body: 'ok' }
        : { headers: [['content-type', 'application/x-ndjson']], body: pieces(bytes), framing: 'chunked' },
    { keepBody: false },
  )
  const worker = await startWorker({
    origin: origin.url,
    policy: POLICY,
    bindings: { CONSOLE: 'off', MODE: 'copied' },
    entry: copied ? 'test/bench/fixtures/bare.ts' : undefined,
  })
  const one = async (): Promise<number> => {
    const { message } = await rawRequest(worker.url, {
      ...(what === 'request' ? { body: pieces(bytes), framing: 'chunked' as const } : {}),
      headers: [['content-type', 'application/x-ndjson']],
      keepBody: false,
      timeoutMs: 600_000,
      ...(what === 'slow response' ? { slow: { bytes: 256 << 10, everyMs: 5 } } : {}),
    })
    if (message?.status !== 200 || !message.complete) throw new Error(`${what}: the message did not come whole`)
    return what === 'request' ? bytes : message.bodyLength
  }
  let most = worker.rss()
  const timer = setInterval(() => {
    most = Math.max(most, worker.rss())
  }, 20)
  const moved = await Promise.all(Array.from({ length: what === '16 responses' ? 16 : 1 }, one))
  clearInterval(timer)
  if (moved.some((length) => length < bytes)) throw new Error(`${what}: bytes are missing`)
  await worker.close()
  await origin.close()
  return most / 2 ** 20
}

export async function memory(): Promise<void> {
  const result: Record<string, unknown> = {}
  const repeated = async (what: Case, bytes: number, copied = false) => {
    const all: number[] = []
    for (let i = 0; i < 3; i++) all.push(await peak(what, bytes, copied))
    return median(all)
  }
  const short: Partial<Record<Case, number>> = {}
  for (const what of ['request', 'response', 'slow response'] as const) {
    short[what] = await repeated(what, 20 * MB)
    const long = await repeated(what, 200 * MB)
    process.stdout.write(`${what}: ${short[what].toFixed(1)} MiB at 20 MB, ${long.toFixed(1)} MiB at 200 MB\n`)
    hold(`${what}, MiB at 200 MB over 20 MB`, long - short[what], { atMost: 32 })
    result[what] = { at20: short[what], at200: long }
  }
  const more = (await repeated('16 responses', 20 * MB)) - short.response!
  const copies = (await repeated('16 responses', 20 * MB, true)) - (await repeated('response', 20 * MB, true))
  process.stdout.write(
    `16 × 20 MB at once: ${more.toFixed(1)} MiB over one; where they are only copied, ${copies.toFixed(1)} MiB\n`,
  )
  hold('16 × 20 MB at once, MiB over one, beyond what copying takes', more - copies, { atMost: 32 })
  result['16 × 20 MB over one'] = { dlp: more, copied: copies }
  record('memory', result)
}
