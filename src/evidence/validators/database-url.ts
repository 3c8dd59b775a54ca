import { isDigit, isLetter, matchesFold } from '../bytes.ts'
import { isPlaceholder } from '../placeholder.ts'
import type { Validator, Verdict } from '../validator.ts'

const COLON = 0x3a
const SEMICOLON = 0x3b
const EQUALS = 0x3d

/**
 * Credentials of a database: a URL with user and password (RFC 3986 section 3.2.1; the drivers' schemes), found whole; or a connection
 * string of `key=value` pairs (ADO.NET, ODBC, JDBC for SQL Server), narrowed to the password's value. A password that is a placeholder, the word
 * password, or the user's name again is none.
 */
export const validate: Validator = (bytes, start, end) => {
  let at = start
  while (at < end && (isLetter(bytes[at]) || isDigit(bytes[at]) || bytes[at] === 0x2b || bytes[at] === 0x5f)) at++
  // jdbc:mysql://…
  if (bytes[at] === COLON && matchesFold(bytes, start, end, 'jdbc:')) {
    at++
    while (at < end && bytes[at] !== COLON && bytes[at] !== EQUALS && bytes[at] !== SEMICOLON) at++
  }
  const isUrl = bytes[at] === COLON && bytes[at + 1] === 0x2f && bytes[at + 2] === 0x2f
  // SQL Server's URL is itself a list of pairs
  const isPairs = matchesFold(bytes, start, end, 'jdbc:sqlserver:') || matchesFold(bytes, start, end, 'jdbc:jtds:')
  const url = isUrl && !isPairs ? fromUrl(bytes, start, at + 3, end) : undefined
  return url ?? pairs(bytes, isUrl ? nextPair(bytes, at + 3, end) : start, end, isUrl)
}

function fromUrl(bytes: Uint8Array, start: number, from: number, end: number): Verdict | undefined {
  // a sentence's end is not part of the URL
  while (
    end > from &&
    (bytes[end - 1] === 0x2e || bytes[end - 1] === 0x2c || bytes[end - 1] === SEMICOLON || bytes[end - 1] === 0x29)
  )
    end--
  let at = -1
  let slash = from
  for (; slash < end && bytes[slash] !== 0x2f && bytes[slash] !== 0x3f && bytes[slash] !== 0x23; slash++)
    if (bytes[slash] === 0x40) at = slash
  // an unescaped slash in the password: the at sign behind it counts when a host follows
  if (at < 0) return query(bytes, start, slash, end)
  let colon = from
  while (colon < at && bytes[colon] !== COLON) colon++
  if (colon === at || isPlaceholder(bytes, colon + 1, at) || sameText(bytes, from, colon, colon + 1, at))
    return query(bytes, start, slash, end)
  // `user:${PASSWORD}@` is a placeholder, as are `$(X)` and names in capitals that speak of it
  if (bytes[colon + 1] === 0x24 || isUpperName(bytes, colon + 1, at)) return undefined
  return at + 1 < end ? { start, end } : undefined
}

/** `jdbc:postgresql://host/db?user=fred&password=…` */
function query(bytes: Uint8Array, start: number, from: number, end: number): Verdict | undefined {
  for (let i = from; i < end; i++) {
    if (bytes[i] !== 0x3f && bytes[i] !== 0x26) continue
    const value = passwordKey(bytes, i + 1, end)
    if (value < 0) continue
    let stop = value
    while (stop < end && bytes[stop] !== 0x26) stop++
    if (!isPlaceholder(bytes, value, stop)) return { start, end }
  }
  return undefined
}

function nextPair(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && bytes[at] !== SEMICOLON) at++
  return at + 1
}

const PLACES = [
  'server',
  'data source',
  'datasource',
  'host',
  'addr',
  'address',
  'network address',
  'driver',
  'database',
  'db',
  'dbname',
  'initial catalog',
  'dsn',
  'provider',
]

function pairs(bytes: Uint8Array, start: number, end: number, place: boolean): Verdict | undefined {
  let value = -1
  let valueEnd = -1
  let known = place
  for (let at = start; at < end; ) {
    while (at < end && (bytes[at] === 0x20 || bytes[at] === SEMICOLON)) at++
    let stop = at
    while (stop < end && bytes[stop] !== SEMICOLON) stop++
    const found = passwordKey(bytes, at, stop)
    if (found >= 0 && value < 0) {
      value = found
      valueEnd = stop
      // what ends in no semicolon may be followed by prose
      if (stop === end) for (valueEnd = value; valueEnd < stop && bytes[valueEnd] !== 0x20; ) valueEnd++
      while (valueEnd > value && bytes[valueEnd - 1] === 0x20) valueEnd--
    } else if (!known) known = PLACES.some((name) => keyAt(bytes, at, stop, name) >= 0)
    at = stop + 1
  }
  if (value < 0 || !known || isPlaceholder(bytes, value, valueEnd)) return undefined
  return { start: value, end: valueEnd }
}

/** Offset of the value when the pair's key is a password's, else -1. */
function passwordKey(bytes: Uint8Array, at: number, end: number): number {
  const value = keyAt(bytes, at, end, 'password')
  return value >= 0 ? value : keyAt(bytes, at, end, 'pwd')
}

function keyAt(bytes: Uint8Array, at: number, end: number, name: string): number {
  if (!matchesFold(bytes, at, end, name)) return -1
  at += name.length
  while (at < end && bytes[at] === 0x20) at++
  if (bytes[at] !== EQUALS || at >= end) return -1
  at++
  while (at < end && bytes[at] === 0x20) at++
  return at
}

function sameText(bytes: Uint8Array, a: number, aEnd: number, b: number, bEnd: number): boolean {
  if (aEnd - a !== bEnd - b) return false
  for (let i = 0; i < aEnd - a; i++) if (bytes[a + i] !== bytes[b + i]) return false
  return true
}

/** `YOUR_PASSWORD`, `REPLACE_WITH_PASSWORD`: at least two words of capitals. */
function isUpperName(bytes: Uint8Array, start: number, end: number): boolean {
  let underscores = 0
  for (let i = start; i < end; i++) {
    if (bytes[i] === 0x5f) underscores++
    else if (bytes[i] < 0x41 || bytes[i] > 0x5a) return false
  }
  return underscores > 0
}
