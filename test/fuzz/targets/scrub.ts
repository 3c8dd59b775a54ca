import { createNodeKernel } from '../../../adapters/node/wasm-kernel.ts'
import { placedRules } from '../../../rules/index.ts'
import { DEFAULT_LIMITS } from '../../../src/core/limits.ts'
import type { FindingRecord } from '../../../src/core/words.ts'
import { chooseReading } from '../../../src/pipeline/choose-reading.ts'
import type { Engine } from '../../../src/pipeline/engine.ts'
import { Inspector, type Reading } from '../../../src/pipeline/inspector.ts'
import { compilePolicy } from '../../../src/policy/compile.ts'
import { engine, engineWith } from '../../support/engine.ts'
import { holds, randomCuts, same, size, type Target, windowsOf } from '../target.ts'

const plan = compilePolicy({ mode: 'enforce', request: { '*': 'redact' } }, placedRules, 'fuzz').plan({
  side: 'request',
  method: 'POST',
  host: '',
  path: '/',
  contentType: '',
})
const NOTHING = new Uint8Array(0)
/** Passes over what its kernel's look says hides nothing; the other one reads all. */
const passing = engineWith(createNodeKernel())

/** By which the whole body is inspected, and by which its pieces. */
const ENGINES = [
  [engine, engine],
  [engine, passing],
  [passing, engine],
  [passing, passing],
] as const

interface Scrubbed {
  readonly output: Buffer
  readonly records: readonly FindingRecord[]
  readonly told: string
  readonly edits: number
}

function inspector(engine: Engine, reading: Reading, contentType: string, head: Uint8Array): Inspector {
  const choice = contentType === '' ? undefined : chooseReading(new Headers({ 'content-type': contentType }), head)
  return new Inspector({
    engine,
    plan,
    limits: DEFAULT_LIMITS,
    reading,
    reader: choice?.reader,
    also: choice?.also,
    onBlock: 'redact',
    // pieces are told with the reasons
    explain: true,
  })
}

/** Of a body in which the screen sees nothing no reader remarks the form; a stream is read. */
const tell = ({ records, remarks: { malformed: _, ...remarks } }: Inspector) =>
  // Known and open: of two readings that find the same in a tag that never ends, which path is told depends on the cut.
  `${JSON.stringify(records.map(({ path: _path, why: _why, ...record }) => record))} ${JSON.stringify(remarks)}`

function whole(engine: Engine, body: Uint8Array, reading: Reading, contentType: string): Scrubbed {
  const one = inspector(engine, reading, contentType, body)
  one.inspectWhole(body)
  const output = Buffer.concat(one.take() as Uint8Array[])
  return { output, records: one.records, told: tell(one), edits: one.edits }
}

/**
 * Known and open: of two readings that find the same value, which one spells its mark may depend on the cut (`[redacted:US_SSN]`, or in escapes of the text around it). All
 * marks as one of them spells it; what is no mark stays, so that a value which leaves raw at some cut is seen.
 */
const canonical = (output: Buffer) =>
  output
    .toString('latin1')
    .replace(/(?:\[|%5B|&#91;|_)?redacted(?::|%3A|&#58;|_)([A-Z_]+?)(?:\]|%5D|&#93;|_(?![A-Z]))/gi, '[redacted:$1]')

/** Runs over windows; answers all that left. */
function cut(
  engine: Engine,
  body: Uint8Array,
  reading: Reading,
  contentType: string,
  cuts: readonly number[],
  expected: Buffer,
): string {
  const one = inspector(engine, reading, contentType, body)
  const pieces: Uint8Array[] = []
  const take = () => pieces.push(...(one.take() as Uint8Array[]).map((piece) => piece.slice()))
  for (const window of windowsOf(body, cuts)) {
    one.push(window, false)
    take()
  }
  one.push(NOTHING, true)
  take()
  same(`cut at ${cuts}: what left`, canonical(Buffer.concat(pieces)), canonical(expected))
  return tell(one)
}

/** Everything outside of the spans that were found stands in the output, in its order. */
function onlySpansDiffer(body: Buffer, { output, records }: Scrubbed): void {
  const spans = records
    .flatMap(({ start, end, pieces = [{ start, end }] }) => pieces.map((piece) => [piece.start, piece.end]))
    .sort((a, b) => a[0] - b[0])
  let from = 0
  let at = 0
  for (const [start, end] of spans) {
    holds(`span ${start}…${end}`, start <= end && end <= body.length)
    if (start > from) {
      const kept = body.subarray(from, start)
      const found = from === 0 ? (output.subarray(0, start).equals(kept) ? 0 : -1) : output.indexOf(kept, at)
      holds(`bytes ${from}…${start} are not as they came`, found >= 0)
      at = found + kept.length
    }
    from = Math.max(from, end)
  }
  holds(
    `bytes from ${from} are not as they came`,
    output
      .subarray(at)
      .subarray(-(body.length - from) || output.length)
      .equals(body.subarray(from)),
  )
}

interface ScrubCase {
  readonly name: string
  readonly about: string
  readonly readings: readonly Reading[]
  readonly contentType?: string
  readonly seeds: readonly string[]
  readonly words: readonly (string | Uint8Array)[]
  /** Mark-up leaves gaps in a span and declarations far from it, so only what has no edit is held byte for byte. */
  readonly gaps?: boolean
}

const values = [
  '4111111111111111',
  '4111 1111',
  ' 1111 1111',
  '4111-',
  'ada@example.com',
  'ada@',
  '@example.com',
  '536-22-8726',
  'password=',
  'hunter2!z',
  'GB82 WEST 1234 5698 7654 32',
  '10.1.2.3',
  '[redacted:EMAIL]',
  '[redacted:',
  '******',
  'ssn ',
  'card ',
]

function scrubTarget({ name, about, readings, contentType = '', seeds, words, gaps }: ScrubCase): Target {
  return {
    name,
    about,
    seeds,
    words: [...words, ...values],
    check(input, random) {
      const reading = random.pick(readings)
      const body = Buffer.from(input)
      const [first, second] = random.pick(ENGINES)
      const one = whole(first, body, reading, contentType)
      const cuts = randomCuts(body.length, random, 0.03)
      same(`cut at ${cuts}`, cut(second, body, reading, contentType, cuts, one.output), one.told)
      if (one.edits === 0) holds('edited without an edit', one.output.equals(body))
      else if (!gaps) onlySpansDiffer(body, one)
      return [
        reading,
        ...one.records.slice(0, 6).map(({ rule, path }) => `${rule}${path.split('/').length}`),
        size(one.edits),
        size(one.output.length - body.length + 256),
      ]
    },
  }
}

export const scrubJson = scrubTarget({
  name: 'scrub-json',
  about:
    'JSON through screen, reader, views, rules and splices: cuts do not show, nothing leaves early, only what was found differs',
  readings: ['json', 'json-sequence'],
  seeds: [
    '{"card":"4111 1111 1111 1111","n":4111111111111111}',
    '{"password":"hunter2!z"}',
    '{"in":"{\\"card\\":4111111111111111}"}',
    '["ada\\u0040example.com"]',
    '{"ada@example.com":1}\n{"ssn":536228726}',
    '{"a":"YWRhQGV4YW1wbGUuY29t"}',
  ],
  words: [
    '{"',
    '":',
    '"}',
    '"',
    ',',
    '[',
    ']',
    '\\u0034',
    '\\',
    '\\"',
    '{\\"',
    '%34',
    '\n',
    '1e3',
    '.0',
    '\u200b',
    'NDExMTExMTExMTExMTExMQ==',
    '34313131',
  ],
})

export const scrubText = scrubTarget({
  name: 'scrub-text',
  about: 'text with values in every disguise through views, rules and splices',
  readings: ['text', 'binary-message'],
  seeds: [
    'card 4111 1111 1111 1111, thanks',
    'name: ada@example.com\npassword = "s3cret-w0rd!"',
    '%34%31%31%31 1111 1111 1111',
    'ada&#64;example.com',
    'YWRhQGV4YW1wbGUuY29t and NDExMTExMTExMTExMTExMQ==',
    '34313131313131313131313131313131',
    '\uff14111 1111 1111 1111',
  ],
  words: [
    '%34',
    '%2534',
    '\\u0034',
    '\\x34',
    '&#52;',
    '&#x34',
    '\u200b',
    '\uff14',
    '\u2013',
    'YWRhQGV4YW1wbGUuY29t',
    'NDExMTEx',
    '=',
    '34 31',
    '3431',
    '\n',
    '\r\n',
    ' ',
    '\\',
    '%',
    '&',
    'é',
    Uint8Array.of(0xa0),
  ],
})

export const scrubTables = scrubTarget({
  name: 'scrub-tables',
  about: 'forms and tables through reader, rules and splices',
  readings: ['form', 'csv'],
  seeds: [
    'note=a+b&card=4111+1111+1111+1111&%6Dail=ada%40example.com&x=%zz',
    'ssn,password,"a ""note"""\r\n536228726,hunter2!z,"card ""4111 1111 1111 1111"""\r\n',
    'ssn=536228726',
  ],
  words: ['&', '=', '+', '%', '%40', '%2B', ',', ';', '\t', '"', '""', '\r\n', '\n', 'ssn=', 'ssn,', '%C3%A9', '%2534'],
})

export const scrubMarkup = scrubTarget({
  name: 'scrub-markup',
  about: 'HTML and XML through reader, text across tags, rules and splices',
  readings: ['html', 'xml'],
  gaps: true,
  seeds: [
    '<p>4111<b>1111</b>1111<i>1111</i>!',
    '<a b="ada@example.com" c=4111111111111111>',
    '<script>{"n":4111111111111111}</script>',
    '<!DOCTYPE a [<!ENTITY a "41111111"><!ENTITY b "11111111">]><a>&a;&b;</a>',
    '<input name=password value="hunter2!z">',
    '<a><![CDATA[41111111]]><![CDATA[11111111]]></a>',
  ],
  words: [
    '<',
    '>',
    '<b>',
    '</b>',
    '<p>',
    '</p>',
    '<!--',
    '-->',
    '&#52;',
    '&amp;',
    '"',
    "'",
    '=',
    '<a href="',
    '<script>',
    '</script>',
    '<![CDATA[',
    ']]>',
    '<textarea>',
    '&a;',
    '<br>',
    '<!ENTITY a "',
  ],
})

export const scrubMultipart = scrubTarget({
  name: 'scrub-multipart',
  about: 'multipart through parts, their own readers, transfer encodings, rules and splices',
  readings: ['multipart'],
  contentType: 'multipart/form-data; boundary=b',
  gaps: true,
  seeds: [
    '--b\r\nContent-Disposition: form-data; name="ssn"\r\n\r\n536228726\r\n--b--\r\n',
    '--b\r\nContent-Type: application/json\r\n\r\n{"card":4111111111111111}\r\n--b--',
    '--b\r\nContent-Transfer-Encoding: base64\r\n\r\nY2FyZCA0MTExMTExMTExMTExMTEx\r\n--b--',
    '--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\ncard =34111 1111=\r\n 1111 1111\r\n--b--',
    '--b\r\nContent-Disposition: form-data; name="f"; filename="ada@example.com.txt"\r\n\r\nx\r\n--b--',
  ],
  words: [
    '--b',
    '\r\n--b\r\n',
    '\r\n--b--',
    '\r\n\r\n',
    '\r\n',
    'Content-Type: text/html',
    'Content-Type: text/csv',
    'Content-Transfer-Encoding: base64',
    'filename="',
    'name="',
    '=34',
    '=\r\n',
    'NDEx',
    '"',
    ';',
    ':',
  ],
})
