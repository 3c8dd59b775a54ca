// The part of the common web platform that `src/` may use, on every runtime the same. Included by src/tsconfig.json only;
// an adapter's own tsconfig brings its platform's types instead. Nothing here may be missing on Fastly (docs/platforms.md).

declare class TextEncoder {
  encode(text?: string): Uint8Array
  encodeInto(text: string, into: Uint8Array): { read: number; written: number }
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean })
  decode(bytes?: Uint8Array, options?: { stream?: boolean }): string
}
interface ReadableStreamDefaultReader<T> {
  read(): Promise<{ done: false; value: T } | { done: true; value?: T }>
  cancel(reason?: unknown): Promise<void>
  releaseLock(): void
}
interface ReadableStreamDefaultController<T> {
  readonly desiredSize: number | null
  enqueue(chunk: T): void
  close(): void
  error(reason?: unknown): void
}
interface UnderlyingSource<T> {
  type?: 'bytes'
  start?(controller: ReadableStreamDefaultController<T>): unknown
  pull?(controller: ReadableStreamDefaultController<T>): unknown
  cancel?(reason?: unknown): unknown
}
declare class ReadableStream<T = Uint8Array> {
  constructor(source?: UnderlyingSource<T>, strategy?: { highWaterMark?: number })
  readonly locked: boolean
  getReader(): ReadableStreamDefaultReader<T>
  cancel(reason?: unknown): Promise<void>
}
type HeadersInit = Headers | Record<string, string> | [string, string][]
declare class Headers {
  constructor(init?: HeadersInit)
  get(name: string): string | null
  set(name: string, value: string): void
  append(name: string, value: string): void
  delete(name: string): void
  has(name: string): boolean
  getSetCookie(): string[]
  entries(): IterableIterator<[string, string]>
  forEach(each: (value: string, name: string) => void): void
  [Symbol.iterator](): IterableIterator<[string, string]>
}
type BodyInit = ReadableStream | Uint8Array | ArrayBuffer | string | null
interface AbortSignal {
  readonly aborted: boolean
  readonly reason: unknown
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void
  removeEventListener(type: 'abort', listener: () => void): void
}
interface RequestInit {
  method?: string
  headers?: HeadersInit
  body?: BodyInit
  redirect?: 'follow' | 'manual' | 'error'
  signal?: AbortSignal | null
  duplex?: 'half'
}
declare class Request {
  constructor(input: Request | string, init?: RequestInit)
  readonly method: string
  readonly url: string
  readonly headers: Headers
  readonly body: ReadableStream | null
  readonly bodyUsed: boolean
  readonly signal: AbortSignal
  arrayBuffer(): Promise<ArrayBuffer>
  text(): Promise<string>
  clone(): Request
}
interface ResponseInit {
  status?: number
  statusText?: string
  headers?: HeadersInit
}
declare class Response {
  constructor(body?: BodyInit, init?: ResponseInit)
  readonly status: number
  readonly statusText: string
  readonly headers: Headers
  readonly body: ReadableStream | null
  readonly bodyUsed: boolean
  readonly ok: boolean
  arrayBuffer(): Promise<ArrayBuffer>
  text(): Promise<string>
  clone(): Response
}
declare class URL {
  constructor(url: string, base?: string | URL)
  href: string
  protocol: string
  host: string
  hostname: string
  port: string
  pathname: string
  search: string
  readonly origin: string
}
