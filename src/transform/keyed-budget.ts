/** Distinct values a message may have hashed before the first KiB has passed. */
const FREE = 16

/**
 * Bounds the keyed operations of one message: 16 and one distinct value more for each KiB, counted at the value's offset, so
 * that the answer does not depend on the cut. A value costs once.
 */
export class KeyedBudget {
  readonly #seen = new Set<string>()

  admit(type: string, value: Uint8Array, offset: number): boolean {
    const name = `${type}:${String.fromCharCode(...value.subarray(0, 4096))}`
    if (this.#seen.has(name)) return true
    if (this.#seen.size >= FREE + Math.floor(offset / 1024)) return false
    this.#seen.add(name)
    return true
  }
}
