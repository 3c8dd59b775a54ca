import type { CodingName } from './coding.ts'

export interface ContentEncoding {
  /** In the order they were applied. */
  readonly codings: readonly CodingName[]
  readonly fault?: 'coding-unsupported' | 'decode-limit'
  /** The coding that cannot be read, if it looks like a coding's name; '' if not. */
  readonly name?: string
}

const NAMES: ReadonlyMap<string, CodingName> = new Map([
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
  ['br', 'br'],
])

/**
 * Reads Content-Encoding (RFC 9110 section 8.4), several header lines joined by commas. `identity` and empty members change
 * nothing; zstd, compress and unknown names are `coding-unsupported`; more than `maxCodings` are `decode-limit`.
 */
export function readContentEncoding(value: string | null, maxCodings: number): ContentEncoding {
  const codings: CodingName[] = []
  for (const item of (value ?? '').split(',')) {
    const name = item.trim().toLowerCase()
    if (name === '' || name === 'identity') continue
    const coding = NAMES.get(name)
    // The header is the sender's: only what can be a name is repeated.
    if (coding === undefined)
      return { codings: [], fault: 'coding-unsupported', name: /^[a-z][a-z0-9._-]{0,23}$/.test(name) ? name : '' }
    codings.push(coding)
  }
  return codings.length > maxCodings ? { codings: [], fault: 'decode-limit' } : { codings }
}
