import { encodeScalar } from '../utf8.ts'
import { CLASS, DIGIT, equalBytes, hashOf, LETTER, SEMICOLON } from './bytes.ts'
import { NAMED_REFERENCES } from './named-references.ts'

/**
 * What character references stand for (HTML section 13.2.5.72 and following; XML section 4.1). Names lie in one table of
 * bytes behind a hash: looking one up allocates nothing.
 */

/** Letters and digits of the longest name, its semicolon not counted. */
export const MAX_NAME = 31
/** The same of those that also stand without a semicolon. */
const MAX_BARE_NAME = 6

const SLOTS = 8192
const names = new Uint8Array(20_000)
const values = new Uint8Array(16_000)
/** Per reference: where its name and its value begin; one more at the end. */
const nameAt = new Uint16Array(2200)
const valueAt = new Uint16Array(2200)
const bare = new Uint8Array(2200)
/** Number of the reference plus one, at the slot of its name. */
const slots = new Uint16Array(SLOTS)

let count = 0
for (const entry of NAMED_REFERENCES.trim().split(/\s+/)) {
  const mark = entry.search(/[;!]/)
  const begin = nameAt[count]
  for (let i = 0; i < mark; i++) names[begin + i] = entry.charCodeAt(i)
  let end = valueAt[count]
  for (const scalar of entry.slice(mark + 1).split('+')) end += encodeScalar(Number.parseInt(scalar, 16), values.subarray(end))
  bare[count] = entry[mark] === '!' ? 1 : 0
  let slot = hashOf(names, begin, begin + mark) & (SLOTS - 1)
  while (slots[slot] !== 0) slot = (slot + 1) & (SLOTS - 1)
  slots[slot] = ++count
  nameAt[count] = begin + mark
  valueAt[count] = end
}

/** The number of the reference called `bytes[from…to)`, or -1. */
function find(bytes: Uint8Array, from: number, to: number): number {
  let slot = hashOf(bytes, from, to) & (SLOTS - 1)
  while (slots[slot] !== 0) {
    const reference = slots[slot] - 1
    const begin = nameAt[reference]
    if (nameAt[reference + 1] - begin === to - from && equalBytes(names, begin, bytes, from, to - from)) return reference
    slot = (slot + 1) & (SLOTS - 1)
  }
  return -1
}

/** How a name was understood: its bytes are `value[0…length)`, it took `taken` bytes of the text (its semicolon among them). */
export interface NamedMatch {
  readonly value: Uint8Array
  readonly length: number
  readonly taken: number
}

/**
 * The longest reference at the start of `bytes[from…to)`, which is a run of letters and digits and perhaps the semicolon behind it.
 * `strict`: only a whole name with its semicolon counts (XML).
 */
export function matchNamed(bytes: Uint8Array, from: number, to: number, strict = false): NamedMatch | undefined {
  const closed = to > from && bytes[to - 1] === SEMICOLON
  if (closed && to - 1 - from <= MAX_NAME) {
    const reference = find(bytes, from, to - 1)
    if (reference >= 0) return matched(reference, to - from)
  }
  if (strict) return undefined
  for (let length = Math.min(MAX_BARE_NAME, to - from); length >= 2; length--) {
    const reference = find(bytes, from, from + length)
    if (reference >= 0 && bare[reference] === 1) return matched(reference, length)
  }
  return undefined
}

function matched(reference: number, taken: number): NamedMatch {
  return {
    value: values.subarray(valueAt[reference], valueAt[reference + 1]),
    length: valueAt[reference + 1] - valueAt[reference],
    taken,
  }
}

export function isNameByte(byte: number): boolean {
  return (CLASS[byte] & (LETTER | DIGIT)) !== 0
}

/** What 0x80 to 0x9f stand for in a numeric reference of HTML: windows-1252, 0 where that has nothing. */
const WINDOWS_1252 = Uint16Array.of(
  0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0,
  0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178,
) // biome-ignore format: two rows of sixteen

/** The character a numeric reference stands for. */
export function numericScalar(value: number, html: boolean): number {
  if (value === 0 || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return 0xfffd
  if (html && value >= 0x80 && value <= 0x9f) return WINDOWS_1252[value - 0x80] || value
  return value
}
