/** Config and secret stores, log endpoints, what the instance may know of itself. */
import { BAD_HANDLE, NONE, OK } from './calls.ts'
import type { Guest, HostFunction, HostModule } from './guest.ts'

export function storeModules(guest: Guest, cpuMs: () => number): Record<string, HostModule> {
  const open =
    (stores: Record<string, unknown>): HostFunction =>
    (at, length, out) => {
      const name = guest.text(at, length)
      if (!Object.hasOwn(stores, name)) return NONE
      guest.u32(out, guest.handle(stores[name]))
      return OK
    }
  const lookUp = <T>(store: number, at: number, length: number): T | undefined => {
    const values = guest.item<Record<string, T>>(store)
    const key = guest.text(at, length)
    return values !== undefined && Object.hasOwn(values, key) ? values[key] : undefined
  }
  const configStore: HostModule = {
    open: open(guest.setup.configStores),
    get: (store, at, length, buffer, max, written) => {
      const value = lookUp<string>(store, at, length)
      if (value !== undefined) return guest.give(value, buffer, max, written)
      guest.u32(written, 0)
      return NONE
    },
  }
  return {
    fastly_config_store: configStore,
    fastly_dictionary: configStore,
    fastly_secret_store: {
      open: open(guest.setup.secretStores),
      get: (store, at, length, out) => {
        const value = lookUp<string | Uint8Array>(store, at, length)
        if (value === undefined) return NONE
        guest.u32(out, guest.handle(value))
        return OK
      },
      plaintext: (secret, buffer, max, written) => {
        const value = guest.item<string | Uint8Array>(secret)
        return value === undefined ? BAD_HANDLE : guest.give(value, buffer, max, written)
      },
      from_bytes: (at, length, out) => (guest.u32(out, guest.handle(guest.bytes(at, length).slice())), OK),
    },
    fastly_log: {
      endpoint_get: (at, length, out) => (guest.u32(out, guest.handle(guest.text(at, length))), OK),
      write: (endpoint, at, length, written) => {
        const name = guest.item<string>(endpoint)
        if (name === undefined) return BAD_HANDLE
        guest.call('log', name, guest.text(at, length))
        guest.u32(written, length)
        return OK
      },
    },
    fastly_compute_runtime: {
      get_vcpu_ms: (out) => (guest.u64(out, BigInt(Math.round(cpuMs()))), OK),
      get_heap_mib: (out) => (guest.u32(out, guest.memory.buffer.byteLength >> 20), OK),
    },
  }
}
