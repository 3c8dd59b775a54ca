import { expect, test } from 'vitest'
import { compilePolicy } from '../../src/policy/compile.ts'
import type { MessageMeta } from '../../src/policy/policy.ts'
import type { Policy } from '../../src/policy/schema.ts'
import { catalogue, meta } from './catalogue.ts'

type Match = NonNullable<Policy['routes']>[number]['match']

test.each<[Match, Partial<MessageMeta>, boolean]>([
  [{}, {}, true],
  [{ methods: ['post', 'PUT'] }, {}, true],
  [{ methods: ['PUT'] }, {}, false],
  [{ hosts: ['API.example.com'] }, {}, true],
  [{ hosts: ['api.example.com'] }, { host: 'api.example.com.' }, true],
  [{ hosts: ['*.example.com'] }, {}, true],
  [{ hosts: ['*.example.com'] }, { host: 'a.b.example.com' }, true],
  [{ hosts: ['*.example.com'] }, { host: 'example.com' }, false],
  [{ hosts: ['*.example.com'] }, { host: 'badexample.com' }, false],
  [{ hosts: ['*.example.com'] }, { host: 'api.example.com.evil.test' }, false],
  [{ contentTypes: ['application/json'] }, {}, true],
  [{ contentTypes: ['Application/JSON'] }, {}, true],
  [{ contentTypes: ['text/*'] }, {}, false],
  [{ contentTypes: ['text/*', 'application/*'] }, {}, true],
  [{ contentTypes: ['application/*+json'] }, { contentType: 'application/problem+json' }, true],
  [{ contentTypes: ['application/*+json'] }, {}, false],
  [{ contentTypes: ['*/*'] }, {}, true],
  [{ contentTypes: ['*/*'] }, { contentType: '' }, false],
  [{ side: 'response' }, {}, false],
  [{ side: 'response' }, { side: 'response' }, true],
  [{ path: '/orders/:id' }, {}, true],
  [{ path: ['/a', '/orders/*'] }, {}, true],
  [{ path: '/orders/:id', methods: ['GET'] }, {}, false],
  [
    { path: '/orders/:id', methods: ['POST'], hosts: ['*.example.com'], contentTypes: ['application/json'], side: 'request' },
    {},
    true,
  ],
])('%o on %o: %s', (match, change, expected) => {
  const policy = compilePolicy({ request: { '*': 'redact' }, routes: [{ name: 'it', match }] }, catalogue, '')
  expect(policy.plan(meta(change)).route).toBe(expected ? 'it' : '')
})
