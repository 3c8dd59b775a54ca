import type { RouteInput } from '../../src/policy/shape.ts'
import { UsageError } from './options.ts'

/** Segments that say nothing about what is behind them. */
const PREFIX = /^(?:api|rest|v\d{1,3}(?:\.\d{1,3})?)$/i
const MAX_ROUTES = 200

/**
 * Routes of a service described by OpenAPI (3.x or 2.0, as JSON): one for each first word of its paths, `/v1/orders/{id}` → `orders`. Paths that
 * begin with a parameter have none, and fall under what holds outside routes.
 * @throws UsageError for what is no such description
 */
export function routesOfOpenApi(text: string): RouteInput[] {
  let description: { paths?: unknown; basePath?: unknown; servers?: unknown }
  try {
    description = JSON.parse(text)
  } catch {
    throw new UsageError('--openapi: is not valid JSON (of a description in YAML, give one in JSON)')
  }
  const { paths } = description ?? {}
  if (paths === null || typeof paths !== 'object') throw new UsageError('--openapi: has no paths')
  const base = basePathOf(description)
  const patterns = new Map<string, Set<string>>()
  for (const path of Object.keys(paths)) {
    const segments = path.split('/').filter((segment) => segment !== '')
    const at = segments.findIndex((segment) => !PREFIX.test(segment))
    const name = segments[at]
    if (name === undefined || !/^[\w.~-]+$/.test(name)) continue
    const start = `${base}/${segments.slice(0, at + 1).join('/')}`
    const route = name.replace(/^[^A-Za-z0-9]+|[^\w.-]/g, '').slice(0, 64)
    if (route === '') continue
    patterns.set(route, (patterns.get(route) ?? new Set()).add(start))
  }
  if (patterns.size > MAX_ROUTES)
    throw new UsageError(`--openapi: has more than ${MAX_ROUTES} kinds of paths; name routes with --route`)
  return [...patterns].map(([name, starts]) => ({ name, match: { path: [...starts].flatMap((start) => [start, `${start}/*`]) } }))
}

/** What stands before each path: of OpenAPI 3 the path of the first server, of 2.0 `basePath`. */
function basePathOf({ servers, basePath }: { servers?: unknown; basePath?: unknown }): string {
  const url = Array.isArray(servers) ? (servers[0] as { url?: unknown } | undefined)?.url : basePath
  if (typeof url !== 'string') return ''
  try {
    return new URL(url, 'http://service').pathname.replace(/\/$/, '')
  } catch {
    return ''
  }
}
