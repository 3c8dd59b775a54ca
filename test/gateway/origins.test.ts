import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/core/errors.ts'
import { compileOrigins, type OriginsInput, parseOrigins, servicesOf } from '../../src/gateway/origins.ts'

describe('origins by host', () => {
  const originOf = compileOrigins({
    'api.shop.example': 'https://api.internal/v1/',
    '*.shop.example': { url: 'https://pages.internal', timeoutMs: 500 },
    '*.eu.shop.example': { url: 'zone', via: 'EU' },
    '*': 'http://rest.internal:8080',
  })

  it.each([
    ['api.shop.example', 'https://api.internal/v1'],
    ['api.shop.example.', 'https://api.internal/v1'],
    ['www.shop.example', 'https://pages.internal'],
    ['a.b.shop.example', 'https://pages.internal'],
    ['www.eu.shop.example', ''],
    ['shop.example', 'http://rest.internal:8080'],
    ['xshop.example', 'http://rest.internal:8080'],
  ])('%s', (host, base) => {
    expect(originOf(host)?.base).toBe(base)
  })

  it('carry a timeout and the name of the way there', () => {
    expect(originOf('www.shop.example')).toMatchObject({ timeoutMs: 500 })
    expect(originOf('www.eu.shop.example')).toMatchObject({ via: 'EU' })
  })

  it('a host that is not named has none; one origin serves all', () => {
    expect(compileOrigins({ 'a.example': 'https://a.internal' })('b.example')).toBeUndefined()
    expect(compileOrigins('https://a.internal')('b.example')?.base).toBe('https://a.internal')
    expect(compileOrigins({ url: 'https://a.internal', timeoutMs: 5 })('b.example')?.timeoutMs).toBe(5)
    expect(compileOrigins('zone')('b.example')?.base).toBe('')
  })
})

it('come as text: a URL, or JSON', () => {
  expect(parseOrigins('https://a.internal')).toBe('https://a.internal')
  expect(parseOrigins(' {"a.example":{"url":"zone","via":"A"}}')).toEqual({ 'a.example': { url: 'zone', via: 'A' } })
  expect(servicesOf({ 'a.example': { url: 'zone', via: 'A' }, 'b.example': 'https://b.internal' })).toEqual(['A'])
  expect(() => parseOrigins('{"a.example":')).toThrow(/not valid JSON/)
})

describe('what is wrong is named', () => {
  it.each<[string, unknown, RegExp]>([
    ['no URL', 'shop', /^origin: an absolute http/],
    ['no HTTP', 'ftp://shop.example', /^origin: only http and https/],
    ['a query', 'https://shop.example/?a', /^origin: must not have a query/],
    ['no host at all', {}, /^origin: is a URL, or an object of hosts/],
    ['a list', ['https://a.internal'], /^origin: is a URL, or an object of hosts/],
    ['a host that is none', { 'a/b': 'https://a.internal' }, /^origin\["a\/b"\]: a host is a name/],
    ['no URL at a host', { 'a.example': 'shop' }, /^origin\["a.example"\]: an absolute/],
    [
      'an unknown member',
      { 'a.example': { url: 'zone', timeout: 5 } },
      /^origin\["a.example"\]\.timeout: there is no such option/,
    ],
    ['a timeout that is none', { url: 'zone', timeoutMs: 0 }, /^origin\.timeoutMs: /],
    ['a way that is none', { url: 'zone', via: 'a b' }, /^origin\.via: /],
  ])('%s', (_, input, message) => {
    expect(() => compileOrigins(input as OriginsInput)).toThrow(ConfigError)
    expect(() => compileOrigins(input as OriginsInput)).toThrow(message)
  })
})
