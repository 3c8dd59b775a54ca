import { describe, expect, it } from 'vitest'
import { countDigits, isOneDigit, lastDigit, luhn, mod1110, verhoeff, weightedSum } from '../../src/evidence/checksum.ts'
import { Random } from '../support/random.ts'

const encoder = new TextEncoder()
type Check = (bytes: Uint8Array, start: number, end: number) => boolean
const passes = (check: Check, text: string) => {
  // what stands around must not matter
  const bytes = encoder.encode(`7${text}7`)
  return check(bytes, 1, bytes.length - 1)
}

describe.each<[string, Check, string[]]>([
  // ISO/IEC 7812-1 annex B; the card networks' test numbers; Canada's sample SIN; an Italian organisation
  ['Luhn', luhn, ['79927398713', '4111111111111111', '3782 822463 10005', '046 454 286', '00743110157']],
  // the number of Verhoeff's explanation, and UIDAI's sample
  ['Verhoeff', verhoeff, ['2363', '123451', '1428570', '84736430954837284567892', '2341 2341 2346']],
  // ISO/IEC 7064 (0794 with check digit 5) and the sample numbers of the BZSt
  ['MOD 11,10', mod1110, ['07945', '86095742719', '47036892816', '65929970489']],
])('%s', (_name, check, valid) => {
  it.each(valid)('%s passes', (text) => expect(passes(check, text)).toBe(true))

  it('finds every wrong digit', () => {
    for (const text of valid) {
      for (let at = 0; at < text.length; at++) {
        if (text[at] < '0' || text[at] > '9') continue
        for (let digit = 0; digit < 10; digit++) {
          const other = text.slice(0, at) + digit + text.slice(at + 1)
          expect(passes(check, other), other).toBe(other === text)
        }
      }
    }
  })

  it('accepts one check digit for each number', () => {
    const random = new Random(3)
    for (let i = 0; i < 300; i++) {
      const body = `1${Array.from({ length: random.int(1, 14) }, () => random.int(0, 9)).join('')}`
      const digits = Array.from({ length: 10 }, (_, digit) => digit).filter((digit) => passes(check, `${body}${digit}`))
      expect(digits.length, body).toBe(1)
    }
  })
})

it('Verhoeff finds every swap of neighbours', () => {
  const text = '84736430954837284567892'
  for (let at = 0; at + 1 < text.length; at++) {
    if (text[at] === text[at + 1]) continue
    expect(passes(verhoeff, text.slice(0, at) + text[at + 1] + text[at] + text.slice(at + 2))).toBe(false)
  }
})

it('digits are read in order and everything else is passed over', () => {
  const bytes = encoder.encode('a1-2 3.b9')
  expect(countDigits(bytes, 0, bytes.length)).toBe(4)
  expect(lastDigit(bytes, 0, bytes.length)).toBe(9)
  expect(lastDigit(bytes, 0, 1)).toBe(-1)
  expect(weightedSum(bytes, 0, bytes.length, [100, 10, 1])).toBe(123)
  expect(isOneDigit(encoder.encode('1-1 1'), 0, 5)).toBe(true)
  expect(isOneDigit(bytes, 0, bytes.length)).toBe(false)
})
