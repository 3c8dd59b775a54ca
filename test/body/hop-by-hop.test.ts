import { expect, test } from 'vitest'
import { dropHopByHop } from '../../src/body/hop-by-hop.ts'

function left(init: Record<string, string>): string[] {
  const headers = new Headers(init)
  dropHopByHop(headers)
  return [...headers].map(([name]) => name)
}

test('what is of one hop goes, the rest stays', () => {
  const hop = [
    'connection',
    'keep-alive',
    'proxy-connection',
    'proxy-authenticate',
    'proxy-authorization',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
  ]
  expect(left({ ...Object.fromEntries(hop.map((name) => [name, 'x'])), 'content-type': 'text/plain', via: '1.1 a' })).toEqual([
    'content-type',
    'via',
  ])
  expect(left({ te: 'trailers', accept: '*/*' })).toEqual(['accept'])
})

test('what Connection names goes too, in any case and with any space', () => {
  expect(left({ connection: 'close, X-One ,,\tx-two', 'x-one': '1', 'x-two': '2', 'x-three': '3' })).toEqual(['x-three'])
})

test('Connection cannot take away what the message is read by', () => {
  const end = {
    authorization: 'Bearer x',
    'content-encoding': 'gzip',
    'content-length': '3',
    'content-type': 'text/plain',
    cookie: 'a=b',
    host: 'h',
    'x-forwarded-for': '::1',
  }
  expect(left({ ...end, connection: Object.keys(end).join(', ') })).toEqual(Object.keys(end))
})

test('names that are none are passed over', () => {
  expect(left({ connection: 'a b, "x", =, x:y, close', accept: 'x' })).toEqual(['accept'])
})
