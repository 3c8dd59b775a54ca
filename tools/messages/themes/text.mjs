// Plain text, what is read as text, and bodies without a type.
import { RAW } from '../encodings.mjs'
import { encode, fill, fromSpans, marked } from '../parts.mjs'

const PII = ['credit_card', 'iban', 'us_ssn', 'email']
const TYPES = {
  plain: ['text/plain; charset=utf-8', '§'],
  log: ['text/plain', '2026-03-02 10:14:11 INFO note saved: §\n2026-03-02 10:14:12 INFO done\n'],
  html: [
    'text/html; charset=utf-8',
    '<!doctype html>\n<html><body><h1>Ticket</h1><p class="note">§</p><p>Bye</p></body></html>\n',
  ],
  xml: ['application/xml', '<?xml version="1.0"?>\n<note lang="en"><body>§</body></note>'],
  csv: ['text/csv', 'id,note,done\n1,"§",yes\n2,none,no\n'],
  markdown: ['text/markdown', '# Call\n\n* §\n* second point\n'],
  multipart: [
    'multipart/form-data; boundary=----shop7',
    '------shop7\r\nContent-Disposition: form-data; name="message"\r\n\r\n§\r\n------shop7--\r\n',
  ],
  script: ['application/javascript', 'window.__note = "§";\nexport default 1\n'],
  yaml: ['application/yaml', 'kind: Note\nspec:\n  text: "§"\n'],
  untyped: [undefined, '§'],
  octets: ['application/octet-stream', 'note: §\n'],
}
const DATABASE = `${'postgres'}://shop_rw:${'v4mpir3Gate'}@db-3:5432/shop`

export default function text(corpora) {
  const out = []
  const simple = ({ text }) => !/[<>&"'\n\u0370-\u03ff]/.test(text)
  const prose = corpora.pick('pii_presidio_research', PII, simple).filter((_, i) => i % 7 === 2)
  const records = [
    ...prose.slice(0, 14),
    ...corpora.pick('pii_small_suites', PII, simple).slice(0, 2),
    ...corpora.pick('ids_stdnum_titled', ['iban'], simple).slice(5, 8),
  ]
  const names = Object.keys(TYPES)
  records.forEach((record, i) => {
    const name = names[i % names.length]
    const [type, template] = TYPES[name]
    out.push({
      id: `text.${name}.${i + 1}`,
      note: `prose in ${type ?? 'a body without a type'}, ${record.id}`,
      origin: 'corpus-spans',
      policy: ['redact-pii', 'mask-cards', 'stream'][i % 3],
      direction: (i >> 1) % 2 ? 'request' : 'response',
      url: '/notes',
      type,
      parts: fill(template, encode(fromSpans(record.text, record.acted), RAW)),
      ...(name === 'octets' ? { receipt: { remarks: ['read-as: text', 'untyped'] } } : {}),
    })
  })
  corpora
    .pick('secrets_secretlint', ['private_key'])
    .slice(3, 5)
    .forEach((record, i) => {
      out.push({
        id: `text.private-key.${i + 1}`,
        note: `a key file, ${record.id}`,
        origin: 'corpus-spans',
        policy: i ? 'stream-secrets' : 'redact-secrets',
        direction: i ? 'request' : 'response',
        url: '/id_rsa',
        type: 'text/plain',
        parts: fromSpans(record.text, record.acted),
      })
    })
  const lines = corpora.pick('secrets_gitleaks', ['slack_token', 'aws_access_key', 'github_token'], ({ text }) =>
    /^\w+ = /.test(text),
  )
  lines
    .filter((_, i) => i % 4 === 0)
    .slice(0, 3)
    .forEach((record, i) => {
      out.push({
        id: `text.secret.${i + 1}`,
        note: `a line of a settings file, ${record.id}`,
        origin: 'corpus-spans',
        policy: 'redact-secrets',
        direction: 'response',
        url: '/.env',
        type: 'text/plain',
        parts: fromSpans(record.text, record.acted),
      })
    })
  const benign = [
    ['benign_text', 9000, 'text/plain', 0],
    ['benign_html', 25000, 'text/html', 0],
    ['benign_code', 1200, 'application/javascript', 0],
    ['benign_code', 1200, 'text/plain', 1],
    ['benign_openapi', 2500, 'application/yaml', 0],
  ]
  benign.forEach(([name, most, type, at], i) => {
    const record = corpora.benign(name, most)[at]
    if (record === undefined) return
    out.push({
      id: `text.${name.replace('_', '-')}.${i + 1}`,
      note: `nothing to find, ${record.id}`,
      origin: 'corpus-spans',
      policy: i % 2 ? 'stream' : 'redact-pii',
      direction: i % 2 ? 'request' : 'response',
      url: '/files',
      type,
      parts: fromSpans(record.text, []),
    })
  })

  const add = (name, note, policy, direction, body, more = {}) =>
    out.push({ id: `text.${name}`, note, policy, direction, url: '/text', type: 'text/plain', parts: marked(body), ...more })
  const MAIL = '⟦email|j.okafor@brightwellclinic.org⟧'
  const CARD = '⟦credit-card|4539578763621486⟧'
  add(
    'drop',
    'drop: text has no field to drop, so the value is redacted: what stood on both sides must not join',
    'drop',
    'response',
    'Pay with ⟦credit-card>[redacted:CREDIT_CARD]|4539578763621486⟧ today.',
  )
  add('hash', 'hash in text', 'hash', 'request', `${MAIL} wrote to ⟦email|mara.lindqvist@nordhavn-logistik.se⟧, cc ${MAIL}\n`)
  add('start-and-end', 'values at the first and at the last byte', 'redact-pii', 'request', `${MAIL} … ${CARD}`)
  const trace = `Error: charge failed for ${CARD}\n    at charge (/srv/shop/pay.js:41:13)\nconnection: "⟦database-url|${DATABASE}⟧"\n`
  add('stack-trace', 'an error page that leaks', 'redact-all', 'response', trace, { status: 500 })
  add('json-in-text', 'JSON without a type', 'redact-pii', 'request', `{"mail":"${MAIL}"}`, {
    type: undefined,
    receipt: { remarks: undefined },
  })
  add('wrong-type', 'JSON that says it is a picture', 'redact-pii', 'response', `{"mail":"${MAIL}"}`, {
    type: 'image/png',
    receipt: { remarks: undefined },
  })
  add('status-404', 'errors are inspected like any answer', 'redact-pii', 'response', `no user ${MAIL}`, { status: 404 })
  add('empty', 'an empty body', 'redact-pii', 'request', '', { bodiless: true, length: true, event: null, receipt: null })
  return out
}
