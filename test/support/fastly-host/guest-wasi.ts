/** The part of WASI preview 1 that the engine uses: clocks, randomness, environment, standard output. No files. */
import { randomFillSync } from 'node:crypto'
import type { Guest, HostModule } from './guest.ts'

const SUCCESS = 0
const BAD_FILE = 8
const NO_SYSTEM_CALL = 52
const NOT_SEEKABLE = 70
const REALTIME = 0
const CHARACTER_DEVICE = 2

export class ExitError extends Error {
  readonly code: number
  constructor(code: number) {
    super(`exit ${code}`)
    this.code = code
  }
}

/** A WASI call that is not there fails with ENOSYS, as libc expects. */
export const unknownWasiCall = () => NO_SYSTEM_CALL

export function wasiModule(guest: Guest, print: (text: string, descriptor: number) => void): HostModule {
  const variables = Object.entries(guest.setup.env).map(([name, value]) => Buffer.from(`${name}=${value}\0`))
  const now = (clock: number) => (clock === REALTIME ? BigInt(Date.now()) * 1_000_000n : process.hrtime.bigint())
  const calls: Record<string, (...args: never[]) => number> = {
    random_get: (at: number, length: number) => (randomFillSync(guest.bytes(at, length)), SUCCESS),
    clock_time_get: (clock: number, _precision: bigint, out: number) => (guest.u64(out, now(clock)), SUCCESS),
    clock_res_get: (_clock: number, out: number) => (guest.u64(out, 1000n), SUCCESS),
    environ_sizes_get: (count: number, size: number) => {
      guest.u32(count, variables.length)
      guest.u32(
        size,
        variables.reduce((sum, one) => sum + one.length, 0),
      )
      return SUCCESS
    },
    environ_get: (list: number, at: number) => {
      variables.forEach((bytes, index) => {
        guest.u32(list + 4 * index, at)
        guest.bytes(at, bytes.length).set(bytes)
        at += bytes.length
      })
      return SUCCESS
    },
    args_sizes_get: (count: number, size: number) => (guest.u32(count, 0), guest.u32(size, 0), SUCCESS),
    args_get: () => SUCCESS,
    fd_write: (descriptor: number, vectors: number, count: number, written: number) => {
      let text = ''
      let length = 0
      for (let i = 0; i < count; i++) {
        const at = guest.view().getUint32(vectors + 8 * i, true)
        const size = guest.view().getUint32(vectors + 8 * i + 4, true)
        text += guest.text(at, size)
        length += size
      }
      print(text, descriptor)
      guest.u32(written, length)
      return SUCCESS
    },
    fd_fdstat_get: (descriptor: number, out: number) => {
      guest.bytes(out, 24).fill(0)
      guest.bytes(out, 1)[0] = CHARACTER_DEVICE
      return descriptor < 3 ? SUCCESS : BAD_FILE
    },
    fd_prestat_get: () => BAD_FILE,
    fd_close: () => SUCCESS,
    fd_seek: () => NOT_SEEKABLE,
    poll_oneoff: (subscriptions: number, events: number, count: number, eventCount: number) => {
      sleepFor(guest.view(), subscriptions, count, now)
      guest.bytes(events, 32 * count).fill(0)
      for (let i = 0; i < count; i++) guest.u64(events + 32 * i, guest.view().getBigUint64(subscriptions + 48 * i, true))
      guest.u32(eventCount, count)
      return SUCCESS
    },
    proc_exit: (code: number) => {
      throw new ExitError(code)
    },
  }
  return calls as unknown as HostModule
}

/** Waits for the earliest clock among the subscriptions (tag 0; flag 1 = absolute time). */
function sleepFor(view: DataView, at: number, count: number, now: (clock: number) => bigint): void {
  let wait: bigint | undefined
  for (let i = 0; i < count; i++) {
    const one = at + 48 * i
    if (view.getUint8(one + 8) !== 0) continue
    const time = view.getBigUint64(one + 24, true)
    const left = view.getUint16(one + 40, true) === 1 ? time - now(view.getUint32(one + 16, true)) : time
    if (wait === undefined || left < wait) wait = left
  }
  if (wait !== undefined && wait > 0n) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(wait / 1_000_000n))
}
