import { expect, test } from 'vitest'
import { fromUtf16, toUtf16, utf16Of } from '../../src/body/utf16.ts'

test.each(['utf-16le', 'utf-16be'] as const)('%s goes to UTF-8 and back without loss, mark included', (form) => {
  for (const text of ['', 'plain', '\ufeff{"a":"é 😀"}', '\ufeff\ufeffx']) {
    const utf8 = new TextEncoder().encode(text)
    const wide = toUtf16(utf8, form)
    expect(wide.length).toBe(2 * text.length)
    expect(Buffer.from(fromUtf16(wide, form)!).toString()).toBe(text)
  }
})

test('what would not come back the same is refused', () => {
  expect(fromUtf16(Uint8Array.of(0x00, 0xd8), 'utf-16le')).toBeUndefined()
  expect(fromUtf16(Uint8Array.of(0x61), 'utf-16le')).toBeUndefined()
})

test('the form is told by mark, then by charset', () => {
  expect(utf16Of('', Uint8Array.of(0xff, 0xfe, 0x61, 0))).toBe('utf-16le')
  expect(utf16Of('utf-8', Uint8Array.of(0xfe, 0xff, 0, 0x61))).toBe('utf-16be')
  expect(utf16Of('', Uint8Array.of(0xff, 0xfe, 0, 0))).toBeUndefined()
  expect(utf16Of('utf-16', Uint8Array.of(0x61, 0))).toBe('utf-16le')
})
