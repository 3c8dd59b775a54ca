import { isDigit } from '../bytes.ts'
import type { Validator } from '../validator.ts'

/**
 * International phone number: `+`, an assigned country code and at most 15 digits (ITU-T E.164 section 6 and its list of assigned
 * codes). `LENGTHS` is the number of digits behind the code, where the national plan (ITU-T E.129 notices) is narrower than 5 to 12.
 */
const TWO = new Set([
  20, 27, 28, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57, 58, 60, 61, 62, 63, 64,
  65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
])
const UNASSIGNED = new Set([
  210, 214, 215, 217, 219, 259, 384, 422, 424, 425, 426, 427, 428, 429, 671, 684, 693, 694, 695, 696, 697, 698, 699, 851, 854,
  857, 858, 859, 871, 872, 873, 874, 879, 884, 885, 887, 889, 969, 978, 990, 997, 999,
])
const LENGTHS: Readonly<Record<number, readonly [number, number]>> = {
  1: [10, 10],
  7: [10, 10],
  20: [7, 10],
  27: [9, 10],
  31: [7, 11],
  32: [8, 9],
  33: [9, 9],
  34: [9, 9],
  41: [9, 12],
  44: [7, 10],
  45: [8, 8],
  48: [9, 9],
  55: [8, 11],
  61: [5, 15],
  81: [8, 13],
  86: [7, 12],
  91: [8, 13],
}

export const validate: Validator = (bytes, start, end) => {
  let digits = 0
  let head = 0
  let open = 0
  let best = -1
  for (let i = start + 1; i < end && digits < 15; i++) {
    const byte = bytes[i]
    if (byte === 0x28) open++
    else if (byte === 0x29 && --open < 0) break
    if (!isDigit(byte)) continue
    if (digits < 3) head = head * 10 + byte - 0x30
    digits++
    // a number may follow behind the last group: the longest whole groups that the plan allows
    if (open === 0 && digits >= 7 && (i + 1 === end || !isDigit(bytes[i + 1])) && isPlausible(head, digits)) best = i + 1
  }
  return best < 0 ? undefined : { start, end: best }
}

/** Is `head`, the first three digits, of an assigned code whose numbers may have `digits` in all? */
function isPlausible(head: number, digits: number): boolean {
  const first = Math.floor(head / 100)
  const code = first === 1 || first === 7 ? first : TWO.has(Math.floor(head / 10)) ? Math.floor(head / 10) : head
  if (
    first === 0 ||
    (code > 99 && (code < 200 || UNASSIGNED.has(code) || Math.floor(code / 10) === 83 || Math.floor(code / 10) === 89))
  )
    return false
  const national = digits - String(code).length
  const [shortest, longest] = LENGTHS[code] ?? [4, 13]
  return national >= shortest && national <= longest
}
