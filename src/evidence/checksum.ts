import { isDigit } from './bytes.ts'

/**
 * Check-digit schemes that several identifiers share. Each reads the digits of `start`…`end` in order and passes over every other
 * byte, so that written forms (blanks, dots, hyphens) need no copy. How many digits there must be is the caller's to say.
 */

/** Digits in `start`…`end`. */
export function countDigits(bytes: Uint8Array, start: number, end: number): number {
  let count = 0
  for (let i = start; i < end; i++) if (isDigit(bytes[i])) count++
  return count
}

/** Is it one digit again and again? Such numbers pass many checksums and are nobody's. */
export function isOneDigit(bytes: Uint8Array, start: number, end: number): boolean {
  let first = -1
  for (let i = start; i < end; i++) {
    if (!isDigit(bytes[i])) continue
    if (first < 0) first = bytes[i]
    else if (bytes[i] !== first) return false
  }
  return true
}

/** Sum of digit × weight, as far as there are weights. */
export function weightedSum(bytes: Uint8Array, start: number, end: number, weights: readonly number[]): number {
  let sum = 0
  let at = 0
  for (let i = start; i < end && at < weights.length; i++) if (isDigit(bytes[i])) sum += (bytes[i] - 0x30) * weights[at++]
  return sum
}

/** The last digit, -1 if there is none. */
export function lastDigit(bytes: Uint8Array, start: number, end: number): number {
  for (let i = end - 1; i >= start; i--) if (isDigit(bytes[i])) return bytes[i] - 0x30
  return -1
}

/** Luhn (ISO/IEC 7812-1 annex B): every second digit from the right doubled, the sum of digits a multiple of ten. Zeros alone fail. */
export function luhn(bytes: Uint8Array, start: number, end: number): boolean {
  let sum = 0
  let odd = true
  let nonZero = 0
  for (let i = end - 1; i >= start; i--) {
    if (!isDigit(bytes[i])) continue
    let digit = bytes[i] - 0x30
    nonZero |= digit
    if (!odd) {
      digit *= 2
      if (digit > 9) digit -= 9
    }
    sum += digit
    odd = !odd
  }
  return sum % 10 === 0 && nonZero !== 0
}

/** ISO/IEC 7064 MOD 11,10, check digit last. */
export function mod1110(bytes: Uint8Array, start: number, end: number): boolean {
  let carry = 10
  let sum = 0
  for (let i = start; i < end; i++) {
    if (!isDigit(bytes[i])) continue
    sum = (carry + bytes[i] - 0x30) % 10
    carry = ((sum === 0 ? 10 : sum) * 2) % 11
  }
  return sum === 1
}

/** Multiplication in the dihedral group D5: rotations 0 to 4, reflections 5 to 9. */
function d5(a: number, b: number): number {
  if (a < 5) return b < 5 ? (a + b) % 5 : 5 + ((a + b) % 5)
  return b < 5 ? 5 + ((a - b) % 5) : (5 + a - b) % 5
}
/** Verhoeff's permutation of digits and its powers by place, counted from the right. */
const PERMUTATION = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]

/** Verhoeff, "Error Detecting Decimal Codes" (1969), check digit last. */
export function verhoeff(bytes: Uint8Array, start: number, end: number): boolean {
  let check = 0
  let place = 0
  for (let i = end - 1; i >= start; i--) {
    if (!isDigit(bytes[i])) continue
    let digit = bytes[i] - 0x30
    // the eighth power is the identity
    for (let power = place % 8; power > 0; power--) digit = PERMUTATION[digit]
    check = d5(check, digit)
    place++
  }
  return check === 0 && place > 0
}
