import { BAD_BUFFER, DONE, L_ANSWER, L_END, L_FROM, L_TEXT, LOOK_BEFORE, LOOK_BLOCK } from './layout'

/** Places of a block at which something is looked for: twelve bytes from each lie in the block too. */
const PLACES = 52
const WITHIN: u64 = (1 << PLACES) - 1

// Bits that both nibbles of a byte must have: letters of the base64 alphabets, hexadecimal digits, separators of pairs of them.
const LETTERS = 0x1f
const DIGITS = 0x24
const SEPARATORS = 0xc0

// @ts-ignore: decorator
@inline function low(): v128 {
  // of 4x and 6x: 1 (all but 0), 20 (1 to 6); of 5x and 7x: 2 (0 to A); of 3x: 4 (0 to 9), 80 (A); of 2x: 8 (B, D, F), 40 (0, C); of 5x: 10 (F)
  return i8x16(
    0x46, 0x27, 0x27, 0x27, 0x27, 0x27, 0x27, 0x07, 0x07, 0x07, <i8>0x83, 0x09, 0x41, 0x09, 0x01, 0x19,
  )
}

// @ts-ignore: decorator
@inline function high(): v128 {
  return i8x16(0, 0, 0x48, <i8>0x84, 0x21, 0x12, 0x21, 0x02, 0, 0, 0, 0, 0, 0, 0, 0)
}

// @ts-ignore: decorator
@inline function classes(text: v128): v128 {
  return v128.and(
    i8x16.swizzle(low(), v128.and(text, i8x16.splat(15))),
    i8x16.swizzle(high(), i8x16.shr_u(text, 4)),
  )
}

// @ts-ignore: decorator
@inline function has(c: v128, bits: i32): u64 {
  return <u64>i8x16.bitmask(i8x16.ne(v128.and(c, i8x16.splat(<i8>bits)), i8x16.splat(0)))
}

/** Bytes beyond ASCII, controls, and those with which escapes, references and tags begin. */
// @ts-ignore: decorator
@inline function leads(text: v128): v128 {
  return v128.or(
    v128.or(
      v128.or(i8x16.lt_s(text, i8x16.splat(0x20)), i8x16.eq(text, i8x16.splat(0x7f))),
      v128.or(i8x16.eq(text, i8x16.splat(0x25)), i8x16.eq(text, i8x16.splat(0x26))),
    ),
    v128.or(i8x16.eq(text, i8x16.splat(0x3c)), i8x16.eq(text, i8x16.splat(0x5c))),
  )
}

/** Letters of a run that is judged here. */
const MOST: u32 = 15
/** H, with which gzip in base64 begins. */
const GZIP_START = 0x48
/** Hexadecimal digits in a row that may be encoded text. */
const HEX_DIGITS = 14

/**
 * Is a run of few letters one that is no encoded text wherever it is thought to begin: a long word, a time? Each letter tells whether it cannot be the first, second or third
 * of four that stand for ASCII; three such fours in a row, or enough digits, deserve a closer look (views/watch.ts).
 */
function isOrdinary(text: usize, length: i32): bool {
  if (load<u8>(text) == GZIP_START) return false
  let bad: u32 = 0
  let ahead: u32 = 0
  let digits = 0
  for (let i = 0; i < length; i++) {
    const byte = <u32>load<u8>(text + i)
    const bits = sextet(byte)
    bad = (bad << 1) | (ahead & 1)
    ahead = (ahead >> 1) | ((bits >> 5) << 2) | (((bits >> 3) & 1) << 1) | ((bits >> 1) & 1)
    digits = byte - 0x30 < 10 || (byte | 0x20) - 0x61 < 6 ? digits + 1 : 0
    if (i >= 11 && ((bad & 0x111) == 0 || digits >= HEX_DIGITS)) return false
  }
  return true
}

/** What a letter of either base64 alphabet stands for (RFC 4648). */
// @ts-ignore: decorator
@inline function sextet(byte: u32): u32 {
  if (byte >= 0x61) return byte - 71
  if (byte == 0x5f) return 63
  if (byte >= 0x41) return byte - 65
  if (byte >= 0x30) return byte + 4
  return byte == 0x2f ? 63 : 62
}

/** The first place from L_FROM on, before L_END, at which text may stand for another; else L_END. As `Kernel.look` says. */
export function look(buffer: usize, length: u32): u32 {
  if (!ASC_FEATURE_SIMD) return BAD_BUFFER
  const from = load<u32>(buffer, L_FROM)
  const end = load<u32>(buffer, L_END)
  if (<u64>L_TEXT + <u64>end + LOOK_BLOCK > <u64>length || from < <u32>LOOK_BEFORE || from > end) return BAD_BUFFER
  const text = buffer + L_TEXT
  store<u32>(buffer, find(text, from, end), L_ANSWER)
  return DONE
}

function find(text: usize, from: u32, end: u32): u32 {
  for (let at = from; at < end; at += PLACES) {
    const t0 = v128.load(text + at)
    const t1 = v128.load(text + at, 16)
    const t2 = v128.load(text + at, 32)
    const t3 = v128.load(text + at, 48)
    const c0 = classes(t0)
    const c1 = classes(t1)
    const c2 = classes(t2)
    const c3 = classes(t3)
    const letters = has(c0, LETTERS) | (has(c1, LETTERS) << 16) | (has(c2, LETTERS) << 32) | (has(c3, LETTERS) << 48)
    const digits = has(c0, DIGITS) | (has(c1, DIGITS) << 16) | (has(c2, DIGITS) << 32) | (has(c3, DIGITS) << 48)
    const separators =
      has(c0, SEPARATORS) | (has(c1, SEPARATORS) << 16) | (has(c2, SEPARATORS) << 32) | (has(c3, SEPARATORS) << 48)
    const two = letters & (letters >> 1)
    const four = two & (two >> 2)
    const eight = four & (four >> 4)
    const pair = digits & (digits >> 1) & (separators >> 2)
    const pairs = pair & (pair >> 3)
    let runs = eight & (four >> 8) & WITHIN
    let found = pairs & (pairs >> 6) & WITHIN
    const l0 = leads(t0)
    const l1 = leads(t1)
    const l2 = leads(t2)
    const l3 = leads(t3)
    if (v128.any_true(v128.or(v128.or(l0, l1), v128.or(l2, l3)))) {
      let lead =
        (<u64>i8x16.bitmask(l0) | (<u64>i8x16.bitmask(l1) << 16) | (<u64>i8x16.bitmask(l2) << 32) | (<u64>i8x16.bitmask(l3) << 48)) &
        WITHIN
      for (; lead != 0; lead &= lead - 1) {
        const place = at + <u32>ctz(lead)
        if (isBreak(load<u8>(text + place)) && !joins(text, place)) continue
        found |= lead & -lead
        break
      }
    }
    while ((found | runs) != 0) {
      const first = ctz(found | runs)
      const place = at + <u32>first
      if (((runs >> first) & 1) == 0) return place < end ? place : end
      const length = ctz(~(letters >> first))
      if (<u32>length > MOST || first + length > 63 || !isOrdinary(text + place, <i32>length)) return place < end ? place : end
      runs &= ~(((<u64>1 << length) - 1) << first)
    }
  }
  return end
}

// @ts-ignore: decorator
@inline function isBreak(byte: u32): bool {
  return byte == 0x0a || byte == 0x0d || byte == 0x09
}

/** Might this line break stand inside an encoded run? Where that cannot be seen from here, it might. */
function joins(text: usize, at: u32): bool {
  let before = load<u8>(text + at - 1)
  if (isBreak(before)) before = load<u8>(text + at - 2)
  let behind = at + 1
  const far = at + 12
  let byte = load<u8>(text + behind)
  while (behind < far && (byte == 0x20 || isBreak(byte))) byte = load<u8>(text + ++behind)
  return (isLetter(before) || isBreak(before)) && (isLetter(byte) || behind == far)
}

// @ts-ignore: decorator
@inline function isLetter(byte: u32): bool {
  const letter = (byte | 0x20) - 0x61
  return letter < 26 || byte - 0x30 < 10 || byte == 0x2b || byte == 0x2d || byte == 0x2f || byte == 0x5f
}
