import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CodecCharset, DOUBLE_BYTE_CHARSETS, SINGLE_BYTE_CHARSETS } from '../../../src/core/charsets.ts'
import { createCharsetCodec } from '../../../src/formats/transfer/charset.ts'
import { choosePart } from '../../../src/pipeline/choose-reading.ts'
import { foldScalar } from '../../../src/views/fold.ts'
import { bytesOf, outline, record, recordEveryCut, textOf } from '../record.ts'

const WIDE = ['utf-16le', 'utf-16be', 'utf-32le', 'utf-32be'] as const

/** `text` in `charset`, written without the product's code. */
function write(text: string, charset: CodecCharset): Uint8Array {
  if (charset === 'windows-1252') return Uint8Array.from(text, (character) => SINGLE.indexOf(character))
  if (charset.startsWith('utf-16')) {
    const bytes = Buffer.from(text, 'utf16le')
    return Uint8Array.from(charset === 'utf-16be' ? bytes.swap16() : bytes)
  }
  const bytes = Buffer.alloc([...text].length * 4)
  for (const [i, character] of [...text].entries())
    charset === 'utf-32le'
      ? bytes.writeUInt32LE(character.codePointAt(0)!, i * 4)
      : bytes.writeUInt32BE(character.codePointAt(0)!, i * 4)
  return Uint8Array.from(bytes)
}

/** All 256 characters, by the runtime's own decoder. */
const SINGLE = new TextDecoder('windows-1252').decode(Uint8Array.from({ length: 256 }, (_, i) => i))

describe('a document in another charset, at every cut', () => {
  const text = '{"naïve":"é€ 😀 x","n":[12,""]}'
  test.each(WIDE)('%s', (charset) => {
    const source = write(`\ufeff${text}`, charset)
    const recording = recordEveryCut('json', source, 1024, { charset })
    expect(outline(recording)).toEqual(['key  naïve', 'string /naïve é€ 😀 x', 'key  n', 'number /n/0 12', 'string /n/1 '])
    expect(recording.malformed).toBe(0)
  })

  test.each(SINGLE_BYTE_CHARSETS)('%s: every byte is what the runtime says', (charset) => {
    const source = Uint8Array.from({ length: 256 }, (_, i) => i)
    const expected = new TextDecoder(charset).decode(source)
    expect(textOf(recordEveryCut('text', source, 1, { charset }).fields[0])).toBe(expected)
  })

  describe.each(DOUBLE_BYTE_CHARSETS)('%s', (charset) => {
    const decoder = new TextDecoder(charset)
    const read = (bytes: Uint8Array) => textOf(recordEveryCut('text', bytes, 1, { charset }).fields[0])
    const isLikeAscii = (text: string) => text.length === 1 && text >= '\u0080' && foldScalar(text.charCodeAt(0)) !== 0

    test('every pair that looks like ASCII is what the runtime says', () => {
      const pairs: number[] = []
      for (let pair = 0x8140; pair <= 0xfefe; pair++)
        if (isLikeAscii(decoder.decode(Uint8Array.of(pair >> 8, pair & 255)))) pairs.push(pair)
      const source = Uint8Array.from(pairs.flatMap((pair) => [pair >> 8, pair & 255]))
      expect(pairs.length).toBeGreaterThan(50)
      expect(textOf(record('text', source, [], 1, { charset }).fields[0])).toBe(decoder.decode(source))
    })

    test('no digit is taken for a part of a character that the runtime does not take', () => {
      const shape = (text: string) => text.replace(/[^\0-\u007f]/gu, '')
      fc.assert(
        fc.property(
          fc.array(fc.oneof(fc.integer({ min: 0x81, max: 0xfe }), fc.integer({ min: 0x30, max: 0x39 })), { maxLength: 12 }),
          (bytes) => {
            const source = Uint8Array.from([0x61, ...bytes, 0x30, 0x20])
            expect(shape(read(source))).toBe(shape(decoder.decode(source)))
          },
        ),
        { seed: 52, numRuns: 300 },
      )
    })
  })

  test('UTF-16 as TextDecoder reads it, whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 24 }), fc.constantFrom('utf-16le', 'utf-16be'), (bytes, charset) => {
        const even = bytes.subarray(0, bytes.length & ~1)
        const marked = charset === 'utf-16le' ? [0xff, 0xfe] : [0xfe, 0xff]
        const { fields } = record(
          'text',
          Uint8Array.from([...marked, ...even]),
          [1, 3, 6].filter((cut) => cut < even.length),
          1,
          { charset },
        )
        expect(textOf(fields[0])).toBe(new TextDecoder(charset, { ignoreBOM: true }).decode(even))
      }),
      { seed: 51, numRuns: 500 },
    )
  })

  test.each<[CodecCharset, number[], string]>([
    ['utf-16le', [0x61, 0, 0x62], 'a\ufffd'],
    ['utf-16le', [0x00, 0xd8], '\ufffd'],
    ['utf-16le', [0x00, 0xd8, 0x61, 0], '\ufffda'],
    ['utf-16be', [0xdc, 0x00, 0, 0x61], '\ufffda'],
    ['utf-32le', [0, 0, 0x11, 0, 0x61], '\ufffd\ufffd'],
  ])('what is no character, %s %j', (charset, bytes, expected) => {
    const { fields } = recordEveryCut('text', Uint8Array.from(bytes), 1, { charset })
    expect(textOf(fields[0])).toBe(expected)
    expect([fields[0].start, fields[0].end]).toEqual([0, bytes.length])
  })
})

describe('what a reader keeps is given at its place', () => {
  const wide = (text: string) => write(text, 'utf-16le')
  test.each<[string, 'csv' | 'html', string]>([
    ['characters of several bytes in the first row of a table', 'csv', 'é,"界"\n1,é\n'],
    ['a row of several kilobytes', 'csv', `${'x'.repeat(3900)},"a",b\n1,2,3`],
    ['a tag of several kilobytes', 'html', `<input value="${'x'.repeat(3900)} é" name=ssn>`],
  ])('%s', (_name, kind, text) => {
    const source = wide(text)
    const whole = JSON.stringify(record(kind, source, [], 1024, { charset: 'utf-16le' }))
    for (const step of [1, 100, 999, 5000]) {
      const cuts = Array.from({ length: Math.floor(source.length / step) }, (_, i) => (i + 1) * step)
      expect(JSON.stringify(record(kind, source, cuts, 1024, { charset: 'utf-16le' })) === whole).toBe(true)
    }
  })

  test('a header line of eight kilobytes, in base64', () => {
    const part = `--in\r\nX: ${'a'.repeat(8000)} b\r\n\r\nx\r\n--in--`
    const body = `--b\r\nContent-Type: multipart/mixed; boundary=in\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(part).toString('base64')}\r\n--b--`
    const source = bytesOf(body)
    const options = { boundaries: ['b'], choosePart }
    const whole = record('multipart', source, [], 1024, options)
    expect(outline(whole)).toContain(`string /0/0/x ${'a'.repeat(8000)} b`)
    const cuts = Array.from({ length: Math.floor(source.length / 700) }, (_, i) => (i + 1) * 700)
    expect(JSON.stringify(record('multipart', source, cuts, 1024, options)) === JSON.stringify(whole)).toBe(true)
  })
})

test.each([...WIDE, 'windows-1252'] as const)('a mark is written as %s', (charset) => {
  const mark = '[redacted:EMAIL] é'
  expect(createCharsetCodec(charset).encode(bytesOf(mark))).toEqual(write(mark, charset))
})

test('what windows-1252 has no byte for becomes a question mark', () => {
  expect(createCharsetCodec('windows-1252').encode(bytesOf('a界…'))).toEqual(Uint8Array.of(0x61, 0x3f, 0x85))
})
