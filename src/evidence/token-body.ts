import { distinctBytes } from './bytes.ts'

/**
 * Is the random part of a token a filler: few different characters (`xxxxxxxx`, `1234512345`), or a row of the alphabet
 * (`abcdefghijklmnop`)? For parts of at least 16 characters.
 */
export function isFiller(bytes: Uint8Array, start: number, end: number): boolean {
  if (distinctBytes(bytes, start, end) < 8) return true
  let row = 0
  for (let i = start + 1; i < end; i++) if (bytes[i] === bytes[i - 1] + 1 || bytes[i] === bytes[i - 1]) row++
  return row * 2 > end - start
}

/** 32-bit FNV-1a of the bytes: names a published value without holding it. */
export function fnv1a(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193)
  return hash >>> 0
}
