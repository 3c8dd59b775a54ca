import { dropHopByHop } from '../body/hop-by-hop.ts'
import { ConfigError } from '../core/errors.ts'
import { splitTarget } from '../middleware/messages.ts'

/** Path, query and headers as the origin gets them: hop-by-hop headers out, X-Forwarded-* in. */
export function forwardedHead(request: Request, client: string | undefined): { headers: Headers; url: string } {
  const headers = new Headers(request.headers)
  dropHopByHop(headers)
  const { base, target } = splitTarget(request.url)
  const [scheme, authority] = base.split('://')
  if (client !== undefined) headers.append('x-forwarded-for', client)
  headers.set('x-forwarded-host', headers.get('host') ?? authority)
  headers.set('x-forwarded-proto', scheme)
  headers.delete('host')
  return { headers, url: target }
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
