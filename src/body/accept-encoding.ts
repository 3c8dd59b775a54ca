/** Limits Accept-Encoding (RFC 9110 section 12.5.3) to codings that can be read: `names`, `deflate` and `identity`. Answers whether it changed. */
export function limitCodings(headers: Headers, names: readonly string[]): boolean {
  const asked = headers.get('accept-encoding')
  // The simplest way to ask is what other gateways do.
  if (asked === null || (asked === 'gzip' && names.includes('gzip'))) return false
  const kept = readable(asked, names)
  if (kept === asked) return false
  headers.set('accept-encoding', kept)
  return true
}

function readable(asked: string, names: readonly string[]): string {
  const kept = asked
    .split(',')
    .map((item) => item.trim())
    .filter((item) => {
      const [name, ...weight] = item.split(';').map((part) => part.trim().toLowerCase())
      // `*;q=0` asks for nothing; any other `*` asks for what nobody here can read.
      if (name === '*') return weight.some((part) => /^q=0(?:\.0*)?$/.test(part))
      return names.includes(name) || name === 'identity' || name === 'deflate' || (name === 'x-gzip' && names.includes('gzip'))
    })
  return kept.length > 0 ? kept.join(', ') : 'identity'
}
