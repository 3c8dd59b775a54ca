import net from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { RawConnection, type RawOrigin, rawRequest, startRawOrigin } from './raw-socket.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})
const origin = async (...args: Parameters<typeof startRawOrigin>): Promise<RawOrigin> => {
  const started = await startRawOrigin(...args)
  closers.push(started.close)
  return started
}

/** A peer that writes exactly these bytes at each connection, and ends. */
async function peer(bytes: string, reset = false): Promise<string> {
  const server = net.createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () =>
      socket.write(bytes, 'latin1', () => setTimeout(() => (reset ? socket.resetAndDestroy() : socket.end()), 10)),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => server.close())
  return `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`
}

describe('what the reader says of an answer', () => {
  const head = 'HTTP/1.1 200 OK\r\n'
  it.each([
    ['length', `${head}content-length: 2\r\n\r\nhi`, true, undefined],
    ['length, short', `${head}content-length: 3\r\n\r\nhi`, false, 'cut'],
    ['chunked', `${head}transfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n`, true, undefined],
    ['chunked without last chunk', `${head}transfer-encoding: chunked\r\n\r\n2\r\nhi\r\n`, false, 'cut'],
    ['chunked, last chunk without its empty line', `${head}transfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n`, false, 'cut'],
    [
      'chunked, wrong size',
      `${head}transfer-encoding: chunked\r\n\r\n1\r\nhi\r\n0\r\n\r\n`,
      false,
      'a chunk is longer than it says',
    ],
    ['until close', `${head}\r\nhi`, true, undefined],
  ])('%s', async (_, bytes, complete, fault) => {
    const { message } = await rawRequest(await peer(bytes))
    expect({ complete: message?.complete, fault: message?.fault }).toEqual({ complete, fault })
  })

  it('tells both framings, trailers, interim answers and bytes after the end', async () => {
    const bytes =
      'HTTP/1.1 103 Early\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n2;x=1\r\nhi\r\n0\r\nx-sum: 1\r\n\r\nmore'
    const { message, interim, extra } = await rawRequest(await peer(bytes))
    expect(message).toMatchObject({ bothFramings: true, complete: true, trailers: [['x-sum', '1']], chunkSizes: [2] })
    expect(message?.headers[0]).toEqual(['Content-Length', '9'])
    expect({ interim, extra }).toEqual({ interim: [103], extra: 4 })
  })

  it('tells a reset before any answer', async () => {
    const result = await rawRequest(await peer('', true))
    expect(result).toMatchObject({ message: undefined, ended: 'closed' })
  })
})

describe('what the origin records of a request', () => {
  it('keeps pieces, chunk sizes and their pace', async () => {
    const at = await origin()
    const { message } = await rawRequest(at.url, { body: ['ab', 'cde', 'f'], pauseMs: 15 })
    expect(message?.text()).toBe('ok')
    const [request] = at.requests
    expect(request).toMatchObject({ method: 'POST', framing: 'chunked', complete: true, chunkSizes: [2, 3, 1] })
    expect(request.text()).toBe('abcdef')
    expect(request.pieces.at(-1)!.at - request.pieces[0].at).toBeGreaterThan(20)
  })

  it.each([
    ['chunked', 'end'],
    ['chunked', 'reset'],
    ['length', 'end'],
    ['length', 'reset'],
  ] as const)('a %s request cut by %s has no proper end', async (framing, cut) => {
    const at = await origin()
    await rawRequest(at.url, { body: ['abcd', 'efgh'], framing, cutAfter: 6, cut, timeoutMs: 1_000 })
    await at.settled()
    expect(at.requests).toHaveLength(1)
    expect(at.requests[0]).toMatchObject({ complete: false, fault: 'cut' })
    expect('abcdef').toContain(at.requests[0].text())
  })

  it('answers several requests of one connection', async () => {
    const at = await origin((request) => ({ body: request.target }))
    const connection = await RawConnection.open(at.url)
    closers.push(() => connection.destroy())
    const answers = []
    for (const path of ['/a', '/b']) answers.push((await connection.request({ path })).message?.text())
    expect(answers).toEqual(['/a', '/b'])
  })
})

it('an answer can be cut, and a HEAD has no body', async () => {
  const at = await origin((request) => (request.target === '/cut' ? { body: ['abc', 'def'], cutAfter: 4 } : { body: 'abc' }))
  expect((await rawRequest(at.url, { path: '/cut' })).message).toMatchObject({ complete: false, bodyLength: 4 })
  expect((await rawRequest(at.url, { method: 'HEAD' })).message).toMatchObject({ complete: true, bodyLength: 0, framing: 'none' })
})

it('a slow reader makes the sender wait', async () => {
  let written = 0
  const body = (function* () {
    for (let i = 0; i < 640; i++) {
      written += 64 << 10
      yield new Uint8Array(64 << 10)
    }
  })()
  const at = await origin(() => ({ body, framing: 'chunked' as const }))
  const result = await rawRequest(at.url, { slow: { bytes: 16 << 10, everyMs: 10 }, keepBody: false, timeoutMs: 500 })
  expect(result.ended).toBe('timeout')
  expect(result.message!.bodyLength).toBeGreaterThan(64 << 10)
  expect(written).toBeLessThan(32 << 20)
})
