/** Bodies, requests, responses and waiting: what crosses to the main thread. */
import { BAD_HANDLE, BUFFER_LENGTH, ERROR, NONE, OK, UNSUPPORTED } from './calls.ts'
import type { Guest, HostModule } from './guest.ts'
import { type Head, headerCalls } from './guest-headers.ts'

interface RequestHead extends Head {
  method: string
  uri: string
  decompress: boolean
}

interface ResponseHead extends Head {
  status: number
}

/** `FASTLY_HOST_CONTENT_ENCODINGS_GZIP`. */
const GZIP = 1
const DETAIL_OK = 1
const NEVER = 0xffffffff

export function httpModules(guest: Guest): Record<string, HostModule> {
  const dynamic = new Map<string, string>()
  const newBody = (bytes?: Uint8Array) => {
    const handle = guest.handle()
    guest.call('newBody', handle, bytes)
    return handle
  }
  const send = (request: number, body: number, at: number, length: number, streaming: boolean, pending: number) => {
    const head = guest.item<RequestHead>(request)
    if (head === undefined) return BAD_HANDLE
    const handle = guest.handle()
    const backend = guest.text(at, length)
    guest.call('send', { ...head, pending: handle, body, backend, target: dynamic.get(backend), streaming })
    guest.u32(pending, handle)
    return OK
  }
  return {
    fastly_http_body: {
      new: (out) => (guest.u32(out, newBody()), OK),
      read: (body, buffer, max, read) => {
        const bytes = guest.call('read', body, max)
        guest.bytes(buffer, bytes.length).set(bytes)
        guest.u32(read, bytes.length)
        return OK
      },
      write: (body, buffer, length, end, written) => {
        guest.call('write', body, guest.bytes(buffer, length).slice(), end === 1)
        guest.u32(written, length)
        return OK
      },
      append: (target, source) => (guest.call('append', target, source), OK),
      close: (body) => (guest.call('close', body), OK),
      abandon: (body) => (guest.call('abandon', body), OK),
      known_length: (body, out) => {
        const length = guest.call('knownLength', body)
        if (length === null) return NONE
        guest.u64(out, BigInt(length))
        return OK
      },
    },
    fastly_http_req: {
      ...headerCalls(guest),
      new: (out) => {
        const head: RequestHead = { headers: [], manualFraming: false, method: 'GET', uri: '', decompress: false }
        guest.u32(out, guest.handle(head))
        return OK
      },
      body_downstream_get: (request, body) => {
        const { method, uri, headers } = guest.start
        const head: RequestHead = { headers: [...headers], manualFraming: false, method, uri, decompress: false }
        guest.u32(request, guest.handle(head))
        guest.u32(body, guest.start.body)
        return OK
      },
      method_get: (request, at, max, written) => guest.give(guest.item<RequestHead>(request)!.method, at, max, written),
      method_set: (request, at, length) => ((guest.item<RequestHead>(request)!.method = guest.text(at, length)), OK),
      uri_get: (request, at, max, written) => guest.give(guest.item<RequestHead>(request)!.uri, at, max, written),
      uri_set: (request, at, length) => ((guest.item<RequestHead>(request)!.uri = guest.text(at, length)), OK),
      cache_override_v2_set: () => OK,
      auto_decompress_response_set: (request, codings) => (
        (guest.item<RequestHead>(request)!.decompress = (codings & GZIP) !== 0), OK
      ),
      send_async: (request, body, at, length, pending) => send(request, body, at, length, false, pending),
      send_async_streaming: (request, body, at, length, pending) => send(request, body, at, length, true, pending),
      send_async_v2: (request, body, at, length, streaming, pending) => send(request, body, at, length, streaming !== 0, pending),
      pending_req_wait_v2: (pending, detail, response, bodyOut) => {
        const body = guest.handle()
        const answer = guest.call('wait', pending, body)
        guest.bytes(detail, 2).set(['failed' in answer ? answer.failed : DETAIL_OK, 0])
        if ('failed' in answer) return ERROR
        const head: ResponseHead = { headers: answer.headers, manualFraming: false, status: answer.status }
        guest.u32(response, guest.handle(head))
        guest.u32(bodyOut, body)
        return OK
      },
      register_dynamic_backend: (at, length, targetAt, targetLength) => {
        dynamic.set(guest.text(at, length), `http://${guest.text(targetAt, targetLength)}`)
        return OK
      },
    },
    fastly_http_resp: {
      ...headerCalls(guest),
      new: (out) => {
        const head: ResponseHead = { headers: [], manualFraming: false, status: 200 }
        guest.u32(out, guest.handle(head))
        return OK
      },
      status_get: (response, out) => (guest.view().setUint16(out >>> 0, guest.item<ResponseHead>(response)!.status, true), OK),
      status_set: (response, status) => ((guest.item<ResponseHead>(response)!.status = status), OK),
      send_downstream: (response, body, streaming) => {
        const head = guest.item<ResponseHead>(response)
        if (head === undefined) return BAD_HANDLE
        guest.call('respond', { ...head, body, streaming: streaming !== 0 })
        return OK
      },
      get_addr_dest_ip: () => NONE,
      get_addr_dest_port: () => NONE,
    },
    fastly_http_downstream: {
      downstream_client_ip_addr: (_request, at, written) => {
        const v4 = guest.start.clientAddress.replace('::ffff:', '').split('.').map(Number)
        return guest.give(v4.length === 4 ? Uint8Array.from(v4) : Uint8Array.of(127, 0, 0, 1), at, 16, written)
      },
      downstream_server_ip_addr: (_request, at, written) => guest.give(Uint8Array.of(127, 0, 0, 1), at, 16, written),
      downstream_client_request_id: (_request, at, max, written) => guest.give(guest.start.id, at, max, written),
      downstream_tls_cipher_openssl_name: (_request, at, max, written) => guest.give('', at, max, written),
      downstream_tls_protocol: (_request, at, max, written) => guest.give('', at, max, written),
      downstream_tls_client_hello: () => NONE,
      downstream_tls_raw_client_certificate: () => NONE,
      downstream_tls_ja3_md5: () => NONE,
      // One instance a request: there is never a next one.
      next_request: (_mask, _options, out) => (guest.u32(out, guest.handle()), OK),
      next_request_wait: () => NONE,
    },
    fastly_http_cache: { is_request_cacheable: (_request, out) => (guest.u32(out, 0), OK) },
    fastly_async_io: {
      is_ready: (handle, out) => (guest.u32(out, guest.call('isReady', handle) ? 1 : 0), OK),
      select: (at, count, timeoutMs, out) => {
        const handles = [...new Uint32Array(guest.memory.buffer.slice(at, at + 4 * count))]
        if (count === 0 && timeoutMs === 0) return UNSUPPORTED
        const index = guest.call('select', handles, timeoutMs)
        guest.u32(out, index < 0 ? NEVER : index)
        return OK
      },
    },
    fastly_backend: {
      exists: (at, length, out) => {
        const name = guest.text(at, length)
        guest.u32(out, guest.setup.backends.includes(name) || dynamic.has(name) ? 1 : 0)
        return OK
      },
      is_healthy: (_at, _length, out) => (guest.u32(out, 0), OK),
      is_dynamic: (at, length, out) => (guest.u32(out, dynamic.has(guest.text(at, length)) ? 1 : 0), OK),
    },
    fastly_kv_store: kvStore(guest, newBody),
  }
}

const KV_OK = 1
const KV_NOT_FOUND = 3

/** Reading only. A lookup is pending from the call to its wait; its handle is always ready. */
function kvStore(guest: Guest, newBody: (bytes?: Uint8Array) => number): HostModule {
  return {
    open: (at, length, out) => {
      const store = guest.setup.kvStores[guest.text(at, length)]
      if (store === undefined) return NONE
      guest.u32(out, guest.handle(store))
      return OK
    },
    lookup: (store, at, length, _mask, _options, out) => {
      const value = guest.item<Record<string, string | Uint8Array>>(store)?.[guest.text(at, length)]
      const bytes = typeof value === 'string' ? Buffer.from(value) : value
      const body = newBody(bytes)
      const handle = guest.handle({ body, found: bytes !== undefined })
      // `isReady` and `select` ask the main thread: there the pending lookup is a body with nothing to wait for.
      guest.call('newBody', handle)
      guest.u32(out, handle)
      return OK
    },
    lookup_wait_v2: (pending, bodyOut, _metadata, metadataMax, written, generation, error) => {
      const lookup = guest.item<{ body: number; found: boolean }>(pending)
      if (lookup === undefined) return BAD_HANDLE
      if (metadataMax < 0) return BUFFER_LENGTH
      guest.u32(bodyOut, lookup.found ? lookup.body : NEVER - 1)
      guest.u32(written, 0)
      guest.u64(generation, 1n)
      guest.u32(error, lookup.found ? KV_OK : KV_NOT_FOUND)
      return OK
    },
  }
}
