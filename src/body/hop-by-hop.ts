const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/** Removes what is meant for the next hop only, the headers that Connection names included (RFC 9110 section 7.6.1). */
export function dropHopByHop(headers: Headers): void {
  const named = headers.get('connection')
  for (const name of named?.split(',') ?? []) {
    const token = name.trim().toLowerCase()
    if (/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(token) && token !== 'close') headers.delete(token)
  }
  for (const name of HOP_BY_HOP) headers.delete(name)
}
