import { EMPTY } from '../core/wire.ts'
import { keyedMark } from './marks.ts'
import type { Keyer } from './transform.ts'

/** Distinct values a message may have hashed before the first KiB has passed. */
const FREE = 16
/** Values longer than this are not remembered: each costs again. */
const MAX_REMEMBERED_BYTES = 4096
/** Values remembered, in bytes; beyond, the oldest is forgotten and costs again. Keeps a stream's memory bounded. */
const MAX_MEMORY_BYTES = 64 << 10
/** What an entry costs beside its text. */
const ENTRY_BYTES = 64

/** A value that a keyed mark stands for; equal values of a message are one. */
export interface KeyedValue {
  readonly type: string
  /** Not kept longer than until the mark is there. */
  value: Uint8Array
  mark: Uint8Array | undefined
}

/**
 * The keyed operations of one message: equal values are computed once, within a batch and from batch to batch. So a body that repeats one value a million times costs one
 * HMAC. They are bounded: 16 and one distinct value more for each KiB, counted at the value's offset, so that the answer does not depend on the cut. A value
 * costs once. Ask in order of place.
 */
export class KeyedValues {
  readonly #keyer: Keyer
  readonly #known = new Map<string, KeyedValue>()
  #spent = 0
  #memory = 0

  constructor(keyer: Keyer) {
    this.#keyer = keyer
  }

  /** The value, which a later `compute` gives its mark; undefined: the budget is spent. */
  admit(type: string, value: Uint8Array, offset: number): KeyedValue | undefined {
    const name = value.length <= MAX_REMEMBERED_BYTES ? `${type}:${byteText(value)}` : undefined
    const known = name === undefined ? undefined : this.#known.get(name)
    if (known !== undefined) return known
    if (this.#spent >= FREE + Math.floor(offset / 1024)) return undefined
    this.#spent++
    const keyed: KeyedValue = { type, value, mark: undefined }
    if (name !== undefined) this.#remember(name, keyed)
    return keyed
  }

  /** Gives each its mark. @throws what the keyer throws: those without a mark are still without */
  async compute(values: Iterable<KeyedValue>): Promise<void> {
    const asked = [...new Set(values)].filter(({ mark }) => mark === undefined)
    if (asked.length === 0) return
    const macs = await this.#keyer.digest(asked.map(domainSeparated))
    asked.forEach((keyed, i) => {
      keyed.mark = keyedMark(keyed.type, macs[i])
      keyed.value = EMPTY
    })
  }

  #remember(name: string, keyed: KeyedValue): void {
    this.#known.set(name, keyed)
    this.#memory += name.length + ENTRY_BYTES
    for (const oldest of this.#known.keys()) {
      if (this.#memory <= MAX_MEMORY_BYTES) return
      this.#known.delete(oldest)
      this.#memory -= oldest.length + ENTRY_BYTES
    }
  }
}

/** The same value under two rules gives two digests. */
function domainSeparated({ type, value }: KeyedValue): Uint8Array {
  const bytes = new Uint8Array(type.length + 1 + value.length)
  for (let i = 0; i < type.length; i++) bytes[i] = type.charCodeAt(i)
  bytes.set(value, type.length + 1)
  return bytes
}

/** The bytes as one character each. */
function byteText(bytes: Uint8Array): string {
  return String.fromCharCode.apply(null, bytes as unknown as number[])
}
