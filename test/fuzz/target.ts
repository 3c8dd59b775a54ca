import type { Random } from '../support/random.ts'

/**
 * One thing that takes bytes from strangers, and what must hold of it for every input. A check is more than "no crash": it reads the input whole and cut, edits
 * what was found, and asks another implementation where there is one.
 */
export interface Target {
  readonly name: string
  /** What is checked, in one line. */
  readonly about: string
  /** Inputs to begin with. */
  readonly seeds: readonly (string | Uint8Array)[]
  /** Pieces of the input's language, which mutations put in. */
  readonly words: readonly (string | Uint8Array)[]
  /** Longest input in bytes. Default 96. */
  readonly maxBytes?: number
  /**
   * One execution. Throws where a promise is broken. Answers what was seen, in order, in few words: an input with a pair of neighbours that no other had is
   * kept and mutated further. All choices come from `random`, so that input and seed say everything.
   */
  check(input: Uint8Array, random: Random): readonly string[] | Promise<readonly string[]>
}

export const DEFAULT_MAX_BYTES = 96

export const bytesOf = (text: string | Uint8Array): Uint8Array =>
  typeof text === 'string' ? new TextEncoder().encode(text) : text

/** Throws that two values differ. What is told is synthetic. */
export function same(what: string, got: string, want: string): void {
  if (got !== want) throw new Error(`${what}\n  got  ${got}\n  want ${want}`)
}

export function holds(what: string, condition: boolean): void {
  if (!condition) throw new Error(what)
}

/** One to four cuts, or (sometimes) a cut at every byte. */
export function randomCuts(length: number, random: Random, everyByte = 0.05): number[] {
  if (random.chance(everyByte)) return Array.from({ length: Math.max(0, length - 1) }, (_, i) => i + 1)
  return Array.from({ length: random.int(1, 4) }, () => random.int(0, length)).sort((a, b) => a - b)
}

/** `bytes` in windows that end at these cuts. */
export function windowsOf(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  let from = 0
  return [...cuts, bytes.length].map((to) => bytes.subarray(from, (from = to)))
}

/** A magnitude in few words. */
export const size = (count: number): string => (count < 3 ? `${count}` : `2^${Math.floor(Math.log2(count))}`)
