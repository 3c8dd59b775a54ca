/**
 * The binary form of rule tables: what builds write and stores deliver. Little-endian, no padding, in this order; `u32[n]` is n
 * numbers, lengths that follow from earlier numbers are not repeated.
 *
 *   MAGIC u32, VERSION u32, length of all in bytes u32, checksum of everything behind it u32
 *   rules u32, runs u32, sets u32, groups u32
 *   each rule: id (u16 length, UTF-8), states u16, classes u16, start u16, anchor run + 1 u32, flags u8, window offset u8, classOf u8[256],
 *     guards as bit sets (32 bytes each, only those its flags name),
 *     rows: each state kind u8, then u16[classes] of next states (1-based, 0 dead); a run state has the kind only
 *     cost: minLength u32, maxLength u32, maxSteps u32, candidatesPerKB f64
 *   each run: set u32, min u32, max u32, next state u16 of its rule, inside u8
 *   each set: a bit set of 32 bytes
 *   each group: buckets u8, anchored u16, wide u16, classOf u8[258], pairs i32[16384],
 *     each bucket: windows u8, then for each window: rule u32, nine bit sets of 258 values (33 bytes)
 */

/** "EDLP". */
export const MAGIC = 0x504c4445
/** Raised with every change of the layout or of what it means. */
export const VERSION = 2
export const HEADER_BYTES = 16

/** Kinds of rows. */
export const ROW_PLAIN = 0
export const ROW_ACCEPT = 1
export const ROW_RUN = 2

/** Flags of a rule: which guard tables follow (own byte is none of `\w`, own byte is one), and how the text's edges count. */
export const BEFORE_OTHER = 1
export const BEFORE_WORD = 2
export const AFTER_OTHER = 4
export const AFTER_WORD = 8
export const START_REFUSED = 16
export const END_REFUSED = 32

export const BIT_SET_BYTES = 32
/** 258 values of a window's position. */
export const VALUE_SET_BYTES = 33

/** FNV-1a, 32 bits: tells a damaged file from a whole one; signatures are another matter. */
export function checksum(bytes: Uint8Array, from: number): number {
  let sum = 0x811c9dc5
  for (let i = from; i < bytes.length; i++) sum = Math.imul(sum ^ bytes[i], 0x01000193)
  return sum >>> 0
}
