import { BAD_BUFFER, DONE, L_ANSWER, L_END, L_FROM, L_APART, L_TEXT, LOOK_BEFORE, LOOK_BLOCK } from './layout'

/** Places of a block at which something is looked for: sixteen bytes from each lie in the block too. */
const PLACES: u32 = 48
const WITHIN: u64 = (<u64>1 << PLACES) - 1
/** Places of a block at which no run over lines begins whose line break may lie behind them. */
const PLACES_OF_LINES: u32 = PLACES - 12

// Bits that both nibbles of a byte must have: letters of the base64 alphabets (and DEL, which is a lead besides); and controls other than line breaks, bytes beyond
// ASCII, signs with which escapes, references and tags begin.
const LETTERS = 0x0f
const LEADS = 0xf0

// @ts-ignore: decorator
@inline function low(): v128 {
  // of 4x and 6x: 1 (all but 0); of 5x and 7x: 2 (0 to A, F); of 3x: 4 (0 to 9); of 2x: 8 (B, D, F), 80 (5, 6); of 0x: 10 (all but 9, A, D); of 1x, and of 8x and above: 20 (all); of 5x and 3x: 40 (C)
  return i8x16(
    0x36, 0x37, 0x37, 0x37, 0x37, <i8>0xb7, <i8>0xb7, 0x37, 0x37, 0x27, 0x23, 0x39, 0x71, 0x29, 0x31, 0x3b,
  )
}

/** `tag`: the bit of the sign of a tag, or none. */
// @ts-ignore: decorator
@inline function high(tag: v128): v128 {
  return v128.or(i8x16(0x10, 0x20, <i8>0x88, 0x04, 0x01, 0x42, 0x01, 0x02, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20), tag)
}

// @ts-ignore: decorator
@inline function classes(text: v128, low: v128, high: v128, nibble: v128): v128 {
  return v128.and(
    i8x16.swizzle(low, v128.and(text, nibble)),
    i8x16.swizzle(high, v128.and(i16x8.shr_u(text, 4), nibble)),
  )
}

// @ts-ignore: decorator
@inline function mask(bytes: v128): u64 {
  return <u64><u32>i8x16.bitmask(bytes)
}

// @ts-ignore: decorator
@inline function lacks(c: v128, bits: v128): u64 {
  return mask(i8x16.eq(v128.and(c, bits), i8x16.splat(0)))
}

/** Of four times sixteen bytes, those of any of these classes: that none is costs an operation less to ask. */
// @ts-ignore: decorator
@inline function have(c0: v128, c1: v128, c2: v128, c3: v128, bits: v128): u64 {
  return ~(lacks(c0, bits) | (lacks(c1, bits) << 16) | (lacks(c2, bits) << 32) | (lacks(c3, bits) << 48))
}

/** Has line breaks at their own places. */
// @ts-ignore: decorator
@inline function breakTable(): v128 {
  return i8x16(1, 0, 0, 0, 0, 0, 0, 0, 0, 0x09, 0x0a, 0, 0, 0x0d, 0, 0)
}

// @ts-ignore: decorator
@inline function lineBreaks(text: v128, table: v128): u64 {
  return mask(i8x16.eq(text, i8x16.swizzle(table, text)))
}

// @ts-ignore: decorator
@inline function above(t: v128, byte: v128): u64 {
  return mask(i8x16.gt_s(t, byte))
}

/** Of four times sixteen bytes, those that are this one. */
// @ts-ignore: decorator
@inline function are(t0: v128, t1: v128, t2: v128, t3: v128, byte: v128): u64 {
  return mask(i8x16.eq(t0, byte)) | (mask(i8x16.eq(t1, byte)) << 16) | (mask(i8x16.eq(t2, byte)) << 32) | (mask(i8x16.eq(t3, byte)) << 48)
}

/** Letters that are signs. */
// @ts-ignore: decorator
@inline function signs(t: v128): u64 {
  const low = v128.or(i8x16.eq(t, i8x16.splat(0x2b)), i8x16.eq(v128.or(t, i8x16.splat(2)), i8x16.splat(0x2f)))
  return mask(v128.or(low, i8x16.eq(t, i8x16.splat(0x5f))))
}

/** Bytes that divide pairs of hexadecimal digits, dashes aside, which are letters. */
// @ts-ignore: decorator
@inline function divides(t: v128): u64 {
  const low = v128.or(i8x16.eq(t, i8x16.splat(0x20)), i8x16.eq(t, i8x16.splat(0x2c)))
  return mask(v128.or(low, i8x16.eq(t, i8x16.splat(0x3a))))
}

// @ts-ignore: decorator
@inline function hexDigits(t: v128): u64 {
  return between(t, 0x30, 10) | between(v128.or(t, i8x16.splat(0x20)), 0x61, 6)
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
  return mask(i16x8.shl(s, shift))
}

// @ts-ignore: decorator
@inline function bits(s0: v128, s1: v128, s2: v128, s3: v128, shift: i32): u64 {
  return bit(s0, shift) | (bit(s1, shift) << 16) | (bit(s2, shift) << 32) | (bit(s3, shift) << 48)
}

// @ts-ignore: decorator
@inline function between(t: v128, low: i32, count: i32): u64 {
  return mask(i8x16.lt_u(i8x16.sub(t, i8x16.splat(<i8>low)), i8x16.splat(<i8>count)))
}

/** Letters of a run that stand for text of any script from its start on, if it is base64. */
const SCRIPT_LETTERS = 16
/** Digits of hexadecimal, likewise. */
const SCRIPT_DIGITS = 24
/** Letters of a run over lines below which it is none. */
const RUN: u32 = 12
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
  // V8 makes a vector anew wherever it sees that it is constant, in four or five instructions; what it does not see it keeps in a register.
  const unseen = i8x16.splat(<i8>(end >> 31))
  const lows = v128.or(low(), unseen)
  const nibble = v128.or(i8x16.splat(15), unseen)
  const leading = v128.or(i8x16.splat(<i8>LEADS), unseen)
  const table = v128.or(breakTable(), unseen)
  const lastDigit = v128.or(i8x16.splat(0x66), unseen)
  const toTop = v128.or(i8x16.splat(0x7f - 0x66), unseen)
  const first = v128.or(i8x16.splat(0x7f - 0x66 + 0x40), unseen)
  const dash = v128.or(i8x16.splat(0x2d), unseen)
  const unwritten = v128.or(i8x16.splat(0x7f), unseen)
  const rows = v128.or(unseen, high(apart ? i8x16.splat(0) : i8x16(0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))
  // Before `from` a run may have been judged otherwise.
  let open: u64 = mayGoOn(load<u8>(text + from - 1)) ? 1 : 0
  /** A letter stands before the block. */
  let before: u64 = 0
  for (let at = from; at < end; ) {
    const t0 = v128.load(text + at)
    const t1 = v128.load(text + at, 16)
    const t2 = v128.load(text + at, 32)
    const t3 = v128.load(text + at, 48)
    const c0 = classes(t0, lows, rows, nibble)
    const c1 = classes(t1, lows, rows, nibble)
    const c2 = classes(t2, lows, rows, nibble)
    const c3 = classes(t3, lows, rows, nibble)
    let letters = have(c0, c1, c2, c3, nibble)
    const breaks = lineBreaks(t0, table) | (lineBreaks(t1, table) << 16) | (lineBreaks(t2, table) << 32) | (lineBreaks(t3, table) << 48)
    // Asked apart, runs go on over line breaks; else every break behind a letter deserves a look.
    const lines = apart ? letters | breaks : letters
    const two = lines & (lines >> 1)
    const four = two & (two >> 2)
    const runs = four & (four >> 4) & (four >> 8)
    // Four times two letters and another byte.
    const pair = letters & (letters >> 1) & ~(letters >> 2)
    const pairs = pair & (pair >> 3)
    const most = i8x16.max_s(i8x16.max_s(t0, t1), i8x16.max_s(t2, t3))
    const leads = v128.or(
      v128.and(v128.or(v128.or(c0, c1), v128.or(c2, c3)), leading),
      i8x16.eq(most, unwritten),
    )
    const spaced = pairs & (pairs >> 6) & WITHIN
    const hasLead = v128.any_true(leads)
    let step = PLACES
    if (((runs & WITHIN) | spaced | (apart ? open : breaks & ((letters << 1) | 1))) != 0 || hasLead) {
      let found: u64 = 0
      if (hasLead) {
        const deletes = are(t0, t1, t2, t3, unwritten)
        letters &= ~deletes
        found = have(c0, c1, c2, c3, leading) | deletes
      }
      if (spaced != 0) found |= spaced & spacedDigits(text + at)
      const within: u64 = end - at < PLACES ? ((<u64>1) << (end - at)) - 1 : WITHIN
      const twoLetters = letters & (letters >> 1)
      const fourLetters = twoLetters & (twoLetters >> 2)
      const eightLetters = fourLetters & (fourLetters >> 4)
      const long = eightLetters & (fourLetters >> 8) & WITHIN
      let joining = breaks & ((letters << 1) | before | open) & within
      if (apart) {
        // Of a run of twelve letters or more that goes on over a break, some thirteen bytes hold it.
        const over = runs & (lines >> 12) & WITHIN
        if (over >> <u64>PLACES_OF_LINES != 0) step = PLACES_OF_LINES
        const three = over | (over << 1) | (over << 2)
        const six = three | (three << 3)
        joining &= six | (six << 6) | (over << 12) | (open != 0 ? lines & ~(lines + 1) : 0)
      }
      if ((long | joining) != 0) {
        // Most are words, and ids at random: no letters of theirs stand where the first of each of three fours does, and they are no digits.
        const small = above(t0, lastDigit) | (above(t1, lastDigit) << 16) | (above(t2, lastDigit) << 32) | (above(t3, lastDigit) << 48)
        const firsts =
          above(i8x16.add(t0, toTop), first) |
          (above(i8x16.add(t1, toTop), first) << 16) |
          (above(i8x16.add(t2, toTop), first) << 32) |
          (above(i8x16.add(t3, toTop), first) << 48)
        const codes = letters & ~small
        if (long != 0) {
          const dashes = are(t0, t1, t2, t3, dash)
          const manyCodes = fourteen(codes)
          if ((long & firsts & (firsts >> 4) & (firsts >> 8)) != 0) found |= long & fours(t0, t1, t2, t3, firsts, dashes)
          if ((long & (manyCodes | ((dashes >> 2) & (dashes >> 5) & (dashes >> 8)))) != 0) found |= long & digits(text + at)
          // What a run stands for from its start on.
          for (let starts = long & ~((letters << 1) | before); starts != 0; starts &= starts - 1) {
            const k = <u32>ctz(starts)
            const start = text + at + k
            const isLong = (((eightLetters & (eightLetters >> 8)) >> k) & 1) != 0
            if (isPacked(load<u32>(start)) || (isLong && (isScript(start) || (((manyCodes >> k) & 1) != 0 && isHexScript(start))))) found |= <u64>1 << k
          }
        }
        found &= within
        for (; joining != 0; joining &= joining - 1) {
          const place = <u32>ctz(joining)
          if ((found & ((joining & -joining) - 1)) != 0) break
          if (apart ? areWords(text + at, place, letters, breaks, firsts, codes) || !mayJoinWords(text, at + place, from) : !mayJoin(text, at + place, from, false)) continue
          found |= joining & -joining
          break
        }
      }
      found &= within
      if (found != 0) return at + <u32>ctz(found)
    }
    at += step
    before = (letters >> <u64>(step - 1)) & 1
    open = 0
  }
  return end
}

/** Of a block, where four pairs of hexadecimal digits begin, each with a byte behind it that divides pairs. */
function spacedDigits(text: usize): u64 {
  const t0 = v128.load(text)
  const t1 = v128.load(text, 16)
  const t2 = v128.load(text, 32)
  const t3 = v128.load(text, 48)
  const digits = hexDigits(t0) | (hexDigits(t1) << 16) | (hexDigits(t2) << 32) | (hexDigits(t3) << 48)
  const separators = divides(t0) | (divides(t1) << 16) | (divides(t2) << 32) | (divides(t3) << 48)
  const divided = digits & (digits >> 1) & (separators >> 2)
  const pairs = divided & (divided >> 3)
  return pairs & (pairs >> 6)
}

/** Where fourteen of these begin, one behind another. */
// @ts-ignore: decorator
@inline function fourteen(places: u64): u64 {
  const two = places & (places >> 1)
  const four = two & (two >> 2)
  return four & (four >> 4) & (four >> 8) & (two >> 12)
}

/**
 * Where three fours of letters begin that may stand for ASCII. Each letter tells whether it cannot be the first, second or third of such a four: a sign is none of them. `firsts`
 * may be first, but `_`.
 */
// @ts-ignore: decorator
@inline function fours(t0: v128, t1: v128, t2: v128, t3: v128, firsts: u64, dashes: u64): u64 {
  const s0 = sextets(t0)
  const s1 = sextets(t1)
  const s2 = sextets(t2)
  const s3 = sextets(t3)
  const second = bits(s0, s1, s2, s3, 4)
  const third = bits(s0, s1, s2, s3, 6) | dashes
  const good = firsts & ~(are(t0, t1, t2, t3, i8x16.splat(0x5f)) | (second >> 1) | (third >> 2))
  return good & (good >> 4) & (good >> 8)
}

/** Of a block, where digits begin: seven pairs of hexadecimal ones, four with dashes between, sixteen of base32. */
function digits(text: usize): u64 {
  const t0 = v128.load(text)
  const t1 = v128.load(text, 16)
  const t2 = v128.load(text, 32)
  const t3 = v128.load(text, 48)
  const digits = hexDigits(t0) | (hexDigits(t1) << 16) | (hexDigits(t2) << 32) | (hexDigits(t3) << 48)
  // the first of a pair is a low one
  const low = between(t0, 0x30, 8) | (between(t1, 0x30, 8) << 16) | (between(t2, 0x30, 8) << 32) | (between(t3, 0x30, 8) << 48)
  const twoLow = low & (low >> 2)
  const found = fourteen(digits) & twoLow & (twoLow >> 4) & (twoLow >> 8) & (low >> 12)
  const dashed = digits & (digits >> 1) & (are(t0, t1, t2, t3, i8x16.splat(0x2d)) >> 2)
  const dashedPairs = dashed & (dashed >> 3)
  const capitals = between(t0, 0x41, 26) | (between(t1, 0x41, 26) << 16) | (between(t2, 0x41, 26) << 32) | (between(t3, 0x41, 26) << 48)
  const six = between(t0, 0x32, 6) | (between(t1, 0x32, 6) << 16) | (between(t2, 0x32, 6) << 32) | (between(t3, 0x32, 6) << 48)
  const codes = capitals | six
  return found | (dashedPairs & (dashedPairs >> 6)) | (fourteen(codes) & (codes >> 14) & (codes >> 15))
}

/** Does the line break at `place` of a block stand between two words that make no run that may be encoded? May be wrong in saying no. */
// @ts-ignore: decorator
@inline function areWords(block: usize, place: u32, letters: u64, breaks: u64, firsts: u64, codes: u64): bool {
  // Shifts are taken modulo 64.
  const next = place + <u32>ctz(~breaks >> place)
  if (place == 0 || next > 63) return false
  const before = <u32>clz(~letters << (64 - place))
  const behind = <u32>ctz(~(letters >> next))
  const end = next + behind
  if (before >= place || end > 63) return false
  const start = place - before
  // The run may come from the line before, or go on in the next but one.
  if ((((breaks >> (start - 1)) | (breaks >> end)) & 1) != 0) return false
  const count = before + behind
  if (count < RUN) return true
  if (behind == 0) return load<u8>(block + end) != 0x20
  const first = load<u8>(block + start)
  if (count >= MOST_CODES || first == 0x48 || first == 0x65 || fourteen(joined(codes, start, before, next)) != 0) return false
  const heads = joined(firsts, start, before, next)
  return (heads & (heads >> 4) & (heads >> 8) & (((<u64>1) << (count - RUN + 1)) - 1)) == 0
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
  const nibble = i8x16.splat(<i8>LETTERS)
  const rows = high(i8x16.splat(0))
  const letters = have(classes(t0, low(), rows, nibble), classes(t1, low(), rows, nibble), classes(t2, low(), rows, nibble), classes(t3, low(), rows, nibble), nibble)
  const breaks = lineBreaks(t0, breakTable()) | (lineBreaks(t1, breakTable()) << 16) | (lineBreaks(t2, breakTable()) << 32) | (lineBreaks(t3, breakTable()) << 48)
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
  if (before == 0 || behind == 0 || count < RUN) return false
  if (count >= MOST_CODES || before >= MOST_DIGITS || behind >= MOST_DIGITS) return isEncoded(text, at - before, around + end - text)
  const s0 = sextets(t0)
  const s1 = sextets(t1)
  const s2 = sextets(t2)
  const s3 = sextets(t3)
  const unlike = signs(t0) | (signs(t1) << 16) | (signs(t2) << 32) | (signs(t3) << 48)
  const firsts = joined(unlike | bits(s0, s1, s2, s3, 2), first, before, next)
  const seconds = joined(unlike | bits(s0, s1, s2, s3, 4), first, before, next)
  const thirds = joined(unlike | bits(s0, s1, s2, s3, 6), first, before, next)
  const bad = firsts | (seconds >> 1) | (thirds >> 2)
  const fours = ~(bad | (bad >> 4) | (bad >> 8))
  // Of fewer letters than MOST_CODES there is no text of another script, but what is compressed.
  return (fours & (((<u64>1) << (count - RUN + 1)) - 1)) != 0 || isPacked(firstLetters(around, first, before, next))
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

/** May a run go on behind this byte? */
// @ts-ignore: decorator
@inline function mayGoOn(byte: u32): bool {
  return byte == 0x20 || isLetter(byte) || isBreak(byte)
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
  let count: u32 = 0
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
