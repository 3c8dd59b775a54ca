/**
 * What an instance (in a worker thread) asks of the host (the main thread, which owns the sockets). A call blocks the worker
 * until the host has answered: the host posts the answer, then wakes the worker, which takes it off the port.
 */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'

export type HeaderList = [name: string, value: string][]

/** Status codes of host calls (Fastly's ABI). */
export const OK = 0
export const ERROR = 1
export const BAD_HANDLE = 3
export const BUFFER_LENGTH = 4
export const UNSUPPORTED = 5
export const NONE = 10

export interface OutgoingRequest {
  readonly pending: number
  readonly body: number
  readonly method: string
  readonly uri: string
  readonly headers: HeaderList
  /** Name of a backend, or an address for one that was made at run time. */
  readonly backend: string
  readonly target?: string
  readonly streaming: boolean
  readonly manualFraming: boolean
  readonly decompress: boolean
}

export interface OutgoingResponse {
  readonly body: number
  readonly status: number
  readonly headers: HeaderList
  readonly streaming: boolean
  readonly manualFraming: boolean
}

/** The calls with their answers. Handles are numbers that the worker gives out. */
export interface HostCalls {
  newBody(body: number, bytes?: Uint8Array): void
  read(body: number, max: number): Uint8Array
  write(body: number, bytes: Uint8Array, front: boolean): void
  append(target: number, source: number): void
  close(body: number): void
  abandon(body: number): void
  knownLength(body: number): number | null
  isReady(handle: number): boolean
  /** Index of the first ready handle, or -1 after `timeoutMs` (0: waits for ever). */
  select(handles: number[], timeoutMs: number): number
  send(request: OutgoingRequest): void
  wait(pending: number, body: number): { status: number; headers: HeaderList } | { failed: number }
  respond(response: OutgoingResponse): void
  log(endpoint: string, line: string): void
}

export type CallName = keyof HostCalls
export type CallMessage = { [K in CallName]: { name: K; args: Parameters<HostCalls[K]> } }[CallName]
/** `failed` is a status code; `over` ends the instance (time is up, or the host closes). */
export type Answer = { value: unknown } | { failed: number } | { over: string }

export class HostCallError extends Error {
  readonly status: number
  constructor(status: number) {
    super(`host call failed with status ${status}`)
    this.status = status
  }
}

export class InstanceOver extends Error {}

/** The worker's side: a call that returns when the host has answered. */
export function callHost<K extends CallName>(
  port: MessagePort,
  flag: Int32Array,
  name: K,
  args: Parameters<HostCalls[K]>,
): ReturnType<HostCalls[K]> {
  port.postMessage({ name, args })
  // The wake-up of the call before may come late, when its answer was taken without waiting: it is none of ours.
  while (Atomics.load(flag, 0) === 0) Atomics.wait(flag, 0, 0)
  Atomics.store(flag, 0, 0)
  const answer = receiveMessageOnPort(port)!.message as Answer
  if ('failed' in answer) throw new HostCallError(answer.failed)
  if ('over' in answer) throw new InstanceOver(answer.over)
  return answer.value as ReturnType<HostCalls[K]>
}

/** The host's side: the answer, then the wake-up. */
export function answerCall(port: MessagePort, flag: Int32Array, answer: Answer): void {
  port.postMessage(answer)
  Atomics.store(flag, 0, 1)
  Atomics.notify(flag, 0)
}

/** What a worker is given when it starts, for each request, and what it says at the end of one. */
export interface WorkerSetup {
  readonly module: WebAssembly.Module
  readonly port: MessagePort
  readonly flag: Int32Array
  readonly env: Record<string, string>
  readonly configStores: Record<string, Record<string, string>>
  readonly secretStores: Record<string, Record<string, string | Uint8Array>>
  readonly kvStores: Record<string, Record<string, string | Uint8Array>>
  readonly backends: readonly string[]
}

export interface RunStart {
  /** Handle of the request's body; the worker gives out higher ones. */
  readonly body: number
  readonly id: string
  readonly method: string
  readonly uri: string
  readonly headers: HeaderList
  readonly clientAddress: string
}

export interface RunEnd {
  /** Why the instance ended before its time: a trap, an exit code other than 0, an unknown host call, or the host's word. */
  readonly trap?: string
  readonly memoryMiB: number
  readonly cpuMs: number
  readonly hostCalls: Record<string, number>
}
