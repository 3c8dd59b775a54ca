/** Sets of bytes: 256 entries of 0 or 1. Small, and every loop over them is obvious. */
export type ByteSet = Uint8Array

export const emptySet = (): ByteSet => new Uint8Array(256)

export function setOf(...bytes: number[]): ByteSet {
  const set = emptySet()
  for (const byte of bytes) set[byte] = 1
  return set
}

export function addRange(set: ByteSet, from: number, to: number): ByteSet {
  for (let b = from; b <= to; b++) set[b] = 1
  return set
}

export function addAll(into: ByteSet, from: ByteSet): ByteSet {
  for (let b = 0; b < 256; b++) into[b] |= from[b]
  return into
}

export const complement = (set: ByteSet): ByteSet => set.map((x) => x ^ 1)

export const isEmpty = (set: ByteSet): boolean => !set.includes(1)

/** Number of bytes in the set. */
export function countOf(set: ByteSet): number {
  let n = 0
  for (let b = 0; b < 256; b++) n += set[b]
  return n
}

export function overlaps(a: ByteSet, b: ByteSet): boolean {
  for (let i = 0; i < 256; i++) if (a[i] & b[i]) return true
  return false
}

/** True when every byte of `inner` is in `outer`. */
export function covers(outer: ByteSet, inner: ByteSet): boolean {
  for (let i = 0; i < 256; i++) if (inner[i] && !outer[i]) return false
  return true
}

export function sameSet(a: ByteSet, b: ByteSet): boolean {
  for (let i = 0; i < 256; i++) if (a[i] !== b[i]) return false
  return true
}

/** Adds the other case of every ASCII letter in the set. */
export function foldCase(set: ByteSet): ByteSet {
  for (let b = 0x41; b <= 0x5a; b++) {
    const either = set[b] | set[b + 32]
    set[b] = either
    set[b + 32] = either
  }
  return set
}

/** A key for maps: equal for equal sets. */
export function setKey(set: ByteSet): string {
  let key = ''
  for (let i = 0; i < 256; i += 16) {
    let x = 0
    for (let j = 0; j < 16; j++) x |= set[i + j] << j
    key += String.fromCharCode(x)
  }
  return key
}

export const DIGIT: ByteSet = addRange(emptySet(), 0x30, 0x39)
/** `\w`, and what `\b` looks at. */
export const WORD: ByteSet = addRange(addRange(addRange(setOf(0x5f), 0x30, 0x39), 0x41, 0x5a), 0x61, 0x7a)
export const SPACE: ByteSet = setOf(0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20)
