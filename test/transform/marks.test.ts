import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MARK_TYPES } from '../../src/core/mark-types.ts'
import { BODY_LETTERS, insideMark, isKeptByte, MASK_KEPT, MASK_MIN, markEnd } from '../../src/core/marks.ts'
import { keptBeside, keyedMark, maskValue, redactMark } from '../../src/transform/marks.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (value: Uint8Array) => new TextDecoder().decode(value)
const mask = (value: string, keepFirst: number, keepLast: number) => text(maskValue(bytes(value), { keepFirst, keepLast }))

/** The mark as it stands in a text: every part of it, and the whole, is inside a mark. */
function recognised(mark: Uint8Array): boolean {
  const around = bytes(`x=${text(mark)};`)
  return insideMark(around, around.length, 2, 2 + mark.length)
}

test.each(MARK_TYPES)('marks of type %s are recognised', (type) => {
  expect(text(redactMark(type))).toBe(`[redacted:${type}]`)
  const mac = Uint8Array.from({ length: 32 }, (_, i) => i * 7)
  for (const mark of [redactMark(type), keyedMark(type, mac)]) {
    expect(markEnd(mark, mark.length, 0)).toBe(mark.length)
    expect(recognised(mark)).toBe(true)
  }
})

describe('the body of a keyed mark', () => {
  test('is 24 letters of the alphabet, for any digest; another digest gives another', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (mac) => {
        const body = /^\[JWT:([a-z]{24})\]$/.exec(text(keyedMark('JWT', mac)))?.[1]
        expect([...(body ?? '')].every((letter) => BODY_LETTERS.includes(letter))).toBe(true)
        seen.add(body ?? '')
      }),
      { seed: 5, numRuns: 300 },
    )
    expect(seen.size).toBeGreaterThan(250)
    expect(BODY_LETTERS.length ** 24).toBeGreaterThan(2 ** 100)
  })

  test('is the same everywhere: a known digest', () => {
    // the digest's first 16 bytes are the number 0…01, so the least letter comes first
    const mac = new Uint8Array(32)
    mac[15] = 1
    expect(text(keyedMark('JWT', mac))).toBe(`[JWT:c${'b'.repeat(23)}]`)
  })
})

describe('mask', () => {
  test.each([
    ['4111111111111111', 0, 4, '************1111'],
    ['4111111111111111', 6, 4, '411111******1111'],
    ['4111 1111 1111 1111', 0, 4, '***************1111'],
    // what is kept ends at the first separator
    ['4111 1111 1111 1111', 6, 4, '4111***********1111'],
    ['4111111111111111', 0, 0, '****************'],
    ['123456789', 0, 4, '*********'], // shorter than 4 + 6
    ['1234567890', 0, 4, '******7890'],
    ['abc', 0, 0, '******'],
    ['', 0, 4, '******'],
    ['someone@mail.example', 3, 0, 'som*****************'],
    ['a@mail.example', 3, 4, 'a*********mple'],
    ['192.168.100.200', 0, 7, '************200'],
    // characters, not bytes: nothing is cut in two, and what is not ASCII is never kept
    ['\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9', 1, 1, '********'],
    ['abcdef\u00e9ghijkl\u{1f600}', 2, 2, 'ab************'],
    ['ab\u00e9defghijklm', 4, 2, 'ab*********lm'],
    // nine digits are an identifier of their own
    ['1234567890123456789', 10, 0, '*******************'],
    ['1234567890123456789', 0, 9, '*******************'],
    ['12345678abcdefghijk', 10, 0, '12345678ab*********'],
  ])('%s, %i and %i: %s', (value, first, last, expected) => {
    expect(mask(value, first, last)).toBe(expected)
  })

  test.each([
    ['', '4111111111111111', '', 6, 4],
    ['card ', '4111111111111111', ' exp', 6, 4],
    ['card: ', '4111111111111111', '.', 6, 4],
    ['="', '4111111111111111', '",', 6, 4],
    ['(', '4111111111111111', ')', 6, 4],
    // a number, a letter or a joint beside it: the kept digits could begin or end another value
    ['', '4111111111111111', ' 222', 6, 0],
    ['', '4111111111111111', '-222', 6, 0],
    ['', '4111111111111111', '.22', 6, 0],
    ['', '4111111111111111', 'a', 6, 0],
    ['', '4111111111111111', '@b.c', 6, 0],
    ['12 ', '4111111111111111', '', 0, 4],
    ['12:', '4111111111111111', '', 0, 4],
    ['a', '4111111111111111', '', 0, 4],
    // letters before a blank could be a name
    ['', 'postgres://u:pw@h/born', ' on', 6, 0],
  ])('%j%s%j keeps %i and %i', (before, value, behind, keepFirst, keepLast) => {
    const surrounded = { before: bytes(before).slice(-4), value: bytes(value), behind: bytes(behind).slice(0, 4) }
    expect(keptBeside({ keepFirst: 6, keepLast: 4 }, surrounded)).toEqual({ keepFirst, keepLast })
  })

  const anyValue = fc
    .oneof(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.string({ unit: fc.constantFrom('1', '5', 'a', ' ', '-', '.', '@'), maxLength: 40 }),
    )
    .map(bytes)
  const anyKept = fc
    .integer({ min: 0, max: 10 })
    .chain((first) => fc.tuple(fc.constant(first), fc.integer({ min: 0, max: 10 - first })))

  test('is always a mark of the grammar, shows no more than allowed, and masks to itself again', () => {
    fc.assert(
      fc.property(anyValue, anyKept, (value, [keepFirst, keepLast]) => {
        const once = maskValue(value, { keepFirst, keepLast })
        const shown = once.filter((byte) => byte !== 0x2a)
        expect(once.length - shown.length).toBeGreaterThanOrEqual(MASK_MIN)
        expect(shown.length).toBeLessThanOrEqual(Math.min(MASK_KEPT, keepFirst + keepLast))
        expect(shown.every(isKeptByte)).toBe(true)
        expect(text(once)).toMatch(/^[A-Za-z0-9]*\*{6,}[A-Za-z0-9]*$/)
        expect(recognised(once)).toBe(true)
        expect(maskValue(once, { keepFirst, keepLast })).toEqual(once)
      }),
      { seed: 6, numRuns: 3000 },
    )
  })

  test('any bytes, also no UTF-8, give a mark', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (value) => {
        expect(recognised(maskValue(value, { keepFirst: 4, keepLast: 4 }))).toBe(true)
      }),
      { seed: 7 },
    )
  })
})
