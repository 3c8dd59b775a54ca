import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { createNodeKernel } from '../../adapters/node/wasm-kernel.ts'
import { placedRules } from '../../rules/index.ts'
import { createPool } from '../../src/body/pool.ts'
import { toMessage } from '../../src/middleware/messages.ts'
import { passMessage } from '../../src/pipeline/message.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import type { DlpOutcome } from '../../src/telemetry/outcome.ts'
import { engineWith } from '../support/engine.ts'

/** `npm run test:deep`: 256 streams of 50 MB. Otherwise as many as tell what one holds. */
const DEEP = process.env.DEEP === '1'
const STREAMS = DEEP ? 256 : 60
const MB = 1_000_000
const BYTES = DEEP ? 50 * MB : 1.1 * MB
const CHUNK = 16 << 10

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** What begins a body of each type, and what repeats in it: with values, escapes, and what is held back for a while. */
const KINDS: readonly (readonly [type: string, head: string, rest: string])[] = [
  ['application/x-ndjson', '', '{"note":"harbor willow","card":"4111 1111 1111 1111","open":true}\n'],
  ['application/json', '[', '{"note":"harbor \\u0077illow","parts":["4111","1111"],"n":1.5e3},\n'],
  ['application/json', '["', 'one string without an end, ann.lee@mail.example, '],
  ['text/html', '<!doctype html><body>', '<p class="lamp">harbor <b>41</b>11 &amp; willow, ann.lee@mail.example</p>\n'],
  ['text/html', '<!doctype html><body>', '<div>deep '],
  ['application/xml', '<?xml version="1.0"?><r>', '<a b="harbor">lamp <![CDATA[4111 1111]]></a>'],
  ['text/csv', 'name,note\n', 'harbor,"willow ""lamp"" 4111 1111 1111 1111"\n'],
  ['application/x-www-form-urlencoded', 'a=b', '&note=harbor+willow%20lamp&n=4111&n=1111'],
  [
    'multipart/form-data; boundary=edge',
    '',
    '--edge\r\ncontent-disposition: form-data; name="a"\r\n\r\nharbor willow 4111 1111\r\n',
  ],
  ['application/json', '["', '<p>one string of mark-up without an end, <b>41</b>11</p>'],
  ['application/xml', '<r><![CDATA[', '<p>harbor <b>41</b>11 willow</p>\n'],
  ['text/plain', '', 'harbor willow d2lsbG93IGxhbXAgYW5kIGNvcHBlcg== 4111 1111 1111 1111 '],
  ['text/plain', '', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.'],
  ['text/plain', '', '-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n'],
]

interface Flow {
  readonly reader: ReadableStreamDefaultReader<Uint8Array>
  left: number
  over: boolean
}

/** Bytes of the heap and of buffers that are in use. Buffers are freed a while after they were collected. */
async function used(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    collect()
    await new Promise((then) => setTimeout(then, 10))
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

test(`${STREAMS} streams of ${BYTES / MB} MB at once hold 128 KiB each, whatever has passed`, {
  timeout: DEEP ? 7_200_000 : 180_000,
}, async () => {
  const engine = engineWith(createNodeKernel())
  const policy = compilePolicy(
    { mode: 'enforce', request: { '*': 'redact' }, onUninspected: { request: { 'depth-limit': 'pass' } } },
    placedRules,
    'test',
  )
  const pool = createPool(48 << 20)
  const outcomes: DlpOutcome[] = []
  // Bodies are made of shared chunks, so that what the sender holds is not counted.
  const chunks = KINDS.map(([, , rest]) => new TextEncoder().encode(rest.repeat(Math.ceil(CHUNK / rest.length))))
  const open = async (i: number): Promise<Flow> => {
    const [type, head] = KINDS[i % KINDS.length]
    const chunk = chunks[i % KINDS.length]
    let sent = 0
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          if (sent >= BYTES) return controller.close()
          const next = sent === 0 && head !== '' ? new TextEncoder().encode(head) : chunk
          controller.enqueue(next)
          sent += next.length
        },
      },
      { highWaterMark: 0 },
    )
    const headers = new Headers({ 'content-type': type, 'content-length': `${BYTES + CHUNK}` })
    const request = { method: 'POST', host: 'a.example', path: '/' }
    const passed = await passMessage(
      {
        engine,
        codings: {},
        pool,
        finished: (outcome) => void outcomes.push(outcome),
        onError: (error) => expect.fail(String(error)),
      },
      toMessage('request', request, 0, headers, body as never, policy, { trust: 'header' }),
    )
    return { reader: (passed.body as unknown as ReadableStream<Uint8Array>).getReader(), left: 0, over: false }
  }
  // Tables, sessions that are kept for the next, compiled code: of the isolate, not of a stream.
  const warm = await Promise.all(KINDS.map((_, i) => open(i)))
  for (const { reader } of warm) {
    for (let bytes = 0; bytes < 400_000; ) bytes += (await reader.read()).value?.length ?? 400_000
    await reader.cancel()
  }
  const before = await used()
  const flows = await Promise.all(Array.from({ length: STREAMS }, (_, i) => open(i)))
  let most = 0
  for (let target = CHUNK, round = 0; flows.some(({ over }) => !over); target += CHUNK, round++) {
    for (const flow of flows) {
      while (!flow.over && flow.left < target) {
        const { done, value } = await flow.reader.read()
        if (done) flow.over = true
        else flow.left += value.length
      }
    }
    // often at first, then at every hundredth round
    if (round % (round < 64 ? 16 : 100) === 15) most = Math.max(most, (await used()) - before)
  }
  expect(outcomes.length).toBe(STREAMS + KINDS.length)
  expect(flows.every(({ left }) => left > BYTES / 4)).toBe(true)
  process.stdout.write(
    `memory: ${STREAMS} streams, ${Math.round(most / STREAMS / 1024)} KiB each, ${(most / MB).toFixed(1)} MB in all\n`,
  )
  expect(most / STREAMS).toBeLessThan(128 << 10)
  expect(most).toBeLessThan(64 * MB)
})
