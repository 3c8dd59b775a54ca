import type { CodingName } from './coding.ts'

export interface ContentEncoding {
  /** In the order they were applied. */
  readonly codings: readonly CodingName[]
  readonly fault?: 'coding-unsupported' | 'decode-limit'
  /** The coding that cannot be read. */
  readonly name?: string
}

const NAMES: Readonly<Record<string, CodingName>> = { gzip: 'gzip', 'x-gzip': 'gzip', deflate: 'deflate', br: 'br' }

/** Reads Content-Encoding (RFC 9110 section 8.4), several header lines joined by commas. */
export function readContentEncoding(value: string | null, maxCodings: number): ContentEncoding {
  if (value === null) return { codings: [] }
  const codings: CodingName[] = []
  for (const item of value.split(',')) {
    const name = item.trim().toLowerCase()
    if (name === '' || name === 'identity') continue
    if (!Object.hasOwn(NAMES, name)) return { codings: [], fault: 'coding-unsupported', name }
    codings.push(NAMES[name])
  }
  if (codings.length > maxCodings) return { codings: [], fault: 'decode-limit' }
  return { codings }
}
