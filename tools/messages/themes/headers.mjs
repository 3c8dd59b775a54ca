// Headers settled after an edit, kept without one; bodies that are not there; what the gateway says to the origin.
import { marked } from '../parts.mjs'

const type = 'application/json'
const MD5 = ['content-md5', 'Q2hlY2sgSW50ZWdyaXR5IQ==']
const DIGESTS = [
  MD5,
  ['digest', `sha-256=${'A'.repeat(43)}=`],
  ['content-digest', `sha-256=:${'A'.repeat(43)}=:`],
  ['repr-digest', `sha-256=:${'B'.repeat(43)}=:`],
]
const MODIFIED = 'Mon, 02 Mar 2026 09:00:00 GMT'
const TAG = ['etag', '"v41"']
const notTag = { etag: { not: '"v41"' } }
const each = (headers, expected) =>
  Object.fromEntries(headers.map(([name, value]) => [name, expected === undefined ? value : expected]))
const leak = marked('{"mail":"⟦email|j.okafor@brightwellclinic.org⟧","n":1}')
const clean = marked('{"mail":"none","n":1}')

export default function headers() {
  const out = []
  const add = (name, note, spec) =>
    out.push({ id: `headers.${name}`, note, policy: 'redact-pii', direction: 'response', url: '/profile', type, ...spec })
  add('edited.response', 'edited: length true, digests and ranges gone, validators of this policy', {
    parts: leak,
    length: true,
    headers: [...DIGESTS, TAG, ['last-modified', MODIFIED], ['accept-ranges', 'bytes'], ['x-request-cost', '3']],
    expectHeaders: {
      ...each(DIGESTS, null),
      ...notTag,
      'last-modified': { not: MODIFIED },
      'accept-ranges': { not: 'bytes' },
      'x-request-cost': '3',
    },
  })
  add('edited.request', 'an edited request: length true, digests gone', {
    direction: 'request',
    parts: leak,
    length: true,
    headers: [...DIGESTS, ['x-client', 'a, b'], ['authorization', 'Basic c2hvcDo=']],
    expectHeaders: { ...each(DIGESTS, null), 'x-client': 'a, b', authorization: 'Basic c2hvcDo=' },
  })
  const kept = [...DIGESTS, ['vary', 'accept, origin'], ['cache-control', 'private, max-age=5']]
  add('clean.response', 'clean and taken whole: digests and length stay', {
    parts: clean,
    length: true,
    headers: kept,
    expectHeaders: { ...each(kept), 'content-length': '*' },
    expect: { rawUnchanged: true },
  })
  add('clean.request', 'a clean request keeps its digests and length', {
    direction: 'request',
    parts: clean,
    length: true,
    headers: DIGESTS,
    expectHeaders: { ...each(DIGESTS), 'content-length': '*' },
    expect: { rawUnchanged: true },
  })
  add('clean.etag', 'the bare tag of the origin is not handed on', { parts: clean, headers: [TAG], expectHeaders: notTag })
  add('weak.etag', 'a weak tag is not handed on either', {
    parts: leak,
    headers: [['etag', 'W/"v41"']],
    expectHeaders: { etag: { not: 'W/"v41"' } },
  })
  add('stream.clean', 'a streamed answer is written as an edited one', {
    policy: 'stream',
    parts: clean,
    headers: [...DIGESTS, TAG],
    length: true,
    expectHeaders: { ...each(DIGESTS, null), ...notTag },
  })
  add('stream.edited', 'streamed and edited', {
    policy: 'stream',
    parts: leak,
    headers: DIGESTS,
    length: true,
    expectHeaders: each(DIGESTS, null),
  })
  add('coded.edited', 'coded and edited: coding true, Vary kept', {
    coding: 'gzip',
    parts: leak,
    length: true,
    headers: [['vary', 'Accept-Encoding'], MD5, TAG],
    expectHeaders: { 'content-md5': null, ...notTag, vary: { has: 'accept-encoding' } },
  })
  const cookies = [
    ['set-cookie', 'sid=31; Path=/'],
    ['set-cookie', 'theme=dark; Path=/'],
  ]
  add('cookies', 'two cookies stay two', {
    parts: leak,
    headers: cookies,
    expectHeaders: { 'set-cookie': 'sid=31; Path=/, theme=dark; Path=/' },
  })
  add('redirect', 'a redirect is answered, not followed, and inspected', {
    status: 302,
    parts: leak,
    headers: [['location', '/elsewhere']],
    expectHeaders: { location: '/elsewhere' },
  })

  const none = { bodiless: true, event: null, receipt: null }
  add('head', 'HEAD says nothing that GET would not', {
    method: 'HEAD',
    ...none,
    headers: [['content-length', '120'], ...DIGESTS, TAG],
    expectHeaders: { ...each(DIGESTS, null), 'content-length': null, ...notTag },
  })
  const cost = ['x-request-cost', '1']
  add('no-content', '204 has no body and no length', {
    status: 204,
    type: undefined,
    ...none,
    headers: [cost],
    expectHeaders: { 'content-length': null, ...each([cost]) },
  })
  add('not-modified', '304 does not hand on the bare tag', {
    status: 304,
    type: undefined,
    ...none,
    headers: [TAG],
    expectHeaders: notTag,
  })
  const get = { direction: 'request', method: 'GET', type: undefined, ...none }
  add('conditional', 'a tag that this policy did not give is not asked about', {
    ...get,
    headers: [
      ['if-none-match', '"v41"'],
      ['if-modified-since', MODIFIED],
    ],
    expectHeaders: { 'if-none-match': null, 'if-modified-since': null },
  })
  add('range', 'a range is forwarded', {
    ...get,
    url: '/movie.mp4',
    headers: [['range', 'bytes=0-99']],
    expectHeaders: { range: 'bytes=0-99' },
  })
  add('query', 'path and query are left alone, with a value in them too', {
    ...get,
    url: '/a%20b/%C3%A9?mail=j.okafor%40brightwellclinic.org&x=%2B&y',
    headers: [['x-odd', 'a=1; b="c"']],
    expectHeaders: { 'x-odd': 'a=1; b="c"' },
  })
  add('forwarded', 'the origin is told who asked', {
    ...get,
    expectHeaders: { 'x-forwarded-proto': '*', 'x-forwarded-host': '*' },
  })
  return out
}
