/** What the whole bodies of an isolate hold together, in bytes. Whoever takes gives back the same, once. */
export interface Pool {
  /** Draws bytes; false, and nothing drawn, when they are not there. */
  take(bytes: number): boolean
  give(bytes: number): void
}

export function createPool(maxBytes: number): Pool {
  let used = 0
  return {
    take(bytes) {
      if (used + bytes > maxBytes) return false
      used += bytes
      return true
    },
    give(bytes) {
      // Giving too much must not make room that is not there.
      used = Math.max(0, used - bytes)
    },
  }
}
