import { limitCodings } from '../../../src/body/accept-encoding.ts'
import { boundariesOf } from '../../../src/body/boundaries.ts'
import { readContentEncoding } from '../../../src/body/content-encoding.ts'
import { declaredCharset } from '../../../src/body/declared-charset.ts'
import { familiesAgree, sniffBinary } from '../../../src/body/magic.ts'
import { classifyMediaType } from '../../../src/body/media-type.ts'
import { emptyHead, readHeaderLine } from '../../../src/formats/multipart/header-line.ts'
import { chooseContent } from '../../../src/pipeline/choose-reading.ts'
import { compilePathPattern, normalPath } from '../../../src/policy/path-pattern.ts'
import { holds, same, size, type Target } from '../target.ts'

const words = [
  'text/html',
  'application/json',
  'multipart/mixed',
  ';',
  ',',
  '=',
  '"',
  '\\',
  ' ',
  '\t',
  'boundary=',
  'boundary*=',
  'boundary*0=',
  "utf-8''",
  '%41',
  'charset=',
  'utf-16',
  'gzip',
  'br',
  'identity',
  'deflate',
  'zstd',
  ';q=0',
  '*',
  'x-gzip',
  '*/*',
  'filename=',
  'filename*=',
  'filename*0*=',
  'name=',
  'Content-Type: ',
  'Content-Disposition: ',
  'form-data',
  '=?utf-8?B?',
  '?=',
  'YWJj',
  "'",
  '/',
  '%2f',
  '..',
  '.',
  '//',
  ':id',
  '/*',
  '<?xml encoding="',
  '<meta charset=',
  '\x89PNG\r\n\x1a\n',
  '%PDF-',
  'PK\x03\x04',
  '+json',
  '+xml',
  '\0',
  'é',
]

/** Two readers of boundaries, the product's and the plainest reading of RFC 2046: what the plain one sees is among the product's. */
const plainBoundary = /^[a-z]+\/[a-z]+; ?boundary=([a-z0-9]{1,20})$/

export const headers: Target = {
  name: 'headers',
  about:
    'Content-Type, boundaries, Content-Encoding, Accept-Encoding, charset declarations, magic numbers, header lines of parts, paths',
  seeds: [
    'text/html; charset="utf-8"',
    'multipart/form-data; boundary=abc',
    'multipart/mixed; boundary="a b"; boundary*0=x; boundary*1=y',
    'gzip, br;q=0, *',
    'Content-Disposition: form-data; name="a"; filename*=UTF-8\'\'%e2%82%ac',
    'Content-Type: text/plain; x="a\\"b"',
    'text/plain, application/json',
    '<?xml version="1.0" encoding="iso-8859-1"?>',
    '<meta charset=utf-7>',
    '/a/../b/%2e%2e/%41',
    '/users/:id/*',
    '\x89PNG\r\n\x1a\n',
    'X: =?utf-8?q?a_b?= =?utf-8?b?YWJj?=',
  ],
  words,
  check(input, random) {
    const text = Buffer.from(input).toString('latin1')
    const type = classifyMediaType(text)
    const again = classifyMediaType(text)
    same('the same twice', JSON.stringify(again), JSON.stringify(type))
    holds('a type has an essence or is none', (type.kind === 'none') === (type.essence === ''))
    const boundaries = boundariesOf(text)
    holds('boundaries', boundaries.length <= 8 && boundaries.every((one) => one !== '' && one.length <= 4096))
    const plain = plainBoundary.exec(text)
    if (plain !== null) holds('the plain boundary', boundaries.includes(plain[1]))
    const encoding = readContentEncoding(text, 2)
    holds('codings or a fault', encoding.codings.length <= 2 && (encoding.fault === undefined || encoding.codings.length === 0))
    holds(
      'no coding slips',
      encoding.fault !== undefined ||
        text.split(',').filter((one) => !/^\s*(?:identity)?\s*$/i.test(one)).length === encoding.codings.length,
    )
    const seen = [type.kind, `${type.ambiguous}`, `b${boundaries.length}`, encoding.fault ?? `c${encoding.codings.length}`]
    if (/^[\t -~]*$/.test(text)) {
      const asked = new Headers({ 'accept-encoding': text })
      limitCodings(asked, ['gzip'])
      const kept = asked.get('accept-encoding')!
      limitCodings(asked, ['gzip'])
      same('limited twice', asked.get('accept-encoding')!, kept)
      holds('no coding that cannot be read is asked for', !kept.split(',').some((one) => /^\s*(?:br|zstd)\s*(?:;|$)/i.test(one)))
    }
    const choice = chooseContent(random.pick([null, 'text/plain', 'image/png', 'application/json', text]), input)
    const magic = sniffBinary(input)
    holds('magic agrees with itself', magic === '' || familiesAgree(magic, magic) || magic === 'zip')
    seen.push(choice.reading, choice.reason ?? '', magic, declaredCharset(input) === '' ? '' : 'declared', ...choice.remarks)
    seen.push(headerLine(input))
    const path = `/${text}`
    const normal = normalPath(path)
    same('a path in its normal form twice', normalPath(normal), normal)
    const pattern = random.pick(['/*', '/a/:id', '/users/:id/*', '/%2f'])
    const matches = compilePathPattern(pattern)(normal)
    holds('every path is below the root', pattern !== '/*' || matches)
    return [...seen, `${pattern}${matches}`]
  },
}

/** Fields of a header line follow each other inside it. */
function headerLine(line: Uint8Array): string {
  let cursor = 0
  let open = false
  let fields = 0
  const go = (from: number, to: number) => {
    holds(`span ${from}…${to} at ${cursor} of ${line.length}`, open && from >= cursor && to >= from && to <= line.length)
    cursor = to
  }
  const head = emptyHead()
  readHeaderLine(
    line,
    {
      open(_kind, _key, writer, at) {
        holds(`opens at ${at} after ${cursor}`, !open && at >= cursor && at <= line.length)
        open = true
        cursor = at
        fields++
        writer.encode(Uint8Array.of(0x22, 0x5c, 0x3b), 'string')
      },
      run: go,
      decoded: (_bytes, from, to) => go(from, to),
      close(at) {
        holds(`closes at ${at} after ${cursor}`, open && at >= cursor && at <= line.length)
        open = false
        cursor = at
      },
    },
    head,
  )
  holds('a field stays open', !open)
  return `h${size(fields)}${head.hasFileName ? 'f' : ''}${size(head.names.length)}${head.transferEncoding === '' ? '' : 't'}`
}
