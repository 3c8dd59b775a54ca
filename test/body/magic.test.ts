import zlib from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { familiesAgree, sniffBinary } from '../../src/body/magic.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')
/** A magic number, then what such files go on with: lengths and counts. */
const file = (text: string) => Buffer.concat([hex(text), hex('00 01 00 0d 80 ff')])
const riff = (name: string) => Buffer.concat([Buffer.from('RIFF'), hex('24 00 01 00'), Buffer.from(name), hex('10 00 00 00')])
const ftyp = (brand: string) => Buffer.concat([hex('00 00 00 20'), Buffer.from(`ftyp${brand}`), hex('00 00 02 00')])

describe('families', () => {
  test.each([
    ['image', 'png', hex('89504e470d0a1a0a 0000000d 49484452')],
    ['image', 'jpeg', hex('ffd8ffe0 0010 4a464946')],
    ['image', 'gif', Buffer.concat([Buffer.from('GIF89a'), hex('0100 0100 80')])],
    ['image', 'webp', riff('WEBP')],
    ['image', 'bmp', hex('424d 36000300 00000000 36000000')],
    ['image', 'ico', hex('00000100 0100 1010')],
    ['image', 'avif', ftyp('avif')],
    ['image', 'heic', ftyp('heic')],
    ['audio', 'mp3 with ID3', Buffer.concat([Buffer.from('ID3'), hex('04 00 00 00 00')])],
    ['audio', 'mp3 frame', hex('fffb9064 00000000')],
    ['audio', 'aac frame', hex('fff15080 01bffc')],
    ['audio', 'ogg', Buffer.concat([Buffer.from('OggS'), hex('00 02 00 00')])],
    ['audio', 'wav', riff('WAVE')],
    ['audio', 'flac', Buffer.concat([Buffer.from('fLaC'), hex('00 00 00 22')])],
    ['audio', 'm4a', ftyp('M4A ')],
    ['video', 'mp4', ftyp('isom')],
    ['video', 'webm', hex('1a45dfa3 9f4286 8101')],
    ['font', 'woff', file('774f4646')],
    ['font', 'woff2', file('774f4632')],
    ['font', 'ttf', hex('0001000000 0f0080')],
    ['font', 'otf', hex('4f54544f 000b 0080')],
    ['archive', 'zip', file('504b0304')],
    ['archive', 'gzip', zlib.gzipSync('some text')],
    ['archive', 'bzip2', hex('425a6839 314159265359 a1b2')],
    ['archive', 'xz', file('fd377a585a00')],
    ['archive', '7z', file('377abcaf271c')],
    ['archive', 'rar', file('526172211a07')],
    ['archive', 'zstd', file('28b52ffd')],
    ['pdf', 'pdf', Buffer.from('%PDF-1.7\n1 0 obj')],
    ['wasm', 'wasm', hex('0061736d 01000000 01')],
  ])('%s: %s', (family, _, bytes) => {
    expect(sniffBinary(bytes)).toBe(family)
    // What else has arrived makes no difference.
    expect(sniffBinary(Buffer.concat([bytes, Buffer.alloc(200 - bytes.length, 'x')]))).toBe(family)
  })
})

describe('text is not taken for a binary', () => {
  test.each([
    ['nothing', Buffer.alloc(0)],
    ['JSON', Buffer.from('{"a":1}')],
    ['a name that begins like a picture', Buffer.from('GIF89a is a format of 1989, card follows')],
    ['ID3', Buffer.from('ID3 tags are found in music')],
    ['BM', Buffer.from('BM 12345678 is a number plate')],
    ['BZh', Buffer.from('BZh9 is how bzip2 begins')],
    ['RIFF', Buffer.from('RIFF and WAVE are words, as is RIFFxxxxWAVE')],
    ['PK', Buffer.from('PK is a brand of sweets')],
    ['a type of font', Buffer.from('true type fonts; OTTO is a name; wOFF too')],
    ['UTF-16 LE with a mark', Buffer.from('\ufeff{"card":1}', 'utf16le')],
    ['UTF-16 BE with a mark', Buffer.from('\ufeff{"card":1}', 'utf16le').swap16()],
    ['%PDF without a version', Buffer.from('%PDF- is the mark')],
    ['ftyp', Buffer.from('....ftypisom said the text')],
  ])('%s', (_, bytes) => {
    expect(sniffBinary(bytes)).toBe('')
  })

  test('a magic number cut short is none', () => {
    for (const whole of [hex('89504e470d0a1a0a00'), hex('0061736d0100000001'), hex('504b030400')])
      for (let length = 0; length < whole.length - 1; length++) expect(sniffBinary(whole.subarray(0, length))).toBe('')
  })
})

test('a declared family and a magic number agree, containers of sound and pictures alike', () => {
  expect(familiesAgree('image', 'image')).toBe(true)
  expect(familiesAgree('audio', 'video')).toBe(true)
  expect(familiesAgree('video', 'audio')).toBe(true)
  expect(familiesAgree('image', 'archive')).toBe(false)
  expect(familiesAgree('image', '')).toBe(false)
  expect(familiesAgree('', '')).toBe(false)
})
