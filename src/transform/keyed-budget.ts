/** Distinct values a message may have hashed before the first KiB has passed. */
const FREE = 16
/** Values longer than this are not remembered: each costs again. */
const MAX_REMEMBERED_BYTES = 4096
/** Values remembered, in bytes; beyond, the oldest is forgotten and costs again. Keeps a stream's memory bounded. */
const MAX_MEMORY_BYTES = 64 << 10
/** What an entry costs beside its text. */
const ENTRY_BYTES = 64

/**
 * Bounds the keyed operations of one message: 16 and one distinct value more for each KiB, counted at the value's offset, so
 * that the answer does not depend on the cut. A value costs once. Ask in order of place.
 */
export class KeyedBudget {
  /** Values refused so far. */
  refused = 0
  readonly #seen = new Set<string>()
  #spent = 0
  #memory = 0

  admit(type: string, value: Uint8Array, offset: number): boolean {
    const name = value.length <= MAX_REMEMBERED_BYTES ? `${type}:${byteText(value)}` : undefined
    if (name !== undefined && this.#seen.has(name)) return true
    if (this.#spent >= FREE + Math.floor(offset / 1024)) {
      this.refused++
      return false
    }
    this.#spent++
    if (name !== undefined) this.#remember(name)
    return true
  }

  #remember(name: string): void {
    this.#seen.add(name)
    this.#memory += name.length + ENTRY_BYTES
    for (const oldest of this.#seen) {
      if (this.#memory <= MAX_MEMORY_BYTES) return
      this.#seen.delete(oldest)
      this.#memory -= oldest.length + ENTRY_BYTES
    }
  }
}

/** The bytes as one character each. */
export function byteText(bytes: Uint8Array): string {
  return String.fromCharCode.apply(null, bytes as unknown as number[])
}
