import { describe, expect, test } from 'vitest'
import { type Settlement, settleHeaders } from '../../src/body/headers.ts'
import { mapValidators, unmapValidators } from '../../src/body/validators.ts'

const VERSION = '0123456789abcdef'
const TAG = '-dlp.01234567'

const BASE: Settlement = {
  side: 'response',
  edited: 'no',
  coding: '',
  policyVersion: VERSION,
  enforced: true,
  method: 'GET',
  status: 200,
  hasBody: true,
}

type Init = Record<string, string>

function settle(init: Init, settlement: Partial<Settlement>): Init {
  const headers = new Headers(init)
  settleHeaders(headers, { ...BASE, ...settlement })
  return Object.fromEntries(headers)
}

/** Every header that settling knows of. */
const FULL: Init = {
  'accept-ranges': 'bytes',
  'cache-control': 'max-age=60',
  'content-digest': 'sha-256=:AAAA:',
  'content-length': '100',
  'content-md5': 'AAAA',
  'content-range': 'bytes 0-99/100',
  'content-type': 'application/json',
  digest: 'sha-256=AAAA',
  etag: '"v1"',
  'last-modified': 'Sat, 01 Feb 2031 03:04:05 GMT',
  'repr-digest': 'sha-256=:AAAA:',
  signature: 'a=:AAAA:',
  'signature-input': 'a=("@status")',
  trailer: 'content-digest',
  'transfer-encoding': 'chunked',
  vary: 'accept-encoding',
  'want-repr-digest': 'sha-256=1',
  'x-amz-checksum-crc32': 'AAAA',
  'x-amz-content-sha256': 'a'.repeat(64),
  'x-goog-hash': 'md5=AAAA',
  'x-ms-content-md5': 'AAAA',
}

describe('a response', () => {
  test('not edited keeps everything but the framing of its hop, and its tag says the version', () => {
    const { 'transfer-encoding': _, ...kept } = FULL
    expect(settle(FULL, { edited: 'no' })).toEqual({ ...kept, etag: `"v1${TAG}"` })
  })

  const AFTER_EDIT = {
    'cache-control': 'max-age=60',
    'content-type': 'application/json',
    etag: `"v1${TAG}"`,
    vary: 'accept-encoding',
    'want-repr-digest': 'sha-256=1',
  }

  test('edited says nothing that was true of other bytes, and its new length', () => {
    expect(settle(FULL, { edited: 'yes', bodyLength: 88 })).toEqual({ ...AFTER_EDIT, 'content-length': '88' })
  })

  test('that may yet be edited is written as an edited one, without a length', () => {
    expect(settle(FULL, { edited: 'maybe' })).toEqual(AFTER_EDIT)
  })

  test('not enforced and not edited leaves as it came, to the letter', () => {
    expect(settle({ ...FULL, 'content-encoding': 'GZIP' }, { enforced: false, coding: 'GZIP' })).toEqual({
      ...FULL,
      'content-encoding': 'GZIP',
    })
  })

  test('a part that was sliced by us keeps its range', () => {
    expect(settle(FULL, { edited: 'yes', bodyLength: 10, status: 206 })['content-range']).toBe('bytes 0-99/100')
  })
})

describe('a request', () => {
  test('edited loses its digests and gets its length; signatures that are not over the body, and S3’s word, stay', () => {
    const init = {
      'content-length': '100',
      'content-md5': 'AAAA',
      'content-digest': 'sha-256=:AAAA:',
      etag: '"x"',
      'if-match': '"v1"',
      signature: 'a=:AAAA:',
      'signature-input': 'a=("@method")',
      trailer: 'x',
      'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    }
    expect(settle(init, { side: 'request', edited: 'yes', bodyLength: 88, status: 0, method: 'POST' })).toEqual({
      'content-length': '88',
      etag: '"x"',
      'if-match': '"v1"',
      signature: 'a=:AAAA:',
      'signature-input': 'a=("@method")',
      'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    })
  })

  test('without a body is left alone', () => {
    expect(
      settle({ 'content-length': '0', accept: '*/*' }, { side: 'request', hasBody: false, bodyLength: 0, status: 0 }),
    ).toEqual({ accept: '*/*', 'content-length': '0' })
  })

  test('streamed says no length, and no digest', () => {
    expect(
      settle(
        { 'content-length': '9', digest: 'x', 'content-type': 'text/plain' },
        { side: 'request', edited: 'maybe', status: 0 },
      ),
    ).toEqual({ 'content-type': 'text/plain' })
  })
})

describe('length and coding', () => {
  test.each<[string, Init, Partial<Settlement>, Init]>([
    [
      'clean under its coding',
      { 'content-encoding': 'gzip', 'content-length': '50' },
      { coding: 'gzip' },
      { 'content-encoding': 'gzip', 'content-length': '50' },
    ],
    ['clean, decoded by the runtime', { 'content-encoding': 'gzip', 'content-length': '50' }, { coding: '' }, {}],
    [
      'clean, decoded by the runtime, length known',
      { 'content-encoding': 'gzip', 'content-length': '50' },
      { coding: '', bodyLength: 120 },
      { 'content-length': '120' },
    ],
    ['clean, a length that is wrong', { 'content-length': '50' }, { bodyLength: 49 }, { 'content-length': '49' }],
    ['clean, no length before', {}, { bodyLength: 49 }, {}],
    [
      'edited under its coding',
      { 'content-encoding': 'gzip', 'content-length': '50' },
      { edited: 'yes', coding: 'gzip', bodyLength: 60 },
      { 'content-encoding': 'gzip', 'content-length': '60' },
    ],
    [
      'edited, br to identity',
      { 'content-encoding': 'br', 'content-length': '50' },
      { edited: 'yes', coding: '', bodyLength: 60 },
      { 'content-length': '60' },
    ],
    [
      'edited, two codings to one',
      { 'content-encoding': 'deflate, gzip' },
      { edited: 'maybe', coding: 'gzip' },
      { 'content-encoding': 'gzip' },
    ],
    ['edited, old name', { 'content-encoding': 'x-gzip' }, { edited: 'maybe', coding: 'gzip' }, { 'content-encoding': 'gzip' }],
    ['edited to nothing', { 'content-length': '50' }, { edited: 'yes', bodyLength: 0 }, { 'content-length': '0' }],
    ['length and chunked at once', { 'content-length': '50', 'transfer-encoding': 'chunked' }, { edited: 'maybe' }, {}],
    [
      'not enforced, decoded by the runtime',
      { 'content-encoding': 'gzip', 'content-length': '50' },
      { enforced: false, coding: '' },
      {},
    ],
  ])('%s', (_, init, settlement, expected) => {
    expect(settle(init, settlement)).toEqual(expected)
  })
})

describe('an answer without a body', () => {
  const kept = { 'cache-control': 'max-age=60', 'content-type': 'application/json', etag: `"v1${TAG}"`, vary: 'accept-encoding' }

  test.each([
    ['HEAD', { method: 'HEAD', status: 200 }],
    ['304', { method: 'GET', status: 304 }],
    ['304 to HEAD', { method: 'HEAD', status: 304 }],
  ])('%s promises what GET of an inspected type keeps', (_, settlement) => {
    const got = settle(FULL, { ...settlement, hasBody: false, bodyLength: 0 })
    expect(got).toMatchObject(kept)
    for (const name of ['content-length', 'accept-ranges', 'last-modified', 'repr-digest', 'content-md5', 'x-goog-hash'])
      expect([name, got[name]]).toEqual([name, undefined])
  })

  test('HEAD of a type that is not read keeps everything', () => {
    const init = {
      'content-type': 'video/mp4',
      'content-length': '900',
      'accept-ranges': 'bytes',
      etag: '"v1"',
      'last-modified': 'x',
    }
    expect(settle(init, { method: 'HEAD', hasBody: false })).toEqual(init)
  })

  test('HEAD keeps the coding that GET names', () => {
    expect(settle({ 'content-encoding': 'gzip' }, { method: 'HEAD', hasBody: false, coding: '' })).toEqual({
      'content-encoding': 'gzip',
    })
  })

  test.each([204, 205, 103])('%i has no length', (status) => {
    expect(settle({ 'content-length': '5', 'x-a': '1' }, { status, hasBody: false })).toEqual({ 'x-a': '1' })
  })

  test('of a side that is not enforced is left alone', () => {
    expect(settle(FULL, { method: 'HEAD', hasBody: false, enforced: false })).toEqual(FULL)
  })
})

describe('entity tags', () => {
  test.each([
    ['"abc"', `"abc${TAG}"`],
    ['W/"abc"', `W/"abc${TAG}"`],
    ['""', `"${TAG}"`],
    [' "a,b" ', `"a,b${TAG}"`],
    ['abc', null],
    ['"a"b"', null],
    ['"', null],
    ['w/"abc"', null],
    ['"a", "b"', null],
  ])('%j goes out as %j', (tag, out) => {
    const headers = new Headers({ etag: tag })
    mapValidators(headers, VERSION)
    expect(headers.get('etag')).toBe(out)
  })

  test('what goes out comes back as the origin gave it', () => {
    for (const tag of ['"abc"', 'W/"abc"', '""', '"a,b"', '"W/"', `"twice${TAG}"`]) {
      const answer = new Headers({ etag: tag })
      mapValidators(answer, VERSION)
      for (const name of ['if-none-match', 'if-match', 'if-range']) {
        const request = new Headers({ [name]: answer.get('etag')! })
        unmapValidators(request, VERSION, 'GET')
        expect([name, request.get(name)]).toEqual([name, tag])
      }
    }
  })

  test('two layers in a row take off what each put on', () => {
    const headers = new Headers({ etag: '"abc"' })
    mapValidators(headers, VERSION)
    mapValidators(headers, 'ffffffff')
    const request = new Headers({ 'if-none-match': headers.get('etag')! })
    unmapValidators(request, 'ffffffff', 'GET')
    unmapValidators(request, VERSION, 'GET')
    expect(request.get('if-none-match')).toBe('"abc"')
  })

  test.each([
    ['another policy', '"abc-dlp.89abcdef"', null],
    ['a bare tag', '"abc"', null],
    ['a bare weak tag', 'W/"abc"', null],
    ['a list, one of ours', `"x", W/"abc${TAG}", "y-dlp.89abcdef"`, 'W/"abc"'],
    ['a list, two of ours', `"a${TAG}","b,c${TAG}"`, '"a", "b,c"'],
    ['any', '*', null],
    ['no tag at all', 'abc', null],
    ['a quote that never closes', `"abc${TAG}`, null],
    ['many quotes', '"'.repeat(5000), null],
  ])('If-None-Match: of %s the origin sees what this policy made', (_, sent, seen) => {
    const headers = new Headers({ 'if-none-match': sent })
    unmapValidators(headers, VERSION, 'GET')
    expect(headers.get('if-none-match')).toBe(seen)
  })

  test.each(['if-match', 'if-range'])('%s: tags that are not of this policy stay, and fail at the origin', (name) => {
    for (const tag of ['"abc-dlp.89abcdef"', '"abc"', 'Sat, 01 Feb 2031 03:04:05 GMT']) {
      const headers = new Headers({ [name]: tag })
      unmapValidators(headers, VERSION, 'GET')
      expect(headers.get(name)).toBe(tag)
    }
  })

  test('dates cannot revalidate; a date that guards a write stays', () => {
    const headers = new Headers({ 'if-modified-since': 'x', 'if-unmodified-since': 'y' })
    unmapValidators(headers, VERSION, 'GET')
    expect(Object.fromEntries(headers)).toEqual({ 'if-unmodified-since': 'y' })
  })

  test('a change of policy between two requests ends in a full answer', () => {
    // The origin's 304 is what must not happen: it would go on with a copy scrubbed by another policy.
    const origin = (request: Headers) => (request.get('if-none-match') === '"v1"' ? 304 : 200)
    const answer = new Headers({ etag: '"v1"' })
    mapValidators(answer, 'aaaaaaaa')
    const again = (version: string) => {
      const request = new Headers({ 'if-none-match': answer.get('etag')!, 'if-modified-since': 'x' })
      unmapValidators(request, version, 'GET')
      return origin(request)
    }
    expect([again('aaaaaaaa'), again('bbbbbbbb')]).toEqual([304, 200])
  })
})

describe('idempotence', () => {
  test('settling twice with nothing edited changes only the tag', () => {
    const headers = new Headers({ 'content-type': 'text/plain', 'content-length': '3' })
    for (let i = 0; i < 2; i++) settleHeaders(headers, BASE)
    expect(Object.fromEntries(headers)).toEqual({ 'content-length': '3', 'content-type': 'text/plain' })
  })
})
