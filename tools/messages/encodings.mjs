// How senders write text into JSON, forms and bodies, and how marks are written there. Written from RFC 8259, the WHATWG URL
// standard, RFC 1950 to 1952 and what common clients send; nothing of the product is used.
import { brotliCompressSync, constants, deflateRawSync } from 'node:zlib'
import { deflateSync, gzipSync, zlibSync } from 'fflate'

const json = (text) => JSON.stringify(text).slice(1, -1)
const unicode = (text) =>
  [...Array(text.length).keys()].map((i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')

/** Strings of JSON, as different writers escape them. */
export const JSON_TEXT = {
  plain: { source: json, mark: json },
  /** Python, PHP: everything that is not ASCII as \uXXXX. */
  ascii: { source: (text) => json(text).replace(/[\u0080-\uffff]/g, unicode), mark: json },
  /** PHP: slashes escaped too. */
  slash: { source: (text) => json(text).replaceAll('/', '\\/'), mark: json },
  /** Go, Rails: the characters of HTML; and `@`, as some templates do. */
  html: { source: (text) => json(text).replace(/[<>&@]/g, unicode), mark: json },
  /** Every character as \uXXXX: allowed, and read by every parser. */
  all: { source: unicode, mark: json },
}

const percent = (text) =>
  encodeURIComponent(text)
    .replace(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')

export const FORM = {
  /** What browsers send. */
  browser: { source: percent, mark: percent },
  /** Spaces as %20 (JavaScript, Java). */
  percent20: { source: (text) => percent(text).replaceAll('+', '%20'), mark: percent },
  /** Lower-case hex. */
  lower: { source: (text) => percent(text).replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()), mark: percent },
  /** Only what must be: curl lines written by hand leave `@`, `:`, `/` as they are. */
  loose: { source: (text) => text.replace(/[%&=+\n]|[\u0080-\uffff]+/g, encodeURIComponent).replaceAll(' ', '+'), mark: percent },
}

/** What is read as text: nothing is escaped, marks are written as they are. */
export const RAW = { source: (text) => text, mark: (text) => text }

const best = { level: 9, mtime: 0 }
const half = (body) => Math.floor(body.length / 2)

/** A gzip header with its optional fields (RFC 1952 section 2.3.1): FEXTRA, FNAME, FCOMMENT. */
function gzipWithFields(body) {
  const head = Buffer.from([0x1f, 0x8b, 8, 0x1c, 0, 0, 0, 0, 0, 3])
  const extra = Buffer.from([6, 0, 0x41, 0x70, 2, 0, 0x2a, 0x2a])
  return Buffer.concat([
    head,
    extra,
    Buffer.from('export.json\0nightly run\0', 'latin1'),
    Buffer.from(gzipSync(body, best)).subarray(10),
  ])
}

/** Content codings: the header, and how the bytes come about. `fflate` and stored blocks give the same bytes on every machine. */
export const CODINGS = {
  gzip: ['gzip', (body) => Buffer.from(gzipSync(body, best))],
  gzip2: [
    'gzip',
    (body) => Buffer.concat([gzipSync(body.subarray(0, half(body)), best), gzipSync(body.subarray(half(body)), best)]),
  ],
  gzipEmptyMember: ['gzip', (body) => Buffer.concat([gzipSync(body, best), gzipSync(new Uint8Array(0), best)])],
  gzipFields: ['gzip', gzipWithFields],
  gzipStored: ['gzip', (body) => Buffer.from(gzipSync(body, { level: 0, mtime: 0 }))],
  xgzip: ['x-gzip', (body) => Buffer.from(gzipSync(body, best))],
  zlib: ['deflate', (body) => Buffer.from(zlibSync(body, best))],
  raw: ['deflate', (body) => Buffer.from(deflateSync(body, best))],
  rawStored: ['deflate', (body) => deflateRawSync(body, { level: 0 })],
  br: [
    'br',
    (body) => brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_LGWIN]: 16 } }),
  ],
  deflateThenGzip: ['deflate, gzip', (body) => Buffer.from(gzipSync(zlibSync(body, best), best))],
  gzip3: ['gzip, gzip, gzip', (body) => Buffer.from(gzipSync(gzipSync(gzipSync(body, best), best), best))],
}
