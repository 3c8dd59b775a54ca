import { isDigit } from '../bytes.ts'
import { luhn } from '../checksum.ts'
import type { Validator } from '../validator.ts'

/**
 * Payment card numbers: issuer prefix and length (ISO/IEC 7812-1 and the networks' published ranges), Luhn check digit
 * (ISO/IEC 7812-1 annex B). Digits may stand in groups; where several numbers follow each other with the same separators, the span
 * reaches from the first card to the last.
 *
 * Medium without context: 16 digits, Amex (15) and Diners (14), written as one run or in the groups printed on cards. Low: lengths
 * that order numbers and article codes share (12, 13, 17 to 19), unusual groups, and groups in columns or lines of
 * their own, or with signs between that divide numbers of any kind.
 */
export const validate: Validator = (bytes, start, end) => {
  // groups: offset and length of each run of digits
  const offsets: number[] = []
  const lengths: number[] = []
  let total = 0
  for (let i = start; i < end; i++) {
    if (!isDigit(bytes[i])) continue
    const from = i
    while (i < end && isDigit(bytes[i])) i++
    offsets.push(from)
    lengths.push(i - from)
    total += i - from
  }
  if (total < 12) return undefined
  const groups = lengths.length
  let first = -1
  let last = -1
  let clear = false
  const look = (from: number, end: number, usual: boolean): void => {
    for (; from < end; from++) {
      let digits = 0
      const prefix = prefixAt(bytes, offsets[from], offsets[groups - 1] + lengths[groups - 1])
      if (ISSUED[Math.trunc(prefix / 10_000)] === 0) continue
      for (let to = from; to < end && digits < 19; to++) {
        digits += lengths[to]
        if (digits < 12 || digits > 19 || usualGroups(lengths, from, to) !== usual) continue
        const stop = offsets[to] + lengths[to]
        const grade = issuerGrade(prefix, digits)
        if (grade === 0 || !luhn(bytes, offsets[from], stop) || isFraction(bytes, offsets, lengths, from, to)) continue
        first = first < 0 ? from : Math.min(first, from)
        last = Math.max(last, to)
        if (usual && grade === 2 && !hasBreak(bytes, offsets[from], stop)) clear = true
        from = to
        break
      }
    }
  }
  // Every part is looked at, so that what is left beside an edited one holds no card that was passed over.
  look(0, groups, true)
  if (first < 0) look(0, groups, false)
  else {
    look(last + 1, groups, false)
    look(0, first, false)
  }
  if (first < 0) return undefined
  const span = { start: offsets[first], end: offsets[last] + lengths[last] }
  return clear ? span : { ...span, confidence: 'low' }
}

/** Digits behind a dot that belong to the number before it: `0.4111111111111111`. */
function isFraction(
  bytes: Uint8Array,
  offsets: readonly number[],
  lengths: readonly number[],
  from: number,
  to: number,
): boolean {
  if (from > 0 && lengths[from] >= 12 && bytes[offsets[from] - 1] === 0x2e) return true
  return to === from + 1 && lengths[to] >= 9 && bytes[offsets[to] - 1] === 0x2e
}

/** One run, fours (with a rest), halves, or 4-6-5 and 4-6-4 as on Amex and Diners cards. */
function usualGroups(lengths: readonly number[], from: number, to: number): boolean {
  const count = to - from + 1
  if (count === 1) return true
  if (count === 2) return lengths[from] === 8 && lengths[to] === 8
  if (count === 3 && lengths[from] === 4 && lengths[from + 1] === 6) return lengths[to] === 4 || lengths[to] === 5
  for (let i = from; i < to; i++) if (lengths[i] !== 4) return false
  return count >= 4 && lengths[to] <= 4
}

function hasBreak(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (DIVIDES[bytes[i]] === 1) return true
  return false
}

const DIVIDES = new Uint8Array(256)
for (const sign of '\n\t/') DIVIDES[sign.charCodeAt(0)] = 1

/** First six digits from, to; shortest, longest number. Networks' ranges as published; the narrow ones first. */
const RANGES: readonly (readonly [number, number, number, number])[] = [
  [400000, 499999, 16, 16], // Visa
  [400000, 499999, 13, 13],
  [400000, 499999, 18, 19],
  [510000, 559999, 16, 16], // Mastercard
  [222100, 272099, 16, 16],
  [340000, 349999, 15, 15], // American Express
  [370000, 379999, 15, 15],
  [300000, 305999, 14, 19], // Diners Club
  [309500, 309599, 14, 19],
  [360000, 369999, 14, 19],
  [380000, 399999, 14, 19],
  [352800, 358999, 16, 19], // JCB
  [601100, 601199, 16, 19], // Discover
  [644000, 659999, 16, 19],
  [620000, 629999, 16, 19], // UnionPay
  [810000, 829999, 16, 19], // UnionPay, RuPay
  [220000, 220499, 16, 19], // Mir
  [500000, 509999, 12, 19], // Maestro, Dankort, Elo, Verve, RuPay
  [560000, 589999, 12, 19], // Maestro, UzCard
  [600000, 699999, 12, 19], // Maestro, Laser, RuPay, Hipercard, InterPayment, InstaPayment
  [979200, 979299, 16, 16], // Troy
  [860000, 860099, 16, 16], // UzCard
  [986000, 986099, 16, 16], // Humo
  [100000, 199999, 15, 15], // UATP
]

/** First two digits of some number. */
const ISSUED = new Uint8Array(100)
for (const [from, to] of RANGES) ISSUED.fill(1, Math.trunc(from / 10_000), Math.trunc(to / 10_000) + 1)

/** The first six digits from `start` on, as a number. */
function prefixAt(bytes: Uint8Array, start: number, end: number): number {
  let prefix = 0
  let taken = 0
  for (let i = start; i < end && taken < 6; i++) {
    if (!isDigit(bytes[i])) continue
    prefix = prefix * 10 + bytes[i] - 0x30
    taken++
  }
  return prefix
}

/** 0 no issuer, 1 an issuer but a length shared with many other numbers, 2 a card by itself. */
function issuerGrade(prefix: number, digits: number): 0 | 1 | 2 {
  for (const [from, to, shortest, longest] of RANGES) {
    if (prefix < from || prefix > to || digits < shortest || digits > longest) continue
    if (digits === 16) return 2
    if (digits === 15) return prefix >= 340000 && prefix <= 379999 ? 2 : 1
    return digits === 14 && prefix < 400000 ? 2 : 1
  }
  return 0
}
