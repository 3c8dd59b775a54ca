// Content codings: one and two members, zlib and raw deflate, br; edited, clean, observed; both directions.
import { FORM, RAW } from '../encodings.mjs'
import { encode, fill, fromSpans, marked } from '../parts.mjs'
import { jsonBody } from '../shapes.mjs'

const PII = ['credit_card', 'iban', 'us_ssn', 'email']
const FORM_TYPE = 'application/x-www-form-urlencoded'
const VARIANTS = [
  'gzip',
  'gzip2',
  'zlib',
  'raw',
  'br',
  'gzip',
  'gzip2',
  'br',
  'gzipFields',
  'gzipEmptyMember',
  'gzipStored',
  'xgzip',
  'rawStored',
  'deflateThenGzip',
]
const MD5 = 'Q2hlY2sgSW50ZWdyaXR5IQ=='

/** br is the one coding that stock Fastly cannot read: refused there, by name. */
function onFastly({ coding, direction, policy }) {
  if (coding !== 'br') return undefined
  if (policy === 'observe') {
    return {
      decision: 'not-inspected',
      edits: [],
      receipt: { notInspectedReasons: ['coding-unsupported'] },
      event: { decision: 'not-inspected', findings: [] },
    }
  }
  const request = direction === 'request'
  return {
    decision: 'blocked',
    status: request ? 415 : 502,
    reason: 'coding-unsupported',
    ...(request ? { answerHeaders: { 'accept-encoding': { has: 'gzip' } } } : {}),
    edits: [],
    event: { decision: 'blocked' },
  }
}

export default function coded(corpora) {
  const out = []
  const add = (spec) => out.push({ url: '/coded', ...spec, fastly: onFastly(spec) })
  const prose = corpora
    .pick('pii_presidio_research', PII, ({ text }) => !/[\u0370-\u03ff]/.test(text))
    .filter((_, i) => i % 6 === 3)
  const rows = corpora.pick('pii_json_rows', PII, ({ text }) => text.includes('"NationalID": ""')).slice(16)
  VARIANTS.forEach((coding, i) => {
    const policy = ['redact-pii', 'mask-cards', 'redact-pii', 'stream'][i % 4]
    for (const direction of ['request', 'response']) {
      const late = direction === 'response'
      const record = prose[2 * i + (late ? 1 : 0)]
      const text = fromSpans(record.text, record.acted)
      const row = rows[i >> 2]
      const [type, parts, source] =
        i % 4 === 0 && !late
          ? ['application/json', fromSpans(row.text, row.acted), row.id]
          : i % 3 === 0
            ? ['application/json', jsonBody('ticket', text), record.id]
            : i % 3 === 1 && !late
              ? [FORM_TYPE, fill('a=1&text=§', encode(text, FORM.browser)), record.id]
              : ['text/plain; charset=utf-8', encode(text, RAW), record.id]
      add({
        id: `coded.${coding}.${direction}.${i + 1}`,
        note: `${coding}, edited, ${source}`,
        origin: 'corpus-spans',
        policy,
        direction,
        type,
        coding,
        parts,
        ...(late ? { headers: [['vary', 'accept-encoding']], expectHeaders: { vary: { has: 'accept-encoding' } } } : {}),
      })
    }
  })

  const type = 'application/json'
  const clean =
    '{"status":"ok","items":[{"sku":"LMP-2201","qty":3},{"sku":"LMP-2202","qty":1}],"note":"nothing here, nothing here, nothing here"}'
  for (const [i, coding] of ['gzip', 'gzip2', 'zlib', 'raw', 'br', 'deflateThenGzip'].entries()) {
    add({
      id: `coded.clean.${coding}`,
      note: `${coding}, clean: the original bytes leave`,
      policy: 'redact-pii',
      direction: i % 2 ? 'response' : 'request',
      type,
      coding,
      parts: marked(clean),
      length: i === 0,
      ...(i % 2 ? {} : { headers: [['content-md5', MD5]], expectHeaders: { 'content-md5': MD5 } }),
      expect: { rawUnchanged: true },
    })
  }
  add({
    id: 'coded.clean.stream',
    note: 'gzip, clean and streamed: content equal, coding true',
    policy: 'stream',
    direction: 'response',
    type,
    coding: 'gzip',
    parts: marked(clean),
  })
  const two = '{"mail":"⟦email|j.okafor@brightwellclinic.org⟧","card":"⟦credit-card|4539578763621486⟧"}'
  for (const coding of ['gzip2', 'raw', 'br']) {
    add({
      id: `coded.observed.${coding}`,
      note: `${coding}, observed: bytes as they came, findings counted`,
      policy: 'observe',
      direction: coding === 'raw' ? 'response' : 'request',
      type,
      coding,
      parts: marked(two),
      expect: { rawUnchanged: true },
    })
  }
  add({
    id: 'coded.drop.gzip',
    note: 'gzip, a dropped field',
    policy: 'drop',
    direction: 'request',
    type,
    coding: 'gzip',
    parts: marked('{"card":⟦credit-card>null|"4539578763621486"⟧}'),
  })
  const three = '["⟦email|j.okafor@brightwellclinic.org⟧","⟦email|j.okafor@brightwellclinic.org⟧","⟦us-ssn|536-22-8731⟧"]'
  add({
    id: 'coded.hash.zlib',
    note: 'zlib, equal marks for equal values',
    policy: 'hash',
    direction: 'response',
    type,
    coding: 'zlib',
    parts: marked(three),
  })
  const log = Array.from(
    { length: 400 },
    (_, i) => `2026-03-02 10:${String(i % 60).padStart(2, '0')}:11 INFO job ${i % 7} done in ${(i * 37) % 900} ms\n`,
  )
  // Digits kept right before those of a date could be a number's: then none are kept. So a word stands between.
  log.splice(250, 0, 'user ⟦email|j.okafor@brightwellclinic.org⟧ paid with ⟦credit-card|4539578763621486⟧, thanks\n')
  for (const coding of ['gzip', 'br']) {
    add({
      id: `coded.long.${coding}`,
      note: `${coding}, a log of 18 KB with one line of values`,
      policy: coding === 'gzip' ? 'redact-pii' : 'mask-cards',
      direction: 'response',
      type: 'text/plain',
      coding,
      parts: marked(log.join('')),
    })
  }
  return out
}
