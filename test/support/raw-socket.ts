import net from 'node:net'
import { type RawMessage, RawReader } from './raw-message.ts'
import { forgetSent, type SentMessage, sending, wrote } from './wire.ts'

/**
 * An HTTP/1.1 client and an origin on plain sockets. They write what they are told, also what is wrong, and record what comes
 * with its framing, its pieces and their times, so that the product under test never grades itself.
 */
export type { RawMessage } from './raw-message.ts'

export type HeaderLines = readonly (readonly [name: string, value: string])[]
type Pieces = Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>

/** A body as it is written. */
export interface RawBody {
  /** One piece a write (and a chunk, where chunked). Text is UTF-8. */
  readonly body?: Uint8Array | string | Pieces
  /** How the head frames it. Default: `length` for one piece, `chunked` for several. `none`: no framing header is written. */
  readonly framing?: 'length' | 'chunked' | 'none'
  /** Content-Length to write, true or not. Default: the bytes there are. */
  readonly contentLength?: number
  /** Lines behind a chunked body. */
  readonly trailers?: HeaderLines
  /** Waits between pieces. Default 0: the next turn of the event loop. */
  readonly pauseMs?: number
  /** Stops after this many bytes of the body and ends the connection by `cut`: an orderly end (FIN) or a reset. */
  readonly cutAfter?: number
  readonly cut?: 'end' | 'reset'
}

/** Reads `bytes` of the socket every `everyMs`, so that the sender must wait. */
export interface SlowReader {
  readonly bytes: number
  readonly everyMs: number
}

export interface RawRequest extends RawBody {
  /** Default GET, or POST with a body. */
  readonly method?: string
  /** Request target. Default `/`. */
  readonly path?: string
  /** `host` is added when missing. */
  readonly headers?: HeaderLines
  readonly slow?: SlowReader
  /** False: counts the answer's bytes and keeps none. */
  readonly keepBody?: boolean
  readonly onBody?: (bytes: Uint8Array) => void
  /** Leaves (reset) once this many bytes of the answer's body have come. */
  readonly leaveAfter?: number
  /** Default 30,000. */
  readonly timeoutMs?: number
}

export interface RawResult {
  /** The answer, whole or cut (`complete`); undefined when none came. */
  readonly message?: RawMessage
  /** True when the request was written to its end. */
  readonly sent: boolean
  /** How it ended: with the answer's end, by the peer's close, by ours, or by the clock. */
  readonly ended: 'answered' | 'closed' | 'left' | 'timeout'
  readonly interim: readonly number[]
  /** Bytes after the end of the answer. */
  readonly extra: number
}

/** One request over a connection of its own. Rejects only when there is no connection. */
export async function rawRequest(url: string | URL, request: RawRequest = {}): Promise<RawResult> {
  const connection = await RawConnection.open(url)
  try {
    return await connection.request(request)
  } finally {
    connection.destroy()
  }
}

/** A connection that is kept: requests one after another. */
export class RawConnection {
  readonly socket: net.Socket
  readonly #host: string

  private constructor(socket: net.Socket, host: string) {
    this.socket = socket
    this.#host = host
  }

  static async open(url: string | URL): Promise<RawConnection> {
    const { hostname, port, host } = new URL(url)
    const socket = net.connect({ host: hostname, port: Number(port || 80), noDelay: true })
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    socket.on('error', () => {})
    return new RawConnection(socket, host)
  }

  request(request: RawRequest): Promise<RawResult> {
    const { socket } = this
    const method = request.method ?? (request.body === undefined ? 'GET' : 'POST')
    const interim: number[] = []
    return new Promise((resolve) => {
      let message: RawMessage | undefined
      let sent = false
      let over = false
      const finish = (ended: RawResult['ended']) => {
        if (over) return
        over = true
        clearTimeout(timer)
        stopSlow()
        socket.off('data', onData).off('end', onClose).off('close', onClose)
        resolve({ message, sent, ended, interim, extra: reader.unread })
      }
      const reader = new RawReader({
        kind: 'response',
        method: () => method,
        keepBody: request.keepBody,
        onHead: (head) => {
          message = head
        },
        onBody: (bytes, { bodyLength }) => {
          request.onBody?.(bytes)
          if (request.leaveAfter !== undefined && bodyLength >= request.leaveAfter) {
            socket.resetAndDestroy()
            finish('left')
          }
        },
        onEnd: () => setImmediate(() => finish('answered')),
        onInterim: (status) => interim.push(status),
      })
      const onData = (bytes: Buffer) => reader.push(bytes)
      const onClose = () => {
        reader.end()
        finish('closed')
      }
      const timer = setTimeout(() => finish('timeout'), request.timeoutMs ?? 30_000)
      const stopSlow = request.slow === undefined ? () => {} : readSlowly(socket, request.slow, onData)
      if (request.slow === undefined) socket.on('data', onData)
      socket.on('end', onClose).on('close', onClose)
      const { start, pieces } = layOut(request, false)
      const lines = [...(request.headers ?? [])]
      if (!lines.some(([name]) => name.toLowerCase() === 'host')) lines.unshift(['host', this.#host])
      const head = `${method} ${request.path ?? '/'} HTTP/1.1\r\n${[...lines, ...start].map(([n, v]) => `${n}: ${v}\r\n`).join('')}\r\n`
      const counted = sending(socket.remotePort!, 'request', method, lines)
      socket.write(head, 'latin1')
      writeBody(socket, request, pieces, counted, () => over).then((done) => {
        sent = done
        if (!done && request.cutAfter !== undefined && request.cut === 'reset') finish('left')
      })
    })
  }

  /** Writes bytes as they are. */
  write(bytes: Uint8Array | string): void {
    this.socket.write(bytes)
  }

  destroy(): void {
    this.socket.destroy()
  }
}

export interface RawAnswer extends RawBody {
  /** Default 200. */
  readonly status?: number
  readonly reason?: string
  readonly headers?: HeaderLines
  /** Ends the connection after the answer. Default: only where the framing needs it. */
  readonly close?: boolean
}

export interface RawOriginOptions {
  /** `head`: answers as soon as the head is there. Default `end`: when the request is whole. */
  readonly when?: 'head' | 'end'
  readonly keepBody?: boolean
  readonly slow?: SlowReader
  readonly onHead?: (request: RawMessage) => void
  readonly onBody?: (bytes: Uint8Array, request: RawMessage) => void
}

export interface RawOrigin {
  readonly url: string
  readonly port: number
  /** Every request whose head arrived, whole or not. */
  readonly requests: RawMessage[]
  /** Forgets the requests so far. */
  clear(): void
  /** Waits until every request that began has come to its end or its cut. Rejects after `timeoutMs` (5,000). */
  settled(timeoutMs?: number): Promise<void>
  close(): Promise<void>
}

/** An origin on a free port of 127.0.0.1. `answer` undefined: 200 `ok`; it may answer 'hang' or 'reset'. */
export async function startRawOrigin(
  answer: (request: RawMessage) => RawAnswer | 'hang' | 'reset' | Promise<RawAnswer | 'hang' | 'reset'> = () => ({ body: 'ok' }),
  options: RawOriginOptions = {},
): Promise<RawOrigin> {
  const requests: RawMessage[] = []
  const open = new Set<RawMessage>()
  const sockets = new Set<net.Socket>()
  const server = net.createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    let turn = Promise.resolve()
    const respond = (request: RawMessage) => {
      turn = turn.then(async () => writeAnswer(socket, port, request, await answer(request))).catch(() => void socket.destroy())
    }
    const reader = new RawReader({
      kind: 'request',
      keepBody: options.keepBody,
      onHead: (request) => {
        requests.push(request)
        open.add(request)
        options.onHead?.(request)
        if (options.when === 'head') respond(request)
      },
      onBody: options.onBody,
      onEnd: (request) => {
        open.delete(request)
        if (request.complete && options.when !== 'head') respond(request)
      },
    })
    const onData = (bytes: Buffer) => {
      reader.push(bytes)
      if (reader.broken) socket.destroy()
    }
    if (options.slow === undefined) socket.on('data', onData)
    else readSlowly(socket, options.slow, onData)
    socket.on('error', () => {})
    socket.on('end', () => {
      reader.end()
      turn.then(() => socket.end())
    })
    socket.on('close', () => {
      reader.end()
      sockets.delete(socket)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  forgetSent(port)
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    clear: () => void requests.splice(0),
    async settled(timeoutMs = 5_000) {
      for (const until = performance.now() + timeoutMs; open.size > 0; await sleep(2)) {
        if (performance.now() > until) throw new Error(`${open.size} requests hang at the origin`)
      }
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

async function writeAnswer(
  socket: net.Socket,
  port: number,
  request: RawMessage,
  answer: RawAnswer | 'hang' | 'reset',
): Promise<void> {
  if (answer === 'hang') return
  if (answer === 'reset') return void socket.resetAndDestroy()
  const { start, pieces } = layOut(answer, true)
  const status = answer.status ?? 200
  const bare = request.method === 'HEAD' || status === 204 || status === 304
  const lines = [...(answer.headers ?? []), ...(bare && request.method !== 'HEAD' ? [] : start)]
  const sent = sending(port, 'response', request.method, lines)
  socket.write(
    `HTTP/1.1 ${status} ${answer.reason ?? 'Status'}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
    'latin1',
  )
  if (!bare) await writeBody(socket, answer, pieces, sent, () => false)
  if (answer.close === true || (!bare && answer.framing === 'none')) socket.end()
}

/** The framing lines and the pieces of a body. An answer without body says so by its length. */
function layOut(message: RawBody, answer: boolean): { start: HeaderLines; pieces: Pieces } {
  const { body, framing } = message
  if (framing === 'none') return { start: [], pieces: body === undefined ? [] : isPiece(body) ? [body] : body }
  if (body === undefined) {
    const length = message.contentLength ?? (answer ? 0 : undefined)
    if (framing === 'chunked') return { start: [['transfer-encoding', 'chunked']], pieces: [] }
    return { start: length === undefined ? [] : [['content-length', String(length)]], pieces: [] }
  }
  const single = isPiece(body)
  const pieces: Pieces = single ? [body] : body
  if (framing === 'chunked' || (framing === undefined && !single && message.contentLength === undefined)) {
    return { start: [['transfer-encoding', 'chunked']], pieces }
  }
  const listed = single || Symbol.iterator in Object(body) ? [...(pieces as Iterable<Uint8Array | string>)] : undefined
  if (listed === undefined && message.contentLength === undefined) throw new Error('a stream needs contentLength or chunked')
  const length = message.contentLength ?? listed!.reduce((sum, piece) => sum + Buffer.byteLength(piece as string), 0)
  return { start: [['content-length', String(length)]], pieces: listed ?? pieces }
}

const isPiece = (body: Uint8Array | string | Pieces): body is Uint8Array | string =>
  typeof body === 'string' || body instanceof Uint8Array

/** Writes the pieces at their pace, waiting for the peer; true when the body came to its proper end. */
async function writeBody(
  socket: net.Socket,
  message: RawBody,
  pieces: Pieces,
  sent: SentMessage,
  gone: () => boolean,
): Promise<boolean> {
  const { framing, body } = message
  const several = body !== undefined && !isPiece(body)
  const chunked = framing === 'chunked' || (framing === undefined && message.contentLength === undefined && several)
  let written = 0
  for await (const piece of pieces) {
    let bytes = typeof piece === 'string' ? Buffer.from(piece) : Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
    if (bytes.length === 0) continue
    await (message.pauseMs === undefined ? new Promise<void>((resolve) => setImmediate(resolve)) : sleep(message.pauseMs))
    if (gone() || socket.destroyed) return false
    const cut = message.cutAfter !== undefined && written + bytes.length >= message.cutAfter
    if (cut) bytes = bytes.subarray(0, message.cutAfter! - written)
    written += bytes.length
    wrote(sent, bytes)
    const size = cut ? bytes.length + 1 : bytes.length
    const wire = chunked ? Buffer.concat([Buffer.from(`${size.toString(16)}\r\n`), bytes, Buffer.from(cut ? '' : '\r\n')]) : bytes
    const room = socket.write(wire)
    if (cut) {
      await sleep(20)
      if (message.cut === 'reset') socket.resetAndDestroy()
      else socket.end()
      return false
    }
    if (!room) await drained(socket)
  }
  if (gone() || socket.destroyed) return false
  if (chunked)
    socket.write(`0\r\n${(message.trailers ?? []).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`, 'latin1')
  return true
}

function drained(socket: net.Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done).off('close', done)
      resolve()
    }
    socket.on('drain', done).on('close', done)
  })
}

/** Takes at most `bytes` from the socket every `everyMs`; the rest waits in the kernel's buffers and then at the sender. */
function readSlowly(socket: net.Socket, { bytes, everyMs }: SlowReader, onData: (bytes: Buffer) => void): () => void {
  socket.pause()
  const timer = setInterval(() => {
    // `read(n)` answers null while fewer than n are there: then what there is.
    const taken: Buffer | null = socket.read(bytes) ?? socket.read()
    if (taken !== null) onData(taken)
  }, everyMs)
  const stop = () => clearInterval(timer)
  socket.once('close', stop)
  return stop
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
