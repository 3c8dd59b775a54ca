import { chooseCharset } from '../../../src/body/charset.ts'
import { createUtf8Check } from '../../../src/body/utf8-check.ts'
import { type CodecCharset, DOUBLE_BYTE_CHARSETS, isDoubleByte, SINGLE_BYTE_CHARSETS } from '../../../src/core/charsets.ts'
import { record, textOf } from '../../formats/record.ts'
import { holds, randomCuts, same, size, type Target, windowsOf } from '../target.ts'

const WIDE = ['utf-16le', 'utf-16be', 'utf-32le', 'utf-32be'] as const
const CHARSETS: readonly CodecCharset[] = [...WIDE, ...SINGLE_BYTE_CHARSETS, ...DOUBLE_BYTE_CHARSETS]
/** Of these the reader knows where characters end, and some of them. */
const wide = (text: string, charset: 'utf16le' | 'be' = 'utf16le') => {
  const bytes = Buffer.from(text, 'utf16le')
  return Uint8Array.from(charset === 'be' ? bytes.swap16() : bytes)
}
const words = [
  wide('a'),
  wide('a', 'be'),
  wide('\ufeff'),
  wide('\ufeff', 'be'),
  wide('😀'),
  wide('😀', 'be'),
  Uint8Array.of(0, 0xd8),
  Uint8Array.of(0xdc, 0),
  Uint8Array.of(0),
  Uint8Array.of(0, 0, 0, 0x61),
  Uint8Array.of(0x61, 0, 0, 0),
  Uint8Array.of(0, 0, 0x11, 0),
  Uint8Array.of(0x80),
  Uint8Array.of(0x85),
  Uint8Array.of(0xa0),
  Uint8Array.of(0xff),
  wide('{"a":'),
  wide('"]'),
  'é',
  '\ufeff',
]

/** What the reader of a text makes of bytes in a charset is what the platform's decoder does; and the same with a document in it. */
export const charsets: Target = {
  name: 'charsets',
  about: 'UTF-16, UTF-32, charsets of one byte and of two as documents, with TextDecoder beside them; the choice of a charset',
  seeds: [
    wide('{"a":"é😀"}'),
    wide('\ufeff["x"]', 'be'),
    Uint8Array.of(0x61, 0, 0x62),
    Uint8Array.of(0, 0xd8, 0x61, 0),
    Uint8Array.of(0, 0, 0x11, 0, 0x61),
    'caf\u00e9',
    '\ufefftext',
  ],
  words,
  check(input, random) {
    const charset = random.pick(CHARSETS)
    const kind = random.pick(['text', 'json'] as const)
    const whole = record(kind, input, [], 1024, { charset })
    const cuts = randomCuts(input.length, random)
    same(`cut at ${cuts}, ${charset}`, JSON.stringify(record(kind, input, cuts, 1024, { charset })), JSON.stringify(whole))
    if (kind === 'text' && !charset.startsWith('utf-32') && !isDoubleByte(charset)) {
      const text = whole.fields.map(textOf).join('')
      const bom = charset === 'utf-16le' ? [0xff, 0xfe] : charset === 'utf-16be' ? [0xfe, 0xff] : []
      const marked = bom.length > 0 && input[0] === bom[0] && input[1] === bom[1] ? 2 : 0
      const expected = new TextDecoder(charset, { ignoreBOM: true }).decode(input.subarray(marked))
      same(charset, JSON.stringify(text), JSON.stringify(expected))
    }
    const label = random.pick(['', 'utf-8', 'utf-16', 'utf-16be', 'latin1', 'iso-2022-jp', 'ucs-4', 'x'])
    const chosen = chooseCharset(
      { charset: label, kind: random.pick(['text', 'json', 'generic', 'none', 'binary-message']) },
      input,
    )
    holds('a charset is read or it is not', !(chosen.unsupported && chosen.codec !== undefined))
    return [
      charset,
      kind,
      size(whole.fields.length),
      `m${size(whole.malformed)}`,
      `${label} ${chosen.codec ?? ''}${chosen.unsupported}${chosen.doubtful ?? ''}`,
    ]
  },
}

export const utf8: Target = {
  name: 'utf8',
  about: 'the check of UTF-8, with TextDecoder beside it',
  seeds: [
    'café 😀 界',
    Uint8Array.of(0xc0, 0x80),
    Uint8Array.of(0xed, 0xa0, 0x80),
    Uint8Array.of(0xf4, 0x90, 0x80, 0x80),
    Uint8Array.of(0x61, 0x80, 0xe2, 0x82),
    'plain text, long enough for four at once',
  ],
  words: [
    'é',
    '界',
    '😀',
    ...[0xc0, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff, 0x80, 0xa0, 0xbf].map((byte) => Uint8Array.of(byte)),
    Uint8Array.of(0xe2, 0x82),
    Uint8Array.of(0xf0, 0x9f, 0x98),
  ],
  check(input, random) {
    const run = (windows: readonly Uint8Array[]) => {
      const check = createUtf8Check()
      for (const [i, window] of windows.entries()) check.push(window, i === windows.length - 1)
      return check
    }
    const whole = run([input])
    const cuts = randomCuts(input.length, random)
    const cut = run(windowsOf(input, cuts))
    same(`cut at ${cuts}`, `${cut.invalid} ${cut.firstInvalid}`, `${whole.invalid} ${whole.firstInvalid}`)
    // U+FFFD of the text itself is no replacement.
    const replaced = (bytes: Uint8Array) =>
      (new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).match(/\ufffd/g)?.length ?? 0) -
      (Buffer.from(bytes)
        .toString('latin1')
        .match(/\u00ef\u00bf\u00bd/g)?.length ?? 0)
    same('TextDecoder', `${whole.invalid}`, `${replaced(input)}`)
    if (whole.firstInvalid >= 0) same('first', `${replaced(input.subarray(0, whole.firstInvalid))}`, '0')
    return [
      size(whole.invalid),
      size(whole.firstInvalid + 1),
      ...Array.from(input.subarray(0, 6), (byte) => (byte < 0x80 ? 'a' : (byte >> 3).toString(16))),
    ]
  },
}
