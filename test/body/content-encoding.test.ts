import { expect, test } from 'vitest'
import { readContentEncoding } from '../../src/body/content-encoding.ts'

test.each([
  [null, []],
  ['', []],
  ['identity', []],
  [' , identity ,, ', []],
  ['gzip', ['gzip']],
  ['GZip', ['gzip']],
  ['x-gzip', ['gzip']],
  ['deflate', ['deflate']],
  ['br', ['br']],
  ['\tgzip , identity,\tbr ', ['gzip', 'br']],
  ['deflate, gzip', ['deflate', 'gzip']],
])('reads %j', (value, codings) => {
  expect(readContentEncoding(value, 2)).toEqual({ codings })
})

test.each([
  ['zstd', 'zstd'],
  ['gzip, compress', 'compress'],
  ['x-compress', 'x-compress'],
  ['gzip;q=1', ''],
  ['constructor', 'constructor'],
  ['a value that is no name', ''],
  [`x${'y'.repeat(60)}`, ''],
])('cannot read %j, and repeats only what can be a name', (value, name) => {
  expect(readContentEncoding(value, 2)).toEqual({ codings: [], fault: 'coding-unsupported', name })
})

test('more codings than allowed are over the limit; what changes nothing does not count', () => {
  expect(readContentEncoding('gzip, gzip, gzip', 2)).toEqual({ codings: [], fault: 'decode-limit' })
  expect(readContentEncoding('gzip, identity, , gzip', 2).codings).toEqual(['gzip', 'gzip'])
  expect(readContentEncoding('gzip', 0).fault).toBe('decode-limit')
})
