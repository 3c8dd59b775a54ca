/**
 * The binary form of rule tables: what builds write and stores deliver. The arrays of `RuleTables` as they are in memory, so that
 * reading them is little more than looking at them. Little-endian; each part is aligned to 16 bytes.
 *
 *   MAGIC u32, VERSION u32, length of all in bytes u32, checksum of everything behind it u32
 *   parts u32, 0, 0, 0; then for each part its offset u32 and its length in bytes u32
 *   the parts: INFO (JSON, UTF-8), those of INT_PARTS (i32), those of BYTE_PARTS (u8), then for each group its classes (u8),
 *   pairs, positions, tail, rules and known begins (i32)
 */

/** "EDLP". */
export const MAGIC = 0x504c4445
/** Raised with every change of the layout or of what it means. */
export const VERSION = 8
export const HEADER_BYTES = 16
export const DIRECTORY_AT = 32
export const ALIGNMENT = 16

export const INT_PARTS = [
  'next',
  'rowsFrom',
  'states',
  'classes',
  'start',
  'classRow',
  'beforeRow',
  'afterRow',
  'runSet',
  'runMin',
  'runMax',
  'runNext',
  'anchorRun',
  'probeRow',
  'shapeFrom',
  'shapeRow',
  'longRunSet',
  'longRunRule',
] as const

export const BYTE_PARTS = [
  'classOf',
  'guards',
  'startRefused',
  'endRefused',
  'runInside',
  'sets',
  'windowOffset',
  'probeAt',
  'probeSets',
  'longRunBefore',
] as const

/** Parts of a group of windows. */
export const GROUP_PARTS = 6

/** What the INFO part holds beside the names of the rules. */
export interface GroupInfo {
  readonly anchored: number
  readonly plain: number
  readonly wide: number
}

/** FNV-1a over 32-bit words: tells a damaged file from a whole one; signatures are another matter. `bytes` is a multiple of 4 long. */
export function checksum(bytes: Uint8Array, from: number): number {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + from, (bytes.length - from) >> 2)
  let sum = 0x811c9dc5
  for (let i = 0; i < words.length; i++) {
    sum = Math.imul(sum ^ words[i], 0x01000193)
    sum ^= sum >>> 15
  }
  return sum >>> 0
}
