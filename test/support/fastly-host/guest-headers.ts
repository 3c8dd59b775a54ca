/** Header host calls, the same for requests and responses. */
import { BAD_HANDLE, BUFFER_LENGTH, type HeaderList, OK } from './calls.ts'
import type { Guest, HostModule } from './guest.ts'

export interface Head {
  headers: HeaderList
  manualFraming: boolean
}

const HTTP_11 = 2

export function headerCalls(guest: Guest): HostModule {
  const on = (handle: number, act: (head: Head) => number | void) => {
    const head = guest.item<Head>(handle)
    return head === undefined ? BAD_HANDLE : (act(head) ?? OK)
  }
  const name = (at: number, length: number) => guest.latin1(at, length).toLowerCase()
  return {
    header_names_get: (handle, buffer, max, cursor, next, written) =>
      on(handle, ({ headers }) => page(guest, [...new Set(headers.map(([one]) => one))], buffer, max, cursor, next, written)),
    header_values_get: (handle, at, length, buffer, max, cursor, next, written) =>
      on(handle, ({ headers }) => {
        const wanted = name(at, length)
        const values = headers.filter(([one]) => one === wanted).map(([, value]) => value)
        return page(guest, values, buffer, max, cursor, next, written)
      }),
    header_insert: (handle, at, length, valueAt, valueLength) =>
      on(handle, (head) => {
        const wanted = name(at, length)
        head.headers = head.headers.filter(([one]) => one !== wanted)
        head.headers.push([wanted, guest.latin1(valueAt, valueLength)])
      }),
    header_append: (handle, at, length, valueAt, valueLength) =>
      on(handle, ({ headers }) => void headers.push([name(at, length), guest.latin1(valueAt, valueLength)])),
    header_remove: (handle, at, length) =>
      on(handle, (head) => {
        const wanted = name(at, length)
        head.headers = head.headers.filter(([one]) => one !== wanted)
      }),
    version_get: (handle, out) => on(handle, () => guest.u32(out, HTTP_11)),
    framing_headers_mode_set: (handle, mode) => on(handle, (head) => void (head.manualFraming = mode === 1)),
  }
}

/** As many NUL-ended values from `cursor` as fit; `next` is the following cursor, or -1. */
function page(
  guest: Guest,
  values: string[],
  buffer: number,
  max: number,
  cursor: number,
  next: number,
  written: number,
): number {
  let at = 0
  let index = cursor
  for (; index < values.length; index++) {
    const bytes = Buffer.from(`${values[index]}\0`, 'latin1')
    if (at + bytes.length > max) {
      if (at > 0) break
      guest.u32(written, bytes.length)
      return BUFFER_LENGTH
    }
    guest.bytes(buffer + at, bytes.length).set(bytes)
    at += bytes.length
  }
  guest.u32(written, at)
  guest.view().setBigInt64(next >>> 0, index < values.length ? BigInt(index) : -1n, true)
  return OK
}
