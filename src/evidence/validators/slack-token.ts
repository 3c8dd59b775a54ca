import { distinctBytes, isDigit } from '../bytes.ts'
import type { Validator } from '../validator.ts'

const HYPHEN = 0x2d

/**
 * Slack tokens (Slack API docs, "Token types"; legacy and rotated forms as issued): `xoxb-`, `xoxp-`… with numbers of team and user and a
 * random last part; `xoxe-1-`, `xoxe.xoxb-1-` with one long part; workspace tokens `xoxa-2-`, `xoxr-` with one short part; `xapp-`.
 */
export const validate: Validator = (bytes, start, end) => {
  // two dashes in a row belong to what follows
  for (let i = start; i + 1 < end; i++) if (bytes[i] === HYPHEN && bytes[i + 1] === HYPHEN) end = i
  while (end > start && bytes[end - 1] === HYPHEN) end--
  // another value may hang on the token by a dash: it goes with it
  for (let to = end; to - start > 12; to--)
    if ((to === end || bytes[to] === HYPHEN) && isToken(bytes, start, to)) return { start, end }
  return undefined
}

function isToken(bytes: Uint8Array, start: number, end: number): boolean {
  let last = end
  while (last > start && bytes[last - 1] !== HYPHEN) last--
  const lastLength = end - last
  if (distinctBytes(bytes, last, end) < 5) return false
  const type = bytes[start + 3]
  if (bytes[start + 1] === 0x61) return lastLength >= 32 // xapp-
  // the longest run of digits that is a whole part
  let numbers = 0
  let parts = 0
  for (let i = start + 5; i < last; ) {
    let stop = i
    while (stop < last && isDigit(bytes[stop])) stop++
    if (bytes[stop] === HYPHEN && stop - i >= 6) numbers++
    while (stop < last && bytes[stop] !== HYPHEN) stop++
    parts++
    i = stop + 1
  }
  let digits = 0
  for (let i = last; i < end; i++) if (isDigit(bytes[i])) digits++
  // a user's token has letters in its last part: what ends in a number was masked or cut off
  if (numbers > 0) return lastLength >= 10 && (type !== 0x70 || digits < lastLength)
  if (type === 0x65) return lastLength >= 100 // xoxe: one long part
  if (type === 0x64) return lastLength >= 40 && digits > 0 // xoxd: a cookie
  // xoxa and xoxr, perhaps with a version: one short part
  return (type === 0x61 || type === 0x72) && parts <= 1 && lastLength >= 8 && digits > 0
}
