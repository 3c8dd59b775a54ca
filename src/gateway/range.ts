import { classifyMediaType } from '../body/media-type.ts'

/**
 * A part of an inspectable document cannot be inspected: the value may lie across its edges. So a 206 is fetched again
 * without Range, inspected whole, and sliced (docs/design.md, "Range").
 */
export interface Whole {
  readonly answer: Response
  /** Of the answer as it goes on. */
  readonly status: number
  /** The part of the scrubbed document that was asked for. Absent: the answer goes on whole, as a server may (RFC 9110 section 14.2). */
  readonly slice?: Slice
}

/** Bytes `start` to `end` (exclusive); without `start` the last `last` bytes. */
interface Slice {
  readonly start?: number
  readonly end: number
  readonly last: number
}

/** Fetches the whole document behind a 206 to GET; undefined where there is nothing to read in it, as far as its type says. */
export async function fetchWhole(
  request: Request,
  partial: Response,
  call: (init: Record<string, unknown>) => Promise<Response>,
  headers: Headers,
): Promise<Whole | undefined> {
  const binary = classifyMediaType(partial.headers.get('content-type')).kind === 'binary'
  // A part of what is coded cannot be decoded, whatever it is.
  if (request.method !== 'GET' || (binary && partial.headers.get('content-encoding') === null)) return undefined
  const told = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(partial.headers.get('content-range') ?? '')
  const slice = sliceOf(request.headers.get('range'), told)
  // A part that is all of it, as a first `bytes=0-` gets.
  if (told !== null && told[1] === '0' && Number(told[2]) + 1 === Number(told[3])) return { answer: partial, status: 200, slice }
  const again = new Headers(headers)
  // The conditions held; now the document is wanted whatever they say.
  for (const name of ['range', 'if-range', 'if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'])
    again.delete(name)
  await partial.body?.cancel()
  const answer = await call({ method: 'GET', headers: again, redirect: 'manual' })
  return { answer, status: answer.status, slice: answer.status === 200 ? slice : undefined }
}

/** What was asked for, or else what the origin gave; of several ranges, and of what is not understood, none. */
function sliceOf(range: string | null, told: RegExpExecArray | null): Slice | undefined {
  if (range === null) return told === null ? undefined : { start: Number(told[1]), end: Number(told[2]) + 1, last: 0 }
  const asked = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(range.trim())
  if (asked === null || asked[0].length < 8) return undefined
  const [, start, end] = asked
  if (start === '') return { end: Number.POSITIVE_INFINITY, last: Number(end) }
  return { start: Number(start), end: end === '' ? Number.POSITIVE_INFINITY : Number(end) + 1, last: 0 }
}

/** Cuts the scrubbed document and says so in its headers; 416 when the part lies behind its end. */
export function sliceRange(body: Uint8Array, headers: Headers, slice: Slice): { status: number; body: Uint8Array } {
  const start = slice.start ?? Math.max(0, body.length - slice.last)
  const end = Math.min(slice.end, body.length)
  // Content-MD5, Content-Digest: of all the bytes, not of these (RFC 9530 section 2).
  headers.delete('content-md5')
  headers.delete('content-digest')
  const part = start < end ? body.subarray(start, end) : body.subarray(0, 0)
  headers.set('content-range', part.length > 0 ? `bytes ${start}-${end - 1}/${body.length}` : `bytes */${body.length}`)
  headers.set('content-length', String(part.length))
  return { status: part.length > 0 ? 206 : 416, body: part }
}
