import net from 'node:net'

/** What one message looked like on the wire. */
export interface RawMessage {
  readonly head: string
  readonly body: Buffer
  /** Ended as its framing says (last chunk, or its length); false when the connection was cut. */
  readonly complete: boolean
}

/** Reads messages of one connection by their framing, without a library: what a strict peer would see. */
class RawReader {
  #buffer = Buffer.alloc(0)
  readonly #done: (message: RawMessage) => void
  #head = ''
  #parts: Buffer[] = []
  #mode: 'head' | 'length' | 'size' | 'chunk' | 'close' = 'head'
  #left = 0

  constructor(done: (message: RawMessage) => void) {
    this.#done = done
  }

  push(data: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, data])
    for (;;) {
      if (this.#mode === 'head') {
        const end = this.#buffer.indexOf('\r\n\r\n')
        if (end < 0) return
        this.#head = this.#buffer.toString('latin1', 0, end)
        this.#buffer = this.#buffer.subarray(end + 4)
        const length = /^content-length: *(\d+)/im.exec(this.#head)
        if (/^transfer-encoding: *chunked/im.test(this.#head)) this.#mode = 'size'
        else if (length !== null) {
          this.#left = Number(length[1])
          this.#mode = 'length'
        } else if (/^HTTP/.test(this.#head) && !/^HTTP\/1\.1 (?:204|304)/.test(this.#head)) this.#mode = 'close'
        else {
          this.#finish(true)
          return
        }
        if (this.#mode === 'length' && this.#left === 0) {
          this.#finish(true)
          return
        }
      } else if (this.#mode === 'length' || this.#mode === 'chunk') {
        const part = this.#buffer.subarray(0, this.#left)
        this.#parts.push(Buffer.from(part))
        this.#buffer = this.#buffer.subarray(part.length)
        this.#left -= part.length
        if (this.#left > 0) return
        if (this.#mode === 'length') {
          this.#finish(true)
          return
        }
        if (this.#buffer.length < 2) return
        this.#buffer = this.#buffer.subarray(2)
        this.#mode = 'size'
      } else if (this.#mode === 'size') {
        const end = this.#buffer.indexOf('\r\n')
        if (end < 0) return
        this.#left = Number.parseInt(this.#buffer.toString('latin1', 0, end), 16)
        this.#buffer = this.#buffer.subarray(end + 2)
        if (this.#left === 0) {
          this.#finish(true)
          return
        }
        this.#mode = 'chunk'
      } else {
        this.#parts.push(this.#buffer)
        this.#buffer = Buffer.alloc(0)
        return
      }
    }
  }

  closed(): void {
    if (this.#mode !== 'head') this.#finish(this.#mode === 'close')
  }

  #finish(complete: boolean): void {
    const message = { head: this.#head, body: Buffer.concat(this.#parts), complete }
    this.#mode = 'head'
    this.#parts = []
    this.#done(message)
  }
}

/** An origin on a raw socket: records requests as they were framed, answers each with `answer`. */
export async function rawOrigin(answer: (request: RawMessage, socket: net.Socket) => void) {
  const requests: RawMessage[] = []
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    sockets.add(socket)
    const reader = new RawReader((request) => {
      requests.push(request)
      if (request.complete) answer(request, socket)
    })
    socket.on('data', (data) => reader.push(data))
    socket.on('error', () => {})
    socket.on('close', () => {
      sockets.delete(socket)
      reader.closed()
    })
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address() as net.AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

/** Sends one request, its body in `pieces` (chunked), and reads the answer. */
export function rawRequest(url: string, head: string, pieces: readonly (Buffer | string)[] = []): Promise<RawMessage> {
  const { hostname, port, host } = new URL(url)
  return new Promise((resolve) => {
    const socket = net.connect({ host: hostname, port: Number(port) })
    const reader = new RawReader((answer) => {
      resolve(answer)
      socket.destroy()
    })
    socket.on('error', () => {})
    socket.on('data', (data) => reader.push(data))
    socket.on('close', () => {
      reader.closed()
      resolve({ head: '', body: Buffer.alloc(0), complete: false })
    })
    socket.on('connect', async () => {
      const [line, ...headers] = head.split('\n')
      const framing = pieces.length > 0 && !/content-length/i.test(head) ? ['transfer-encoding: chunked'] : []
      socket.write([`${line} HTTP/1.1`, `host: ${host}`, ...headers, ...framing, '', ''].join('\r\n'))
      for (const piece of pieces) {
        const bytes = Buffer.from(piece)
        if (framing.length > 0)
          socket.write(Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]))
        else socket.write(bytes)
        await new Promise((next) => setTimeout(next, 2))
        if (socket.destroyed) return
      }
      if (framing.length > 0) socket.write('0\r\n\r\n')
    })
  })
}
