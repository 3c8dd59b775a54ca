/** One request to a backend over a connection of its own, so that cutting it concerns nobody else. */
import http from 'node:http'
import https from 'node:https'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { type Body, Sink, Source } from './bodies.ts'
import type { HeaderList, OutgoingRequest } from './calls.ts'
import { declaredLength, frame, pairs } from './framing.ts'

/** Tags of Fastly's send-error-detail. */
const DETAIL: Record<string, number> = { ENOTFOUND: 3, UNKNOWN_BACKEND: 4, ECONNREFUSED: 7, ETIMEDOUT: 9 }
const CONNECTION_TERMINATED = 8

export interface BackendAnswer {
  readonly status: number
  readonly headers: HeaderList
  readonly source: Source | undefined
}

export class Exchange {
  #answer: BackendAnswer | undefined
  #failed: number | undefined
  #taken = false
  #discarded = false
  #wake: (() => void)[] = []

  /** Sends the head at once; the body follows from `body`, which becomes the writing end when the request is streamed. */
  constructor(outgoing: OutgoingRequest, address: string | undefined, body: Body) {
    if (address === undefined) {
      this.#failed = DETAIL.UNKNOWN_BACKEND
      body.dropParts()
      return
    }
    const { method, streaming } = outgoing
    const base = new URL(address)
    const uri = new URL(outgoing.uri)
    const headers = outgoing.headers.some(([name]) => name === 'host')
      ? outgoing.headers
      : ([['host', uri.host], ...outgoing.headers] as HeaderList)
    const { headers: lines, length } = frame(headers, {
      length: streaming ? undefined : body.knownLength,
      manual: outgoing.manualFraming,
      omitEmpty: !['POST', 'PUT', 'PATCH'].includes(method),
    })
    const request = (base.protocol === 'https:' ? https : http).request({
      host: base.hostname,
      port: base.port,
      method,
      path: uri.pathname + uri.search,
      headers: lines.flat() as never,
      agent: false,
      noDelay: true,
    } as http.RequestOptions)
    request.flushHeaders()
    request.on('response', (response) => this.#receive(response, outgoing))
    request.on('error', (error: NodeJS.ErrnoException) => this.#fail(error.code ?? ''))
    request.on('close', () => this.#fail(''))
    const cut = () => {
      request.destroy()
      this.#fail('')
    }
    body.attach(new Sink(request, length, cut), 'origin')
    if (!streaming) body.finish('close')
  }

  get ready(): boolean {
    return this.#answer !== undefined || this.#failed !== undefined
  }

  onReady(wake: () => void): void {
    if (this.ready) wake()
    else this.#wake.push(wake)
  }

  /** The answer's head, or the tag of what went wrong. Only when `ready`. */
  take(): BackendAnswer | { failed: number } {
    this.#taken = true
    return this.#answer ?? { failed: this.#failed! }
  }

  /** The instance is over and never asked: the request goes out, the answer is not wanted. */
  discard(): void {
    this.#discarded = true
    if (!this.#taken) this.#answer?.source?.drop()
  }

  #receive(response: http.IncomingMessage, { decompress, method }: OutgoingRequest): void {
    let headers = pairs(response.rawHeaders)
    const status = response.statusCode!
    const empty = method === 'HEAD' || status === 204 || status === 304
    let stream: Readable = response
    let length = declaredLength(headers, empty ? 0 : undefined)
    if (empty) length = 0
    if (decompress && !empty && headers.some(([name, value]) => name === 'content-encoding' && value.toLowerCase() === 'gzip')) {
      const gunzip = createGunzip()
      response.on('error', () => gunzip.destroy()).on('close', () => response.complete || gunzip.destroy())
      stream = response.pipe(gunzip)
      length = undefined
      headers = headers.filter(([name]) => name !== 'content-encoding' && name !== 'content-length')
    }
    const source = new Source(stream, length, () => response.destroy())
    this.#answer = { status, headers, source: empty ? undefined : source }
    if (this.#discarded) source.drop()
    this.#notify()
  }

  #fail(code: string): void {
    if (this.ready) return
    this.#failed = DETAIL[code] ?? CONNECTION_TERMINATED
    this.#notify()
  }

  #notify(): void {
    const wake = this.#wake
    this.#wake = []
    for (const one of wake) one()
  }
}
