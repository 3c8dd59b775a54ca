import { expect, test } from 'vitest'
import { createUtf8Check } from '../../src/body/utf8-check.ts'
import { Random } from '../support/random.ts'
import { single } from './codings.ts'

function check(windows: readonly Uint8Array[]) {
  const utf8 = createUtf8Check()
  for (const [i, window] of windows.entries()) utf8.push(window, i === windows.length - 1)
  return { invalid: utf8.invalid, firstInvalid: utf8.firstInvalid }
}

test.each([
  ['plain ASCII, and more of it', 0, -1],
  ['é, 界, 😀, \u{10ffff}, \ud7ff, \ue000', 0, -1],
])('%s is valid', (text, invalid, firstInvalid) => {
  expect(check(single(Buffer.from(text)))).toEqual({ invalid, firstInvalid })
})

test.each([
  ['a lone continuation', [0x61, 0x80], 1, 1],
  ['two of them', [0x80, 0xbf], 2, 0],
  ['overlong in two', [0xc0, 0xaf], 2, 0],
  ['overlong in three', [0xe0, 0x80, 0xaf], 3, 0],
  ['a surrogate', [0xed, 0xa0, 0x80], 3, 0],
  ['beyond Unicode', [0xf4, 0x90, 0x80, 0x80], 4, 0],
  ['bytes that never occur', [0xf5, 0xff, 0xfe], 3, 0],
  ['cut by ASCII', [0x61, 0xe7, 0x95, 0x62, 0x63], 1, 1],
  ['cut by another character', [0xf0, 0x9f, 0x98, 0xc3, 0xa9], 1, 0],
  ['cut by the end', [0x61, 0x62, 0xf0, 0x9f], 1, 2],
])('%s is invalid', (_, bytes, invalid, firstInvalid) => {
  expect(check([Uint8Array.from(bytes)])).toEqual({ invalid, firstInvalid })
  expect(check(single(Uint8Array.from(bytes)))).toEqual({ invalid, firstInvalid })
})

test('counts what TextDecoder replaces, the same for every cut', () => {
  const random = new Random(31)
  for (let round = 0; round < 2000; round++) {
    const parts = Array.from({ length: random.int(1, 12) }, () =>
      random.chance(0.5)
        ? Buffer.from(random.pick(['a', 'text of ascii', 'é', '界', '😀']))
        : Buffer.from([random.int(0x70, 255)]),
    )
    const bytes = Buffer.concat(parts)
    const replaced = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).split('\ufffd').length - 1
    const whole = check([bytes])
    expect(whole.invalid).toBe(replaced)
    expect(check(random.cut(bytes, 3))).toEqual(whole)
    expect(check([...single(bytes), new Uint8Array(0)])).toEqual(whole)
  }
})
