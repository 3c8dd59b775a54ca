import { describe, expect, test } from 'vitest'
import { classifyMediaType } from '../../src/body/media-type.ts'

describe('kinds', () => {
  test.each([
    [
      'json',
      'application/json application/problem+json application/vnd.api+json text/json application/x-json application/csp-report image/x+json',
    ],
    ['form', 'application/x-www-form-urlencoded'],
    ['multipart', 'multipart/form-data multipart/mixed multipart/x-mixed-replace message/rfc822 message/global'],
    ['html', 'text/html'],
    ['xml', 'application/xml text/xml image/svg+xml application/atom+xml application/soap+xml application/xhtml+xml'],
    ['table', 'text/csv text/tab-separated-values application/csv'],
    [
      'text',
      'text/plain text/css text/event-stream application/javascript text/javascript application/graphql application/yaml application/x-something-new application/sql',
    ],
    [
      'binary-message',
      'application/grpc application/grpc+proto application/grpc-web application/grpc-web-text application/x-protobuf application/protobuf application/vnd.google.protobuf application/msgpack application/x-msgpack application/cbor application/senml+cbor',
    ],
    ['generic', 'application/octet-stream binary/octet-stream application/force-download */*'],
  ])('%s', (kind, types) => {
    for (const type of types.split(' ')) expect([type, classifyMediaType(type).kind]).toEqual([type, kind])
  })

  test.each([
    ['image', 'image/png image/x-icon image/heic'],
    ['audio', 'audio/mpeg application/ogg'],
    ['video', 'video/mp4 video/webm application/mp4'],
    ['font', 'font/woff2 application/font-woff application/x-font-ttf application/vnd.ms-fontobject'],
    [
      'archive',
      'application/zip application/gzip application/x-gzip application/x-tar application/x-7z-compressed application/vnd.rar application/zstd application/java-archive application/vnd.openxmlformats-officedocument.wordprocessingml.document application/vnd.oasis.opendocument.text application/epub+zip',
    ],
    ['pdf', 'application/pdf'],
    ['wasm', 'application/wasm'],
  ])('binary, family %s', (family, types) => {
    for (const type of types.split(' ')) expect([type, classifyMediaType(type)]).toMatchObject([type, { kind: 'binary', family }])
  })

  test('sequences of JSON documents', () => {
    for (const type of ['application/x-ndjson', 'application/jsonl', 'application/json-seq', 'application/stream+json'])
      expect([type, classifyMediaType(type)]).toMatchObject([type, { kind: 'json', sequence: true }])
    expect(classifyMediaType('application/json').sequence).toBe(false)
  })

  test.each([
    [null],
    [''],
    ['json'],
    ['application/'],
    ['/json'],
    ['application/json text/plain'],
    ['a/b/c'],
    [`a/${'b'.repeat(200)}`],
    ['"text/plain"'],
    [';charset=utf-8'],
  ])('%j is none', (value) => {
    expect(classifyMediaType(value)).toMatchObject({ kind: 'none', essence: '' })
  })
})

describe('parameters', () => {
  test.each([
    ['text/plain; charset=UTF-8', 'utf-8'],
    ['Text/Plain ;\tCharset = "UTF-16le"', 'utf-16le'],
    ["text/plain; charset='latin1'", 'latin1'],
    ['text/plain; charset="utf\\-8"', 'utf-8'],
    ['text/plain; a="; charset=utf-16"; charset=ascii', 'ascii'],
    ['text/plain; a=", text/html"', ''],
    ['text/plain;;charset=utf-8;', 'utf-8'],
    ['text/plain; charset="utf-8', 'utf-8'],
    ['text/plain; charset', ''],
    ['text/plain; charset=', ''],
  ])('the charset of %j', (value, charset) => {
    expect(classifyMediaType(value)).toMatchObject({ essence: 'text/plain', charset, ambiguous: false })
  })

  test.each([
    ['application/json, text/plain', 'application/json', true],
    ['application/json, application/json', 'application/json', false],
    ['application/json; charset=utf-8, application/json', 'application/json', true],
    ['nonsense, text/plain', 'text/plain', false],
    ['text/plain; charset=utf-8; charset=utf-16', 'text/plain', true],
  ])('of several values, %j, the first valid one counts', (value, essence, ambiguous) => {
    expect(classifyMediaType(value)).toMatchObject({ essence, ambiguous })
  })

  test('long and hostile values take no time', () => {
    const started = performance.now()
    for (const value of [
      'a/'.repeat(50_000),
      `text/plain;${' '.repeat(50_000)}`,
      `text/plain; x="${'\\"'.repeat(50_000)}`,
      ','.repeat(50_000),
      `application/${'+cbor'.repeat(30_000)}`,
    ])
      classifyMediaType(value)
    expect(performance.now() - started).toBeLessThan(500)
  })
})

describe('boundaries', () => {
  test.each<[string, string[]]>([
    ['multipart/form-data; boundary=abc', ['abc']],
    ['multipart/form-data; boundary="a b;c\\"d"; x=1', ['a b;c"d']],
    ['multipart/mixed; boundary=one; boundary="two"', ['one', 'two']],
    ['multipart/mixed; BOUNDARY = one, multipart/mixed; boundary=two', ['one,', 'one', 'two']],
    ["multipart/mixed; boundary*=utf-8''a%20b", ['a b']],
    ['multipart/mixed; boundary*0=ab; boundary*1="cd"', ['abcd']],
    ['multipart/mixed', []],
    ['text/plain; boundary=abc', []],
  ])('%s', (type, boundaries) => {
    expect(classifyMediaType(type).boundaries).toEqual(boundaries)
    expect(classifyMediaType(type).ambiguous).toBe(boundaries.length > 1)
  })
})
