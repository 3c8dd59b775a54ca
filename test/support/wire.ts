import type http from 'node:http'
import type { AddressInfo } from 'node:net'
import zlib from 'node:zlib'

/** A message that a client or an origin of the suite has written: what the product's count of its bytes is held against. */
export interface SentMessage {
  readonly side: 'request' | 'response'
  readonly method: string
  readonly coding: string | undefined
  /** The body as written, framing apart; empty where only `bytes` are kept. */
  readonly pieces: Uint8Array[]
  bytes: number
}

/** By port of the gateway (requests) or of the origin (responses). */
const written = new Map<number, SentMessage[]>()

/** Begins a message that is written to a port (request) or by the server of one (response). */
export function sending(
  port: number,
  side: SentMessage['side'],
  method: string,
  headers: readonly (readonly [name: string, value: string])[],
): SentMessage {
  const coding = headers.find(([name]) => name.toLowerCase() === 'content-encoding')?.[1]
  const message: SentMessage = { side, method, coding, pieces: [], bytes: 0 }
  const messages = written.get(port)
  if (messages === undefined) written.set(port, [message])
  else messages.push(message)
  return message
}

/** Bodies in a coding are kept, to be counted decoded too. */
export function wrote(message: SentMessage, bytes: Uint8Array): void {
  message.bytes += bytes.length
  if (message.coding !== undefined) message.pieces.push(bytes.slice())
}

/** A port that begins to serve anew. */
export const forgetSent = (port: number): void => void written.delete(port)

export const sentAt = (port: number): readonly SentMessage[] => written.get(port) ?? []

const counted = new WeakMap<SentMessage, { readonly bytes: number; readonly counts: number[] }>()

/** How many bytes the message may count for: as written, and decoded. */
export function countsOf(message: SentMessage): readonly number[] {
  const { bytes, coding, pieces } = message
  const known = counted.get(message)
  if (known?.bytes === bytes) return known.counts
  const counts = [bytes]
  counted.set(message, { bytes, counts })
  let body: Buffer = Buffer.concat(pieces)
  for (const name of (coding ?? '').toLowerCase().split(',').reverse()) {
    const decode = DECODERS[name.trim()]
    if (decode === undefined) break
    try {
      body = decode(body)
      counts.push(body.length)
    } catch {
      break
    }
  }
  return counts
}

/** By coding; also of what ends early. */
const PARTLY = { finishFlush: zlib.constants.Z_SYNC_FLUSH }
const DECODERS: Record<string, (body: Buffer) => Buffer> = {
  gzip: (body) => zlib.gunzipSync(body, PARTLY),
  'x-gzip': (body) => zlib.gunzipSync(body, PARTLY),
  deflate: (body) => ((body[0] & 15) === 8 ? zlib.inflateSync(body, PARTLY) : zlib.inflateRawSync(body, PARTLY)),
  br: (body) => zlib.brotliDecompressSync(body, { finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH }),
}

/** Counts what a server that listens answers from now on. */
export function countAnswers(server: http.Server): void {
  const { port } = server.address() as AddressInfo
  forgetSent(port)
  server.prependListener('request', (request, response) => {
    let message: SentMessage | undefined
    let lines: Record<string, unknown> = {}
    const count = (piece: unknown) => {
      message ??= sending(
        port,
        'response',
        request.method!,
        Object.entries(lines).map(([name, value]) => [name, String(value)]),
      )
      if (typeof piece === 'string' || piece instanceof Uint8Array) wrote(message, Buffer.from(piece as string))
    }
    const { writeHead, write, end } = response
    response.writeHead = ((status: number, headers: http.OutgoingHttpHeaders = {}) => {
      lines = headers
      return writeHead.call(response, status, headers)
    }) as typeof writeHead
    response.write = ((piece: unknown, ...rest: [never]) => {
      count(piece)
      return write.call(response, piece, ...rest)
    }) as typeof write
    response.end = ((piece: unknown, ...rest: [never]) => {
      count(piece)
      return end.call(response, piece, ...rest)
    }) as typeof end
  })
}

/** The runtime's own client, its request counted. */
export async function countedFetch(url: string, init: RequestInit): Promise<Response> {
  const request = new Request(url, init)
  const message = sending(Number(new URL(url).port), 'request', request.method, [])
  wrote(message, await request.clone().bytes())
  return fetch(request)
}
