import { isAlnum, isDigit, isLower } from '../bytes.ts'
import { isFiller } from '../token-body.ts'
import type { Validator } from '../validator.ts'

const HYPHEN = 0x2d
const UNDERSCORE = 0x5f
/** Shortest and longest random part by prefix, where it is not 20 to 300 characters (GitLab docs, "Token overview", token prefixes). */
const LENGTHS: Readonly<Record<string, readonly [number, number]>> = {
  agent: [50, 300],
  ptt: [40, 40],
  oas: [64, 64],
  imt: [25, 25],
}

/**
 * GitLab tokens: `gl` and kind, a hyphen, 20 characters and more; routable ones end in a dot and nine characters; runner registration tokens begin with
 * `GR1348941`. A random part of a few characters repeated is a placeholder. Longer than its kind is a token only where a hyphen or underscore
 * stands at its end, as what follows may be a value of its own.
 */
export const validate: Validator = (bytes, start, end) => {
  let body = start
  let [shortest, longest] = [20, 300]
  if (bytes[start] === 0x47) body = start + 9
  else if (bytes[start] === UNDERSCORE) body = start + 16
  else {
    while (body < end && bytes[body] !== HYPHEN) body++
    const kind = String.fromCharCode(...bytes.subarray(start + 2, Math.min(body, start + 8)))
    if (Object.hasOwn(LENGTHS, kind)) [shortest, longest] = LENGTHS[kind]
    body++
  }
  if (end - body < shortest) return undefined
  const stop = body + longest
  if (end > stop && isAlnum(bytes[stop - 1]) && isAlnum(bytes[stop])) return undefined
  let digits = 0
  let small = 0
  for (let i = body; i < end; i++) {
    if (isDigit(bytes[i])) digits++
    else if (isLower(bytes[i])) small++
  }
  // twenty random characters are not all digits, and not all capitals
  return digits + small > 0 && digits < end - body && !isFiller(bytes, body, end) ? { start, end } : undefined
}
