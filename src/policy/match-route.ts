import type { RouteScope } from './normalise.ts'
import { compilePathPattern, normalPath } from './path-pattern.ts'
import type { MessageMeta } from './policy.ts'

/** The message as routes compare it: path in normal form, host without a final dot. */
interface Target extends MessageMeta {
  readonly normalPath: string
}
type Test = (target: Target) => boolean

/**
 * Index of the first route that matches, or -1. Content type and host are what the message claims: a route that loosens
 * by them trusts whoever wrote the message.
 */
export function compileRoutes(routes: readonly RouteScope[]): (meta: MessageMeta) => number {
  if (routes.length === 0) return () => -1
  const tests = routes.map((route) => compileMatch(route.match))
  return (meta) => {
    const host = meta.host.toLowerCase()
    const target: Target = { ...meta, host: host.endsWith('.') ? host.slice(0, -1) : host, normalPath: normalPath(meta.path) }
    return tests.findIndex((test) => test(target))
  }
}

function compileMatch(match: RouteScope['match']): Test {
  const tests: Test[] = []
  const { side, methods, hosts, contentTypes, paths } = match
  if (side !== undefined) tests.push((target) => target.side === side)
  if (methods !== undefined) {
    const set = new Set(methods)
    tests.push((target) => set.has(target.method.toUpperCase()))
  }
  if (hosts !== undefined) tests.push(anyOf(hosts.map(hostTest)))
  if (contentTypes !== undefined) tests.push(anyOf(contentTypes.map(typeTest)))
  if (paths !== undefined) {
    tests.push(anyOf(paths.map(compilePathPattern).map((matches) => (target: Target) => matches(target.normalPath))))
  }
  return (target) => tests.every((test) => test(target))
}

function anyOf(tests: readonly Test[]): Test {
  return (target) => tests.some((test) => test(target))
}

/** `*.example.com` is every name below example.com, at any depth, and not example.com itself. */
function hostTest(pattern: string): Test {
  if (!pattern.startsWith('*.')) return (target) => target.host === pattern
  const end = pattern.slice(1)
  return (target) => target.host.length > end.length && target.host.endsWith(end)
}

/** `text/*`, `application/*+json`, `*` + `/*` (any type that is named), or one type. */
function typeTest(pattern: string): Test {
  if (pattern === '*/*') return (target) => target.contentType !== ''
  const star = pattern.indexOf('/*')
  if (star < 0) return (target) => target.contentType === pattern
  const start = pattern.slice(0, star + 1)
  const end = pattern.slice(star + 2)
  return ({ contentType }) =>
    contentType.length > start.length + end.length && contentType.startsWith(start) && contentType.endsWith(end)
}
