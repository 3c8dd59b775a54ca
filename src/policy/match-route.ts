import type { MessageMeta } from './policy.ts'
import type { Route } from './schema.ts'

/** Whether a route's conditions all hold; an absent condition holds. */
export function routeMatches(match: Route['match'], meta: MessageMeta): boolean {
  if (match.methods !== undefined && !match.methods.some((method) => method.toUpperCase() === meta.method.toUpperCase())) return false
  if (match.hosts !== undefined && !match.hosts.some((host) => hostMatches(host.toLowerCase(), meta.host))) return false
  if (match.path !== undefined) {
    const path = normalisePath(meta.path)
    if (![match.path].flat().some((pattern) => pathMatches(pattern, path))) return false
  }
  return match.contentTypes === undefined || match.contentTypes.some((type) => typeMatches(type.toLowerCase(), meta.contentType))
}

/** `*.example.com` stands for any host below example.com. */
function hostMatches(pattern: string, host: string): boolean {
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1 : pattern === host
}

function typeMatches(pattern: string, type: string): boolean {
  return pattern.endsWith('/*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type
}

/**
 * `*` stands for any run of characters, `/` included; `:name` for one segment. Two pointers and one remembered `*`:
 * linear in path × stars, no backtracking beyond the last star.
 */
export function pathMatches(pattern: string, path: string): boolean {
  let p = 0
  let at = 0
  let starAt = -1
  let resume = 0
  while (at < path.length) {
    if (pattern[p] === '*') {
      starAt = p++
      resume = at
      continue
    }
    if (pattern[p] === ':' && pattern[p - 1] === '/') {
      const end = segmentEnd(path, at)
      if (end > at) {
        at = end
        p = segmentEnd(pattern, p)
        continue
      }
    } else if (p < pattern.length && pattern[p] === path[at]) {
      p++
      at++
      continue
    }
    if (starAt < 0) return false
    p = starAt + 1
    at = ++resume
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}

function segmentEnd(text: string, from: number): number {
  const end = text.indexOf('/', from)
  return end < 0 ? text.length : end
}

/**
 * A path as routes compare it (RFC 3986 section 6.2.2): escapes of unreserved characters undone, others in upper case, empty and dot
 * segments gone, so that another spelling of a path does not leave its route.
 */
export function normalisePath(path: string): string {
  const decoded = path.replace(/%([0-9A-Fa-f]{2})/g, (triplet, hex: string) => {
    const char = String.fromCharCode(Number.parseInt(hex, 16))
    return /[A-Za-z0-9._~-]/.test(char) ? char : triplet.toUpperCase()
  })
  const segments: string[] = []
  const parts = decoded.split('/').slice(1)
  parts.forEach((segment, i) => {
    const last = i === parts.length - 1
    if (segment === '..') segments.pop()
    else if (segment !== '.' && (segment !== '' || last)) segments.push(segment)
    if (last && (segment === '.' || segment === '..')) segments.push('')
  })
  return `/${segments.join('/')}`
}
