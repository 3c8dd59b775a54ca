/**
 * HTTP/1.1 read byte by byte as it stands on a socket, for tests that ask what really crossed the wire: which framing, which
 * header lines, whether a message came to its proper end. Judges nothing else and repairs nothing.
 */
export interface RawMessage {
  /** The head's lines as sent, without the empty one. */
  readonly head: string
  readonly startLine: string
  /** Requests. */
  readonly method: string
  readonly target: string
  /** Responses. */
  readonly status: number
  /** Lines as sent: names in their case, repeated ones apart. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  trailers: readonly (readonly [name: string, value: string])[]
  readonly framing: 'none' | 'length' | 'chunked' | 'close'
  /** Content-Length and Transfer-Encoding at once. */
  readonly bothFramings: boolean
  /** Milliseconds (performance.now) at which the head was whole. */
  readonly headAt: number
  /** The body's bytes in the pieces in which they came off the socket; empty with `keepBody: false`. */
  readonly pieces: { readonly bytes: Uint8Array; readonly at: number }[]
  /** Bytes of the body so far, framing apart. */
  bodyLength: number
  /** Sizes of the chunks, in order; the last one, of size 0, is not among them. */
  readonly chunkSizes: number[]
  /** True when the message came to the end that its framing promises. */
  complete: boolean
  /** Why it did not: 'cut' (the peer closed early), or what is wrong with its framing. */
  fault?: string
  /** Value of a header line, joined by ', ' when repeated; undefined when there is none. */
  header(name: string): string | undefined
  body(): Buffer
  text(): string
}

export interface ReaderOptions {
  readonly kind: 'request' | 'response'
  /** Method of the request that is answered next: HEAD has no body whatever its head says. */
  readonly method?: () => string
  /** Default true; false counts the bytes only (large bodies). */
  readonly keepBody?: boolean
  readonly onHead?: (message: RawMessage) => void
  readonly onBody?: (bytes: Uint8Array, message: RawMessage) => void
  /** At the proper end, or at the cut (`complete` says which). */
  readonly onEnd?: (message: RawMessage) => void
  readonly onInterim?: (status: number) => void
}

type State = 'head' | 'length' | 'close' | 'size' | 'chunk' | 'chunk-end' | 'trailers' | 'broken'

export class RawReader {
  readonly #options: ReaderOptions
  #pending: Buffer = Buffer.alloc(0)
  #state: State = 'head'
  #message: RawMessage | undefined
  #left = 0
  #trailers: [string, string][] = []
  #chunk = 0

  constructor(options: ReaderOptions) {
    this.#options = options
  }

  /** Bytes that came and belong to no message yet. */
  get unread(): number {
    return this.#pending.length
  }

  get broken(): boolean {
    return this.#state === 'broken'
  }

  push(bytes: Buffer): void {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes])
    try {
      while (this.#pending.length > 0 && this.#step());
    } catch (error) {
      this.#break((error as Error).message)
    }
  }

  /** The peer closed: the proper end of a body without framing, a cut for any other. */
  end(): void {
    if (this.#state === 'close') this.#finish()
    else if (this.#message !== undefined) this.#break('cut')
  }

  #break(fault: string): void {
    this.#state = 'broken'
    this.#pending = Buffer.alloc(0)
    const message = this.#message
    this.#message = undefined
    if (message === undefined) return
    message.fault = fault
    this.#options.onEnd?.(message)
  }

  #finish(): void {
    const message = this.#message!
    message.complete = true
    this.#message = undefined
    this.#state = 'head'
    this.#options.onEnd?.(message)
  }

  #step(): boolean {
    switch (this.#state) {
      case 'head':
        return this.#head()
      case 'length':
      case 'chunk':
        this.#left -= this.#take(this.#left)
        if (this.#left > 0) return false
        if (this.#state === 'length') this.#finish()
        else this.#state = 'chunk-end'
        return true
      case 'close':
        this.#take(this.#pending.length)
        return true
      case 'chunk-end':
        if (this.#pending.length < 2) return false
        if (this.#pending[0] !== 13 || this.#pending[1] !== 10) throw new Error('a chunk is longer than it says')
        this.#pending = this.#pending.subarray(2)
        this.#state = 'size'
        return true
      case 'size': {
        const line = this.#line()
        if (line === undefined) return false
        const size = /^([0-9a-fA-F]{1,12})[ \t]*(?:;.*)?$/.exec(line)
        if (size === null) throw new Error('a chunk has no size')
        this.#chunk = Number.parseInt(size[1], 16)
        this.#left = this.#chunk
        this.#state = this.#left === 0 ? 'trailers' : 'chunk'
        if (this.#chunk > 0) this.#message!.chunkSizes.push(this.#chunk)
        return true
      }
      case 'trailers': {
        const line = this.#line()
        if (line === undefined) return false
        if (line !== '') this.#trailers.push(splitHeader(line))
        else {
          this.#message!.trailers = this.#trailers
          this.#trailers = []
          this.#finish()
        }
        return true
      }
      default:
        return false
    }
  }

  #line(): string | undefined {
    const at = this.#pending.indexOf('\r\n')
    if (at < 0) {
      if (this.#pending.length > 1 << 16) throw new Error('a line does not end')
      return undefined
    }
    const line = this.#pending.toString('latin1', 0, at)
    this.#pending = this.#pending.subarray(at + 2)
    return line
  }

  #take(most: number): number {
    const bytes = this.#pending.subarray(0, most)
    this.#pending = this.#pending.subarray(bytes.length)
    const message = this.#message!
    message.bodyLength += bytes.length
    if (this.#options.keepBody !== false) message.pieces.push({ bytes: Uint8Array.from(bytes), at: performance.now() })
    this.#options.onBody?.(bytes, message)
    return bytes.length
  }

  #head(): boolean {
    const at = this.#pending.indexOf('\r\n\r\n')
    if (at < 0) {
      if (this.#pending.length > 1 << 20) throw new Error('a head does not end')
      return false
    }
    const [startLine, ...lines] = this.#pending.toString('latin1', 0, at).split('\r\n')
    this.#pending = this.#pending.subarray(at + 4)
    const message = createMessage(this.#options.kind, startLine, lines.map(splitHeader), this.#options.method?.() ?? 'GET')
    if (this.#options.kind === 'response' && message.status < 200 && message.status !== 101) {
      this.#options.onInterim?.(message.status)
      return true
    }
    this.#message = message
    this.#options.onHead?.(message)
    this.#left = message.framing === 'length' ? Number(message.header('content-length')) : 0
    if (message.framing === 'none' || (message.framing === 'length' && this.#left === 0)) this.#finish()
    else this.#state = message.framing === 'chunked' ? 'size' : message.framing
    return true
  }
}

function splitHeader(line: string): [string, string] {
  const colon = line.indexOf(':')
  if (colon < 1) throw new Error('a header line has no name')
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')]
}

function createMessage(kind: 'request' | 'response', startLine: string, headers: [string, string][], asked: string): RawMessage {
  const [, method, target] = /^([^ ]+) (.+) HTTP\/1\.[01]$/.exec(startLine) ?? []
  const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(startLine)?.[1] ?? 0)
  if (kind === 'request' ? method === undefined : status === 0) throw new Error('not a start line of HTTP/1.1')
  const header = (name: string) => {
    const values = headers.filter(([key]) => key.toLowerCase() === name.toLowerCase()).map(([, value]) => value)
    return values.length === 0 ? undefined : values.join(', ')
  }
  const length = header('content-length')
  const coding = header('transfer-encoding')
  if (length !== undefined && !/^\d{1,15}$/.test(length)) throw new Error('Content-Length is not one number')
  const bare = kind === 'response' && (asked === 'HEAD' || status === 204 || status === 304)
  const framing = bare
    ? 'none'
    : coding !== undefined && /(?:^|,)\s*chunked\s*$/i.test(coding)
      ? 'chunked'
      : length !== undefined
        ? 'length'
        : kind === 'response'
          ? 'close'
          : 'none'
  const pieces: RawMessage['pieces'] = []
  const body = () => Buffer.concat(pieces.map(({ bytes }) => bytes))
  return {
    head: [startLine, ...headers.map(([name, value]) => `${name}: ${value}`)].join('\r\n'),
    startLine,
    method: kind === 'request' ? method : asked,
    target: target ?? '',
    status,
    headers,
    trailers: [],
    framing,
    bothFramings: length !== undefined && coding !== undefined,
    headAt: performance.now(),
    pieces,
    bodyLength: 0,
    chunkSizes: [],
    complete: false,
    header,
    body,
    text: () => body().toString(),
  }
}
