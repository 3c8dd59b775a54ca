import { expect, test } from 'vitest'
import { fnv64 } from '../../src/policy/version.ts'

test.each([
  // From the test vectors of the FNV reference code (draft-eastlake-fnv, appendix C).
  ['', 'cbf29ce484222325'],
  ['a', 'af63dc4c8601ec8c'],
  ['foobar', '85944171f73967e8'],
])('FNV-1a, 64 bits, of %j', (text, hash) => {
  expect(fnv64(text)).toBe(hash)
})

test('and of longer texts, as in whole numbers of any size', () => {
  const slowly = (text: string) =>
    new TextEncoder()
      .encode(text)
      .reduce((hash, byte) => ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn, 0xcbf29ce484222325n)
      .toString(16)
      .padStart(16, '0')
  for (let length = 1; length < 400; length += 7) {
    const text = String.fromCharCode(...Array.from({ length }, (_, i) => (i * 7919 + length * 31) % 0xd7ff))
    expect(fnv64(text)).toBe(slowly(text))
  }
})
