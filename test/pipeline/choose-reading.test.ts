import { describe, expect, test } from 'vitest'
import { chooseReading } from '../../src/pipeline/choose-reading.ts'
import type { Policy } from '../../src/policy/schema.ts'
import { inspectBody } from './inspect-body.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const choose = (type: string | undefined, body: string | Uint8Array) =>
  chooseReading(new Headers(type === undefined ? {} : { 'content-type': type }), typeof body === 'string' ? bytes(body) : body)
/** Names of the readings, the declared one first. */
const readings = (type: string | undefined, body: string) => {
  const { reading, also = [] } = choose(type, body)
  return [reading, ...also.map((other) => other.reading)].join(' ')
}

describe('every way in which a receiver may read it', () => {
  const MULTIPART = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--'
  test.each<[string | undefined, string, string]>([
    ['application/json', '{"a":1}', 'json'],
    ['application/json', 'a=1&b=2', 'json form'],
    ['application/x-www-form-urlencoded', 'a=1&b=2', 'form'],
    ['application/x-www-form-urlencoded', ' {"a":1}', 'form json'],
    ['text/html', ' "a" "b"', 'html json'],
    ['text/html', ' "a\\"": [1],', 'html'],
    ['application/x-www-form-urlencoded', MULTIPART, 'form multipart'],
    ['text/plain', 'a=1&b=2\n', 'text form'],
    ['text/plain', 'a=%41', 'text form'],
    ['text/plain', 'to be = or & not', 'text'],
    ['text/plain', 'KEY=value\nOTHER=1&2', 'text'],
    ['text/plain', '{"a":1}', 'text'],
    ['text/plain', MULTIPART, 'text multipart'],
    ['text/plain', '-----\n\na heading', 'text'],
    ['text/plain', 'From: Ann <ann@example.com>\r\nSubject: x\r\n\r\ny', 'text multipart'],
    ['message/rfc822', 'From: Ann <ann@example.com>\r\n\r\ny', 'multipart'],
    ['text/plain', 'Dear all,\nfrom: here', 'text'],
    ['text/plain', 'BEGIN:VCARD\r\nVERSION:3.0\r\n', 'text text'],
    ['text/vcard', 'BEGIN:VCARD\r\nVERSION:3.0\r\n', 'text'],
    [undefined, 'dn: cn=x\nmail: y', 'text text'],
    [undefined, 'user[name]=a+b', 'text form'],
    [undefined, MULTIPART, 'text multipart'],
    ['application/octet-stream', 'a=1&b=2', 'text form'],
    ['text/csv', 'a,b\n1,2', 'csv'],
    ['text/csv', '[1,2]', 'csv json'],
    ['text/plain, application/json', '1', 'text json'],
    ['application/json, application/json', '1', 'json'],
    ['multipart/form-data', MULTIPART, 'multipart'],
    ['application/x-ndjson', '{}\n{}', 'json-sequence'],
    ['image/png', 'a=1&b=2', 'text form'],
  ])('%s %j', (type, body, expected) => {
    expect(readings(type, body)).toBe(expected)
  })

  test('a boundary that is not named is taken from the first line', () => {
    expect(choose('multipart/form-data', MULTIPART).reader?.boundaries).toEqual(['x'])
    expect(choose('multipart/form-data; boundary=y', MULTIPART).reader?.boundaries).toEqual(['y'])
  })

  test('a label that the bytes belie is read both ways, and JSON in Latin-1', () => {
    const charsets = (type: string, body: string) => {
      const { reader, also = [] } = choose(type, body)
      return [reader?.charset, ...also.map((other) => other.reader?.charset)]
    }
    expect(charsets('text/plain; charset=utf-16', 'plain text')).toEqual(['utf-16le', undefined])
    expect(charsets('application/json; charset=iso-8859-1', '{"a":1}')).toEqual(['windows-1252', undefined])
    expect(charsets('text/plain; charset=iso-8859-1', 'plain text')).toEqual(['windows-1252'])
  })
})

test('a charset that mark-up declares of itself is believed where no label speaks', () => {
  const charset = (type: string, body: string) => {
    const { reader, reason } = choose(type, body)
    return reason ?? reader?.charset ?? 'bytes'
  }
  expect(charset('application/xml', '<?xml version="1.0" encoding="ISO-8859-1"?><a/>')).toBe('windows-1252')
  expect(charset('application/xml; charset=utf-8', '<?xml version="1.0" encoding="ISO-8859-1"?><a/>')).toBe('bytes')
  expect(charset('application/xml', "<?xml version='1.0' encoding='UTF-16'?><a/>")).toBe('bytes')
  expect(charset('application/xml', '<?xml version="1.0" encoding="ISO-2022-JP"?><a/>')).toBe('charset-unsupported')
  expect(charset('text/html', '<html><meta charset=windows-1252>')).toBe('windows-1252')
  expect(charset('text/html', '<meta http-equiv=x content="text/html; charset=latin1">')).toBe('windows-1252')
  expect(charset('text/html', '<html><meta charset=nobody-knows>')).toBe('bytes')
  expect(charset('text/html', '<html><meta charset=windows-125')).toBe('bytes')
  expect(charset('text/plain', 'encoding="ISO-8859-1"')).toBe('bytes')
})

describe('what is found in any reading is edited', () => {
  const scrub = (type: string, body: string | Uint8Array, policy?: Policy) => {
    const source = typeof body === 'string' ? bytes(body) : body
    const { reading } = choose(type, source)
    const whole = inspectBody(source, reading, undefined, policy, type)
    for (let at = 0; at <= source.length; at++) {
      const cut = inspectBody(source, reading, [source.subarray(0, at), source.subarray(at)], policy, type)
      expect(Buffer.from(cut.output).equals(whole.output)).toBe(true)
      expect(cut.findings).toBe(whole.findings)
    }
    return Buffer.from(whole.output)
  }

  test.each<[string, string, string]>([
    ['text/plain', 'note=a+b&mail=ada%40example.com&x=1', 'note=a+b&mail=%5Bredacted%3AEMAIL%5D&x=1'],
    ['text/plain', 'mail=ada@example.com&x=%41', 'mail=%5Bredacted%3AEMAIL%5D&x=%41'],
    ['application/x-www-form-urlencoded', '{"a":"\\u0061da@example.com"}', '{"a":"[redacted:EMAIL]"}'],
    [
      'text/plain',
      '--x\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nada=40example.com\r\n--x--',
      '--x\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n[redacted:EMAIL]\r\n--x--',
    ],
    ['text/plain; charset=utf-16', 'mail ada@example.com', 'mail [redacted:EMAIL]'],
    [
      'text/plain',
      'Subject: x\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nto ada=40exam=\r\nple.com',
      'Subject: x\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nto [redacted:EMAIL]',
    ],
    ['text/plain', 'BEGIN:VCARD\r\nNOTE:ada@exam\r\n ple.com\r\nEND:VCARD', 'BEGIN:VCARD\r\nNOTE:[redacted:EMAIL]\r\nEND:VCARD'],
  ])('%s %j', (type, body, expected) => {
    expect(scrub(type, body).toString()).toBe(expected)
  })

  test('a page in UTF-16 is edited around its tags', () => {
    const wide = (text: string) => Uint8Array.from(Buffer.from(`\ufeff${text}`, 'utf16le'))
    const page = (before: string, behind: string) => wide(`<p>mail <b title="x">${before}</b>${behind} to her</p>`)
    expect(scrub('text/html', page('ada@', 'example.com')).equals(page('[redacted:EMAIL]', ''))).toBe(true)
  })

  test('UTF-16 leaves as UTF-16, streamed too; what is no character stays', () => {
    const wide = (text: string) => Uint8Array.from([...Buffer.from(`\ufeff${text}`, 'utf16le'), 0x00, 0xd8, 0x21])
    expect(scrub('application/json', wide('{"mail":"ada@example.com"}')).equals(wide('{"mail":"[redacted:EMAIL]"}'))).toBe(true)
  })
})
