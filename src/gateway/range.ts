/**
 * A part of an inspectable document cannot be inspected: the value may lie across its edges. So a 206 is fetched again
 * without Range, inspected whole, and sliced (docs/design.md, "Range").
 */
export interface Whole {
  readonly answer: Response
  /** Bytes asked for; end exclusive, cut to the document when it is known. */
  readonly range: { readonly start: number; readonly end: number }
}

/** Fetches the whole document behind a 206 to a GET with one simple range; undefined where that cannot be done. */
export async function fetchWhole(
  request: Request,
  partial: Response,
  call: (init: Record<string, unknown>) => Promise<Response>,
  headers: Headers,
): Promise<Whole | undefined> {
  if (request.method !== 'GET' || !isTextual(partial.headers.get('content-type'))) return undefined
  const asked = /^bytes (\d{1,15})-(\d{1,15})\/(?:\d{1,15}|\*)$/.exec(partial.headers.get('content-range') ?? '')
  if (asked === null) return undefined
  const again = new Headers(headers)
  again.delete('range')
  again.delete('if-range')
  await partial.body?.cancel()
  const answer = await call({ method: 'GET', headers: again, redirect: 'manual' })
  if (answer.status !== 200) return { answer, range: { start: 0, end: Number.POSITIVE_INFINITY } }
  return { answer, range: { start: Number(asked[1]), end: Number(asked[2]) + 1 } }
}

/** Cuts the scrubbed document to the range and says so in its headers. */
export function sliceRange(body: Uint8Array, headers: Headers, range: { start: number; end: number }): Uint8Array {
  const start = Math.min(range.start, body.length)
  const end = Math.min(range.end, body.length)
  headers.set('content-range', `bytes ${start}-${Math.max(start, end - 1)}/${body.length}`)
  headers.set('content-length', String(end - start))
  return body.subarray(start, end)
}

function isTextual(type: string | null): boolean {
  return (
    type !== null && /^(?:text\/|application\/(?:[\w.+-]*json|[\w.+-]*xml|x-www-form-urlencoded|javascript|x-ndjson))/i.test(type)
  )
}
