// Messages that are delivered without being inspected, wholly or in part, and counted: never "clean".
import { gzipSync } from 'fflate'
import { marked } from '../parts.mjs'

/** Starts of files as their formats define them. */
const FILES = {
  png: ['image/png', '89504e470d0a1a0a0000000d4948445200000010000000100806000000'],
  jpeg: ['image/jpeg', 'ffd8ffe000104a46494600010100000100010000'],
  gif: ['image/gif', '4749463839610100010080000000'],
  webp: ['image/webp', '5249464624000000574542505650382018000000300100'],
  pdf: ['application/pdf', '255044462d312e370a25e2e3cfd30a'],
  zip: ['application/zip', '504b03041400000008000000210000000000000000000000000009000000'],
  xlsx: ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', '504b0304140006000800000021000000000000000000'],
  woff2: ['font/woff2', '774f46320001000000000100000a000000'],
  wasm: ['application/wasm', '0061736d0100000001040160000003020100'],
  mp4: ['video/mp4', '000000186674797069736f6d0000020069736f6d69736f32'],
  mp3: ['audio/mpeg', '49443303000000000023545353450000000f000003'],
  gzip: ['application/gzip', '1f8b0800000000000003'],
}

/** A file of a kind: its start, bytes that are no text, and a card number that nobody looks at. */
function file(name) {
  const head = Buffer.from(FILES[name][1], 'hex')
  let state = name.length + head.length
  const noise = Buffer.from(
    Array.from({ length: 160 }, () => {
      state = (state * 75 + 74) % 65537
      return state & 0xff
    }),
  )
  return Buffer.concat([head, noise, Buffer.from(' 4539578763621486 '), noise.subarray(40)])
}

const VALIDATORS = [
  ['etag', '"f1"'],
  ['last-modified', 'Mon, 02 Mar 2026 09:00:00 GMT'],
  ['accept-ranges', 'bytes'],
]
const both = ['request', 'response']
const type = 'application/json'

export default function uninspected() {
  const out = []
  /** `counted`: bytes in the receipt, decoded where they could be. */
  const unread = (name, note, reason, spec) => {
    const { counted = spec.bytes.length } = spec
    out.push({
      id: `uninspected.${name}`,
      note,
      policy: 'redact-pii',
      url: '/files',
      ...spec,
      expect: { decision: 'not-inspected', rawUnchanged: true },
      receipt: { bytesIn: counted, inspected: 0, notInspected: { [reason]: counted }, remarks: [] },
    })
  }
  Object.keys(FILES).forEach((name, i) => {
    const response = i % 2 === 0
    const told = response && i % 4 === 0
    unread(`${name}.${response ? 'response' : 'request'}`, `a ${name} file passes, counted`, 'binary-type', {
      direction: response ? 'response' : 'request',
      method: response ? 'GET' : 'PUT',
      type: FILES[name][0],
      bytes: file(name),
      length: i % 3 !== 2,
      ...(told ? { headers: VALIDATORS, expectHeaders: Object.fromEntries(VALIDATORS) } : {}),
    })
  })
  unread('range.response', 'a part of a video passes', 'binary-type', {
    direction: 'response',
    status: 206,
    type: 'video/mp4',
    bytes: file('mp4'),
    headers: [['content-range', 'bytes 0-355/90000']],
    requestHeaders: [['range', 'bytes=0-355']],
    expectHeaders: { 'content-range': 'bytes 0-355/90000' },
  })
  unread('generic.response', 'a generic type with a magic number', 'binary-type', {
    direction: 'response',
    type: 'application/octet-stream',
    bytes: file('png'),
  })
  unread('coded-picture.response', 'a picture under gzip: counted decoded', 'binary-type', {
    direction: 'response',
    type: 'image/png',
    bytes: Buffer.from(gzipSync(file('png'), { level: 9, mtime: 0 })),
    counted: file('png').length,
    headers: [['content-encoding', 'gzip']],
  })

  // A policy that lets pass what it cannot read.
  const zstd = {
    type,
    bytes: Buffer.from('28b52ffd200d690000686920746865726521217b7d', 'hex'),
    headers: [['content-encoding', 'zstd']],
  }
  const ebcdic = { type: 'text/plain; charset=ibm037', bytes: Buffer.from('d4c1c9d3407a40', 'hex') }
  const start = `first ⟦email|j.okafor@brightwellclinic.org⟧ then ${'the quick brown fox jumps over the lazy dog, again and again. '.repeat(20)}last `
  const long = `${start}mara.lindqvist@nordhavn-logistik.se\n`
  const length = Buffer.byteLength(long.replace(/⟦[a-z-]+\||⟧/g, ''))
  for (const direction of both) {
    const policy = 'pass-unread'
    unread(`pass.zstd.${direction}`, 'an unknown coding, let through', 'coding-unsupported', { direction, policy, ...zstd })
    unread(`pass.ebcdic.${direction}`, 'an unknown charset, let through', 'charset-unsupported', { direction, policy, ...ebcdic })
    out.push({
      id: `uninspected.pass.size.${direction}`,
      note: 'inspected up to the limit; the rest let through, and counted',
      direction,
      policy,
      url: '/export',
      type: 'text/plain',
      parts: marked(long),
      receipt: { inspected: 1024, notInspected: { 'size-limit': length - 1024 } },
    })
  }
  unread('pass.partial.response', 'a part of JSON, let through', 'partial', {
    direction: 'response',
    policy: 'pass-unread',
    method: 'POST',
    status: 206,
    type,
    bytes: Buffer.from('"total":12,"items":['),
    headers: [['content-range', 'bytes 9-28/120']],
  })

  // Routes.
  const leak = '{"mail":"⟦email|j.okafor@brightwellclinic.org⟧"}'
  for (const direction of both) {
    const script = Buffer.from('contact("j.okafor@brightwellclinic.org")')
    unread(`route.${direction}`, 'a route that skips', 'skipped-by-policy', {
      direction,
      policy: 'routes',
      url: '/assets/app.js',
      type: 'application/javascript',
      bytes: script,
    })
    const routed = { direction, policy: 'routes', type, parts: marked(leak) }
    out.push({
      ...routed,
      id: `uninspected.trial.${direction}`,
      note: 'a route that only observes',
      observed: true,
      url: '/trial/notes',
      expect: { rawUnchanged: true },
    })
    out.push({ ...routed, id: `uninspected.enforced.${direction}`, note: 'the same policy enforces elsewhere', url: '/notes' })
  }
  unread('observe.zstd.request', 'observe: what cannot be read is counted', 'coding-unsupported', {
    direction: 'request',
    policy: 'observe',
    ...zstd,
  })
  unread('observe.png.response', 'observe: a picture is counted', 'binary-type', {
    direction: 'response',
    policy: 'observe',
    type: 'image/png',
    bytes: file('png'),
  })
  out.push({
    id: 'uninspected.signed.clean',
    note: 'a signed body without a value passes as it came',
    direction: 'request',
    policy: 'redact-pii',
    url: '/hooks',
    type,
    headers: [['x-hub-signature-256', `sha256=${'0f3a'.repeat(16)}`]],
    parts: marked('{"action":"opened","number":12}'),
    expect: { rawUnchanged: true },
    receipt: { remarks: undefined },
  })
  return out
}
