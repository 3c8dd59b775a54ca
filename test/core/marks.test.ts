import { describe, expect, it } from 'vitest'
import { BODY_LETTERS, contextEnd, contextStart, insideMark, MARK_MAX, MARK_REACH, markEnd } from '../../src/core/marks.ts'

const encoder = new TextEncoder()
/** Is the part between ⟦ and ⟧ inside a mark? */
function inside(marked: string): boolean {
  const start = marked.indexOf('⟦')
  const end = marked.indexOf('⟧') - 1
  const bytes = encoder.encode(marked.replace('⟦', '').replace('⟧', ''))
  return insideMark(bytes, bytes.length, start, end)
}
const body = BODY_LETTERS.slice(0, 10) + BODY_LETTERS.slice(0, 10)

describe('bracket marks', () => {
  it.each([
    '⟦[redacted:EMAIL]⟧',
    '[⟦redacted⟧:EMAIL]',
    'a [redacted:⟦US_SSN⟧] b',
    `⟦[EMAIL:${body}]⟧`,
    `[EMAIL:⟦${body}⟧]`,
    `[GENERIC_PASSWORD:⟦${body}${body}⟧]`,
  ])('%s is inside', (text) => expect(inside(text)).toBe(true))

  it.each([
    '⟦x[redacted:EMAIL]⟧',
    '⟦[redacted:EMAIL]x⟧',
    '[redacted:EMAIL⟦]a⟧',
    '⟦[redacted:email]⟧',
    '⟦[redacted:FOO]⟧',
    '⟦[redacted:EMAIL ]⟧',
    `⟦[EMAIL:${body.slice(1)}]⟧`,
    `⟦[EMAIL:${body}a]⟧`,
    `⟦[EMAIL:${body}${body}b]⟧`,
    '[redacted:EMAIL]⟦4111111111111111⟧[redacted:EMAIL]',
    `⟦[redacted:EMAIL:${body}]⟧`,
  ])('%s is not', (text) => expect(inside(text)).toBe(false))

  it('no mark is longer than a bounded look-around', () => expect(MARK_MAX).toBeLessThanOrEqual(MARK_REACH))

  it('an open end is no mark', () => {
    const bytes = encoder.encode('[redacted:EMAIL')
    expect(markEnd(bytes, bytes.length, 0)).toBe(-1)
  })
})

describe('masks', () => {
  it.each(['⟦******⟧', '⟦************1111⟧', '⟦411111******1111⟧', '************⟦****1111⟧', '⟦a**⟧*******', '⟦j@******m⟧'])(
    '%s is inside',
    (text) => expect(inside(text)).toBe(true),
  )
  it.each([
    '⟦*****⟧',
    '⟦***** 1111⟧',
    '******⟦a@b.co⟧',
    '⟦4111112******1111⟧',
    '⟦******a******⟧',
    '⟦******$⟧',
    '⟦hunter2⟧ ******',
    '⟦*a⟧ ******',
  ])('%s is not', (text) => expect(inside(text)).toBe(false))
})

describe('context windows', () => {
  const textBefore = (text: string): string => {
    const bytes = encoder.encode(text)
    return text.slice(contextStart(bytes, bytes.length, 0, bytes.length))
  }
  const textAfter = (text: string): string => {
    const bytes = encoder.encode(text)
    return text.slice(0, contextEnd(bytes, bytes.length, 0, bytes.length))
  }
  it('end at the nearest mark on either side', () => {
    expect(textBefore('ssn [redacted:EMAIL] card [redacted:IBAN] x')).toBe(' x')
    expect(textAfter('x [redacted:EMAIL] ssn')).toBe('x ')
    expect(textBefore('plain words')).toBe('plain words')
    expect(textAfter('plain [words]')).toBe('plain [words]')
  })
  it('take kept characters of a mask for the mask', () => {
    expect(textBefore('a ******ssn: b')).toBe(': b')
    expect(textAfter('b: ssn****** a')).toBe('b:')
    expect(textBefore('a ******0123456789ssn b')).toBe('ssn b')
  })
  it('may begin in a mark, of which only the end is to be seen', () => {
    const rest = (text: string, isCut: boolean) => {
      const bytes = encoder.encode(text)
      return text.slice(contextStart(bytes, bytes.length, 0, bytes.length, isCut))
    }
    expect(rest('HONE_NUMBER] call', true)).toBe(' call')
    expect(rest('redacted:EMAIL] call', true)).toBe(' call')
    expect(rest('HONE_NUMBER] call', false)).toBe('HONE_NUMBER] call')
    expect(rest('phone number] call', true)).toBe('phone number] call')
  })
})
