import { hexValue, isDigit } from '../bytes.ts'
import type { Validator, Verdict } from '../validator.ts'

const COLON = 0x3a
const DOT = 0x2e
const SLASH = 0x2f

/**
 * IPv4 in dotted decimal without leading zeros (RFC 6943 section 3.1.1, strict) and IPv6 in every textual form of RFC 4291 section 2.2,
 * each with an optional prefix length (RFC 4632, RFC 4291 section 2.3) and IPv6 with a zone (RFC 4007 section 11).
 *
 * Low without context: what a browser's version looks as well, and forms of IPv6 that code shares (`::`, `a::`, `::1`, fewer than four hexadecimal
 * digits). A prefix length or zone says enough by itself.
 */
export const validate: Validator = (bytes, start, end) => {
  const from = start
  let to = from
  let colons = false
  while (to < end && (hexValue(bytes[to]) >= 0 || bytes[to] === COLON || bytes[to] === DOT)) {
    if (bytes[to] === COLON) colons = true
    to++
  }
  const tail = to
  while (to > from && (bytes[to - 1] === DOT || (bytes[to - 1] === COLON && bytes[to - 2] !== COLON))) to--
  if (colons) {
    const verdict = ipv6(bytes, from, to)
    if (verdict === undefined) return behindColon(bytes, from, to)
    return to === tail && verdict.end === to ? suffix(bytes, verdict, end, 128) : verdict
  }
  if (ipv4(bytes, from, to) !== to) return undefined
  const verdict: Verdict = { start: from, end: to, ...(looksLikeVersion(bytes, from, to) ? { confidence: 'low' as const } : {}) }
  return to === tail ? suffix(bytes, verdict, end, 32) : verdict
}

/** `add:192.0.2.1`, `1982:10.0.0.0`: an IPv4 address behind a colon that makes no IPv6 address with what stands before it. */
function behindColon(bytes: Uint8Array, start: number, end: number): Verdict | undefined {
  let from = end
  while (from > start && bytes[from - 1] !== COLON) from--
  if (from - start < 2 || bytes[from - 2] === COLON || ipv4(bytes, from, end) !== end) return undefined
  return looksLikeVersion(bytes, from, end) ? { start: from, end, confidence: 'low' } : { start: from, end }
}

/** Prefix length or zone, when they are what the pattern took behind the address. */
function suffix(bytes: Uint8Array, verdict: Verdict, end: number, longest: number): Verdict {
  if (verdict.end === end) return verdict
  const { start } = verdict
  if (bytes[verdict.end] !== SLASH) return { start, end }
  let length = 0
  for (let i = verdict.end + 1; i < end; i++) length = length * 10 + bytes[i] - 0x30
  return length <= longest ? { start, end } : verdict
}

/** End of the four octets at `start`, -1 if there are none. */
export function ipv4(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  for (let octet = 0; octet < 4; octet++) {
    if (octet > 0) {
      if (at >= end || bytes[at] !== DOT) return -1
      at++
    }
    const from = at
    let value = 0
    while (at < end && isDigit(bytes[at]) && at - from < 4) value = value * 10 + bytes[at++] - 0x30
    if (at === from || value > 255 || at - from > 3 || (at - from > 1 && bytes[from] === 0x30)) return -1
  }
  return at
}

/** `110.0.0.0`: a browser's version without minor parts, and no network anyone writes without its prefix length. */
function looksLikeVersion(bytes: Uint8Array, start: number, end: number): boolean {
  const zeros = bytes[end - 1] === 0x30 && bytes[end - 2] === DOT && bytes[end - 3] === 0x30 && bytes[end - 4] === DOT
  let first = 0
  for (let i = start; isDigit(bytes[i]); i++) first = first * 10 + bytes[i] - 0x30
  return zeros && first >= 20 && first <= 160 && first !== 100 && first !== 127
}

/** Numbers up to 255 with dots between, or four numbers and more. */
function isDotted(bytes: Uint8Array, start: number, end: number): boolean {
  let dots = 0
  for (let i = start; i < end; i++) if (bytes[i] === DOT) dots++
  if (dots >= 3) return true
  let value = 0
  for (let i = start; i < end; i++) {
    if (bytes[i] === DOT) value = 0
    else if (!isDigit(bytes[i])) return false
    else value = value * 10 + bytes[i] - 0x30
    if (value > 255) return false
  }
  return true
}

function ipv6(bytes: Uint8Array, start: number, end: number): Verdict | undefined {
  let at = start
  let groups = 0
  let gap = false
  let digits = 0
  let numeric = false
  if (bytes[at] === COLON) {
    if (bytes[at + 1] !== COLON) return undefined
    gap = true
    at += 2
  }
  while (at < end) {
    const from = at
    while (at < end && hexValue(bytes[at]) >= 0) {
      if (isDigit(bytes[at])) numeric = true
      at++
    }
    if (at < end && bytes[at] === DOT) {
      // fewer than four parts, and too large for an IPv4 address: another number, behind a dot of its own
      if (!isDotted(bytes, from, end)) return ipv6(bytes, start, at)
      if (ipv4(bytes, from, end) !== end) return undefined
      groups += 2
      digits += 8
      at = end
      break
    }
    if (at === from || at - from > 4) return undefined
    digits += at - from
    groups++
    if (at === end) break
    at++ // a colon
    if (at === end) return undefined
    if (bytes[at] === COLON) {
      if (gap) return undefined
      gap = true
      at++
    }
  }
  if (gap ? groups > 7 : groups !== 8) return undefined
  return numeric && digits >= 4 && (bytes[end - 1] !== COLON || digits >= 6) ? { start, end } : { start, end, confidence: 'low' }
}
