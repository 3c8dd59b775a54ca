import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { badPathPattern, compilePathPattern, normalPath } from '../../src/policy/path-pattern.ts'

const matches = (pattern: string, path: string) => compilePathPattern(pattern)(normalPath(path))

test.each<[string, string, boolean]>([
  ['/orders', '/orders', true],
  ['/orders', '/orders/', false],
  ['/orders', '/Orders', false],
  ['/api/*', '/api/', true],
  ['/api/*', '/api/a/b', true],
  ['/api/*', '/api', false],
  ['/api*', '/api', true],
  ['*', '/anything/at/all', true],
  ['/orders/:id', '/orders/17', true],
  ['/orders/:id', '/orders/', false],
  ['/orders/:id', '/orders/17/lines', false],
  ['/orders/:id/lines', '/orders/17/lines', true],
  ['/:a/:b', '/x/y', true],
  ['/:a/:b', '/x', false],
  ['*/admin/*', '/v1/x/admin/y', true],
  ['*/admin/*', '/v1/x/administrator/y', false],
  ['/a*b*c', '/a--b--b--c', true],
  ['/a*b*c', '/a--c--b', false],
  ['*/:id/end', '/a/b/c/end', true],
  ['*.json', '/a/b.json', true],
  ['*.json', '/a/b.json/x', false],
  ['/caf\u00e9/*', '/caf%C3%A9/x', true],
  ['/caf%c3%a9/*', '/caf%C3%A9/x', true],
])('%s on %s: %s', (pattern, path, expected) => {
  expect(badPathPattern(pattern)).toBeUndefined()
  expect(matches(pattern, path)).toBe(expected)
})

describe('another spelling of a path does not leave its route', () => {
  test.each([
    '/admin/x',
    '/%61dmin/x',
    '/%61%64min/x',
    '/./admin/x',
    '/a/../admin/x',
    '/a/%2e%2E/admin/x',
    '//admin/x',
    '/admin//x',
    '/../admin/x',
  ])('%s', (path) => {
    expect(normalPath(path)).toBe('/admin/x')
    expect(matches('/admin/*', path)).toBe(true)
  })

  test('what is another path stays another', () => {
    expect(normalPath('/admin%2fx')).toBe('/admin%2Fx')
    expect(normalPath('/%2561dmin')).toBe('/%2561dmin')
    expect(normalPath('/a%zz%4')).toBe('/a%25zz%254')
    expect(normalPath('/%%61%61')).toBe('/%25aa')
    expect(normalPath('/a/..')).toBe('/')
    expect(normalPath('/a/b/.')).toBe('/a/b/')
    expect(normalPath('')).toBe('/')
    expect(normalPath('/.../..b/c..')).toBe('/.../..b/c..')
  })

  test('the normal form is its own normal form, for any path', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('/', '.', '%2e', '%2F', '%', 'a', '%61', '\u00e9', '25')), (parts) => {
        const once = normalPath(`/${parts.join('')}`)
        expect(normalPath(once)).toBe(once)
      }),
      { seed: 3, numRuns: 2000 },
    )
  })
})

test('answers as a regular expression would, for any pattern', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('/', '*', '/:n/', 'a', 'b'), { maxLength: 8 }),
      fc.array(fc.constantFrom('/', 'a', 'b'), { maxLength: 12 }),
      (patternParts, pathParts) => {
        const pattern = `/${patternParts.join('')}`.replaceAll(/\/+/g, '/')
        const path = normalPath(`/${pathParts.join('')}`)
        fc.pre(badPathPattern(pattern) === undefined)
        const reference = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll(':n', '[^/]+')}$`)
        expect(compilePathPattern(pattern)(path)).toBe(reference.test(path))
      },
    ),
    { seed: 4, numRuns: 5000 },
  )
})

test('the work is linear in the path: a pattern of stars on a path that almost matches', () => {
  const pattern = compilePathPattern(`/${'a*'.repeat(60)}b`)
  const time = (length: number) => {
    const path = `/${'a'.repeat(length)}`
    const from = performance.now()
    expect(pattern(path)).toBe(false)
    return performance.now() - from
  }
  time(1000)
  // 32 times the path; a backtracking matcher would not come back at all
  expect(time(32_000)).toBeLessThan(2000)
})

test.each(['orders', '', '/a?b', '/a b', '/x:id', '/:id*', '/:1', '/:'])('%o is no pattern', (pattern) => {
  expect(badPathPattern(pattern)).toBeDefined()
})
