import { readdirSync, readFileSync } from 'node:fs'
import net from 'node:net'

/**
 * A client and an origin that cost little beside what they measure: kept connections, one message at a time on each, bytes prepared
 * before, and only as much parsing as tells where a message ends.
 */
export interface Load {
  readonly requests: number
  readonly seconds: number
  /** Body of the last answer, for checking. */
  readonly body: Buffer
}

/** Where the message at the start of `bytes` ends, or -1. Knows Content-Length and chunked. */
function endOf(bytes: Buffer): { head: number; end: number } {
  const head = bytes.indexOf('\r\n\r\n')
  if (head < 0) return { head, end: -1 }
  const lines = bytes.toString('latin1', 0, head).toLowerCase()
  const length = /\r\ncontent-length: *(\d+)/.exec(lines)
  if (length !== null) {
    const end = head + 4 + Number(length[1])
    return { head: head + 4, end: bytes.length >= end ? end : -1 }
  }
  if (!lines.includes('\r\ntransfer-encoding: chunked')) return { head: head + 4, end: head + 4 }
  const close = bytes.length >= 5 && bytes.toString('latin1', bytes.length - 5) === '0\r\n\r\n' ? bytes.length : -1
  return { head: head + 4, end: close }
}

/** Takes messages off a socket; each is one buffer while it fits one read. */
function onMessages(socket: net.Socket, each: (message: Buffer, head: number) => void): void {
  let kept: Buffer[] = []
  let length = 0
  socket.on('data', (chunk) => {
    kept.push(chunk as Buffer)
    length += chunk.length
    // Long messages: looked at only when something that may end them has come.
    const all = kept.length === 1 ? kept[0] : Buffer.concat(kept, length)
    kept = [all]
    const { head, end } = endOf(all)
    if (end < 0) return
    kept = []
    length = 0
    each(all, head)
  })
}

/** Answers every request with the same bytes. */
export async function startPlainOrigin(headers: string, body: Buffer): Promise<{ port: number; close(): void }> {
  const answer = Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${headers}content-length: ${body.length}\r\n\r\n`), body])
  const sockets = new Set<net.Socket>()
  const server = net.createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    onMessages(socket, () => socket.write(answer))
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return {
    port: (server.address() as net.AddressInfo).port,
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

/** Sends `count` requests over `connections` kept connections. */
export async function load(url: string, request: Buffer, count: number, connections = 16): Promise<Load> {
  const { hostname, port } = new URL(url)
  let left = count
  let done = 0
  let body: Buffer = Buffer.alloc(0)
  const started = performance.now()
  await Promise.all(
    Array.from(
      { length: connections },
      () =>
        new Promise<void>((resolve, reject) => {
          const socket = net.connect({ host: hostname, port: Number(port), noDelay: true })
          const next = () => {
            if (left-- > 0) socket.write(request)
            else {
              socket.end()
              resolve()
            }
          }
          onMessages(socket, (message, head) => {
            if (!message.subarray(0, 12).equals(OK)) return reject(new Error(message.toString('latin1', 0, 200)))
            done++
            body = message.subarray(head)
            next()
          })
          socket.on('error', reject).on('connect', next)
        }),
    ),
  )
  return { requests: done, seconds: (performance.now() - started) / 1000, body }
}

const OK = Buffer.from('HTTP/1.1 200')

/** CPU that the living threads of a process have taken so far, in milliseconds; the kernel counts it in nanoseconds. */
export function cpuMs(pid: number): number {
  let nanoseconds = 0
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ', 1)[0])
  }
  return nanoseconds / 1e6
}
