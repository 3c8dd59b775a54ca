import { describe, expect, test } from 'vitest'
import { chooseContent } from '../../../src/pipeline/choose-reading.ts'
import { inspectBody } from '../../pipeline/inspect-body.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)

/** What leaves; the same at every cut and byte by byte. */
function scrub(body: string, type: string): string {
  const bytes = bytesOf(body)
  const { reading } = chooseContent(type, bytes)
  const whole = Buffer.from(inspectBody(bytes, reading, undefined, undefined, type).output).toString()
  const cuts = Array.from({ length: bytes.length }, (_, at) => [bytes.subarray(0, at), bytes.subarray(at)])
  for (const windows of [...cuts, Array.from(bytes, (byte) => Uint8Array.of(byte))])
    expect(Buffer.from(inspectBody(bytes, reading, windows, undefined, type).output).toString()).toBe(whole)
  return whole
}

describe('long lines in several (RFC 5545 section 3.1)', () => {
  test.each([
    ['text/vcard', 'NOTE:card 41111111\r\n 11111111, and\r\nEND', 'NOTE:card [redacted:CREDIT_CARD], and\r\nEND'],
    ['text/x-vcard; charset=utf-8', 'EMAIL:ada@exam\n\tple.com\n', 'EMAIL:[redacted:EMAIL]\n'],
    ['text/calendar', 'ATTENDEE:mailto:ada\r\n @\r\n example.com\r\n', 'ATTENDEE:mailto:[redacted:EMAIL]\r\n'],
    ['text/calendar', '\r\n 4111111111111111\r\n', '\r\n [redacted:CREDIT_CARD]\r\n'],
    ['text/ldif', 'mail: ada@example\n .com\n', 'mail: [redacted:EMAIL]\n'],
  ])('%s', (type, body, expected) => expect(scrub(body, type)).toBe(expected))

  test.each([
    ['text/calendar', 'A:41111111\r\nB:11111111\r\n\r\r\n\n \r'],
    ['text/calendar', 'A:folded\r\n  lines\r\n\t and\r\n none\r\n'],
    ['text/plain', 'card 41111\r\n 11111111111'],
  ])('%s: nothing else is changed', (type, body) => expect(scrub(body, type)).toBe(body))
})

const MAIL = [
  'From: Ada <ada@example.com>',
  'Subject: =?utf-8?B?Y2FyZCA0MTExMTExMTExMTExMTEx?=',
  'X-Note: 4111 1111',
  ' 1111 1111',
]

describe('mail (RFC 5322)', () => {
  test('headers, and content by them', () => {
    const body = [
      ...MAIL,
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'card 4111111=',
      '1=3111111111 or 411111111=',
      '1111111',
      '',
    ]
    const text = scrub(body.join('\r\n'), 'message/rfc822')
    expect(text).toContain('From: Ada <[redacted:EMAIL]>\r\n')
    expect(text).not.toMatch(/Y2FyZCA0MTEx|1111 1111/)
    expect(text).toContain('card 4111111=\r\n1=3111111111 or [redacted:CREDIT_CARD]\r\n')
  })

  test.each(['message/rfc822', 'message/global'])('%s of several parts, and as a part of one', (type) => {
    const inner = ['Content-Type: multipart/mixed; boundary=in', '', '--in', 'Content-Transfer-Encoding: base64', '']
    const coded = Buffer.from('to ada@example.com').toString('base64')
    const mail = [...inner, coded, '--in--', ''].join('\r\n')
    // blanks fill the last quantum
    const expected = mail.replace(coded, Buffer.from('to [redacted:EMAIL]  ').toString('base64'))
    expect(scrub(mail, type)).toBe(expected)
    const around = (content: string) => `--b\r\nContent-Type: ${type}\r\n\r\n${content}\r\n--b--\r\n`
    expect(scrub(around(mail), 'multipart/mixed; boundary=b')).toBe(around(expected))
  })

  test.each([
    ['text/plain, text/calendar', 'NOTE:ada@exam\r\n ple.com\r\n', 'NOTE:[redacted:EMAIL]\r\n'],
    ['message/rfc822, multipart/mixed; boundary=b', '--b\r\n\r\na\r\n--b\r\nX: 1\r\n\r\nada@example.com\r\n--b--\r\n', ''],
    [
      'multipart/mixed; boundary=b, message/rfc822',
      MAIL.concat('Content-Transfer-Encoding: quoted-printable', '', 'ada=40example.com', '').join('\r\n'),
      '',
    ],
  ])('several types, %s: each reading by what its own says', (type, body, expected) => {
    const scrubbed = scrub(body, type)
    if (expected !== '') expect(scrubbed).toBe(expected)
    expect(scrubbed).not.toMatch(/ada(?:@|=40)exam/)
  })

  test('without content, and cut short', () => {
    expect(scrub('', 'message/rfc822')).toBe('')
    expect(scrub('From: ada@example.com', 'message/rfc822')).toBe('From: [redacted:EMAIL]')
    expect(scrub('A: b\n\nada@example.com', 'message/rfc822')).toBe('A: b\n\n[redacted:EMAIL]')
  })
})
