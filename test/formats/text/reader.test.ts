import { expect, test } from 'vitest'
import { chooseReader } from '../../../src/formats/choose-reader.ts'
import { bytesOf, recordEveryCut, textOf } from '../record.ts'

test.each([
  ['of plain text', bytesOf('card 4111'), 0],
  ['with a byte-order mark', bytesOf('\ufeffcard'), 3],
  ['that begins like a mark', Uint8Array.of(0xef, 0xbb, 0x41), 0],
  ['of half a mark', Uint8Array.of(0xef), 0],
  ['with two marks, one of them text', bytesOf('\ufeff\ufeffx'), 3],
])('a body %s is one field at every cut', (_name, source, start) => {
  const { fields, malformed } = recordEveryCut('text', source)
  expect(fields.map((field) => [field.kind, field.start, field.end, field.key, field.path])).toEqual([
    ['text', start, source.length, '', ''],
  ])
  expect(textOf(fields[0])).not.toBe('')
  expect(malformed).toBe(0)
})

test('an empty body has no text', () => {
  expect(recordEveryCut('text', new Uint8Array()).fields.flatMap((field) => field.pieces)).toEqual([])
})

test('marks are written as they are', () => {
  const reader = chooseReader('text', { open() {}, plain() {}, decoded() {}, close() {}, remark() {} }, { maxDepth: 1 })
  expect(reader.encode(bytesOf('[redacted:card]'), 'text')).toEqual(bytesOf('[redacted:card]'))
})
