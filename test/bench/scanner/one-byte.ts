import { createNodeKernel } from '../../../adapters/node/wasm-kernel.ts'
import { createDlp, type DlpCore } from '../../../src/middleware/core.ts'
import { askedOf, toMessage } from '../../../src/middleware/messages.ts'
import { hold, median } from '../figures.ts'
import { records } from '../gateway.ts'

const ROUNDS = 15

/** A body of 16 KiB that comes one byte at a time, through a pass that inspects it beside one whose route skips it: CPU, taken whole (the default) and streamed. */
export async function oneByteChunks(): Promise<object> {
  const body = records(20_000).subarray(0, 16 << 10)
  const whole = await ratio(body, {})
  const streamed = await ratio(body, { maxWholeBytes: 0 })
  hold('16 KiB in chunks of one byte, CPU beside passing them unscanned', whole, { atMost: 2 })
  process.stdout.write(`      the same streamed: ${streamed.toFixed(2)}\n`)
  return { whole, streamed }
}

async function ratio(body: Buffer, limits: { maxWholeBytes?: number }): Promise<number> {
  const policy = { mode: 'enforce', response: { '*': 'redact' }, limits } as const
  const kernel = createNodeKernel('simd')
  const scanned = createDlp({ policy, kernel })
  const skipped = createDlp({ policy: { ...policy, routes: [{ match: {}, skip: true }] }, kernel })
  const ratios: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const bare = await cpuOf(skipped, body)
    ratios.push((await cpuOf(scanned, body)) / bare)
  }
  return median(ratios)
}

/** CPU milliseconds of one message, its bytes counted behind the pass. */
async function cpuOf(core: DlpCore, body: Buffer): Promise<number> {
  let at = 0
  const source = new ReadableStream<Uint8Array>(
    { pull: (controller) => (at < body.length ? controller.enqueue(body.slice(at, ++at)) : controller.close()) },
    { highWaterMark: 0 },
  )
  const asked = askedOf(new Request('http://bench.example/'))
  const before = process.cpuUsage()
  const policy = (await core.policy('bench'))!
  const headers = new Headers({ 'content-type': 'application/json' })
  const passed = await core.pass(
    toMessage('response', asked, 200, headers, source as never, policy, { trust: 'header' }),
    'bench',
  )
  let length = 0
  if (passed.body instanceof Uint8Array) length = passed.body.length
  else for await (const chunk of passed.body as unknown as AsyncIterable<Uint8Array>) length += chunk.length
  const { user, system } = process.cpuUsage(before)
  if (length !== body.length) throw new Error(`${length} of ${body.length} bytes came`)
  return (user + system) / 1000
}
