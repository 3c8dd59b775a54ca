import { isAlnum, isDigit, isLetter, isLower, isUpper } from '../bytes.ts'
import { isName, isPlaceholder } from '../placeholder.ts'
import type { Validator } from '../validator.ts'

/**
 * An assignment in text, `password = "hunter2"`, narrowed to its value. The pattern has found name, sign and value; here is said what a
 * value is. In quotes: anything but a placeholder or a sentence. Without quotes (env files, YAML, query strings): no
 * name, call or member of code, and it must not be a plain word.
 */
export const validate: Validator = (bytes, start, end) => {
  const quote = bytes[end - 1]
  if (quote === 0x22 || quote === 0x27 || quote === 0x60) {
    let from = end - 2
    while (from > start && bytes[from] !== quote) from--
    from++
    if (from >= end || isPlaceholder(bytes, from, end - 1) || isSentence(bytes, from, end - 1)) return undefined
    return { start: from, end: end - 1 }
  }
  // the value begins behind the sign of the assignment
  let from = start
  while (from < end && bytes[from] !== 0x3d && bytes[from] !== 0x3a && bytes[from] !== 0x3e) from++
  while (
    from < end &&
    (bytes[from] === 0x3d || bytes[from] === 0x3a || bytes[from] === 0x3e || bytes[from] === 0x20 || bytes[from] === 0x09)
  )
    from++
  let to = end
  while (to > from && (bytes[to - 1] === 0x2c || bytes[to - 1] === 0x2e || bytes[to - 1] === 0x3b)) to--
  // at the pattern's bound the value may go on
  if (to - from < 4 || end - from >= 1000 || isPlaceholder(bytes, from, to)) return undefined
  let digits = 0
  let letters = 0
  let signs = 0
  let upper = 0
  let lower = 0
  for (let i = from; i < to; i++) {
    const byte = bytes[i]
    // calls, subscripts, members, paths
    if (
      byte === 0x28 ||
      byte === 0x29 ||
      byte === 0x5b ||
      byte === 0x5d ||
      byte === 0x7b ||
      byte === 0x7d ||
      byte === 0x5c ||
      byte === 0x7c
    )
      return undefined
    if (isDigit(byte)) digits++
    else if (isLetter(byte)) {
      letters++
      if (isUpper(byte)) upper++
      else if (isLower(byte)) lower++
    } else signs++
  }
  if (hasMember(bytes, from, to)) return undefined
  if (digits === 0 && (isName(bytes, from, to, false) || signs === 0)) return undefined
  if (digits === 0 && signs === letters) return undefined
  // a word with a hyphen or a dot, `reset-form`
  if (digits === 0 && (upper === 0 || lower === 0) && onlyWordSigns(bytes, from, to)) return undefined
  return letters + digits < 4 ? undefined : { start: from, end: to }
}

/** `user.password`, `this.x`, `a->b`: a dot between letters without digits around. */
function hasMember(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start + 1; i < end - 1; i++) {
    if (bytes[i] === 0x2e && isLetter(bytes[i - 1]) && isLetter(bytes[i + 1])) return true
    if (bytes[i] === 0x2d && bytes[i + 1] === 0x3e) return true
  }
  return false
}

function onlyWordSigns(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    if (!isAlnum(bytes[i]) && bytes[i] !== 0x2d && bytes[i] !== 0x2e && bytes[i] !== 0x5f && bytes[i] !== 0x2f) return false
  }
  return true
}

/** Words of a message, `Password is required`: a blank, no digit, and the usual signs of prose only. */
function isSentence(bytes: Uint8Array, start: number, end: number): boolean {
  let blanks = 0
  for (let i = start; i < end; i++) {
    const byte = bytes[i]
    if (byte === 0x20) blanks++
    else if (
      isDigit(byte) ||
      (!isLetter(byte) &&
        byte !== 0x2e &&
        byte !== 0x2c &&
        byte !== 0x3f &&
        byte !== 0x21 &&
        byte !== 0x27 &&
        byte !== 0x3a &&
        byte !== 0x2d &&
        !isMarkSign(byte) &&
        byte < 0x80)
    )
      return false
  }
  return blanks > 0
}

/** `*`, `[`, `]`, `_`: a sentence with an edited value in it is still a sentence. */
function isMarkSign(byte: number): boolean {
  return byte === 0x2a || byte === 0x5b || byte === 0x5d || byte === 0x5f
}
