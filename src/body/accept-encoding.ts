/** Limits Accept-Encoding (RFC 9110 section 12.5.3) to codings that can be read: `names`, `deflate` and `identity`. */
export function limitCodings(headers: Headers, names: readonly string[]): void {
  const asked = headers.get('accept-encoding')
  if (asked === null) return
  const kept = asked
    .split(',')
    .map((item) => item.trim())
    .filter((item) => {
      const [name, ...weight] = item.split(';').map((part) => part.trim().toLowerCase())
      // `*;q=0` asks for nothing; any other `*` asks for what nobody here can read.
      if (name === '*') return weight.some((part) => /^q=0(?:\.0*)?$/.test(part))
      return names.includes(name) || name === 'identity' || name === 'deflate' || (name === 'x-gzip' && names.includes('gzip'))
    })
  headers.set('accept-encoding', kept.length > 0 ? kept.join(', ') : 'identity')
}
