import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Base32Run } from '../../src/views/base32-run.ts'
import { Base64Run } from '../../src/views/base64-run.ts'
import type { EncodedRun } from '../../src/views/encoded-run.ts'
import { ESCAPE, Escapes, isPlainSign, NOTHING, UNDECIDED } from '../../src/views/escapes.ts'
import { foldScalar, UNSEEN } from '../../src/views/fold.ts'
import { HexRun } from '../../src/views/hex-run.ts'
import { NumberRowRun } from '../../src/views/number-row-run.ts'
import { rewrite } from '../../src/views/rewrite.ts'
import { AT_ESCAPE, Watch } from '../../src/views/watch.ts'
import { wholeNumber } from '../../src/views/whole-number.ts'
import { Random } from '../support/random.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

/** What a run gives when its text comes in these pieces. */
function decode(run: EncodedRun, pieces: readonly Uint8Array[]): { bytes: number[]; spans: string; at: number } {
  const bytes: number[] = []
  const spans: string[] = []
  const text = Buffer.concat(pieces)
  let end = 0
  const sink = {
    decoded: (decoded: Uint8Array, length: number, from: number, to: number) => {
      bytes.push(...decoded.subarray(0, length))
      spans.push(`${from}-${to}`)
    },
  }
  pieces.forEach((piece, i) => {
    end += piece.length
    if (!run.done) run.pull(text, 0, end, i === pieces.length - 1, sink)
  })
  return { bytes, spans: spans.join(), at: run.at }
}

const cuts = (text: Uint8Array, at: readonly number[]) =>
  [0, ...[...at].sort((a, b) => a - b), text.length].slice(1).map((to, i, all) => text.subarray(i === 0 ? 0 : all[i - 1], to))

describe('encoded runs decode as Node decodes them, however they are cut', () => {
  const plain = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 60 })
  const places = fc.array(fc.nat(100), { maxLength: 6 })

  test('base64 and base64url, padded or not, in lines or not', () => {
    fc.assert(
      fc.property(plain, fc.boolean(), fc.integer({ min: 0, max: 20 }), places, (value, url, width, at) => {
        const written = Buffer.from(value).toString(url ? 'base64url' : 'base64')
        const text = bytesOf(width < 4 ? written : written.replace(new RegExp(`.{${width}}(?=[^=])`, 'g'), '$&\r\n'))
        const where = at.map((place) => place % (text.length + 1))
        const whole = decode(new Base64Run(0), [text])
        expect(Buffer.from(whole.bytes).toString()).toBe(value)
        expect(whole.at).toBe(text.length)
        expect(decode(new Base64Run(0), cuts(text, where))).toEqual(whole)
      }),
    )
  })

  test('hexadecimal, of either case, separated or not', () => {
    fc.assert(
      fc.property(
        plain,
        fc.boolean(),
        fc.constantFrom('', ' ', ':', '=', ', ', ';', ', 0x', '"|'),
        places,
        (value, upper, separator, at) => {
          const digits = Buffer.from(value)
            .toString('hex')
            .replace(/..(?=.)/g, `$&${separator}`)
          const text = bytesOf(upper ? digits.replace(/[a-f]/g, (digit) => digit.toUpperCase()) : digits)
          const run = () => (separator === '' ? new HexRun(0) : new NumberRowRun(0, true, bytesOf(separator)))
          const whole = decode(run(), [text])
          expect(Buffer.from(whole.bytes).toString()).toBe(value)
          expect(
            decode(
              run(),
              cuts(
                text,
                at.map((place) => place % (text.length + 1)),
              ),
            ),
          ).toEqual(whole)
        },
      ),
    )
  })

  test('decimal numbers of bytes', () => {
    fc.assert(
      fc.property(plain, fc.constantFrom(' ', ',', ', ', ';'), places, (value, separator, at) => {
        const text = bytesOf(Buffer.from(value).join(separator))
        const where = at.map((place) => place % (text.length + 1))
        const run = () => new NumberRowRun(0, false, bytesOf(separator))
        const whole = decode(run(), [text])
        expect(Buffer.from(whole.bytes).toString()).toBe(value)
        expect(decode(run(), cuts(text, where))).toEqual(whole)
      }),
    )
  })

  test('base32, padded or not, in lines or not', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 60 }),
        fc.boolean(),
        fc.integer({ min: 0, max: 20 }),
        places,
        (value, padded, width, at) => {
          const text = [...value].map((byte) => (byte & 0x3f) + 0x20)
          const run = new Base32Run(0)
          const written = textOf(run.encode(Uint8Array.from(text), new Uint8Array(0), new Uint8Array(0), text.length, false))
          const last = written.length % 8 === 0 || !padded ? '' : '='.repeat(8 - (written.length % 8))
          const lines = bytesOf((width < 4 ? written : written.replace(new RegExp(`.{${width}}(?=.)`, 'g'), '$&\r\n')) + last)
          const whole = decode(new Base32Run(0), [lines])
          expect(whole.bytes).toEqual(text)
          expect(whole.at).toBe(lines.length)
          expect(
            decode(
              new Base32Run(0),
              cuts(
                lines,
                at.map((place) => place % (lines.length + 1)),
              ),
            ),
          ).toEqual(whole)
        },
      ),
    )
  })

  test.each([
    ['', ''],
    ['f', 'MY======'],
    ['fo', 'MZXQ===='],
    ['foo', 'MZXW6==='],
    ['foob', 'MZXW6YQ='],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI======'],
  ])('base32 of RFC 4648, section 10: %j', (value, written) => {
    const { bytes } = decode(new Base32Run(0), [bytesOf(written)])
    expect(Buffer.from(bytes).toString()).toBe(value)
    const run = new Base32Run(0)
    decode(run, [bytesOf(written)])
    expect(run.done || value === '').toBe(true)
    if (value.length % 5 > 0)
      expect(textOf(run.encode(bytesOf(value), new Uint8Array(0), new Uint8Array(0), value.length, true))).toBe(written)
  })

  test('an edit of whole units leaves every other byte of what the run stands for', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 12, maxLength: 60 }), fc.nat(), fc.nat(), fc.boolean(), (value, a, b, url) => {
        const bytes = value.map((byte) => 0x20 + (byte % 0x5f))
        const text = Buffer.from(bytes).toString(url ? 'base64url' : 'base64')
        const run = new Base64Run(0)
        decode(run, [bytesOf(text)])
        const [start, end] = [a % bytes.length, (b % bytes.length) + 1].sort((x, y) => x - y)
        if (start === end) return
        const from = start - (start % 3)
        const to = Math.min(bytes.length, Math.ceil(end / 3) * 3)
        const mark = bytesOf('[redacted:X]')
        const written = run.encode(bytes.subarray(from, start), mark, bytes.subarray(end, to), to - from, to === bytes.length)
        const after = Buffer.from(
          text.slice(0, (from / 3) * 4) + textOf(written) + text.slice(Math.ceil(to / 3) * 4),
          'base64',
        ).toString('latin1')
        const expected = (blanks: string) =>
          `${Buffer.from(bytes.subarray(0, start)).toString('latin1')}[redacted:X]${blanks}${Buffer.from(bytes.subarray(end)).toString('latin1')}`
        expect(['', ' ', '  '].map(expected)).toContain(after)
        // the length modulo three stays, so padding written elsewhere stays right
        expect(Math.abs(after.length - bytes.length) % 3).toBe(0)
      }),
    )
  })

  test('what follows a run is not read with it', () => {
    for (const [text, at] of [
      ['QUJDREVGR0g= and', 12],
      ['QUJDREVGR0hJ.x', 12],
      ['QUJDREVG\n\nR0hJ', 8],
      ['QUJDREVG\r\n  R0hJ', 16],
    ] as const)
      expect(decode(new Base64Run(0), [bytesOf(text)]).at).toBe(at)
    expect(decode(new HexRun(0), [bytesOf('4142434x')]).at).toBe(6)
    for (const text of ['41:42:4', '41:42:434', '41:42;43', '41:42:4g'])
      expect(decode(new NumberRowRun(0, true, bytesOf(':')), [bytesOf(text)]).at).toBe(5)
    for (const text of ['65, 66, 256', '65, 66, 1000', '65, 66,67', '65, 66, 6a'])
      expect(decode(new NumberRowRun(0, false, bytesOf(', ')), [bytesOf(text)]).at).toBe(6)
  })
})

describe('escapes', () => {
  /** The text read once through; undefined when `text[…end)` alone does not say. */
  function readOnce(text: string): string {
    const bytes = bytesOf(text)
    const escapes = new Escapes()
    const out: number[] = []
    for (let i = 0; i < bytes.length; ) {
      const seen = escapes.read(bytes, i, bytes.length, true)
      if (seen === ESCAPE) out.push(...escapes.bytes.subarray(0, escapes.stands))
      else out.push(...bytes.subarray(i, i + escapes.length))
      i += escapes.length
    }
    return textOf(Uint8Array.from(out))
  }

  test.each([
    ['\\u0041\\x42\\103\\U00000044', 'ABCD'],
    ['\\ud83d\\ude00 \\u{1F600}', '😀 😀'],
    ['\\uff11\\u0661', '11'],
    ['a\\n\\tb\\/c\\"', 'a\n\tb/c"'],
    ['4111\\\n1111', '41111111'],
    ['%41%42 %u0043 %EF%BC%91 %C3%A9', 'AB C 1 é'],
    ['&#65;&#x42;&#67D &commat;&nbsp;&lowbar;&#0000065;', 'ABCD @ _A'],
    ['４１\u200b１\u00ad1 ①٣३', '4111 133'],
    ['⑷⒈\u{1f102}\u{1f100} ⒝⒵', '4110 bz'],
    ['ada＠example。com', 'ada@example.com'],
    ['СH4101 and соrр', 'CH4101 and corp'],
    ['536–22‑8726 10\u00a0000', '536-22-8726 10 000'],
    ['\u0000a\u0001b', 'ab'],
    ['\\u00%34 &#5%31;', '\\u004 &#51;'],
    ['\\34 \\000035 \\36|\\67 \\68 \\70 x', '456|ghpx'],
    ['\\064\\065 \\033[1m', '45 [1m'],
    ['45\\3978', '453978'],
    ['a\u{e0034}\u{e0031} 4\u{e0034}1', 'a41 41'],
  ])('%s reads as %s', (text, expected) => expect(readOnce(text)).toBe(expected))

  test.each([
    '100% sure',
    'R&D &c',
    'C:\\users',
    '%zz &foo; &#; \\xzz',
    'слово, море и ещё сосна',
    'yes — no',
    '二〇二四年。对',
    'naïve café',
  ])('nothing in %s', (text) => expect(readOnce(text)).toBe(text))

  test('a cut is waited for: what a prefix says, the whole text says', () => {
    const samples =
      '\\u0041 \\ud83d\\ude00 \\u{41} \\x41 \\101 \\\r\n %41 %u0041 %EF%BC%91 &#65; &commat; ４ СH – 1–2 &#x1F600; é\\ \\34 \\35 \\000034 \\7 \u{e0034}\u{e0031} a\u{e0034}b'.split(
        ' ',
      )
    const escapes = new Escapes()
    for (const sample of samples) {
      const bytes = bytesOf(`${sample} tail and more`)
      for (let i = 0; i < sample.length; i++) {
        const whole = escapes.read(bytes, i, bytes.length, true)
        const answer = [whole, escapes.length, escapes.stands, ...escapes.bytes.subarray(0, escapes.stands)].slice(
          0,
          whole === ESCAPE ? 9 : 1,
        )
        for (let end = i + 1; end <= bytes.length; end++) {
          const seen = escapes.read(bytes, i, end, false)
          if (seen === UNDECIDED) continue
          expect(
            [seen, escapes.length, escapes.stands, ...escapes.bytes.subarray(0, escapes.stands)].slice(
              0,
              seen === ESCAPE ? 9 : 1,
            ),
          ).toEqual(answer)
        }
      }
    }
  })

  test('percent triplets read as decodeURIComponent reads them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (value) => {
        const folded = [...value]
          .map((character) => {
            const code = character.codePointAt(0)!
            const fold = code < 0x80 ? (code < 9 || (code > 13 && code < 0x1c) || code === 0x7f ? UNSEEN : 0) : foldScalar(code)
            return fold === UNSEEN ? '' : fold === 0 ? character : String.fromCharCode(fold)
          })
          .join('')
        const written = [...Buffer.from(value)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
        expect(decodeURIComponent(written)).toBe(value)
        expect(readOnce(written)).toBe(folded)
      }),
    )
  })

  test('what is written back is read again', () => {
    const text = bytesOf('[redacted:X] "a/b" <&>')
    for (const notation of [0x25, 0x26]) expect(readOnce(textOf(rewrite(text, notation)))).toBe(textOf(text))
    expect(JSON.parse(`"${textOf(rewrite(text, 0x5c))}"`)).toBe(textOf(text))
  })
})

test('digits of every script fold, and so does what NFKC makes ASCII', () => {
  for (let code = 0x80; code <= 0x10ffff; code++) {
    if (code >= 0xd800 && code < 0xe000) continue
    const character = String.fromCodePoint(code)
    const compatible = character.normalize('NFKC')
    if (/^[0-9A-Za-z@]$/.test(compatible)) expect([code, foldScalar(code)]).toEqual([code, compatible.charCodeAt(0)])
    else if (/\p{Nd}/u.test(character)) expect(foldScalar(code)).toSatisfy((digit: number) => digit >= 0x30 && digit <= 0x39)
    else if (/\p{Default_Ignorable_Code_Point}/u.test(character)) expect(foldScalar(code)).toBe(UNSEEN)
  }
  // the digits of a script count up from its zero
  for (const digits of ['٠١٢٣٤٥٦٧٨٩', '०१२३४५६७८९', '๐๑๒๓๔๕๖๗๘๙', '𝟢𝟣𝟤𝟥𝟦𝟧𝟨𝟩𝟪𝟫'])
    expect([...digits].map((digit) => foldScalar(digit.codePointAt(0)!) - 0x30)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
})

test('a watch stops at the same places for every cut', () => {
  const stops = (text: Uint8Array, pieces: readonly number[]) => {
    const watch = new Watch()
    const found: string[] = []
    let from = 0
    for (const to of [...pieces, text.length]) {
      while (from < to) {
        const at = watch.next(text, from, to)
        if (at >= to) break
        // a character beyond ASCII may be stopped at for nothing
        if (watch.event !== AT_ESCAPE || text[at] < 0x80)
          found.push(watch.event === AT_ESCAPE ? `${at}` : `${at} ${watch.event} ${watch.start} ${watch.cut}`)
        from = at + 1
        if (watch.event !== AT_ESCAPE) watch.reset()
      }
      from = to
    }
    return found
  }
  const words = [
    Buffer.from('pay 4111111111111111 now').toString('base64'),
    '34 31 31 31 31 31 31 31',
    '0x34, 0x31, 0x31, 0x31, 0x31, 0x31, 0x31',
    '52, 49, 49, 49, 49, 49, 49',
    '109,97,114,107,115,116,46,',
    '=34=31=31=31=31=31=31',
    Buffer.from('secret text here').toString('hex'),
    'plain',
    '\n',
    ' ',
    '%41',
    '-',
    'QUJD\nREVGR0hJSktM',
    'é',
    '—',
  ]
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...words), { maxLength: 8 }), fc.array(fc.nat(200), { maxLength: 8 }), (parts, at) => {
      const text = bytesOf(parts.join(''))
      const pieces = at.map((place) => place % (text.length + 1)).sort((a, b) => a - b)
      expect(stops(text, pieces)).toEqual(stops(text, []))
    }),
  )
})

describe('numbers that are whole all the same', () => {
  test('every way to write one, judged by BigInt', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 10n ** 18n }),
        fc.integer({ min: -20, max: 20 }),
        fc.boolean(),
        (value, shift, negative) => {
          const digits = value.toString()
          const sign = negative ? '-' : ''
          const zeros = '0'.repeat(Math.max(0, shift))
          const token =
            shift < 0 && -shift < digits.length
              ? `${sign}${digits.slice(0, digits.length + shift)}.${digits.slice(shift)}E+${-shift}`
              : `${sign}${digits}${zeros}e-${zeros.length}`
          expect(textOf(wholeNumber(bytesOf(token)) ?? new Uint8Array(0))).toBe(digits)
          expect(BigInt(Math.round(Number(token))) === (negative ? -value : value) || value > 2n ** 53n).toBe(true)
        },
      ),
    )
  })

  test.each(['123', '-5', '1.5', '12.30', '1e-3', '1e99999999999', '0e5', '0.0', '1.23e1'])(
    '%s is none, or spelled as it is',
    (token) => expect(wholeNumber(bytesOf(token))).toBeUndefined(),
  )
  test.each([
    ['4.111e3', '4111'],
    ['1234.0', '1234'],
    ['0.5e1', '5'],
    ['12300e-2', '123'],
    ['0x122310af8d4656', '5105104152512086'],
    ['-0XFF', '255'],
    ['4242421081733782n', '4242421081733782'],
    ['0x1fn', '31'],
  ])('%s is %s', (token, digits) => expect(textOf(wholeNumber(bytesOf(token))!)).toBe(digits))
})

test('nothing is an escape where nothing is', () => {
  const escapes = new Escapes()
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      for (let i = 0; i < bytes.length; i++) {
        const seen = escapes.read(bytes, i, bytes.length, true)
        expect(seen === NOTHING || seen === ESCAPE).toBe(true)
        expect(escapes.length).toBeGreaterThan(0)
        expect(i + escapes.length).toBeLessThanOrEqual(bytes.length)
      }
    }),
  )
})

test('a sign that nothing follows which it could stand for is none of an escape, wherever its text ends', () => {
  const random = new Random(7)
  const pieces = ['&', '%', ' ', 'a', 'lt', 'amp', ';', '#', '41', 'u0041', '0', '=', '"', '<', '\\', '４', '\u200b', '\n', 'x']
  const escapes = new Escapes()
  let plain = 0
  for (let round = 0; round < 20_000; round++) {
    const text = new TextEncoder().encode(random.pick(['&', '%']) + Array.from({ length: 6 }, () => random.pick(pieces)).join(''))
    if (!isPlainSign(text, 0, text.length)) continue
    plain++
    for (let end = 1; end <= text.length; end++) expect(escapes.read(text, 0, end, true)).toBe(NOTHING)
    // nor does another escape cut one short here, or end one that the sign begins
    expect(escapes.read(text, 0, text.length, false)).toBe(NOTHING)
  }
  expect(plain).toBeGreaterThan(2000)
  expect(isPlainSign(new TextEncoder().encode('&lt;'), 0, 4)).toBe(false)
  expect(isPlainSign(new TextEncoder().encode('AT&T '), 2, 5)).toBe(true)
})
