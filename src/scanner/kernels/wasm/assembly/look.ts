import { BAD_BUFFER, DONE, L_ANSWER, L_END, L_FROM, L_APART, L_TEXT, LOOK_BEFORE, LOOK_BLOCK } from './layout'

/** Places of a block at which something is looked for: sixteen bytes from each lie in the block too. */
const PLACES = 48
const WITHIN: u64 = (<u64>1 << PLACES) - 1

// Bits that both nibbles of a byte must have: letters of the base64 alphabets, hexadecimal digits, separators of pairs of them.
const LETTERS = 0x1f
const DIGITS = 0x24
const SEPARATORS = 0xc0
/** Letters that are signs. */
const SIGNS = 0x18

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
@inline function lacks(c: v128, bits: i32): u64 {
  return <u64>i8x16.bitmask(i8x16.eq(v128.and(c, i8x16.splat(<i8>bits)), i8x16.splat(0)))
}

/** Of four times sixteen bytes, those of any of these classes: that none is costs an operation less to ask. */
// @ts-ignore: decorator
@inline function have(c0: v128, c1: v128, c2: v128, c3: v128, bits: i32): u64 {
  return ~(lacks(c0, bits) | (lacks(c1, bits) << 16) | (lacks(c2, bits) << 32) | (lacks(c3, bits) << 48))
}

// Bits of bytes beyond ASCII, controls, and those with which escapes, references and tags begin; and of line breaks, in place of the highest.
const LEADS = 0x3f
const BREAK_SHIFT = 1

/** `tag`: the bit of the sign of a tag, or none. */
// @ts-ignore: decorator
@inline function leads(text: v128, tag: v128): v128 {
  // all of 0x, 1x: 1; of 8x and above: 2; of 7x: 4 (F); of 2x: 8 (5, 6); of 3x: 10 (C); of 5x: 20 (C); of 0x: 40 (9, A, D)
  const low = i8x16(0x03, 0x03, 0x03, 0x03, 0x03, 0x0b, 0x0b, 0x03, 0x03, 0x43, 0x43, 0x03, 0x33, 0x43, 0x03, 0x07)
  const high = i8x16(0x41, 0x01, 0x08, 0, 0, 0x20, 0, 0x04, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02)
  return v128.and(
    i8x16.swizzle(low, v128.and(text, i8x16.splat(15))),
    i8x16.swizzle(v128.or(high, tag), i8x16.shr_u(text, 4)),
  )
}

/** What letters and digits of base64 stand for: signs are none of them. */
// @ts-ignore: decorator
@inline function sextets(text: v128): v128 {
  const offsets = i8x16(0, 0, 0, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0)
  return i8x16.add(text, i8x16.swizzle(offsets, v128.and(i8x16.shr_u(text, 4), i8x16.splat(7))))
}

/** Of each letter, whether bit `7 - shift` of what it stands for is set. */
// @ts-ignore: decorator
@inline function bit(s: v128, shift: i32): u64 {
  return <u64>i8x16.bitmask(i8x16.shl(s, shift))
}

// @ts-ignore: decorator
@inline function bits(s0: v128, s1: v128, s2: v128, s3: v128, shift: i32): u64 {
  return bit(s0, shift) | (bit(s1, shift) << 16) | (bit(s2, shift) << 32) | (bit(s3, shift) << 48)
}

// @ts-ignore: decorator
@inline function between(t: v128, low: i32, count: i32): u64 {
  return <u64>i8x16.bitmask(i8x16.lt_u(i8x16.sub(t, i8x16.splat(<i8>low)), i8x16.splat(<i8>count)))
}

// @ts-ignore: decorator
@inline function lineBreaks(t: v128): u64 {
  const found = v128.or(i8x16.eq(t, i8x16.splat(0x0a)), v128.or(i8x16.eq(t, i8x16.splat(0x0d)), i8x16.eq(t, i8x16.splat(0x09))))
  return <u64>i8x16.bitmask(found)
}

// @ts-ignore: decorator
@inline function dash(t: v128): u64 {
  return <u64>i8x16.bitmask(i8x16.eq(t, i8x16.splat(0x2d)))
}

/** Letters of a run that stand for text of any script from its start on, if it is base64. */
const SCRIPT_LETTERS = 16
/** Digits of hexadecimal, likewise. */
const SCRIPT_DIGITS = 24
/** Letters of a run over lines below which it is none. */
const RUN = 12
/** Bytes before and behind a line break that are looked at for the letters of its run. */
const LINE_SIGHT: u32 = 48
/** Blanks of an indent in a run, and one more. */
const INDENT: u32 = 6
/** `H4sI`, with which gzip in base64 begins. */
const GZIP: u32 = 0x49733448
/** What its first two letters are where it is zlib (`eJ`, `eN`, `eA`), and the first of the four letters of which the third is one. */
const ZLIB: u32 = 0x4a65
const ZLIB_MOST: u32 = 0x4e65
const ZLIB_LEAST: u32 = 0x4165

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
  store<u32>(buffer, find(text, from, end, load<u32>(buffer, L_APART) != 0), L_ANSWER)
  return DONE
}

function find(text: usize, from: u32, end: u32, apart: bool): u32 {
  const tag = i8x16(0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
  const signs = apart ? i8x16.splat(0) : tag
  for (let at = from; at < end; at += PLACES) {
    const t0 = v128.load(text + at)
    const t1 = v128.load(text + at, 16)
    const t2 = v128.load(text + at, 32)
    const t3 = v128.load(text + at, 48)
    const c0 = classes(t0)
    const c1 = classes(t1)
    const c2 = classes(t2)
    const c3 = classes(t3)
    const letters = have(c0, c1, c2, c3, LETTERS)
    const separators = have(c0, c1, c2, c3, SEPARATORS)
    const two = letters & (letters >> 1)
    const four = two & (two >> 2)
    const eight = four & (four >> 4)
    const runs = eight & (four >> 8) & WITHIN
    // Four separators with two bytes before each are rarer than digits.
    const apiece = separators & (separators >> 3)
    let found: u64 = 0
    if ((apiece & (apiece >> 6)) != 0) {
      const digits = have(c0, c1, c2, c3, DIGITS)
      const pair = digits & (digits >> 1) & (separators >> 2)
      const pairs = pair & (pair >> 3)
      found = pairs & (pairs >> 6) & WITHIN
    }
    if (runs != 0) {
      const digits = have(c0, c1, c2, c3, DIGITS)
      const twoDigits = digits & (digits >> 1)
      // Each letter tells whether it cannot be the first, second or third of four that stand for ASCII: three such fours in a row deserve a closer look.
      const s0 = sextets(t0)
      const s1 = sextets(t1)
      const s2 = sextets(t2)
      const s3 = sextets(t3)
      const unlike = have(c0, c1, c2, c3, SIGNS)
      const first = unlike | bits(s0, s1, s2, s3, 2)
      const second = unlike | bits(s0, s1, s2, s3, 4)
      const third = unlike | bits(s0, s1, s2, s3, 6)
      const bad = first | (second >> 1) | (third >> 2)
      found |= runs & ~(bad | (bad >> 4) | (bad >> 8))
      // seven pairs of hexadecimal digits whose first is a low one
      const fourDigits = twoDigits & (twoDigits >> 2)
      const low = between(t0, 0x30, 8) | (between(t1, 0x30, 8) << 16) | (between(t2, 0x30, 8) << 32) | (between(t3, 0x30, 8) << 48)
      const twoLow = low & (low >> 2)
      found |= fourDigits & (fourDigits >> 4) & (fourDigits >> 8) & (twoDigits >> 12) & twoLow & (twoLow >> 4) & (twoLow >> 8) & (low >> 12) & WITHIN
      // and with dashes between
      const dashes = dash(t0) | (dash(t1) << 16) | (dash(t2) << 32) | (dash(t3) << 48)
      const dashed = twoDigits & (dashes >> 2)
      const dashedPairs = dashed & (dashed >> 3)
      found |= dashedPairs & (dashedPairs >> 6) & WITHIN
      const sixteen = eight & (eight >> 8) & WITHIN
      if (sixteen != 0) {
        const capitals = between(t0, 0x41, 26) | (between(t1, 0x41, 26) << 16) | (between(t2, 0x41, 26) << 32) | (between(t3, 0x41, 26) << 48)
        const six = between(t0, 0x32, 6) | (between(t1, 0x32, 6) << 16) | (between(t2, 0x32, 6) << 32) | (between(t3, 0x32, 6) << 48)
        const codes = capitals | six
        const twoCodes = codes & (codes >> 1)
        const fourCodes = twoCodes & (twoCodes >> 2)
        const eightCodes = fourCodes & (fourCodes >> 4)
        found |= eightCodes & (eightCodes >> 8) & WITHIN
      }
      // What a run stands for from its start on.
      const before: u64 = at > from && isLetter(load<u8>(text + at - 1)) ? 1 : 0
      for (let starts = runs & ~((letters << 1) | before); starts != 0; starts &= starts - 1) {
        const k = <u32>ctz(starts)
        const start = text + at + k
        const isLong = ((sixteen >> k) & 1) != 0
        if (isPacked(load<u32>(start)) || (isLong && (isScript(start) || isHexScript(start)))) found |= <u64>1 << k
      }
    }
    const l0 = leads(t0, signs)
    const l1 = leads(t1, signs)
    const l2 = leads(t2, signs)
    const l3 = leads(t3, signs)
    if (v128.any_true(v128.or(v128.or(l0, l1), v128.or(l2, l3)))) {
      let lead = have(l0, l1, l2, l3, LEADS) & WITHIN
      // Line breaks behind what is neither letter nor break divide what is beside them. Those behind another are judged with that.
      const breaks = bits(l0, l1, l2, l3, BREAK_SHIFT)
      const joining = apart ? (letters << 1) | (isLetter(load<u8>(text + at - 1)) ? 1 : 0) : ((letters | breaks) << 1) | 1
      lead &= ~breaks | joining
      for (; lead != 0; lead &= lead - 1) {
        const place = at + <u32>ctz(lead)
        if (isBreak(load<u8>(text + place)) && !(apart ? mayJoinWords(text, place, from) : mayJoin(text, place, from, false))) continue
        found |= lead & -lead
        break
      }
    }
    if (found != 0) {
      const place = at + <u32>ctz(found)
      return place < end ? place : end
    }
  }
  return end
}

/** Does base64 with these four letters begin like gzip or zlib? As the `Watch` of the views says. */
function isPacked(letters: u32): bool {
  if (letters == GZIP) return true
  const two = letters & 0xffff
  const third = (letters >> 16) & 0xff
  return (two == ZLIB && third - 0x77 < 4) || (two == ZLIB_MOST && third - 0x6f < 4) || (two == ZLIB_LEAST && third - 0x45 < 4)
}

/** Is what stands there text of any script? As `TextLikeness` of the views says: `due` bytes of a character are to come. */
// @ts-ignore: decorator
@inline function afterByte(due: i32, byte: u32): i32 {
  if (byte < 0x80) {
    const isText = (byte >= 0x20 && byte != 0x7f) || byte == 0 || byte == 9 || byte == 10 || byte == 13
    return due == 0 && isText ? 0 : -1
  }
  if (byte < 0xc0) return due - 1
  if (due > 0 || byte < 0xc2 || byte > 0xf4) return -1
  return byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3
}

/** Do the sixteen letters stand for text of any script? */
function isScript(text: usize): bool {
  let due = 0
  for (let i = 0; i < SCRIPT_LETTERS; i += 4) {
    const four =
      (sextet(load<u8>(text + i)) << 18) |
      (sextet(load<u8>(text + i, 1)) << 12) |
      (sextet(load<u8>(text + i, 2)) << 6) |
      sextet(load<u8>(text + i, 3))
    for (let shift = 16; shift >= 0; shift -= 8) {
      due = afterByte(due, (four >> shift) & 0xff)
      if (due < 0) return false
    }
  }
  return true
}

/** Do the twelve pairs of hexadecimal digits, if they are that? */
function isHexScript(text: usize): bool {
  let due = 0
  for (let i = 0; i < SCRIPT_DIGITS; i += 2) {
    const high = digit(load<u8>(text + i))
    const low = digit(load<u8>(text + i, 1))
    if ((high | low) > 15) return false
    due = afterByte(due, (high << 4) | low)
    if (due < 0) return false
  }
  return true
}

// @ts-ignore: decorator
@inline function digit(byte: u32): u32 {
  const number = byte - 0x30
  if (number < 10) return number
  const letter = (byte | 0x20) - 0x61
  return letter < 6 ? letter + 10 : 16
}

// @ts-ignore: decorator
@inline function isBreak(byte: u32): bool {
  return byte == 0x0a || byte == 0x0d || byte == 0x09
}

/** Bytes before and behind a line break between which most words beside one begin and end. */
const WORD_SIGHT: u32 = 24
/** Consecutive letters from which on a run may be one of digits, and one of base32. */
const MOST_DIGITS: u32 = 14
const MOST_CODES: u32 = 16

/** As `mayJoin` of a look that judges runs. Most breaks are between two words that do not make a run together, which is told of all their letters at once. */
function mayJoinWords(text: usize, at: u32, from: u32): bool {
  const around = text + at - WORD_SIGHT
  const t0 = v128.load(around)
  const t1 = v128.load(around, 16)
  const t2 = v128.load(around, 32)
  const t3 = v128.load(around, 48)
  const c0 = classes(t0)
  const c1 = classes(t1)
  const c2 = classes(t2)
  const c3 = classes(t3)
  const letters = have(c0, c1, c2, c3, LETTERS)
  const breaks = lineBreaks(t0) | (lineBreaks(t1) << 16) | (lineBreaks(t2) << 32) | (lineBreaks(t3) << 48)
  const next = <u32>ctz(~breaks >> WORD_SIGHT) + WORD_SIGHT
  // Shifts are taken modulo 64.
  if (next > 40) return mayJoin(text, at, from, true)
  const before = <u32>clz(~letters << (64 - WORD_SIGHT))
  const behind = <u32>ctz(~(letters >> next))
  const first = WORD_SIGHT - before
  const end = next + behind
  if (before > WORD_SIGHT - 2 || end > 62 || at - before <= from) return mayJoin(text, at, from, true)
  // The run may come from the line before, or go on in the next but one, behind an indent too.
  const lead = load<u8>(around + first - 1)
  const isIndent = lead == 0x20 && isBlank(load<u8>(around + first - 2))
  const byte = load<u8>(around + end)
  if (isBreak(lead) || isIndent || isBreak(byte) || (behind == 0 && byte == 0x20)) return mayJoin(text, at, from, true)
  const count = before + behind
  if (before == 0 || behind == 0 || count < <u32>RUN) return false
  if (count >= MOST_CODES || before >= MOST_DIGITS || behind >= MOST_DIGITS) return isEncoded(text, at - before, around + end - text)
  const s0 = sextets(t0)
  const s1 = sextets(t1)
  const s2 = sextets(t2)
  const s3 = sextets(t3)
  const signs = have(c0, c1, c2, c3, SIGNS)
  const firsts = joined(signs | bits(s0, s1, s2, s3, 2), first, before, next)
  const seconds = joined(signs | bits(s0, s1, s2, s3, 4), first, before, next)
  const thirds = joined(signs | bits(s0, s1, s2, s3, 6), first, before, next)
  const bad = firsts | (seconds >> 1) | (thirds >> 2)
  const fours = ~(bad | (bad >> 4) | (bad >> 8))
  // Of fewer letters than MOST_CODES there is no text of another script, but what is compressed.
  return (fours & (((<u64>1) << (count - <u32>RUN + 1)) - 1)) != 0 || isPacked(firstLetters(around, first, before, next))
}

/** The first four letters of two words. */
// @ts-ignore: decorator
@inline function firstLetters(around: usize, first: u32, before: u32, next: u32): u32 {
  if (before >= 4) return load<u32>(around + first)
  const mask: u32 = (1 << (8 * before)) - 1
  return (load<u32>(around + first) & mask) | (load<u32>(around + next) << (8 * before))
}

/** Bits of the letters before a line break and behind it, one behind the other. */
// @ts-ignore: decorator
@inline function joined(bits: u64, first: u32, before: u32, next: u32): u64 {
  return ((bits >> first) & (((<u64>1) << before) - 1)) | ((bits >> next) << before)
}

// @ts-ignore: decorator
@inline function isBlank(byte: u32): bool {
  return byte == 0x20 || isBreak(byte)
}

/** Might this line break stand inside an encoded run of letters? Where that cannot be seen from here, it might. Before `from` a run may have been judged otherwise. */
function mayJoin(text: usize, at: u32, from: u32, apart: bool): bool {
  let next = at + 1
  const far = at + LINE_SIGHT
  while (next < far && isBreak(load<u8>(text + next))) next++
  const indented = next + INDENT
  while (next < indented && load<u8>(text + next) == 0x20) next++
  if (next < far && !isLetter(load<u8>(text + next))) return false
  let first = at
  while (first > from && at - first < LINE_SIGHT && goesOn(text, first - 1)) first--
  let behind = at + 1
  while (behind - at < LINE_SIGHT && goesOn(text, behind)) behind++
  const isCut = at - first == LINE_SIGHT || (first == from && goesOn(text, from - 1))
  const goes = behind - at == LINE_SIGHT
  if (!(isCut || hasLetter(text, first, at)) || !(goes || hasLetter(text, at, behind))) return false
  return !apart || isCut || goes || isEncoded(text, first, behind)
}

/** May a run go on with the byte at `at`: a letter, a line break, an indent before a letter? */
function goesOn(text: usize, at: u32): bool {
  const byte = load<u8>(text + at)
  if (byte != 0x20) return isLetter(byte) || isBreak(byte)
  let before = at - 1
  const least = at - INDENT
  while (before > least && load<u8>(text + before) == 0x20) before--
  if (!isBreak(load<u8>(text + before))) return false
  let behind = at + 1
  const most = at + INDENT
  while (behind < most && load<u8>(text + behind) == 0x20) behind++
  return isLetter(load<u8>(text + behind))
}

function hasLetter(text: usize, from: u32, to: u32): bool {
  while (from < to && !isLetter(load<u8>(text + from))) from++
  return from < to
}

/** May the letters of these lines be a run that is encoded? */
function isEncoded(text: usize, from: u32, to: u32): bool {
  let count = 0
  let bad: u32 = 0
  let ahead: u32 = 0
  let digits = 0
  let codes = 0
  let start: u32 = 0
  for (let at = from; at < to; at++) {
    const byte = <u32>load<u8>(text + at)
    if (!isLetter(byte)) {
      digits = 0
      // an indent is part of a long run alone
      if (byte == 0x20 && count < RUN) count = codes = 0
      continue
    }
    const value = sextet(byte)
    bad = (bad << 1) | (ahead & 1)
    ahead = (ahead >> 1) | ((value >> 5) << 2) | (((value >> 3) & 1) << 1) | ((value >> 1) & 1)
    digits = digit(byte) < 16 ? digits + 1 : 0
    codes = byte - 0x41 < 26 || byte - 0x32 < 6 ? codes + 1 : 0
    if (count < 4) start = ((start << 6) | value) & 0xffffff
    if (++count < RUN) continue
    if ((bad & 0x111) == 0 || digits >= 14 || codes >= 16) return true
  }
  if (count < RUN) return false
  // compressed, or the first characters of another script, of which three bytes tell
  const two = start >> 8
  let due = 0
  for (let shift = 16; shift >= 0 && due >= 0; shift -= 8) due = afterByte(due, (start >> shift) & 0xff)
  return due >= 0 || start == 0x1f8b08 || two == 0x789c || two == 0x78da || two == 0x7801
}

// @ts-ignore: decorator
@inline function isLetter(byte: u32): bool {
  const letter = (byte | 0x20) - 0x61
  return letter < 26 || byte - 0x30 < 10 || byte == 0x2b || byte == 0x2d || byte == 0x2f || byte == 0x5f
}
