import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { codedForms, decodeAs } from '../../support/coded.ts'
import { type HeaderLines, type RawOrigin, rawRequest, startRawOrigin } from '../../support/raw-socket.ts'
import { type RunningWorker, startWorker } from '../../support/workers.ts'

// edge-dlp in an app of Hono's, in workerd: as middleware and around calls out (fixtures/app.ts).

const leak = '{"card":"4111111111111111","note":"kept"}'
const edited = '{"card":"[redacted:CREDIT_CARD]","note":"kept"}'
const token = ['ghp', 'R7qJ2mXw9TzK4vLs8NfB3cHy6PdG1aWe5UxQ'].join('_')
const JSON_TYPE = ['content-type', 'application/json'] as const

let origin: RawOrigin
let app: RunningWorker
let answerWith: { headers: HeaderLines; body: Buffer }
beforeAll(async () => {
  origin = await startRawOrigin(() => answerWith)
  app = await startWorker({ origin: origin.url, entry: 'test/end-to-end/workers/fixtures/app.ts' })
})
beforeEach(() => {
  origin.clear()
  answerWith = { headers: [JSON_TYPE], body: Buffer.from('{}') }
})
afterAll(async () => {
  await app?.close()
  await origin?.close()
})

const send = async (path: string, body?: string | Buffer, headers: HeaderLines = [JSON_TYPE]) =>
  (await rawRequest(app.url, { path, body, headers })).message!

describe('a middleware over a handler that hands on what fetch gave it', () => {
  for (const [text, wanted, kind] of [
    [leak, edited, 'edited'],
    ['{"note":"nothing here"}', '{"note":"nothing here"}', 'clean'],
  ]) {
    test.each(Object.entries(codedForms(text)))(`%s, ${kind}`, async (_, [coding, body]) => {
      answerWith = { headers: [JSON_TYPE, ...(coding === '' ? [] : ([['content-encoding', coding]] as const))], body }
      const answer = await send('/app/proxy')
      expect(answer.status).toBe(200)
      expect(answer.complete).toBe(true)
      expect(decodeAs(answer.header('content-encoding'), answer.body())).toBe(wanted)
    })
    test.each(Object.entries(codedForms(text)))(
      `a request in %s, ${kind}: the handler reads it as it names itself`,
      async (_, form) => {
        const [coding, body] = form
        const answer = await send('/app/stream', body, [
          JSON_TYPE,
          ...(coding === '' ? [] : ([['content-encoding', coding]] as const)),
        ])
        // The handler echoes the bytes, which stand in the coding of the request (or, edited, in one that can be written).
        const read = [coding, '', 'gzip'].map((as) => {
          try {
            return decodeAs(as, answer.body())
          } catch {
            return undefined
          }
        })
        expect(read).toContain(wanted)
      },
    )
  }
})

describe('what a handler sees', () => {
  test('c.req.json()', async () => {
    const answer = await send('/app/json', leak)
    expect(JSON.parse(answer.text())).toEqual({ got: JSON.parse(edited), decision: 'edited' })
  })
  test('c.req.text()', async () => expect((await send('/app/text', leak)).text()).toBe(edited))
  test('c.req.raw.body', async () => expect((await send('/app/stream', leak)).text()).toBe(edited))
  test('c.req.formData()', async () => {
    const answer = await send('/app/form', 'card=4111111111111111&note=kept', [
      ['content-type', 'application/x-www-form-urlencoded'],
    ])
    expect(JSON.parse(answer.text())).toEqual({ card: '[redacted:CREDIT_CARD]', note: 'kept' })
  })
  test('what something before us has read through Hono is scrubbed all the same', async () => {
    expect((await send('/read-before/json', leak)).text()).toBe(edited)
  })
  test('nothing, of what is blocked', async () => {
    const answer = await send('/app/text', JSON.stringify({ token }))
    expect(answer.status).toBe(403)
    expect(answer.text()).not.toContain(token)
  })
})

describe('dlpFetch', () => {
  test.each(Object.entries(codedForms(leak)))(
    'what comes back in %s is scrubbed before it is seen',
    async (_, [coding, body]) => {
      answerWith = { headers: [JSON_TYPE, ...(coding === '' ? [] : ([['content-encoding', coding]] as const))], body }
      const answer = await send('/call')
      expect(decodeAs(answer.header('content-encoding'), answer.body())).toBe(edited)
    },
  )
  test('what goes out is scrubbed before it leaves', async () => {
    await send('/call', leak)
    expect(origin.requests.at(-1)!.text()).toBe(edited)
  })
  test('what is blocked never leaves', async () => {
    const answer = await send('/call', JSON.stringify({ token }))
    expect(answer.status).toBe(403)
    expect(JSON.parse(answer.text())).toMatchObject({ code: 'dlp-blocked', reason: 'finding' })
    expect(origin.requests).toEqual([])
  })
})

test('a request that is stopped late never ends well-formed at the origin to which a handler forwards it', async () => {
  const filler = 'harbor willow copper '.repeat(1000)
  for (const sender of ['blocked', 'cut']) {
    origin.clear()
    const body = [
      ...Array.from({ length: 8 }, () => filler),
      sender === 'blocked' ? `token ${token} ` : 'nothing ',
      filler,
      filler,
    ]
    const { message } = await rawRequest(app.url, {
      method: 'POST',
      path: '/late/forward',
      headers: [['content-type', 'text/plain']],
      body,
      pauseMs: 2,
      ...(sender === 'cut' ? { framing: 'chunked' as const, cutAfter: 9 * filler.length, cut: 'reset' as const } : {}),
    })
    await origin.settled()
    expect(
      origin.requests.map(({ complete }) => complete),
      sender,
    ).toEqual([false])
    expect(origin.requests[0].text()).not.toContain(token)
    if (sender === 'blocked') expect(message === undefined || message.status === 403).toBe(true)
  }
})
