import { ASKED_APART, ASKED_FIELDS, ASKED_LISTS, BAD_BUFFER, DONE, L_ANSWER, L_ASKED, L_END, L_FROM, L_TEXT, LOOK_BEFORE, LOOK_BLOCK } from './layout'

/** Places of a block at which something is looked for: sixteen bytes from each lie in the block too. */
const PLACES: u32 = 48
const WITHIN: u64 = (<u64>1 << PLACES) - 1
/** Places of a block at which no run over lines begins whose line break may lie behind them. */
const PLACES_OF_LINES: u32 = PLACES - 12

// Bits that both nibbles of a byte must have: letters of the base64 alphabets (and DEL, which is a lead besides); and controls other than line breaks, bytes beyond
// ASCII, signs with which escapes, references and tags begin.
const LETTERS = 0xf0
const LEADS = 0x0f
/** Added to the classes of a byte, not beyond 255, letters have the highest bit. */
const LETTER_TO_TOP: i8 = 0x70

/** The last letter that is a digit of hexadecimal, and the last of those with which a four of base64 begins that stands for ASCII: A to Z, a to f. */
const LAST_DIGIT: i8 = 0x66
/** Added to a byte, digits are the highest of all, above this: a comparison with sign is one instruction, one without is three. */
const DIGITS_TO_TOP: i8 = 0x7f - 0x39
const BELOW_DIGITS: i8 = 0x30 + 0x7f - 0x39 - 1
/** Added to a byte, those letters are the highest of all, above this. */
const TO_TOP: i8 = 0x7f - 0x66
const BELOW_FIRSTS: i8 = 0x40 + 0x7f - 0x66

// @ts-ignore: decorator
@inline function low(): v128 {
  // of 4x and 6x: 10 (all but 0); of 5x and 7x: 20 (0 to A, F); of 3x: 80 (0 to 9); of 2x: 40 (B, D, F), 8 (5, 6); of 0x: 1 (all but 9, A, D); of 1x, and of 8x and above: 2 (all); of 5x and 3x: 4 (C)
  return i8x16(
    <i8>0xa3, <i8>0xb3, <i8>0xb3, <i8>0xb3, <i8>0xb3, <i8>0xbb, <i8>0xbb, <i8>0xb3, <i8>0xb3, <i8>0xb2, 0x32, 0x53, 0x17, 0x52, 0x13, 0x73,
  )
}

/** `tag`: the bit of the sign of a tag, or none. */
// @ts-ignore: decorator
@inline function high(tag: v128): v128 {
  return v128.or(i8x16(0x01, 0x02, 0x48, <i8>0x80, 0x10, 0x24, 0x10, 0x20, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02), tag)
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

/** Of bytes of these classes, those that are letters. */
// @ts-ignore: decorator
@inline function lettersOf(c: v128, toTop: v128): u64 {
  return mask(i8x16.add_sat_u(c, toTop))
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

/** Of four times sixteen bytes, those above this one. */
// @ts-ignore: decorator
@inline function above(t0: v128, t1: v128, t2: v128, t3: v128, byte: v128): u64 {
  return mask(i8x16.gt_s(t0, byte)) | (mask(i8x16.gt_s(t1, byte)) << 16) | (mask(i8x16.gt_s(t2, byte)) << 32) | (mask(i8x16.gt_s(t3, byte)) << 48)
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
const INDENT: u32 = 14
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
  const asked = load<i32>(buffer, L_ASKED)
  store<u32>(buffer, asked == ASKED_LISTS ? findList(text, from, end) : find(text, from, end, asked == ASKED_APART || asked == ASKED_FIELDS, asked != ASKED_APART), L_ANSWER)
  return DONE
}

/** As `Kernel.nextList` says. */
function findList(text: usize, from: u32, end: u32): u32 {
  const unseen = i8x16.splat(<i8>(end >> 31))
  const bracket = v128.or(i8x16.splat(0x5b), unseen)
  const quote = v128.or(i8x16.splat(0x22), unseen)
  const toTop = v128.or(i8x16.splat(DIGITS_TO_TOP), unseen)
  const below = v128.or(i8x16.splat(BELOW_DIGITS), unseen)
  for (let at = from; at < end; at += 64) {
    const e0 = begins(text + at, bracket, quote, toTop, below)
    const e1 = begins(text + at + 16, bracket, quote, toTop, below)
    const e2 = begins(text + at + 32, bracket, quote, toTop, below)
    const e3 = begins(text + at + 48, bracket, quote, toTop, below)
    if (!v128.any_true(v128.or(v128.or(e0, e1), v128.or(e2, e3)))) continue
    for (let places = mask(e0) | (mask(e1) << 16) | (mask(e2) << 32) | (mask(e3) << 48); places != 0; places &= places - 1) {
      const place = at + <u32>ctz(places)
      if (place >= end) return end
      const isName = load<u8>(text + place) == 0x22
      let behind = place + 1
      while (behind - place < LINE_SIGHT && isBlank(load<u8>(text + behind))) behind++
      const byte = load<u8>(text + behind)
      if (behind - place == LINE_SIGHT || behind >= end || (isName ? byte == 0x3a : beginsValue(byte))) return place
    }
  }
  return end
}

/** Brackets, and quotes behind a digit, as names with a number end. */
// @ts-ignore: decorator
@inline function begins(text: usize, bracket: v128, quote: v128, toTop: v128, below: v128): v128 {
  const t = v128.load(text)
  const digits = i8x16.gt_s(i8x16.add(v128.load(text - 1), toTop), below)
  return v128.or(i8x16.eq(t, bracket), v128.and(i8x16.eq(t, quote), digits))
}

// @ts-ignore: decorator
@inline function isBlank(byte: u32): bool {
  return byte == 0x20 || isBreak(byte)
}

/** A string, a number or a literal of JSON. */
// @ts-ignore: decorator
@inline function beginsValue(byte: u32): bool {
  const letter = byte | 0x20
  return byte == 0x22 || byte - 0x30 < 10 || byte == 0x2b || byte == 0x2d || byte == 0x2e || letter == 0x65 || byte == 0x74 || byte == 0x66 || byte == 0x6e
}

function find(text: usize, from: u32, end: u32, apart: bool, tags: bool): u32 {
  // V8 makes a vector anew wherever it sees that it is constant, in four or five instructions; what it does not see it keeps in a register.
  const unseen = i8x16.splat(<i8>(end >> 31))
  const lows = v128.or(low(), unseen)
  const nibble = v128.or(i8x16.splat(15), unseen)
  const table = v128.or(breakTable(), unseen)
  const letterToTop = v128.or(i8x16.splat(LETTER_TO_TOP), unseen)
  const lastDigit = v128.or(i8x16.splat(LAST_DIGIT), unseen)
  const toTop = v128.or(i8x16.splat(TO_TOP), unseen)
  const first = v128.or(i8x16.splat(BELOW_FIRSTS), unseen)
  const dash = v128.or(i8x16.splat(0x2d), unseen)
  const unwritten = v128.or(i8x16.splat(0x7f), unseen)
  const rows = v128.or(unseen, high(tags ? i8x16(0, 0, 0, 0x04, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) : i8x16.splat(0)))
  // Before `from` a run may have been judged otherwise.
  let open: u64 = mayGoOn(load<u8>(text + from - 1)) ? 1 : 0
  /** A letter stands before the block. */
  let before: u64 = 0
  // The last sixteen bytes of a block are mostly the first of the next.
  let t0 = v128.load(text + from)
  let c0 = classes(t0, lows, rows, nibble)
  let letters0 = lettersOf(c0, letterToTop)
  let digits0 = mask(c0)
  let breaks0 = lineBreaks(t0, table)
  for (let at = from; at < end; ) {
    const t1 = v128.load(text + at, 16)
    const t2 = v128.load(text + at, 32)
    const t3 = v128.load(text + at, 48)
    const c1 = classes(t1, lows, rows, nibble)
    const c2 = classes(t2, lows, rows, nibble)
    const c3 = classes(t3, lows, rows, nibble)
    const letters3 = lettersOf(c3, letterToTop)
    const digits3 = mask(c3)
    const breaks3 = lineBreaks(t3, table)
    let letters = letters0 | (lettersOf(c1, letterToTop) << 16) | (lettersOf(c2, letterToTop) << 32) | (letters3 << 48)
    const breaks = breaks0 | (lineBreaks(t1, table) << 16) | (lineBreaks(t2, table) << 32) | (breaks3 << 48)
    // Asked apart, runs go on over line breaks; else every break behind a letter deserves a look.
    const lines = apart ? letters | breaks : letters
    const two = lines & (lines >> 1)
    const four = two & (two >> 2)
    const runs = four & (four >> 4) & (four >> 8)
    // Four times two letters and another byte, or, with digits, three times at a wider distance.
    const pair = letters & (letters >> 1) & ~(letters >> 2)
    const pairs = pair & (pair >> 3)
    const numbers = pair & (digits0 | (mask(c1) << 16) | (mask(c2) << 32) | (digits3 << 48))
    const wide = numbers & (((numbers >> 4) & (numbers >> 8)) | ((numbers >> 5) & (numbers >> 10)) | ((numbers >> 6) & (numbers >> 12))) & WITHIN
    const most = i8x16.max_s(i8x16.max_s(t0, t1), i8x16.max_s(t2, t3))
    const leads = v128.or(
      v128.and(v128.or(v128.or(c0, c1), v128.or(c2, c3)), nibble),
      i8x16.eq(most, unwritten),
    )
    const spaced = pairs & (pairs >> 6) & WITHIN
    const hasLead = v128.any_true(leads)
    let step = PLACES
    if (((runs & WITHIN) | spaced | wide | (apart ? open : breaks & ((letters << 1) | 1))) != 0 || hasLead) {
      let found: u64 = 0
      if (hasLead) {
        const deletes = are(t0, t1, t2, t3, unwritten)
        letters &= ~deletes
        found = have(c0, c1, c2, c3, i8x16.splat(<i8>LEADS)) | deletes
      }
      if (spaced != 0) found |= spaced & spacedDigits(text + at, letters)
      if (wide != 0) found |= wide & rowsOfNumbers(text + at, numbers, letters)
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
        const firsts = above(i8x16.add(t0, toTop), i8x16.add(t1, toTop), i8x16.add(t2, toTop), i8x16.add(t3, toTop), first)
        const codes = letters & ~above(t0, t1, t2, t3, lastDigit)
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
        while (joining != 0) {
          const place = <u32>ctz(joining)
          const bit = joining & -joining
          if ((found & (bit - 1)) != 0) break
          joining ^= bit
          const behind = apart ? behindWords(text + at, place, letters, breaks, firsts, codes) : 0
          // its other breaks are judged with the first
          if (behind != 0) joining &= ~((<u64>1 << behind) - 1)
          else if (apart ? mayJoinWords(text, at + place, from) : mayJoin(text, at + place, from, false)) found |= bit
        }
      }
      found &= within
      if (found != 0) return at + <u32>ctz(found)
    }
    at += step
    before = (letters >> <u64>(step - 1)) & 1
    open = 0
    if (step == PLACES) {
      t0 = t3
      c0 = c3
      letters0 = letters3
      digits0 = digits3
      breaks0 = breaks3
    } else {
      t0 = v128.load(text + at)
      c0 = classes(t0, lows, rows, nibble)
      letters0 = lettersOf(c0, letterToTop)
      digits0 = mask(c0)
      breaks0 = lineBreaks(t0, table)
    }
  }
  return end
}

/** Of a block, where four pairs of hexadecimal digits begin, each with a byte behind it that is no letter. */
function spacedDigits(text: usize, letters: u64): u64 {
  const t0 = v128.load(text)
  const t1 = v128.load(text, 16)
  const t2 = v128.load(text, 32)
  const t3 = v128.load(text, 48)
  const digits = hexDigits(t0) | (hexDigits(t1) << 16) | (hexDigits(t2) << 32) | (hexDigits(t3) << 48)
  const divided = digits & (digits >> 1) & ~(letters >> 2)
  const pairs = divided & (divided >> 3)
  return pairs & (pairs >> 6)
}

/**
 * Of a block, where a row of numbers begins, with the last but two digits of the first: three or four of two digits (`numbers`) with two bytes between, or of one length with
 * 1 or `0x` before them.
 */
function rowsOfNumbers(text: usize, numbers: u64, letters: u64): u64 {
  const apart = numbers & ~(letters >> 3)
  // of the byte before each
  const marked =
    numbers &
    (marks(v128.load(text - 1)) | (marks(v128.load(text + 15)) << 16) | (marks(v128.load(text + 31)) << 32) | (marks(v128.load(text + 47)) << 48))
  return (
    (apart & (apart >> 4) & (apart >> 8) & (numbers >> 12)) |
    (marked & (((marked >> 4) & (marked >> 8)) | ((marked >> 5) & (marked >> 10)) | ((marked >> 6) & (marked >> 12))))
  )
}

/** Bytes that are 1, x or X. */
// @ts-ignore: decorator
@inline function marks(t: v128): u64 {
  return mask(v128.or(i8x16.eq(t, i8x16.splat(0x31)), i8x16.eq(v128.or(t, i8x16.splat(0x20)), i8x16.splat(0x78))))
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

/** Where the run of letters over the line break at `place` of a block ends, if the run is none that may be encoded; 0: it may, or that is not seen from here. */
function behindWords(block: usize, place: u32, letters: u64, breaks: u64, firsts: u64, codes: u64): u32 {
  const lines = letters | breaks
  // Shifts are taken modulo 64.
  const start = place - <u32>clz(~lines << (64 - place))
  const end = place + <u32>ctz(~(lines >> place))
  if (<i32>start <= 0 || end > 63) return 0
  const run = letters & ((<u64>1 << end) - (<u64>1 << start))
  const count = <u32>popcnt(run)
  if (count < RUN) return end
  // behind an indent it may go on
  if (((breaks >> (end - 1)) & 1) != 0 && load<u8>(block + end) == 0x20) return 0
  // Each line may begin a run: the one before it may be empty, with which another ends.
  for (let lineStarts = run & ~(run << 1); lineStarts != 0; lineStarts &= lineStarts - 1) {
    const rest = run & ~((lineStarts & -lineStarts) - 1)
    const left = popcnt(rest)
    if (left < RUN) break
    const letters = firstLetters(block, rest)
    if (isPacked(letters) || (left >= MOST_CODES && isScriptStart(letters))) return 0
  }
  // Bits of the letters, one behind another.
  let digits: u64 = 0
  let heads: u64 = 0
  let taken: u64 = 0
  for (let rest = run; rest != 0; ) {
    const at = ctz(rest)
    const length = ctz(~(rest >> at))
    const word = (<u64>1 << length) - 1
    digits |= ((codes >> at) & word) << taken
    heads |= ((firsts >> at) & word) << taken
    taken += length
    rest &= ~(word << at)
  }
  if (fourteen(digits) != 0) return 0
  const whole = (<u64>1 << (count - RUN + 1)) - 1
  if ((heads & (heads >> 4) & (heads >> 8) & whole) != 0) {
    const t0 = v128.load(block)
    const t1 = v128.load(block, 16)
    const t2 = v128.load(block, 32)
    const t3 = v128.load(block, 48)
    const bad = bits(sextets(t0), sextets(t1), sextets(t2), sextets(t3), 4)
    const worse = bits(sextets(t0), sextets(t1), sextets(t2), sextets(t3), 6) | are(t0, t1, t2, t3, i8x16.splat(0x2d))
    const good = heads & ~((joined(bad, run) >> 1) | (joined(worse, run) >> 2))
    if ((good & (good >> 4) & (good >> 8) & whole) != 0) return 0
  }
  return end
}

/** The first four letters of a run, the first of them in the lowest byte. */
function firstLetters(block: usize, run: u64): u32 {
  const first = ctz(run)
  if (((run >> first) & 15) == 15) return load<u32>(block + <usize>first)
  let four: u32 = 0
  let rest = run
  for (let shift = 0; shift < 32; shift += 8) {
    four |= <u32>load<u8>(block + <usize>ctz(rest)) << shift
    rest &= rest - 1
  }
  return four
}

/** Do the three bytes that four letters stand for begin a text of any script? */
function isScriptStart(letters: u32): bool {
  const value = (sextet(letters & 0xff) << 18) | (sextet((letters >> 8) & 0xff) << 12) | (sextet((letters >> 16) & 0xff) << 6) | sextet(letters >> 24)
  let due = 0
  for (let shift = 16; shift >= 0 && due >= 0; shift -= 8) due = afterByte(due, (value >> shift) & 0xff)
  return due >= 0
}

/** Bits of the letters of a run, one behind another. */
function joined(bits: u64, letters: u64): u64 {
  let all: u64 = 0
  let count: u64 = 0
  for (let rest = letters; rest != 0; ) {
    const at = ctz(rest)
    const length = ctz(~(rest >> at))
    const word = (<u64>1 << length) - 1
    all |= ((bits >> at) & word) << count
    count += length
    rest &= ~(word << at)
  }
  return all
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

/** Bytes before a line break from which on it is looked at with those behind it. */
const WORD_SIGHT: u32 = 24
/** Consecutive letters from which on a run may be one of base32, or of another script. */
const MOST_CODES: u32 = 16

/** As `mayJoin` of a look that judges runs: with the break in the middle of a block most are seen to be words. */
function mayJoinWords(text: usize, at: u32, from: u32): bool {
  const around = at - WORD_SIGHT
  if (around < from) return mayJoin(text, at, from, true)
  const t0 = v128.load(text + around)
  const t1 = v128.load(text + around, 16)
  const t2 = v128.load(text + around, 32)
  const t3 = v128.load(text + around, 48)
  const nibble = i8x16.splat(15)
  const rows = high(i8x16.splat(0))
  const letters = have(classes(t0, low(), rows, nibble), classes(t1, low(), rows, nibble), classes(t2, low(), rows, nibble), classes(t3, low(), rows, nibble), i8x16.splat(<i8>LETTERS))
  const breaks = lineBreaks(t0, breakTable()) | (lineBreaks(t1, breakTable()) << 16) | (lineBreaks(t2, breakTable()) << 32) | (lineBreaks(t3, breakTable()) << 48)
  const toTop = i8x16.splat(TO_TOP)
  const firsts = above(i8x16.add(t0, toTop), i8x16.add(t1, toTop), i8x16.add(t2, toTop), i8x16.add(t3, toTop), i8x16.splat(BELOW_FIRSTS))
  const codes = letters & ~above(t0, t1, t2, t3, i8x16.splat(LAST_DIGIT))
  return behindWords(text + around, WORD_SIGHT, letters, breaks, firsts, codes) == 0 && mayJoin(text, at, from, true)
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
  // Each line may begin a run: the last four letters, a bit for each letter that begins a line, and how many there must be in all if a run begins so.
  let four: u32 = 0
  let starts: u32 = 1
  let all: u32 = 0
  let wanted: u32 = <u32>-1
  for (let at = from; at < to; at++) {
    const byte = <u32>load<u8>(text + at)
    if (!isLetter(byte)) {
      digits = 0
      starts |= 1
      // an indent is part of a long run alone
      if (byte == 0x20 && count < RUN) count = codes = 0
      continue
    }
    four = (four >> 8) | (byte << 24)
    all++
    if ((starts & 8) != 0 && wanted > all + RUN && (isPacked(four) || isScriptStart(four))) wanted = all - 4 + RUN
    if (all >= wanted) return true
    starts <<= 1
    const value = sextet(byte)
    bad = (bad << 1) | (ahead & 1)
    ahead = (ahead >> 1) | ((value >> 5) << 2) | (((value >> 3) & 1) << 1) | ((value >> 1) & 1)
    digits = digit(byte) < 16 ? digits + 1 : 0
    codes = byte - 0x41 < 26 || byte - 0x32 < 6 ? codes + 1 : 0
    if (++count < RUN) continue
    if ((bad & 0x111) == 0 || digits >= 14 || codes >= 16) return true
  }
  return false
}

// @ts-ignore: decorator
@inline function isLetter(byte: u32): bool {
  const letter = (byte | 0x20) - 0x61
  return letter < 26 || byte - 0x30 < 10 || byte == 0x2b || byte == 0x2d || byte == 0x2f || byte == 0x5f
}
