import { expect, test } from 'vitest'
import { fnv64 } from '../../src/policy/version.ts'

/** The same in whole numbers of any size: offset basis and prime of FNV, 64 bits (draft-eastlake-fnv); the text's length is part of the basis, its end filled up with zeros. */
function slowly(text: string): string {
  const bytes = Buffer.from(text)
  const filled = Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)])
  let hash = 0xcbf29ce484222325n ^ BigInt(bytes.length)
  for (let i = 0; i < filled.length; i += 4) hash = BigInt.asUintN(64, (hash ^ BigInt(filled.readUInt32LE(i))) * 0x100000001b3n)
  return hash.toString(16).padStart(16, '0')
}

test.each([
  '',
  'a',
  'a\0',
  'foobar',
  'foobaz!!',
  JSON.stringify({ note: 'Grüße', list: Array.from({ length: 300 }, (_, i) => i * i) }),
  '\uffff'.repeat(2000),
])('the hash of %#, by words', (text) => {
  expect(fnv64(text)).toBe(slowly(text))
})

test('a text and the same with zeros behind it are told apart', () => {
  expect(new Set(['', '\0', '\0\0', '\0\0\0\0', 'ab', 'ab\0'].map(fnv64)).size).toBe(6)
})
