// Messages that must not be delivered: a rule blocks, or what came cannot be inspected and policy says no.
import { gzipSync } from 'fflate'
import { FORM, RAW } from '../encodings.mjs'
import { encode, fill, fromSpans, marked } from '../parts.mjs'
import { jsonBody } from '../shapes.mjs'

const type = 'application/json'
const both = ['request', 'response']
const SECRETS = ['aws_access_key', 'github_token', 'slack_token', 'stripe_key']
const TOKEN = `${'ghp'}_${'R7qJ2mXw9TzK4vLs8NfB3cHy6PdG1aWe5UxQ'}`
const filler = 'the quick brown fox jumps over the lazy dog, again and again. '
const gzip = (body) => Buffer.from(gzipSync(body, { level: 9, mtime: 0 }))

export default function blocked(corpora) {
  return [...byFinding(corpora), ...late(), ...unread(), ...signed()]
}

/** The corpus says where the value is; neither origin nor client may get a byte of the message. */
function byFinding(corpora) {
  const out = []
  const add = (spec) => out.push({ origin: 'corpus-spans', ...spec })
  const secrets = corpora.pick('secrets_gitleaks', SECRETS).filter((_, i) => i % 5 === 1)
  secrets.slice(0, 9).forEach((record, i) => {
    const text = fromSpans(record.text, record.acted)
    const shapes = [
      [type, jsonBody('slack', text), undefined],
      ['application/x-www-form-urlencoded', fill('command=%2Fset&text=§', encode(text, FORM.browser)), undefined],
      ['text/plain', encode(text, RAW), 'zlib'],
    ]
    const [kind, parts, coding] = record.text.startsWith('{') ? [type, text, i % 2 ? 'gzip' : undefined] : shapes[i % 3]
    add({
      id: `blocked.secret.${i + 1}`,
      note: `a credential blocks, ${record.id}`,
      policy: 'block-secrets',
      direction: both[i % 2],
      url: '/v1/settings',
      type: kind,
      coding,
      parts,
    })
  })
  corpora
    .pick('secrets_secretlint', ['private_key'])
    .slice(0, 2)
    .forEach((record, i) => {
      const parts = fromSpans(record.text, record.acted)
      add({
        id: `blocked.private-key.${i + 1}`,
        note: `a private key blocks, ${record.id}`,
        policy: 'block-secrets',
        direction: both[i],
        url: '/keys',
        type: 'text/plain',
        parts,
      })
    })
  const people = corpora.pick('pii_presidio_research', ['us_ssn', 'iban', 'credit_card', 'email']).filter((_, i) => i % 41 === 7)
  people.slice(0, 6).forEach((record, i) => {
    const text = fromSpans(record.text, record.acted)
    add({
      id: `blocked.pii.${i + 1}`,
      note: `personal data blocks, ${record.id}`,
      policy: 'block-pii',
      direction: both[i % 2],
      url: '/notes',
      type: i % 3 ? type : 'text/plain',
      parts: i % 3 ? jsonBody('document', text) : text,
    })
  })
  const hand = { policy: 'block-secrets', direction: 'request', url: '/v1/settings', type, origin: 'hand' }
  add({
    ...hand,
    id: 'blocked.mixed',
    note: 'block wins over an edit',
    parts: marked(`{"card":"⟦credit-card|4539578763621486⟧","token":"⟦github-token|${TOKEN}⟧"}`),
  })
  add({
    ...hand,
    id: 'blocked.mask-alone',
    note: 'the same policy without a credential edits',
    parts: marked('{"card":"⟦credit-card|4539578763621486⟧","token":"none"}'),
  })
  return out
}

/** The decision comes when part of the message has left. */
function late() {
  const out = []
  const text = marked(
    `${filler.repeat(12)}mail ⟦email|j.okafor@brightwellclinic.org⟧ and ${filler.repeat(3)}token ⟦github-token|${TOKEN}⟧ ${filler.repeat(2)}`,
  )
  const abort = {
    policy: 'late-abort',
    type: 'text/plain',
    url: '/upload',
    parts: text,
    expect: { decision: 'aborted' },
    event: { findings: undefined, reason: 'finding' },
  }
  const findings = [
    { rule: 'email', count: 1 },
    { rule: 'github-token', count: 1 },
  ]
  for (const direction of both) {
    out.push({
      ...abort,
      id: `blocked.late-abort.${direction}`,
      note: 'longer than what is taken whole: the message is cut',
      direction,
    })
    out.push({
      id: `blocked.late-redact.${direction}`,
      note: 'longer than what is taken whole: the value is redacted',
      policy: 'late-redact',
      direction,
      url: '/upload',
      type: 'text/plain',
      parts: text,
      expect: { decision: 'edited' },
      event: { findings },
    })
    const short = marked(`{"token":"⟦github-token|${TOKEN}⟧"}`)
    out.push({
      id: `blocked.early.${direction}`,
      note: 'short enough to be taken whole: refused',
      policy: 'late-abort',
      direction,
      url: '/upload',
      type,
      parts: short,
    })
  }
  out.push({ ...abort, id: 'blocked.late-abort.gzip', note: 'the same under gzip', direction: 'response', coding: 'gzip' })
  return out
}

/** What cannot be inspected, refused by default. `status`: of the answer to a request; a response is answered 502. */
function unread() {
  const out = []
  const refuse = (name, note, reason, status, spec) => {
    for (const direction of spec.directions ?? both) {
      const request = direction === 'request'
      out.push({
        id: `blocked.${name}.${direction}`,
        note,
        url: '/upload',
        policy: 'redact-pii',
        type,
        ...spec,
        direction,
        expect: {
          decision: 'blocked',
          status: request ? status : 502,
          reason,
          ...(request && status === 415 ? { answerHeaders: { 'accept-encoding': { has: 'gzip' } } } : {}),
        },
      })
    }
  }
  const zstd = Buffer.from('28b52ffd200d690000686920746865726521217b7d', 'hex')
  refuse('zstd', 'a coding nobody here reads', 'coding-unsupported', 415, {
    bytes: zstd,
    headers: [['content-encoding', 'zstd']],
  })
  refuse('unknown-coding', 'a coding that does not exist', 'coding-unsupported', 415, {
    bytes: Buffer.from('{"a":1}'),
    headers: [['content-encoding', 'rot13']],
  })
  refuse('three-codings', 'more codings than two', 'decode-limit', 413, { bytes: Buffer.from('{"a":1}'), coding: 'gzip3' })
  refuse('bomb', 'two megabytes of spaces in two kilobytes', 'decode-limit', 413, {
    bytes: gzip(Buffer.alloc(2 << 20, 0x20)),
    headers: [['content-encoding', 'gzip']],
  })
  const cut = gzip(Buffer.from('{"mail":"j.okafor@brightwellclinic.org","note":"cut"}')).subarray(0, 40)
  refuse('truncated-gzip', 'gzip without its end', undefined, undefined, { bytes: cut, headers: [['content-encoding', 'gzip']] })
  refuse('size', 'longer than what may be inspected', 'size-limit', 413, {
    policy: 'small-limits',
    type: 'text/plain',
    bytes: Buffer.from(filler.repeat(30)),
  })
  const nested = `${'['.repeat(24)}"j.okafor@brightwellclinic.org"${']'.repeat(24)}`
  refuse('depth', 'nested deeper than what may be read', 'depth-limit', 403, {
    policy: 'small-limits',
    bytes: Buffer.from(nested),
  })
  refuse('depth-default', 'two thousand levels', 'depth-limit', 403, {
    // A value at the bottom: a body in which nothing can be is not read, and so never too deep.
    bytes: Buffer.from(`${'{"a":'.repeat(2000)}"j.okafor@brightwellclinic.org"${'}'.repeat(2000)}`),
  })
  refuse('ebcdic', 'a charset whose letters are not ASCII', 'charset-unsupported', 403, {
    type: 'text/plain; charset=ibm037',
    bytes: Buffer.from('d4c1c9d3407a40', 'hex'),
  })
  const utf7 = Buffer.from('+ADw-p+AD4-j.okafor+AEA-brightwellclinic.org')
  refuse('utf-7', 'a charset that writes ASCII in other bytes', 'charset-unsupported', 403, {
    type: 'text/html; charset=utf-7',
    bytes: utf7,
  })
  const png = Buffer.from('89504e470d0a1a0a0000000d494844520000000100000001080600000000000000', 'hex')
  refuse('binary', 'a policy that lets no pictures through', 'binary-type', 403, {
    policy: 'block-binary',
    type: 'image/png',
    bytes: png,
  })
  const part = {
    directions: ['response'],
    status: 206,
    url: '/export.json',
    bytes: Buffer.from('"mail":"j.okafor@brightwel'),
    headers: [['content-range', 'bytes 9-34/120']],
  }
  refuse('partial', 'a part of JSON, also when asked again for the whole', 'partial', 403, {
    ...part,
    requestHeaders: [['range', 'bytes=9-34']],
  })
  refuse('partial-post', 'a part that cannot be asked for again', 'partial', 403, { ...part, method: 'POST' })
  return out
}

/** Somebody signed these bytes: no edit, so no delivery where an edit was due. */
function signed() {
  const parts = marked('{"event":"customer.updated","email":"⟦email|j.okafor@brightwellclinic.org⟧"}')
  const one = (name, header, direction) => ({
    id: `blocked.signed.${name}`,
    note: `${header[0]} speaks of the very bytes`,
    policy: 'redact-pii',
    direction,
    url: '/hooks',
    type,
    headers: [header],
    parts,
    expect: { decision: 'blocked', status: direction === 'request' ? 403 : 502, reason: 'edit-forbidden' },
    event: { findings: [{ rule: 'email', count: 1 }] },
  })
  return [
    one('github', ['x-hub-signature-256', `sha256=${'0f3a'.repeat(16)}`], 'request'),
    one('stripe', ['stripe-signature', `t=1760000000,v1=${'5257'.repeat(16)}`], 'request'),
    one('no-transform', ['cache-control', 'no-transform, max-age=60'], 'response'),
  ]
}
