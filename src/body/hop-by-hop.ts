/** RFC 9110 section 7.6.1, and the older ones that proxies drop. `TE: trailers` goes too: trailers are not forwarded. */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'http2-settings',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/**
 * End-to-end headers that Connection must not name (section 7.6.1). A client that does wants the next hop to see another
 * message than we do, so they stay.
 */
const END_TO_END = /^(?:content-.*|host|cache-control|authorization|cookie|set-cookie|etag|forwarded|x-forwarded-.*)$/

/** Removes what is meant for the next hop only, the headers that Connection names included. */
export function dropHopByHop(headers: Headers): void {
  for (const item of (headers.get('connection') ?? '').split(',')) {
    const name = item.trim().toLowerCase()
    if (name.length <= 128 && /^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name) && !END_TO_END.test(name)) headers.delete(name)
  }
  for (const name of HOP_BY_HOP) headers.delete(name)
}
