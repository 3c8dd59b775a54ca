/** One request with its instance, seen from the main thread: answers the instance's calls and settles what it leaves behind. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Exchange } from './backend.ts'
import { Body, Sink, Source } from './bodies.ts'
import { type Answer, BAD_HANDLE, type CallMessage, ERROR, type HostCalls, type RunEnd, type RunStart } from './calls.ts'
import { declaredLength, frame, pairs } from './framing.ts'

export const REQUEST_BODY = 1

export interface RunReport extends RunEnd {
  readonly id: string
  readonly method: string
  readonly path: string
  /** Status given to the client; undefined when the head never left. */
  readonly status: number | undefined
  /** The streams that the instance wrote, in order of their opening, and how each came to its end. */
  readonly streams: readonly { readonly side: 'origin' | 'client'; readonly end: 'close' | 'abandon' | 'drop' }[]
}

class CallFailed extends Error {
  readonly status: number
  constructor(status: number) {
    super(`status ${status}`)
    this.status = status
  }
}

type Handlers = {
  [K in keyof HostCalls]: (...args: Parameters<HostCalls[K]>) => ReturnType<HostCalls[K]> | Promise<ReturnType<HostCalls[K]>>
}

export class Run {
  readonly start: RunStart
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #backends: Record<string, string>
  readonly #onLog: (endpoint: string, line: string) => void
  readonly #handles = new Map<number, Body | Exchange>()
  readonly #streams: Body[] = []
  #status: number | undefined

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    id: string,
    backends: Record<string, string>,
    onLog: (endpoint: string, line: string) => void,
  ) {
    this.#request = request
    this.#response = response
    this.#backends = backends
    this.#onLog = onLog
    const headers = pairs(request.rawHeaders)
    const target = request.url!
    this.start = {
      body: REQUEST_BODY,
      id,
      method: request.method!,
      uri: /^https?:/.test(target) ? target : `http://${request.headers.host ?? 'localhost'}${target}`,
      headers,
      clientAddress: request.socket.remoteAddress ?? '127.0.0.1',
    }
    const length = declaredLength(headers, 0)
    // The rest of an unwanted request is read away, not cut: the answer needs the connection.
    const source = new Source(request, length, () => request.resume())
    this.#handles.set(REQUEST_BODY, length === 0 ? new Body() : Body.of(source))
  }

  async answer({ name, args }: CallMessage): Promise<Answer> {
    try {
      return { value: await (this.#handlers[name] as (...args: unknown[]) => unknown)(...args) }
    } catch (error) {
      return { failed: error instanceof CallFailed ? error.status : ERROR }
    }
  }

  /** The instance is over: what it left open is cut, what nobody reads is dropped, and a client without an answer gets a 500. */
  end(result: RunEnd): RunReport {
    for (const item of this.#handles.values()) {
      if (item instanceof Exchange) item.discard()
      else if (item.sink === undefined) item.dropParts()
    }
    for (const stream of this.#streams) stream.finish('drop')
    if (this.#status === undefined && !this.#response.destroyed) {
      this.#response.writeHead(500, ['content-length', '0'])
      this.#response.end()
    }
    const streams = this.#streams.map(({ side, end }) => ({ side: side!, end: end! }))
    return { ...result, id: this.start.id, method: this.start.method, path: this.#request.url!, status: this.#status, streams }
  }

  readonly #handlers: Handlers = {
    newBody: (handle, bytes) => void this.#handles.set(handle, bytes === undefined ? new Body() : Body.of(bytes)),
    read: (handle, max) => this.#body(handle).read(max),
    write: (handle, bytes, front) => this.#body(handle).write(bytes, front),
    append: (target, source) => this.#body(target).append(this.#body(source)),
    close: (handle) => this.#body(handle).finish('close'),
    abandon: (handle) => {
      const body = this.#body(handle)
      body.finish('abandon')
      body.dropParts()
    },
    knownLength: (handle) => this.#body(handle).knownLength ?? null,
    isReady: (handle) => this.#item(handle).ready,
    select: (handles, timeoutMs) =>
      new Promise((resolve) => {
        const items = handles.map((handle) => this.#handles.get(handle))
        const ready = items.findIndex((item) => item === undefined || item.ready)
        if (ready >= 0) return resolve(ready)
        const timer = timeoutMs > 0 ? setTimeout(() => resolve(-1), timeoutMs) : undefined
        items.forEach((item, index) => {
          item!.onReady(() => {
            clearTimeout(timer)
            resolve(index)
          })
        })
      }),
    send: (outgoing) => {
      const body = this.#body(outgoing.body)
      const exchange = new Exchange(outgoing, outgoing.target ?? this.#backends[outgoing.backend], body)
      this.#handles.set(outgoing.pending, exchange)
      if (outgoing.streaming && body.sink !== undefined) this.#streams.push(body)
    },
    wait: async (pending, handle) => {
      const exchange = this.#handles.get(pending)
      if (!(exchange instanceof Exchange)) throw new CallFailed(BAD_HANDLE)
      if (!exchange.ready) await new Promise<void>((resolve) => exchange.onReady(resolve))
      const answer = exchange.take()
      if ('failed' in answer) return answer
      this.#handles.set(handle, answer.source === undefined ? new Body() : Body.of(answer.source))
      return { status: answer.status, headers: answer.headers }
    },
    respond: ({ body: handle, status, headers, streaming, manualFraming }) => {
      if (this.#status !== undefined) throw new CallFailed(ERROR)
      const body = this.#body(handle)
      const response = this.#response
      this.#status = status
      const bodiless = this.start.method === 'HEAD' || status === 204 || status === 304
      const { headers: lines, length } = frame(headers, {
        length: streaming ? undefined : body.knownLength,
        manual: manualFraming,
        bodiless,
      })
      response.sendDate = false
      response.writeHead(status, lines.flat())
      if (!bodiless) response.flushHeaders()
      body.attach(new Sink(response, length, () => response.socket?.destroy()), 'client')
      if (streaming) this.#streams.push(body)
      else body.finish('close')
    },
    log: (endpoint, line) => this.#onLog(endpoint, line),
  }

  #item(handle: number): Body | Exchange {
    const item = this.#handles.get(handle)
    if (item === undefined) throw new CallFailed(BAD_HANDLE)
    return item
  }

  #body(handle: number): Body {
    const item = this.#item(handle)
    if (item instanceof Exchange) throw new CallFailed(BAD_HANDLE)
    return item
  }
}
