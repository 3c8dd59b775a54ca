import { expect, test } from 'vitest'
import { definePolicy } from '../../src/policy/schema.ts'
import { engine } from '../support/engine.ts'

// The module names no platform's types; those of Node's suite are others.
const { dlpFetch } = (await import(new URL('../../src/index.ts', import.meta.url).href)) as {
  dlpFetch: (options: object) => (input: string, init?: object) => Promise<Response>
}

/** `dlpFetch` before an origin that answers a tag, and what it was asked. */
function guarded(payment: 'redact' | 'mask' | undefined) {
  const asked: Headers[] = []
  const call = async (_: string, init: { headers: Headers; body?: ReadableStream }) => {
    asked.push(init.headers)
    if (init.body !== undefined && !(init.body instanceof Uint8Array)) for await (const _ of init.body);
    if (init.headers.get('if-none-match')?.includes('"v1"')) return new Response(null, { status: 304, headers: { etag: '"v1"' } })
    return new Response('card 4111111111111111', { headers: { 'content-type': 'text/plain', etag: '"v1"' } })
  }
  const policy = definePolicy({
    mode: payment === undefined ? 'observe' : 'enforce',
    request: { payment: payment ?? 'redact' },
    response: { payment: payment ?? 'redact' },
    limits: { maxWholeBytes: 64 },
  })
  return { ask: dlpFetch({ policy, engine, fetch: call }), asked }
}

test('a copy of this policy is revalidated; of another, or of none, it is not', async () => {
  const redact = guarded('redact')
  const mask = guarded('mask')
  const tag = (await redact.ask('https://api.example/a')).headers.get('etag')!
  expect(tag).toMatch(/^"v1-dlp\.[0-9a-f]{8}"$/)
  const status = async ({ ask }: typeof redact, none: string) =>
    (await ask('https://api.example/a', { headers: { 'if-none-match': none } })).status
  expect([await status(redact, tag), await status(redact, '"v1"'), await status(mask, tag)]).toEqual([304, 200, 200])
})

test('only codings that can be read are asked for; an observing side asks as it was told', async () => {
  const redact = guarded('redact')
  const observe = guarded(undefined)
  for (const { ask } of [redact, observe]) await ask('https://api.example/a', { headers: { 'accept-encoding': 'zstd, gzip, *' } })
  expect([redact.asked[0].get('accept-encoding'), observe.asked[0].get('accept-encoding')]).toEqual(['gzip', 'zstd, gzip, *'])
})

test('a body whose sender fails rejects with the sender’s own error', async () => {
  const { ask } = guarded('redact')
  let pulls = 0
  const body = new ReadableStream({
    pull(controller) {
      if (++pulls > 4) throw new Error('the disk is gone')
      controller.enqueue(new TextEncoder().encode('harbor willow copper meadow '))
    },
  })
  const init = { method: 'POST', headers: { 'content-type': 'text/plain' }, body, duplex: 'half' }
  await expect(ask('https://api.example/a', init)).rejects.toThrow('the disk is gone')
})
