import { HEX_VALUE } from '../core/utf8.ts'
import { FIVE_BITS, QUANTUM_LETTERS } from './base32.ts'
import { SIX_BITS } from './base64.ts'
import { ESCAPE_LEAD, isPlainSign } from './escapes.ts'
import { plainCharacter } from './fold.ts'
import { NumberRow, ROW_NUMBERS, rowTail } from './number-row.ts'
import { TEXT_BYTE, TextLikeness } from './text-likeness.ts'

/** What a watch stops at. At the last three, `start` tells where the encoded run begins. */
export const AT_ESCAPE = 1
export const AT_BASE64 = 2
export const AT_HEX = 3
/** Numbers that are bytes, in a row (`NumberRow`). */
export const AT_ROW = 4
/** base64 of something compressed with gzip or zlib. */
export const AT_PACKED = 5
export const AT_BASE32 = 6

/** Quanta of base64 that must read as text before the run is taken for encoded text; pairs of hexadecimal. */
const QUANTA = 3
/** Quanta of capitals and digits alone: base32 of a text now and then reads as some text in base64. */
const SURE_QUANTA = 4
const PAIRS = 7
/** Letters of base32, two quanta, that must read as text. */
const LETTERS_32 = 2 * QUANTUM_LETTERS
/** Letters from the start of a run that are looked at for text of other scripts: so many of base64, of hexadecimal. */
const SCRIPT_QUANTA = 4
const SCRIPT_PAIRS = 12
/**
 * How base64 of compressed bytes begins: the magic number of gzip and its one method (RFC 1952 section 2.3), the two bytes of zlib at its usual levels (RFC 1950 section 2.2). The
 * third, `x^`, begins texts too.
 */
const PACKED = /^(?:H4sI|eJ[w-z]|eN[o-r]|eA[E-H])/
/** Bytes within which the first characters of an encoded run must stand, line breaks included. */
const SIGHT = 64
/** Blanks at the start of a line in the middle of a run. */
const MAX_INDENT = 12

/** Letters of the base64 alphabet in a row below which a watch never stops. */
export const RUN_LETTERS = 4 * QUANTA

export const LETTER = 8
export const BREAK = 16

/**
 * Of a byte of the base64 alphabet, LETTER and three bits that tell where it cannot stand in encoded ASCII: 4, not first in a quantum (the
 * first byte would exceed 0x7F), 2, not second, 1, not third. Of others, which part of the watch looks at them.
 */
export const CLASS = new Uint8Array(256)
for (let byte = 0; byte < 256; byte++) {
  const bits = SIX_BITS[byte]
  if (bits !== 255) CLASS[byte] = LETTER | ((bits >> 5) << 2) | (((bits >> 3) & 1) << 1) | ((bits >> 1) & 1)
}
for (const byte of [0x0a, 0x0d, 0x09]) CLASS[byte] |= BREAK

/** All bits for a hexadecimal digit: a count without a branch that random text mispredicts. */
const DIGIT_MASK = Int32Array.from(HEX_VALUE, (value) => (value === 255 ? 0 : -1))

/** All bits for a letter of base32. */
const LETTER_32_MASK = Int32Array.from(FIVE_BITS, (value) => (value === 255 ? 0 : -1))

const DASH = 0x2d
const DOT = 0x2e
const LESS_THAN = 0x3c
const isBlank = (byte: number) => byte === 0x20 || byte === 0x09

// Places within a row of numbers: behind the one or two bytes between, a digit or the first zero, two and three digits, `0x` and the digits behind it.
const GAP = 0
const WIDE_GAP = 1
const DIGIT = 2
const ZERO = 3
const TWO_DIGITS = 4
const THREE_DIGITS = 5
const PREFIX = 6
const PREFIXED_DIGIT = 7
const PREFIXED = 8
const STEPS = 9

/*
 * The automaton of plain text: one look-up a byte, no branch that depends on the text. The first states count the letters of a run; then follow the places
 * within rows of numbers. At LONG_RUN, ROW and LEAD somebody has to look.
 */
const place = (numbers: number, step: number) => RUN_LETTERS + STEPS * numbers + step
const LONG_RUN = place(ROW_NUMBERS, 0)
const ROW = LONG_RUN + 1
const LEAD = LONG_RUN + 2
/** Next state, times 256 as the states before it. */
const NEXT = new Uint16Array(LONG_RUN << 8)

/** Bytes that no state tells from one another are of one kind: the first of each, and the kind of every byte. */
function kindsOfBytes(): { readonly first: readonly number[]; readonly of: Uint8Array } {
  const known = new Map<number, number>()
  const first: number[] = []
  const of = new Uint8Array(256)
  for (let byte = 0; byte < 256; byte++) {
    const told = [0x30, 0x58, 0x78, LESS_THAN, DOT].indexOf(byte)
    const digit = HEX_VALUE[byte] === 255 ? 0 : byte <= 0x39 ? 1 : 2
    const signs = (ESCAPE_LEAD[byte] << 1) | (SIX_BITS[byte] === 255 ? 0 : 1)
    const key = (((told + 1) * 3 + digit) * 4 + signs) * 2 + ((CLASS[byte] & BREAK) === 0 ? 0 : 1)
    let kind = known.get(key)
    if (kind === undefined) {
      kind = first.push(byte) - 1
      known.set(key, kind)
    }
    of[byte] = kind
  }
  return { first, of }
}

function fillAutomaton(): void {
  const kinds = kindsOfBytes()
  const nextOf = new Uint16Array(kinds.first.length)
  const enter = (state: number, run: number, step: (byte: number) => number) => {
    for (let kind = 0; kind < nextOf.length; kind++) {
      const byte = kinds.first[kind]
      const special = step(byte)
      const next =
        ESCAPE_LEAD[byte] === 1
          ? LEAD
          : special !== 0
            ? special
            : SIX_BITS[byte] !== 255
              ? run + 1 < RUN_LETTERS
                ? run + 1
                : LONG_RUN
              : (CLASS[byte] & BREAK) !== 0
                ? run
                : 0
      nextOf[kind] = next << 8
    }
    for (let byte = 0; byte < 256; byte++) NEXT[(state << 8) | byte] = nextOf[kinds.of[byte]]
  }
  const isDigit = (byte: number) => HEX_VALUE[byte] !== 255
  const isDecimal = (byte: number) => byte >= 0x30 && byte <= 0x39
  // a line break may end a gap, and does not begin one, as the run of letters goes on over it; tags are read by others, dots divide the numbers of addresses
  const mayDivide = (byte: number) => SIX_BITS[byte] === 255 && byte !== LESS_THAN && byte !== DOT
  const divides = (byte: number) => mayDivide(byte) && (CLASS[byte] & BREAK) === 0
  for (let run = 0; run < RUN_LETTERS; run++) enter(run, run, (byte) => (run === 0 ? firstDigit(byte, 0) : 0))
  function firstDigit(byte: number, numbers: number): number {
    return byte === 0x30 ? place(numbers, ZERO) : isDigit(byte) ? place(numbers, DIGIT) : 0
  }
  for (let numbers = 0; numbers < ROW_NUMBERS; numbers++) {
    const at = (step: number) => place(numbers, step)
    const behind = (byte: number) => (!divides(byte) ? 0 : numbers + 1 < ROW_NUMBERS ? place(numbers + 1, GAP) : ROW)
    enter(at(GAP), 0, (byte) => (mayDivide(byte) ? at(WIDE_GAP) : firstDigit(byte, numbers)))
    enter(at(WIDE_GAP), 0, (byte) => firstDigit(byte, numbers))
    enter(at(DIGIT), 1, (byte) => (isDigit(byte) ? at(TWO_DIGITS) : 0))
    enter(at(ZERO), 1, (byte) => (isDigit(byte) ? at(TWO_DIGITS) : (byte | 0x20) === 0x78 ? at(PREFIX) : 0))
    enter(at(TWO_DIGITS), 2, (byte) => (isDecimal(byte) ? at(THREE_DIGITS) : behind(byte)))
    enter(at(THREE_DIGITS), 3, behind)
    enter(at(PREFIX), 2, (byte) => (isDigit(byte) ? at(PREFIXED_DIGIT) : 0))
    enter(at(PREFIXED_DIGIT), 3, (byte) => (isDigit(byte) ? at(PREFIXED) : 0))
    enter(at(PREFIXED), 4, behind)
  }
}
fillAutomaton()

/** Runs the automaton from `state[0]` over `text[from…to)` to the first byte at which somebody has to look; answers its index. A function without calls runs at its best. */
function skim(text: Uint8Array, from: number, to: number, state: Int32Array): number {
  let now = state[0]
  let i = from
  for (; i < to; i++) {
    now = NEXT[now | text[i]]
    if (now >= LONG_RUN << 8) break
  }
  state[0] = now
  return i
}

/**
 * Looks over text for what may hide characters: the lead bytes of escapes, and runs whose last few characters, decoded, are text.
 * Encoded runs are found at whatever character they begin (`key-QUtJ…`), and random ones (digests, ids, pictures) are passed over: one in a few
 * thousand places of a random run looks like text.
 *
 * Contract: where it stops depends on the text alone, not on how it is cut; it may stop for nothing and never passes over an escape, nor over a run of 16
 * or more encoded ASCII characters.
 */
export class Watch {
  event = 0
  /** Index at which the run of the event begins to be read, and whether letters stand before it. */
  start = 0
  cut = false
  /** Of the last row. */
  readonly row = new NumberRow()
  /** State of the automaton, times 256. */
  private readonly carry = new Int32Array(1)
  // Of a long run: its letters so far, line breaks since the last; digits of hexadecimal in a row, letters of base32.
  private run = 0
  private broken = 0
  private digits = 0
  private letters32 = 0
  /** Bit k: the quantum that ended k letters ago cannot be ASCII; and the same of those that end with the next three letters. */
  private bad = 0
  private ahead = 0

  /** The text goes on behind something else, or another text begins. */
  reset(): void {
    this.carry[0] = 0
  }

  /** The index in `text` of the next event from `from` on, before `to`; `to` when there is none. Go on behind what was read. */
  next(text: Uint8Array, from: number, to: number): number {
    this.event = 0
    let i = from
    while (i < to) {
      if (this.carry[0] >> 8 === LONG_RUN) {
        i = this.follow(text, i, to, true)
        if (this.event !== 0) return i
        continue
      }
      i = skim(text, i, to, this.carry)
      const state = this.carry[0] >> 8
      if (i === to) return to
      if (state === LEAD) {
        this.carry[0] = 0
        const plain = text[i] < 0x80 ? Number(isPlainSign(text, i, to)) : plainCharacter(text, i, to)
        i += plain
        if (plain > 0) continue
        this.event = AT_ESCAPE
        return i
      }
      if (state === ROW) {
        this.carry[0] = place(ROW_NUMBERS - 1, GAP) << 8
        if (this.isRow(text, i)) return i
        i++
      } else this.enter(text, i)
    }
    return to
  }

  /** How many of the last bytes of `text[…end)` may turn out to be of an encoded run that begins there. */
  held(text: Uint8Array, end: number): number {
    const least = Math.max(0, end - SIGHT)
    let at = end
    let breaks = 0
    while (at > least && breaks < 2) {
      const kind = CLASS[text[at - 1]]
      if ((kind & (LETTER | BREAK)) === 0) {
        // of an indent, which a line break is before
        let before = at
        while (before > least && text[before - 1] === 0x20) before--
        if (before === at || before === 0 || text[before - 1] !== 0x0a) break
        at = before
        continue
      }
      breaks = (kind & BREAK) === 0 ? 0 : text[at - 1] === 0x0a ? breaks + 1 : breaks
      at--
    }
    const row = rowTail(text, end, SIGHT)
    return breaks === 2 ? row : Math.max(end - at, row)
  }

  /** The letter at `at` makes the run a long one, which is looked at letter by letter from here on. */
  private enter(text: Uint8Array, at: number): void {
    let from = at
    let run = 1
    while (run < RUN_LETTERS && from > 0) {
      from--
      if (SIX_BITS[text[from]] !== 255) run++
    }
    this.carry[0] = LONG_RUN << 8
    this.run = this.broken = this.digits = this.letters32 = this.bad = this.ahead = 0
    // up to the letter before this one; a run with an empty line in it begins behind that
    while (from < at) from = this.follow(text, from, at, false) + 1
    this.carry[0] = LONG_RUN << 8
  }

  /** Reads on in a long run; answers where it stops, at an event or behind the run. `look`: false, only to count. */
  private follow(text: Uint8Array, from: number, to: number, look: boolean): number {
    let { run, broken, digits, letters32, bad, ahead } = this
    let i = from
    for (; i < to; i++) {
      const byte = text[i]
      const kind = CLASS[byte]
      if ((kind & LETTER) !== 0) {
        bad = (bad << 1) | (ahead & 1)
        ahead = (ahead >> 1) | (kind & 7)
        digits = (digits + 1) & DIGIT_MASK[byte]
        letters32 = (letters32 + 1) & LETTER_32_MASK[byte]
        run++
        broken = 0
        if (run < RUN_LETTERS || !look) continue
        if (run === RUN_LETTERS && this.isPacked(text, i)) this.event = AT_PACKED
        else if (letters32 >= LETTERS_32 && this.isBase32(text, i, letters32)) this.event = AT_BASE32
        else if ((bad & 0x111) === 0 && this.isBase64(text, i, run, letters32 < RUN_LETTERS ? QUANTA : SURE_QUANTA))
          this.event = AT_BASE64
        else if (digits >= 2 * PAIRS && this.isHex(text, i, run)) this.event = AT_HEX
        else if (run === 4 * SCRIPT_QUANTA && this.isScriptBase64(text, i)) this.event = AT_BASE64
        else if (byte !== DASH || !this.isRow(text, i)) continue
        break
      }
      digits = 0
      // one line break at a time, and a few blanks behind it
      if (byte === 0x0a ? broken++ === 0 : byte === 0x0d ? broken === 0 : isBlank(byte) && broken > 0 && broken++ <= MAX_INDENT)
        continue
      this.carry[0] = 0
      run = letters32 = bad = ahead = broken = 0
      break
    }
    this.run = run
    this.broken = broken
    this.digits = digits
    this.letters32 = letters32
    this.bad = bad
    this.ahead = ahead
    return i
  }

  private isRow(text: Uint8Array, at: number): boolean {
    const { row } = this
    if (!row.endsAt(text, at)) return false
    this.event = AT_ROW
    const { hexStart, decimalStart } = row
    this.start = hexStart < 0 || (decimalStart >= 0 && decimalStart < hexStart) ? decimalStart : hexStart
    this.cut = row.cut
    return true
  }

  /** Do the last `quanta` that end with the letter at `at` decode to ASCII text? The run is read from one quantum before, of which a part may be text. */
  private isBase64(text: Uint8Array, at: number, run: number, quanta: number): boolean {
    const from = run < 4 * quanta ? -1 : lettersBack(text, at, 4 * quanta)
    if (from < 0) return false
    let bits = 0
    let count = 0
    let zeros = 0
    for (let i = from; i <= at; i++) {
      const value = SIX_BITS[text[i]]
      if (value === 255) continue
      bits = (bits << 6) | value
      if ((++count & 3) !== 0) continue
      for (let shift = 16; shift >= 0; shift -= 8) {
        const byte = (bits >> shift) & 0x7f
        if (TEXT_BYTE[byte] === 0) return false
        if (byte === 0) zeros++
      }
      bits = 0
    }
    // every other byte in UTF-16, all of them in nothing
    if (zeros > (3 * quanta + 1) / 2) return false
    const before = run < 4 * quanta + 4 ? -1 : lettersBack(text, at, 4 * quanta + 4)
    this.start = before < 0 ? from : before
    this.cut = run > 4 * quanta + (before < 0 ? 0 : 4)
    return true
  }

  /** Does a run whose first letters end at `at` begin like something compressed? */
  private isPacked(text: Uint8Array, at: number): boolean {
    const from = lettersBack(text, at, RUN_LETTERS)
    if (text[from] !== 0x48 && text[from] !== 0x65) return false
    if (!PACKED.test(String.fromCharCode(text[from], text[from + 1], text[from + 2], text[from + 3]))) return false
    this.start = from
    this.cut = false
    return true
  }

  /** Does a run whose first letters end at `at` decode to text of another script from its start on? */
  private isScriptBase64(text: Uint8Array, at: number): boolean {
    const from = lettersBack(text, at, 4 * SCRIPT_QUANTA)
    if (from < 0) return false
    const likeness = new TextLikeness()
    let bits = 0
    let count = 0
    for (let i = from; i <= at; i++) {
      const value = SIX_BITS[text[i]]
      if (value === 255) continue
      bits = (bits << 6) | value
      if ((++count & 3) !== 0) continue
      for (let shift = 16; shift >= 0; shift -= 8) likeness.take((bits >> shift) & 0xff)
      if (!likeness.isText) return false
    }
    this.start = from
    this.cut = false
    return true
  }

  /** Do the last two quanta of base32 that end with the letter at `at` decode to ASCII text? The run is read from one quantum before, of which a part may be text. */
  private isBase32(text: Uint8Array, at: number, letters: number): boolean {
    const from = lettersBack(text, at, LETTERS_32)
    if (from < 0) return false
    let bits = 0
    let count = 0
    let i = from
    for (let bytes = 0; bytes < 10; ) {
      const value = FIVE_BITS[text[i++]]
      if (value === 255) continue
      bits = ((bits & 0xff) << 5) | value
      count += 5
      if (count < 8) continue
      count -= 8
      const byte = (bits >> count) & 0xff
      if (byte === 0 || byte > 0x7f || TEXT_BYTE[byte] === 0) return false
      bytes++
    }
    const before = letters < LETTERS_32 + QUANTUM_LETTERS ? -1 : lettersBack(text, at, LETTERS_32 + QUANTUM_LETTERS)
    this.start = before < 0 ? from : before
    this.cut = letters > LETTERS_32 + (before < 0 ? 0 : QUANTUM_LETTERS)
    return true
  }

  /** The same of hexadecimal pairs up to the digit at `at`. */
  private isHex(text: Uint8Array, at: number, run: number): boolean {
    if (areAsciiPairs(text, at + 1)) this.start = at + 1 - 2 * PAIRS
    else if (run === 2 * SCRIPT_PAIRS && areScriptPairs(text, at + 1, SCRIPT_PAIRS)) this.start = at + 1 - 2 * SCRIPT_PAIRS
    else return false
    // letters that are no digits divide: `0x41…`
    const before = this.start === 0 ? 0 : text[this.start - 1]
    this.cut = run > at + 1 - this.start && (SIX_BITS[before] === 255 || HEX_VALUE[before] !== 255)
    return true
  }
}

/** The index of the letter of the base64 alphabet that stands `count - 1` letters before the one at `at`; -1: not within sight. */
function lettersBack(text: Uint8Array, at: number, count: number): number {
  const least = Math.max(0, at - SIGHT)
  for (let i = at; i >= least; i--) {
    if (SIX_BITS[text[i]] === 255) continue
    if (--count === 0) return i
  }
  return -1
}

/** Do the last PAIRS pairs of hexadecimal digits before `end` stand for ASCII text? */
function areAsciiPairs(text: Uint8Array, end: number): boolean {
  const least = end - 2 * PAIRS
  if (least < 0) return false
  for (let at = end - 2; at >= least; at -= 2) {
    const high = HEX_VALUE[text[at]]
    const low = HEX_VALUE[text[at + 1]]
    if (high > 7 || low === 255 || TEXT_BYTE[(high << 4) | low] === 0 || (high | low) === 0) return false
  }
  return true
}

/** Do the `count` pairs before `end` stand for text of any script? */
function areScriptPairs(text: Uint8Array, end: number, count: number): boolean {
  const from = end - 2 * count
  if (from < 0) return false
  const likeness = new TextLikeness()
  for (let at = from; at < end; at += 2) {
    const high = HEX_VALUE[text[at]]
    const low = HEX_VALUE[text[at + 1]]
    if ((high | low) > 15) return false
    likeness.take((high << 4) | low)
    if (!likeness.isText) return false
  }
  return true
}
