export type MediaKind = 'json' | 'form' | 'text' | 'binary-message' | 'binary' | 'generic' | 'none'

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
  /** Several types are named, and they differ. */
  readonly ambiguous: boolean
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]{1,127}\/[!#$%&'*+.^_`|~0-9a-z-]{1,127}$/
const SEQUENCES = new Set([
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
  'application/x-jsonl',
  'application/jsonlines',
  'application/x-json-stream',
  'application/json-seq',
  'application/stream+json',
])
const JSON_TYPES = new Set([
  'application/json',
  'text/json',
  'application/x-json',
  'text/x-json',
  'application/jsonrequest',
  'application/csp-report',
])
const MESSAGES =
  /^application\/(?:grpc|grpc[+-].*|(?:x-|vnd\.google\.)?protobuf|x-protobuffer|(?:x-|vnd\.)?msgpack|cbor|.*\+(?:cbor|protobuf|msgpack))$/
const ARCHIVES =
  /^application\/(?:(?:x-)?(?:zip|gzip|tar|bzip2?|xz|7z|7z-compressed|rar|rar-compressed|zip-compressed|gtar|compressed-tar|zstd|lzma)|vnd\.rar|java-archive|zstd|epub\+zip|vnd\.openxmlformats-officedocument\..*|vnd\.oasis\.opendocument\..*|vnd\.android\.package-archive)$/
const GENERIC = new Set([
  'application/octet-stream',
  'binary/octet-stream',
  'application/unknown',
  'application/x-unknown',
  'application/force-download',
  'application/x-download',
  '*/*',
])

/** Reads a Content-Type (RFC 9110 section 8.3; several header lines joined by commas) and says how such a body is read. */
export function classifyMediaType(header: string | null): MediaType {
  const found =
    header === null
      ? []
      : splitOutsideQuotes(header, ',')
          .map(parse)
          .filter((one) => one !== undefined)
  const first = found[0]
  if (first === undefined) return { kind: 'none', essence: '', charset: '', sequence: false, family: '', ambiguous: false }
  const { essence, charset } = first
  const family = familyOf(essence)
  return {
    kind: family !== '' ? 'binary' : kindOf(essence),
    essence,
    charset,
    sequence: SEQUENCES.has(essence),
    family,
    ambiguous: found.some((one) => one.essence !== essence || one.charset !== charset),
  }
}

function kindOf(essence: string): MediaKind {
  if (JSON_TYPES.has(essence) || SEQUENCES.has(essence) || essence.endsWith('+json')) return 'json'
  if (essence === 'application/x-www-form-urlencoded') return 'form'
  if (MESSAGES.test(essence)) return 'binary-message'
  if (GENERIC.has(essence)) return 'generic'
  return 'text'
}

function familyOf(essence: string): string {
  const [type, subtype] = essence.split('/')
  if (type === 'image') return subtype === 'svg+xml' || subtype.endsWith('+xml') ? '' : 'image'
  if (type === 'audio' || type === 'video' || type === 'font') return type
  if (essence === 'application/pdf') return 'pdf'
  if (essence === 'application/wasm') return 'wasm'
  if (/^application\/(?:font-|x-font|vnd\.ms-fontobject)/.test(essence)) return 'font'
  if (essence === 'application/ogg') return 'audio'
  return ARCHIVES.test(essence) ? 'archive' : ''
}

function parse(value: string): { essence: string; charset: string } | undefined {
  const [head, ...parameters] = splitOutsideQuotes(value, ';')
  const essence = head.trim().toLowerCase()
  if (!TOKEN.test(essence) && essence !== '*/*') return undefined
  for (const parameter of parameters) {
    const equals = parameter.indexOf('=')
    if (equals < 0 || parameter.slice(0, equals).trim().toLowerCase() !== 'charset') continue
    return {
      essence,
      charset: unquote(parameter.slice(equals + 1).trim())
        .trim()
        .toLowerCase(),
    }
  }
  return { essence, charset: '' }
}

function unquote(value: string): string {
  if (!value.startsWith('"')) return value.replace(/^'|'$/g, '')
  return value.replace(/^"|"$/g, '').replace(/\\(.)/g, '$1')
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = []
  let from = 0
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '"') quoted = !quoted
    else if (text[i] === '\\' && quoted) i++
    else if (text[i] === separator && !quoted) {
      parts.push(text.slice(from, i))
      from = i + 1
    }
  }
  parts.push(text.slice(from))
  return parts
}
