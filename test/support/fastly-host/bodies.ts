/**
 * Bodies as the host holds them: what an instance reads comes from a `Source` (bytes arrive at a socket), what it streams goes to
 * a `Sink` (a socket takes them). Queues are bounded both ways: a source stops reading its socket, a write waits.
 */
import type { Readable, Writable } from 'node:stream'

const QUEUE_BYTES = 64 << 10

/** A byte stream off a socket. What came before a failure is still handed out, then the failure. */
export class Source {
  /** Length promised by the framing; undefined when chunked or until close. */
  readonly declaredLength: number | undefined
  readonly #stream: Readable
  readonly #drop: () => void
  readonly #chunks: Uint8Array[] = []
  #queued = 0
  #state: 'open' | 'ended' | 'failed' | 'dropped' = 'open'
  #wake: (() => void)[] = []

  /** `drop` says what becomes of the stream when nobody wants the rest. */
  constructor(stream: Readable, declaredLength: number | undefined, drop: () => void) {
    this.#stream = stream
    this.declaredLength = declaredLength
    this.#drop = drop
    stream.on('data', (chunk: Uint8Array) => {
      if (this.#state !== 'open') return
      this.#chunks.push(chunk)
      this.#queued += chunk.length
      if (this.#queued >= QUEUE_BYTES) stream.pause()
      this.#notify()
    })
    stream.on('end', () => this.#settle('ended'))
    stream.on('error', () => this.#settle('failed'))
    stream.on('close', () => this.#settle('failed'))
  }

  get ready(): boolean {
    return this.#chunks.length > 0 || this.#state !== 'open'
  }

  /** At most `max` bytes of one arrival; undefined at the end. Only when `ready`. Throws when the stream broke. */
  take(max: number): Uint8Array | undefined {
    const chunk = this.#chunks[0]
    if (chunk === undefined) {
      if (this.#state === 'failed') throw new Error('the stream broke')
      return undefined
    }
    const taken = chunk.subarray(0, max)
    if (taken.length < chunk.length) this.#chunks[0] = chunk.subarray(max)
    else this.#chunks.shift()
    this.#queued -= taken.length
    if (this.#state === 'open' && this.#queued < QUEUE_BYTES / 2) this.#stream.resume()
    return taken
  }

  /** Calls `wake` once there is something to take. */
  onReady(wake: () => void): void {
    if (this.ready) wake()
    else this.#wake.push(wake)
  }

  drop(): void {
    if (this.#state === 'open') {
      this.#settle('dropped')
      this.#drop()
    }
    this.#chunks.length = 0
  }

  #settle(state: 'ended' | 'failed' | 'dropped'): void {
    if (this.#state !== 'open') return
    this.#state = state
    this.#notify()
  }

  #notify(): void {
    const wake = this.#wake
    this.#wake = []
    for (const one of wake) one()
  }
}

/** A socket's message that is written piece by piece and ended properly or cut. */
export class Sink {
  readonly #stream: Writable
  readonly #cut: () => void
  #left: number | undefined
  #broken = false
  #over = false
  #wake: (() => void)[] = []

  /** `declaredLength` is set where the head promises one: an end before it is a cut. */
  constructor(stream: Writable, declaredLength: number | undefined, cut: () => void) {
    this.#stream = stream
    this.#left = declaredLength
    this.#cut = cut
    stream.on('drain', () => this.#notify())
    stream.on('error', () => this.#break())
    stream.on('close', () => this.#break())
  }

  get ready(): boolean {
    return this.#broken || this.#over || !this.#stream.writableNeedDrain
  }

  onReady(wake: () => void): void {
    if (this.ready) wake()
    else this.#wake.push(wake)
  }

  /** Resolves when the queue has room again; rejects when the peer is gone or the promised length is passed. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#broken || this.#over) throw new Error('the peer is gone')
    if (bytes.length === 0) return
    if (this.#left !== undefined && (this.#left -= bytes.length) < 0) {
      this.cut()
      throw new Error('more bytes than promised')
    }
    if (this.#stream.write(bytes)) return
    await new Promise<void>((resolve) => this.onReady(resolve))
    if (this.#broken) throw new Error('the peer is gone')
  }

  end(): void {
    if (this.#over) return
    if (this.#left !== undefined && this.#left > 0) {
      this.cut()
      return
    }
    this.#over = true
    this.#stream.end()
  }

  cut(): void {
    if (this.#over) return
    this.#over = true
    this.#cut()
    this.#notify()
  }

  #break(): void {
    this.#broken = true
    this.#notify()
  }

  #notify(): void {
    const wake = this.#wake
    this.#wake = []
    for (const one of wake) one()
  }
}

/** A body handle: a list of parts to read, or the writing end of a sink. */
export class Body {
  parts: (Uint8Array | Source)[] = []
  sink: Sink | undefined
  /** How the writing end came to its end. */
  end: 'close' | 'abandon' | 'drop' | undefined
  /** Which peer the sink leads to, for reports. */
  side: 'origin' | 'client' | undefined
  /** Appended streams are pumped in the background; later writes and the end wait for them. */
  #tail: Promise<void> | undefined

  static of(part: Uint8Array | Source): Body {
    const body = new Body()
    body.parts.push(part)
    return body
  }

  /** Undefined when a part does not say its length. */
  get knownLength(): number | undefined {
    let sum = 0
    for (const part of this.parts) {
      const length = part instanceof Source ? part.declaredLength : part.length
      if (length === undefined) return undefined
      sum += length
    }
    return sum
  }

  get ready(): boolean {
    if (this.sink !== undefined) return this.#tail === undefined && this.sink.ready
    const [first] = this.parts
    return first === undefined || first instanceof Uint8Array || first.ready
  }

  onReady(wake: () => void): void {
    const [first] = this.parts
    if (this.sink !== undefined) void Promise.resolve(this.#tail).then(() => this.sink!.onReady(wake), wake)
    else if (first instanceof Source) first.onReady(wake)
    else wake()
  }

  /** Waits for bytes; an empty array is the end. */
  async read(max: number): Promise<Uint8Array> {
    for (;;) {
      const first = this.parts[0]
      if (first === undefined) return new Uint8Array()
      if (first instanceof Uint8Array) {
        if (first.length > max) this.parts[0] = first.subarray(max)
        else this.parts.shift()
        if (first.length > 0) return first.subarray(0, max)
        continue
      }
      if (!first.ready) await new Promise<void>((resolve) => first.onReady(resolve))
      const taken = first.take(max)
      if (taken === undefined) this.parts.shift()
      else if (taken.length > 0) return taken
    }
  }

  async write(bytes: Uint8Array, front: boolean): Promise<void> {
    if (this.sink === undefined) return void (front ? this.parts.unshift(bytes) : this.parts.push(bytes))
    await this.#tail
    await this.sink.write(bytes)
  }

  append(source: Body): void {
    const parts = source.parts.splice(0)
    if (this.sink === undefined) this.parts.push(...parts)
    else this.#pump(Object.assign(new Body(), { parts }))
  }

  /** Leads the body to a sink from here on; the parts so far go first. */
  attach(sink: Sink, side: 'origin' | 'client'): void {
    const rest = Object.assign(new Body(), { parts: this.parts.splice(0) })
    this.sink = sink
    this.side = side
    if (rest.parts.length > 0) this.#pump(rest)
  }

  /** `close` ends the message properly; `abandon`, or an instance that ends without either, cuts the connection. */
  finish(end: 'close' | 'abandon' | 'drop'): void {
    const { sink } = this
    if (sink === undefined || this.end !== undefined) return
    this.end = end
    if (end !== 'close') sink.cut()
    else if (this.#tail === undefined) sink.end()
    else
      void this.#tail.then(
        () => sink.end(),
        () => sink.cut(),
      )
  }

  dropParts(): void {
    for (const part of this.parts.splice(0)) if (part instanceof Source) part.drop()
  }

  #pump(from: Body): void {
    const pumping = this.#pumpAll(from, this.#tail)
    this.#tail = pumping
    const done = () => {
      if (this.#tail === pumping) this.#tail = undefined
    }
    pumping.then(done, done)
  }

  async #pumpAll(from: Body, before: Promise<void> | undefined): Promise<void> {
    const sink = this.sink!
    try {
      await before
      for (;;) {
        const bytes = await from.read(QUEUE_BYTES)
        if (bytes.length === 0) return
        await sink.write(bytes)
      }
    } catch (error) {
      from.dropParts()
      sink.cut()
      throw error
    }
  }
}
