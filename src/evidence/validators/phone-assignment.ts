import { MASK_MIN } from '../../core/marks.ts'
import { isDigit } from '../bytes.ts'
import type { Validator } from '../validator.ts'
import { validate as phone } from './phone-value.ts'

/** Digits that a number has at most in national or international form, as people write it. */
const USUAL = 12
/** Digits at most (ITU-T E.164 section 6.2). */
const LONGEST = 15

/**
 * `Phone: 0361 22 65 48` in text, narrowed to the number: it begins with the first digit, bracket or plus sign of the match. Where another number
 * follows, it ends with the last group up to which there are no more than twelve digits.
 */
export const validate: Validator = (bytes, start, end) => {
  let from = start
  while (from < end && !isDigit(bytes[from]) && bytes[from] !== 0x2b && bytes[from] !== 0x28) from++
  if (from >= end) return undefined
  // the first digits of a masked number, which was none by name
  if (bytes[end - 1] === 0x2a) {
    let stars = end
    while (stars > from && bytes[stars - 1] === 0x2a) stars--
    if (end - stars >= MASK_MIN) return undefined
    end = stars
  }
  let digits = 0
  let cut = -1
  for (let i = from; i < end; i++) {
    if (isDigit(bytes[i])) digits++
    else if (isDigit(bytes[i - 1]) && digits >= 6 && (digits <= USUAL || (cut < 0 && digits <= LONGEST))) cut = i
  }
  return phone(bytes, from, end) ?? (cut > 0 ? phone(bytes, from, cut) : undefined)
}
