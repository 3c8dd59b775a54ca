import { isAlnum, isLower } from '../bytes.ts'
import { isPlaceholder } from '../placeholder.ts'
import type { Validator } from '../validator.ts'

const COLON = 0x3a
const SLASH = 0x2f

/**
 * URL with a user and a password in its authority (RFC 3986 section 3.2.1, RFC 7617), narrowed to scheme, credentials and host. What stands
 * for a password is none: templates, placeholders, fewer than four characters, the user's name again.
 */
export const validate: Validator = (bytes, start, end) => {
  let user = start
  while (user + 2 < end && !(bytes[user] === COLON && bytes[user + 1] === SLASH && bytes[user + 2] === SLASH)) user++
  user += 3
  // the last at sign before path, query and fragment: a password may hold one itself
  let at = -1
  let stop = user
  for (; stop < end; stop++) {
    const byte = bytes[stop]
    if (byte === SLASH || byte === 0x3f || byte === 0x23) break
    // behind the host: a bracket or comma of the text around
    if (at >= 0 && (byte === 0x29 || byte === 0x2c || byte === 0x3b)) break
    if (byte === 0x40) at = stop
  }
  if (at < 0) return undefined
  let colon = user
  while (colon < at && bytes[colon] !== COLON) colon++
  const password = colon + 1
  if (password >= at || at - password < 4 || isPlaceholder(bytes, password, at) || isTemplate(bytes, user, at)) return undefined
  if (isCapitals(bytes, password, at) || isSame(bytes, user, colon, password, at)) return undefined
  let host = at + 1
  while (host < stop && (isAlnum(bytes[host]) || bytes[host] === 0x2e || bytes[host] === 0x2d || bytes[host] === 0x5f)) host++
  while (host > at + 1 && bytes[host - 1] === 0x2e) host--
  if (host === at + 1) return undefined
  let to = host
  if (bytes[to] === COLON) {
    to++
    while (to < stop && bytes[to] >= 0x30 && bytes[to] <= 0x39) to++
    if (to === host + 1 || to > host + 6 || isAlnum(bytes[to])) to = host
  }
  return { start, end: to }
}

/** `${…}`, `{{…}}`, `{USER}`, `<user>`, `%USER%`, `$(…)` anywhere in the credentials. */
function isTemplate(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++)
    if (bytes[i] === 0x7b || bytes[i] === 0x7d || bytes[i] === 0x3c || bytes[i] === 0x24) return true
  return false
}

/** `YOUR_PASSWORD`: capitals and underscores only. */
function isCapitals(bytes: Uint8Array, start: number, end: number): boolean {
  let underscores = 0
  for (let i = start; i < end; i++) {
    if (bytes[i] === 0x5f) underscores++
    else if (isLower(bytes[i]) || !isAlnum(bytes[i])) return false
  }
  return underscores > 0
}

function isSame(bytes: Uint8Array, a: number, aEnd: number, b: number, bEnd: number): boolean {
  if (aEnd - a !== bEnd - b) return false
  for (let i = 0; i < aEnd - a; i++) if (bytes[a + i] !== bytes[b + i]) return false
  return true
}
