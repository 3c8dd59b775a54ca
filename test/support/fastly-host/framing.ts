/**
 * How the platform frames messages. Automatic mode (the default) drops the guest's framing headers and writes Content-Length where
 * the length is known before the head leaves, chunks otherwise; manual mode keeps a Content-Length of the guest's.
 */
import type { HeaderList } from './calls.ts'

/** RFC 9110, 7.6.1, and what only the platform's own connection may say. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'])

export interface Framed {
  readonly headers: HeaderList
  /** What the head promises; undefined with chunks or without a body. */
  readonly length: number | undefined
}

export interface FramingFacts {
  /** undefined: not known when the head leaves. */
  readonly length: number | undefined
  readonly manual: boolean
  /** No body may follow (HEAD, 204, 304): Content-Length stays as it was said. */
  readonly bodiless?: boolean
  /** Write no framing for an empty body (a request without content). */
  readonly omitEmpty?: boolean
}

export function frame(headers: HeaderList, { length, manual, bodiless, omitEmpty }: FramingFacts): Framed {
  const named = new Set(HOP_BY_HOP)
  for (const [name, value] of headers)
    if (name === 'connection') for (const one of value.split(',')) named.add(one.trim().toLowerCase())
  const kept = headers.filter(([name]) => !named.has(name))
  if (bodiless) return { headers: kept, length: undefined }
  const said = kept.filter(([name]) => name === 'content-length')
  if (manual && said.length === 1 && /^\d{1,15}$/.test(said[0][1])) return { headers: kept, length: Number(said[0][1]) }
  const rest = kept.filter(([name]) => name !== 'content-length')
  if (length === 0 && omitEmpty) return { headers: rest, length }
  if (length !== undefined) return { headers: [...rest, ['content-length', String(length)]], length }
  return { headers: [...rest, ['transfer-encoding', 'chunked']], length }
}

/** Node's flat list of raw header lines in pairs, names in lower case. */
export function pairs(raw: readonly string[]): HeaderList {
  const list: HeaderList = []
  for (let i = 0; i < raw.length; i += 2) list.push([raw[i].toLowerCase(), raw[i + 1]])
  return list
}

/** Length of a received message's body: undefined when only its end tells. */
export function declaredLength(headers: HeaderList, otherwise: number | undefined): number | undefined {
  if (headers.some(([name]) => name === 'transfer-encoding')) return undefined
  const length = headers.find(([name]) => name === 'content-length')
  return length === undefined ? otherwise : Number(length[1])
}
