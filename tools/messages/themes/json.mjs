// JSON: rows, prose in fields, JSON in strings, numbers, escapes, broken documents.
import { JSON_TEXT } from '../encodings.mjs'
import { fromSpans, marked } from '../parts.mjs'
import { JSON_SHAPES, jsonBody, NESTED_SHAPES, nestedBody } from '../shapes.mjs'

const PII = ['credit_card', 'iban', 'us_ssn', 'email']
const type = 'application/json'
const side = (i) => (i % 2 ? 'response' : 'request')
const greek = /[\u0370-\u03ff]/

export default function json(corpora) {
  const out = []
  const fromCorpus = (spec) => out.push({ origin: 'corpus-spans', type, ...spec })
  const prose = (label, from, to) =>
    corpora
      .pick('pii_presidio_research', PII, ({ acted, text }) => acted.some((span) => span.label === label) && !greek.test(text))
      .slice(from, to)

  // Rows of a customer table: the body is the record's own text. Of national ids only those are taken that the corpus marks.
  const complete = ({ acted, text }) =>
    acted.length >= 2 && (text.includes('"NationalID": ""') || acted.some((span) => span.label === 'us_ssn'))
  const rows = corpora.pick('pii_json_rows', PII, complete)
  rows.slice(0, 16).forEach((record, i) => {
    fromCorpus({
      id: `json.row.${i + 1}`,
      note: `a row of a customer table, ${record.id}`,
      policy: ['redact-pii', 'mask-cards', 'redact-pii', 'stream'][i % 4],
      direction: side(i),
      url: '/customers',
      type: i % 3 ? type : 'application/json; charset=utf-8',
      parts: fromSpans(record.text, record.acted),
    })
  })

  const texts = [...prose('us_ssn', 0, 8), ...prose('iban', 0, 7), ...prose('email', 0, 9), ...prose('credit_card', 0, 8)]
  const styles = ['plain', 'plain', 'ascii', 'plain', 'slash', 'plain', 'html']
  const shapes = Object.keys(JSON_SHAPES)
  texts.forEach((record, i) => {
    const shape = shapes[i % shapes.length]
    const style = styles[i % styles.length]
    const [method, url] = JSON_SHAPES[shape]
    fromCorpus({
      id: `json.${shape}.${i + 1}`,
      note: `prose in a string, ${style} escapes, ${record.id}`,
      policy: i % 5 === 3 ? 'hash' : i % 5 === 1 ? 'mask-cards' : 'redact-pii',
      direction: side(i),
      method: i % 2 ? 'GET' : method,
      url,
      type: shape === 'comment' ? 'application/vnd.github+json' : type,
      parts: jsonBody(shape, fromSpans(record.text, record.acted), JSON_TEXT[style]),
    })
  })
  prose('credit_card', 10, 16).forEach((record, i) => {
    const shape = Object.keys(NESTED_SHAPES)[i % 2]
    const style = ['plain', 'ascii', 'all'][i % 3]
    fromCorpus({
      id: `json.nested.${i + 1}`,
      note: `JSON in a string of JSON (${shape}; inner escapes ${style}), ${record.id}`,
      policy: i % 2 ? 'mask-cards' : 'redact-pii',
      direction: side(i >> 1),
      url: NESTED_SHAPES[shape][1],
      parts: nestedBody(shape, fromSpans(record.text, record.acted), JSON_TEXT[style]),
    })
  })
  const documents = corpora.pick(
    'secrets_gitleaks',
    ['github_token', 'slack_token', 'stripe_key', 'aws_access_key'],
    ({ text }) => text.startsWith('{'),
  )
  documents
    .filter((_, i) => i % 2 === 0)
    .slice(0, 5)
    .forEach((record, i) => {
      fromCorpus({
        id: `json.secret.${i + 1}`,
        note: `a settings document with a credential, ${record.id}`,
        policy: 'redact-secrets',
        direction: side(i + 1),
        url: '/settings',
        parts: fromSpans(record.text, record.acted),
      })
    })
  corpora
    .pick('secrets_secretlint', ['private_key'])
    .slice(0, 3)
    .forEach((record, i) => {
      fromCorpus({
        id: `json.private-key.${i + 1}`,
        note: `a PEM key in a string, its line ends escaped, ${record.id}`,
        policy: i === 1 ? 'stream-secrets' : 'redact-secrets',
        direction: side(i),
        url: '/keys',
        parts: jsonBody('document', fromSpans(record.text, record.acted)),
      })
    })
  corpora
    .pick('pii_presidio_research', ['ip_address'])
    .slice(0, 3)
    .forEach((record, i) => {
      fromCorpus({
        id: `json.ip.${i + 1}`,
        note: `a public address in prose, ${record.id}`,
        policy: 'redact-network',
        direction: side(i),
        url: '/tickets',
        parts: jsonBody(shapes[i], fromSpans(record.text, record.acted)),
      })
    })
  corpora
    .benign('benign_json', 5000)
    .slice(0, 6)
    .forEach((record, i) => {
      fromCorpus({
        id: `json.benign.${i + 1}`,
        note: `nothing to find, ${record.id}`,
        policy: i % 2 ? 'redact-pii' : 'stream',
        direction: side(i),
        url: '/data',
        parts: fromSpans(record.text, []),
        // Some records are pieces of a larger document.
        receipt: { remarks: isJson(record.text) ? [] : ['malformed'] },
      })
    })
  return [...out, ...byHand()]
}

function isJson(text) {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const sixty = Array.from(
  { length: 30 },
  (_, i) => `{"id":${i},"mail":"⟦email|user${i}@brightwellclinic.org⟧","ssn":"⟦us-ssn|536-22-87${31 + i}⟧"}`,
)
const KEY_ID = `${'AKIA'}Q3VZ7N2MXKTWB5DR`
const SECRET_KEY = `${'r8TqLw2ZpXv6NbYk4HsJ'}${'m1CdFg9Ae+7uQoRi/5xE'}`
const DATABASE = `${'postgres'}://shop_rw:${'v4mpir3Gate'}@db-3:5432/shop`

function byHand() {
  const out = []
  const add = (name, note, policy, direction, text, more = {}) =>
    out.push({ id: `json.${name}`, note, policy, direction, url: '/orders', type, parts: marked(text), ...more })
  const request = (name, note, policy, text, more) => add(name, note, policy, 'request', text, more)
  const response = (name, note, policy, text, more) => add(name, note, policy, 'response', text, more)

  request(
    'number',
    'a card as a number becomes a string mark',
    'redact-pii',
    '{"order":18,"card":⟦credit-card#|4539578763621486⟧,"total":12.50}',
  )
  response('number-masked', 'a masked number is a string', 'mask-cards', '{"card":⟦credit-card#|5162038477159266⟧}')
  request('number-zero', 'numbers: zero', 'numbers-zero', '{"card":⟦credit-card#>0|4539578763621486⟧,"n":1}')
  response('number-null', 'numbers: null', 'numbers-null', '[⟦credit-card#>null|6011982330471585⟧,2]')
  request(
    'number-nested',
    'a number of JSON in a string: the quotes of its mark are escaped',
    'redact-pii',
    String.raw`{"payload":"{\"card\":⟦credit-card#>\"[redacted:CREDIT_CARD]\"|4485619200377458⟧,\"qty\":1}"}`,
  )
  request(
    'ssn-by-key',
    'nine digits are a social security number by their key',
    'redact-pii',
    '{"employee":{"name":"J. Okafor","ssn":⟦us-ssn#|536228731⟧}}',
  )
  response(
    'ssn-by-key-text',
    'the same as a string',
    'redact-pii',
    '{"results":[{"social_security_number":"⟦us-ssn|401182967⟧","employeeNumber":"none"}]}',
  )
  response(
    'order-number',
    'nine digits under another key are none',
    'redact-pii',
    '{"results":[{"orderNumber":"401182967","invoice":536228731}]}',
  )
  request(
    'grouped-card',
    'spaces between groups are masked too',
    'mask-cards',
    '{"note":"card ⟦credit-card|4539 5787 6362 1486⟧ please"}',
  )
  response('dashed-card', 'dashes between groups', 'mask-cards', '{"cc":"⟦credit-card|5361-1820-9447-3012⟧"}')
  request('amex', 'fifteen digits keep four', 'mask-cards', '{"pan":"⟦credit-card|371449635398431⟧"}')
  request(
    'wrong-checksum',
    'sixteen digits that are no card',
    'redact-pii',
    '{"reference":"4539578763621487","card":"4539578763621481"}',
  )
  response(
    'iban-grouped',
    'an IBAN in groups of four',
    'redact-pii',
    '{"account":"⟦iban|NL09 RABO 0316 4829 57⟧","bank":"Rabobank"}',
  )
  response('iban-wrong', 'an IBAN with a wrong check digit', 'redact-pii', '{"account":"NL10RABO0316482957"}')
  request(
    'escapes',
    'escapes inside values',
    'redact-pii',
    String.raw`{"a":"⟦email|mara.lindqvist\u0040nordhavn-logistik.se⟧","b":"⟦credit-card|\u0034539578763621486⟧","c":"\ud83d\ude00 \"quoted\" \\ ⟦us-ssn|536-22-8731⟧ ssn"}`,
  )
  request(
    'escaped-key',
    'a key written with an escape is the same key',
    'redact-pii',
    String.raw`{"s\u0073n":"⟦us-ssn|536228731⟧"}`,
  )
  response(
    'duplicate-keys',
    'duplicate keys, order and numbers stay',
    'redact-pii',
    '{ "b":1.0, "a":9007199254740993, "a" : "⟦email|j.okafor@brightwellclinic.org⟧","b":1e400 , "z":-0.0}',
    { receipt: { remarks: undefined } },
  )
  response(
    'whitespace',
    'white space stays',
    'redact-pii',
    '\r\n\t{ "email" :\n"⟦email|j.okafor@brightwellclinic.org⟧" ,\t"n":[ ] }\n\n',
  )
  request('bom', 'a byte-order mark stays', 'redact-pii', '\ufeff{"email":"⟦email|j.okafor@brightwellclinic.org⟧"}')
  response('top-string', 'a document that is one string', 'redact-pii', '"⟦email|j.okafor@brightwellclinic.org⟧"')
  request('top-number', 'a document that is one number', 'redact-pii', '⟦credit-card#|4539578763621486⟧')
  response(
    'in-key',
    'a value as the name of a member',
    'redact-pii',
    '{"members":{"⟦email|mara.lindqvist@nordhavn-logistik.se⟧":{"role":"admin"},"team":{"role":"user"}}}',
  )
  request(
    'not-ascii',
    'values beside other scripts',
    'redact-pii',
    '{"注文":"カード ⟦credit-card|4539578763621486⟧ です","имя":"Иван ⟦email|j.okafor@brightwellclinic.org⟧"}',
  )
  response('many', 'sixty values in one body', 'redact-pii', `{"rows":[${sixty.join(',')}]}`)
  request(
    'drop',
    'drop: the whole value becomes null',
    'drop',
    '{"card":⟦credit-card>null|"4539578763621486"⟧,"mail":⟦email>null|"j.okafor@brightwellclinic.org"⟧,"n":⟦credit-card>null|5162038477159266⟧,"keep":"yes"}',
  )
  response(
    'drop-prose',
    'drop: the field that holds a value goes',
    'drop',
    '{"note":⟦us-ssn>null|"my ssn is 536-22-8731, thanks"⟧,"id":4}',
  )
  request(
    'hash-equal',
    'equal values get equal marks, others do not',
    'hash',
    '{"from":"⟦email|j.okafor@brightwellclinic.org⟧","to":["⟦email|mara.lindqvist@nordhavn-logistik.se⟧","⟦email|j.okafor@brightwellclinic.org⟧"],"card":⟦credit-card#|4539578763621486⟧}',
  )
  response(
    'hash-no-key',
    'without a key a hash is a mask',
    'hash-without-key',
    `{"mail":"⟦email>${'*'.repeat(29)}|j.okafor@brightwellclinic.org⟧"}`,
    { receipt: { remarks: ['key-missing'] } },
  )
  request(
    'marks',
    'our own marks are left alone',
    'redact-pii',
    '{"card":"[redacted:CREDIT_CARD]","mail":"[redacted:EMAIL]","ssn":"[redacted:US_SSN]","pan":"************1486","hash":"[EMAIL:bcdfghjkmnpqrstvwxzbcdfg]"}',
  )
  response(
    'beside-mark',
    'a value beside a mark is found',
    'redact-pii',
    '{"t":"[redacted:EMAIL] ⟦email|j.okafor@brightwellclinic.org⟧ [redacted:EMAIL]"}',
  )
  request(
    'malformed',
    'broken JSON is still inspected',
    'redact-pii',
    '{"email":"⟦email|j.okafor@brightwellclinic.org⟧", oops: [1,,2',
    {
      receipt: { remarks: ['malformed'] },
    },
  )
  response('truncated', 'a string without its end', 'redact-pii', '{"a":1,"email":"⟦email|j.okafor@brightwellclinic.org⟧', {
    receipt: { remarks: ['malformed'] },
  })
  request(
    'password-by-key',
    'a password by its key',
    'redact-all',
    '{"user":"okafor","password":"⟦generic-password|Kx7!vamper-31⟧","remember":true}',
  )
  response(
    'aws-pair',
    'a key id and the secret beside it',
    'redact-all',
    `{"Credentials":{"AccessKeyId":"⟦aws-access-key|${KEY_ID}⟧","SecretAccessKey":"⟦aws-secret-key|${SECRET_KEY}⟧"}}`,
  )
  response(
    'database-url',
    'a connection string with its password',
    'redact-all',
    `{"DATABASE_URL":"⟦database-url|${DATABASE}⟧","POOL":5}`,
  )
  request(
    'phones',
    'numbers in international form',
    'redact-network',
    '{"contact":{"phone":"⟦phone-number|+4915223433333⟧","mobile":"⟦phone-number|+31 6 12345678⟧"}}',
  )
  response(
    'client-ip',
    'addresses of a client, both families',
    'redact-network',
    '{"client_ip":"⟦ip-address|81.2.69.142⟧","remote_ip":"⟦ip-address|2a02:8109:9a40:1f1c:4de1:2b7a:9c33:71f0⟧","version":"81.2"}',
  )
  const seen = '{"card":"⟦credit-card|4539578763621486⟧","mail":"⟦email|j.okafor@brightwellclinic.org⟧"}'
  request('observed', 'observe: found and left alone', 'observe', seen, { length: true, expect: { rawUnchanged: true } })
  const told = [
    ['etag', '"v7"'],
    ['accept-ranges', 'bytes'],
    ['content-md5', 'Q2hlY2sgSW50ZWdyaXR5IQ=='],
  ]
  response('observed-response', 'observe: nothing of the message changes', 'observe', seen, {
    length: true,
    headers: told,
    expectHeaders: Object.fromEntries(told),
    expect: { rawUnchanged: true },
  })
  return out
}
