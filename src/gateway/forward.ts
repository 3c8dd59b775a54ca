import { dropHopByHop } from '../body/hop-by-hop.ts'
import { splitTarget } from '../middleware/messages.ts'

/** What the gateway says of a request to its origin, beside X-Forwarded-*. */
export interface Introduction {
  /** The client's address; undefined: not known. */
  readonly client?: string
  /** Header in which the platform's origins read that address; what the client wrote there is replaced. */
  readonly clientHeader?: string
  /** Header that carries the id of the exchange, unless the client has sent one. */
  readonly idHeader?: string
  readonly id: string
}

/** Path, query and headers as the origin gets them: hop-by-hop headers out, X-Forwarded-* in. */
export function forwardedHead(request: Request, introduction: Introduction): { headers: Headers; url: string } {
  const headers = new Headers(request.headers)
  dropHopByHop(headers)
  const { base, target } = splitTarget(request.url)
  const [scheme, authority] = base.split('://')
  const { client, clientHeader, idHeader, id } = introduction
  if (client !== undefined) headers.append('x-forwarded-for', client)
  if (clientHeader !== undefined) {
    if (client === undefined) headers.delete(clientHeader)
    else headers.set(clientHeader, client)
  }
  if (idHeader !== undefined && !headers.has(idHeader)) headers.set(idHeader, id)
  headers.set('x-forwarded-host', headers.get('host') ?? authority)
  headers.set('x-forwarded-proto', scheme)
  headers.delete('host')
  return { headers, url: target }
}
