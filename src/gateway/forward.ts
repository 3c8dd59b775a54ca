import { dropHopByHop } from '../body/hop-by-hop.ts'
import { ConfigError } from '../core/errors.ts'

/** Path, query and headers as the origin gets them: hop-by-hop headers out, X-Forwarded-* in. */
export function forwardedHead(request: Request, client: string | undefined): { headers: Headers; url: string } {
  const headers = new Headers(request.headers)
  dropHopByHop(headers)
  const at = request.url.indexOf('://')
  const scheme = request.url.slice(0, at)
  const slash = request.url.indexOf('/', at + 3)
  const authority = request.url.slice(at + 3, slash < 0 ? undefined : slash)
  if (client !== undefined) headers.append('x-forwarded-for', client)
  headers.set('x-forwarded-host', headers.get('host') ?? authority)
  headers.set('x-forwarded-proto', scheme)
  headers.delete('host')
  const hash = request.url.indexOf('#')
  return { headers, url: slash < 0 ? '/' : request.url.slice(slash, hash < 0 ? undefined : hash) }
}

/** Path of a URL without query. */
export function pathOf(url: string): string {
  const at = url.indexOf('://')
  const slash = url.indexOf('/', at + 3)
  if (slash < 0) return '/'
  const end = url.slice(slash).search(/[?#]/)
  return end < 0 ? url.slice(slash) : url.slice(slash, slash + end)
}

/** The origin as scheme, host, port and path prefix; throws what is wrong with it. */
export function checkOrigin(origin: string): string {
  let url: URL
  try {
    url = new URL(origin)
  } catch {
    throw new ConfigError('bad-origin', 'origin', 'an absolute http(s) URL is needed, as in https://api.example')
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new ConfigError('bad-origin', 'origin', 'only http and https can be forwarded to')
  if (url.search !== '') throw new ConfigError('bad-origin', 'origin', 'must not have a query')
  return url.origin + url.pathname.replace(/\/$/, '')
}
