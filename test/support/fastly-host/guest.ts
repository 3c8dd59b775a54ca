/** What all host calls share: the instance's memory, its handles, and the way to the main thread. */
import type { MessagePort } from 'node:worker_threads'
import { BUFFER_LENGTH, type CallName, callHost, type HostCalls, OK, type RunStart, type WorkerSetup } from './calls.ts'

export type HostFunction = (...args: number[]) => number
export type HostModule = Record<string, HostFunction>

const decoder = new TextDecoder()
const encoder = new TextEncoder()

export class Guest {
  memory!: WebAssembly.Memory
  readonly setup: WorkerSetup
  readonly start: RunStart
  readonly #handles = new Map<number, unknown>()
  #last: number

  constructor(setup: WorkerSetup, start: RunStart) {
    this.setup = setup
    this.start = start
    this.#last = start.body
  }

  call<K extends CallName>(name: K, ...args: Parameters<HostCalls[K]>): ReturnType<HostCalls[K]> {
    return callHost(this.setup.port as MessagePort, this.setup.flag, name, args)
  }

  /** A new handle; the same numbers name bodies and pending requests on the main thread. */
  handle(item: unknown = {}): number {
    this.#handles.set(++this.#last, item)
    return this.#last
  }

  item<T>(handle: number): T | undefined {
    return this.#handles.get(handle) as T | undefined
  }

  bytes(at: number, length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.memory.buffer as ArrayBuffer, at >>> 0, length >>> 0)
  }

  view(): DataView {
    return new DataView(this.memory.buffer)
  }

  text(at: number, length: number): string {
    return decoder.decode(this.bytes(at, length))
  }

  /** Header values are octets: one character a byte, as Node's http speaks them. */
  latin1(at: number, length: number): string {
    return Buffer.from(this.memory.buffer, at >>> 0, length >>> 0).toString('latin1')
  }

  u32(at: number, value: number): void {
    this.view().setUint32(at >>> 0, value, true)
  }

  u64(at: number, value: bigint): void {
    this.view().setBigUint64(at >>> 0, value, true)
  }

  /** Writes a value into the guest's buffer, or says how long one it needs. */
  give(value: string | Uint8Array, at: number, max: number, written: number): number {
    const bytes = typeof value === 'string' ? encoder.encode(value) : value
    this.u32(written, bytes.length)
    if (bytes.length > max) return BUFFER_LENGTH
    this.bytes(at, bytes.length).set(bytes)
    return OK
  }
}
