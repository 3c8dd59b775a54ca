import type { Action } from '../core/words.ts'

/** How an action writes, as policy says it. */
export interface ActionOptions {
  /** `mask`: leading and trailing characters of the value that stay; together at most 10, for cards at most first 6 and last 4. */
  readonly keepFirst: number
  readonly keepLast: number
  /** What replaces an edited JSON number: a string mark, or the number 0, or null. Default `mark`. */
  readonly numbers: 'mark' | 'zero' | 'null'
}

/** Keyed hashing, given by the adapter's key. Values of one window are computed together. HMAC-SHA-256, 32 bytes each. */
export interface Keyer {
  /** Names the key in events; never derived from it. */
  readonly id: string
  digest(values: readonly Uint8Array[]): Promise<Uint8Array[]>
}

/** An action that changes bytes. */
export type EditAction = Exclude<Action, 'allow' | 'block'>
