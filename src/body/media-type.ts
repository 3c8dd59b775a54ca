import { boundariesOf } from './boundaries.ts'

/** Reads Content-Type and says how such a body is read. Binary types are believed only with their magic number (`magic.ts`). */

/**
 * - `json`: one JSON document, or several one after another (`sequence`).
 * - `form`: URL-encoded.
 * - `multipart`: parts between `boundaries`, or a message with headers of its own (RFC 5322).
 * - `table`: CSV and its relatives.
 * - `html`, `xml`: mark-up; XHTML and SVG are XML.
 * - `text`: text, or structured in a way that is read as text: text/*, scripts, GraphQL, YAML, event
 *   streams, and every type nobody knows.
 * - `binary-message`: gRPC, Protocol Buffers, MessagePack, CBOR; scanned as bytes.
 * - `binary`: image, audio, video, font, archive, PDF, Wasm (`family`).
 * - `generic`: a type that says nothing. `none`: no type, or none that is valid.
 */
export type MediaKind =
  | 'json'
  | 'form'
  | 'table'
  | 'multipart'
  | 'html'
  | 'xml'
  | 'text'
  | 'binary-message'
  | 'binary'
  | 'generic'
  | 'none'

export interface MediaType {
  readonly kind: MediaKind
  /** `type/subtype` in lower case; '' if there is none. */
  readonly essence: string
  /** The charset parameter in lower case; '' if there is none. */
  readonly charset: string
  /** Several JSON documents one after another. */
  readonly sequence: boolean
  /** For `binary`: image, audio, video, font, archive, pdf, wasm. */
  readonly family: string
  /** For `multipart`: every boundary the header may mean, a character a byte. None: the body is a `message`, one part. */
  readonly boundaries: readonly string[]
  readonly message: boolean
  /** For `text`: long lines may be folded. */
  readonly folded: boolean
  /** Several types, charsets or boundaries are named, and they differ. */
  readonly ambiguous: boolean
  /** Other types that the header names. */
  readonly others: readonly MediaType[]
}

const NONE: MediaType = {
  kind: 'none',
  essence: '',
  charset: '',
  sequence: false,
  family: '',
  boundaries: [],
  message: false,
  folded: false,
  ambiguous: false,
  others: [],
}

const ESSENCE = /^[!#$%&'*+.^_`|~0-9a-z-]{1,127}\/[!#$%&'*+.^_`|~0-9a-z-]{1,127}$/

const SEQUENCES = new Set([
  'application/x-ndjson',
  'application/ndjson',
  'application/x-ldjson',
  'application/jsonl',
  'application/x-jsonl',
  'application/jsonlines',
  'application/x-jsonlines',
  'application/x-json-stream',
  'application/stream+json',
  'application/json-seq',
  'application/geo+json-seq',
  'text/x-ndjson',
  'text/jsonl',
])
const JSON_TYPES = new Set([
  'application/json',
  'text/json',
  'application/x-json',
  'text/x-json',
  'application/jsonrequest',
  'application/json-rpc',
  'application/csp-report',
  'application/x-amz-json-1.0',
  'application/x-amz-json-1.1',
])
const TABLES = new Set([
  'text/csv',
  'text/x-csv',
  'application/csv',
  'application/x-csv',
  'text/comma-separated-values',
  'text/x-comma-separated-values',
  'text/tab-separated-values',
  'text/tsv',
])
const XML = /^(?:text|application)\/(?:xml|xml-external-parsed-entity|xml-dtd|xsl|xslt)$|\+xml$/
const MESSAGES =
  /^application\/(?:grpc|grpc[+-].*|(?:x-|vnd\.google\.)?protobuf|x-protobuffer|protobuffer|(?:x-|vnd\.)?msgpack|(?:x-)?cbor|.*\+(?:cbor|proto|protobuf|msgpack))$/
const ARCHIVES =
  /^application\/(?:(?:x-)?(?:zip|gzip|tar|bzip2?|xz|7z|7z-compressed|rar|rar-compressed|zip-compressed|gtar|compressed-tar|zstd|lzma)|vnd\.rar|java-archive|epub\+zip|vnd\.openxmlformats-officedocument\..*|vnd\.oasis\.opendocument\..*|vnd\.android\.package-archive)$/
const FONTS = /^application\/(?:font-.*|x-font.*|vnd\.ms-(?:fontobject|opentype))$/
const GENERIC = new Set([
  'application/octet-stream',
  'binary/octet-stream',
  'application/binary',
  'application/unknown',
  'application/x-unknown',
  'unknown/unknown',
  'application/force-download',
  'application/x-download',
  'application/download',
  '*/*',
])

const MAIL = /^message\/(?:rfc822|global|news)$/
/** vCard, iCalendar and LDIF. */
const FOLDED = /^(?:text\/(?:calendar|directory|(?:x-)?vcard|x-vcalendar)|(?:text|application)\/(?:x-)?ldif)$/

/** Types read before: a service speaks few, over and over. (A multipart header is another one each time, and is not kept.) */
const known = new Map<string, MediaType>()
const MAX_KNOWN = 256

/** Reads a Content-Type (RFC 9110 section 8.3). Of several header lines, joined by commas, the first valid type counts. */
export function classifyMediaType(header: string | null): MediaType {
  if (header === null) return NONE
  let type = known.get(header)
  if (type === undefined) {
    type = readMediaType(header)
    if (type.kind === 'multipart' || header.length > 128) return type
    if (known.size === MAX_KNOWN) known.clear()
    known.set(header, type)
  }
  return type
}

function readMediaType(header: string): MediaType {
  const found = splitOutsideQuotes(header, ',').map(parse)
  const types = found.filter((type) => type !== undefined)
  const first = types[0]
  if (first === undefined) return NONE
  const others = types.filter(({ essence }, i) => types.findIndex((type) => type.essence === essence) === i && i > 0)
  return describe(
    header,
    first,
    types.some((type) => type.essence !== first.essence || type.charset !== first.charset || type.ambiguous),
    others.map((type) => describe(header, type, true, [])),
  )
}

function describe(header: string, { essence, charset }: Parsed, differ: boolean, others: readonly MediaType[]): MediaType {
  const family = familyOf(essence)
  const boundaries = essence.startsWith('multipart/') ? boundariesOf(header) : []
  return {
    kind: family !== '' ? 'binary' : kindOf(essence),
    essence,
    charset,
    sequence: SEQUENCES.has(essence),
    family,
    boundaries,
    message: MAIL.test(essence),
    folded: FOLDED.test(essence),
    ambiguous: differ || boundaries.length > 1,
    others,
  }
}

function kindOf(essence: string): MediaKind {
  if (JSON_TYPES.has(essence) || SEQUENCES.has(essence) || essence.endsWith('+json')) return 'json'
  if (essence === 'application/x-www-form-urlencoded') return 'form'
  if (essence.startsWith('multipart/') || MAIL.test(essence)) return 'multipart'
  if (TABLES.has(essence)) return 'table'
  if (essence === 'text/html') return 'html'
  if (XML.test(essence)) return 'xml'
  if (MESSAGES.test(essence)) return 'binary-message'
  if (GENERIC.has(essence)) return 'generic'
  return 'text'
}

function familyOf(essence: string): string {
  const [type, subtype] = essence.split('/')
  // SVG and its like are XML.
  if (subtype.endsWith('+xml') || subtype.endsWith('+json')) return ''
  if (type === 'image' || type === 'audio' || type === 'video' || type === 'font') return type
  if (essence === 'application/pdf' || essence === 'application/x-pdf') return 'pdf'
  if (essence === 'application/wasm') return 'wasm'
  if (FONTS.test(essence)) return 'font'
  if (essence === 'application/ogg') return 'audio'
  if (essence === 'application/mp4' || essence === 'application/x-shockwave-flash') return 'video'
  return ARCHIVES.test(essence) ? 'archive' : ''
}

interface Parsed {
  readonly essence: string
  readonly charset: string
  readonly ambiguous: boolean
}

function parse(value: string): Parsed | undefined {
  const [head, ...parameters] = splitOutsideQuotes(value, ';')
  const essence = head.trim().toLowerCase()
  if (!ESSENCE.test(essence)) return undefined
  const charsets: string[] = []
  for (const parameter of parameters) {
    const equals = parameter.indexOf('=')
    if (equals < 0 || parameter.slice(0, equals).trim().toLowerCase() !== 'charset') continue
    charsets.push(
      unquote(parameter.slice(equals + 1).trim())
        .trim()
        .toLowerCase(),
    )
  }
  return { essence, charset: charsets[0] ?? '', ambiguous: charsets.some((charset) => charset !== charsets[0]) }
}

/** A quoted string's text (RFC 9110 section 5.6.4). Single quotes are no quotes, but senders use them so. */
function unquote(value: string): string {
  if (value.startsWith('"'))
    return value.slice(1, value.length > 1 && value.endsWith('"') ? -1 : undefined).replace(/\\(.)/g, '$1')
  return value.length > 1 && value.startsWith("'") && value.endsWith("'") ? value.slice(1, -1) : value
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = []
  let from = 0
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    if (char === '"') quoted = !quoted
    else if (char === '\\' && quoted) i++
    else if (char === separator && !quoted) {
      parts.push(text.slice(from, i))
      from = i + 1
    }
  }
  parts.push(text.slice(from))
  return parts
}
