import type { Action } from '../core/words.ts'

/** From the mildest to the severest. */
const ORDER: readonly Action[] = ['allow', 'mask', 'hash', 'redact', 'drop', 'block']

export function isMoreSevere(a: Action, b: Action): boolean {
  return ORDER.indexOf(a) > ORDER.indexOf(b)
}
