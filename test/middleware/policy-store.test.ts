import { beforeAll, describe, expect, it } from 'vitest'
import { placedRules } from '../../rules/index.ts'
import { createDlp } from '../../src/middleware/core.ts'
import { type PolicyStoreOptions, storedPolicy } from '../../src/middleware/policy-store.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import type { Policy } from '../../src/policy/schema.ts'
import { parseBundleKeys } from '../../src/policy/signature.ts'
import type { AuditEvent } from '../../src/telemetry/audit.ts'
import { makeKeys, payloadOf, type TestKeys } from '../support/bundles.ts'

const text = (version: string, selector = 'payment') => JSON.stringify({ version, request: { [selector]: 'redact' } })

function make(built?: Policy, more: Partial<PolicyStoreOptions> = {}) {
  const state = {
    audit: [] as AuditEvent[],
    value: text('one') as string | null | Error,
    reads: 0,
    now: 1_000_000,
    errors: [] as string[],
    hold: undefined as Promise<void> | undefined,
  }
  const source = storedPolicy({
    name: 'POLICY_KV',
    async read() {
      state.reads++
      const { value } = state
      await state.hold
      if (value instanceof Error) throw value
      return value
    },
    built,
    check: (policy) => compilePolicy(policy, placedRules, ''),
    onError: (message) => state.errors.push(message),
    audit: (event) => void state.audit.push(event),
    clock: () => state.now,
    ...more,
  })
  return { state, source, version: async () => (await source.current())?.version }
}

describe('the policy of a store', () => {
  it('is read every half minute and changes when its text does', async () => {
    const { state, version } = make()
    expect([await version(), await version()]).toEqual(['one', 'one'])
    expect(state.reads).toBe(1)
    state.value = text('two')
    state.now += 29_999
    expect(await version()).toBe('one')
    state.now += 1
    expect(await version()).toBe('two')
    expect(state).toMatchObject({ reads: 2, errors: [] })
  })

  it.each([
    ['is gone', null, /no value/],
    ['is broken JSON', '{', /not valid JSON/],
    ['has an unknown key', '{"mod":"enforce"}', /mod/],
    ['names a rule that is not there', text('bad', 'payment/none'), /payment\/none/],
    ['cannot be read', new Error('secret detail'), /did not answer/],
  ])('stays the last good one when it %s', async (_, value, message) => {
    const { state, version } = make()
    await version()
    state.value = value
    state.now += 30_000
    expect(await version()).toBe('one')
    expect(state.errors).toHaveLength(1)
    expect(state.errors[0]).toMatch(message)
    expect(state.errors[0]).toMatch(/^POLICY_KV: /)
    expect(state.errors[0]).not.toContain('secret')
  })

  it('without one, the built-in one is in force; without that, none', async () => {
    const built = make({ version: 'built', request: { payment: 'redact' } })
    built.state.value = null
    expect(await built.version()).toBe('built')
    const none = make()
    none.state.value = null
    expect(await none.version()).toBeUndefined()
    none.state.value = text('late')
    expect(await none.version()).toBe('late')
  })

  it('requests that come while the first is being read get it as well', async () => {
    const { state, version } = make()
    let release = () => {}
    state.hold = new Promise((resolve) => (release = resolve))
    const both = Promise.all([version(), version()])
    release()
    expect(await both).toEqual(['one', 'one'])
  })

  it('while it is read again, others go on with the last one', async () => {
    const { state, version } = make()
    await version()
    state.now += 30_000
    state.value = text('two')
    let release = () => {}
    state.hold = new Promise((resolve) => (release = resolve))
    const refreshing = version()
    expect(await version()).toBe('one')
    release()
    expect(await refreshing).toBe('two')
  })
})

it('in an app of one’s own: a source for `dlp`, `dlpFetch` and `createGateway`, which binds policies to the rules there are', async () => {
  const errors: string[] = []
  let stored = text('good')
  let now = 0
  const policy = storedPolicy({
    name: 'MINE',
    read: async () => stored,
    onError: (message) => errors.push(message),
    clock: () => now,
  })
  const core = createDlp({ policy })
  const { version } = (await core.policy('a'))!
  stored = text('bad', 'payment/none')
  now = 30_000
  expect((await core.policy('b'))!.version).toBe(version)
  expect(errors).toEqual([expect.stringMatching(/^MINE: .*payment\/none/)])
})

describe('a signed bundle', () => {
  let keys: TestKeys
  beforeAll(async () => {
    keys = await makeKeys()
  })
  const bundle = (version: number, more: Parameters<typeof payloadOf>[2] = {}, kinds?: readonly ('ed25519' | 'hmac')[]) =>
    keys.sign(payloadOf(version, { version: `v${version}`, mode: 'enforce', request: { payment: 'redact' } }, more), kinds)
  const signed = (kind: 'ed25519' | 'hmac' = 'ed25519', more: Partial<PolicyStoreOptions> = {}) => {
    const made = make(undefined, { keys: parseBundleKeys(keys[kind], 'POLICY_KEY'), ...more })
    return {
      ...made,
      async put(value: string) {
        made.state.value = value
        made.state.now += 30_000
        return made.version()
      },
      kinds: () => made.state.audit.map(({ kind }) => kind),
    }
  }

  it.each(['ed25519', 'hmac'] as const)('is taken up under its %s key, and told once', async (kind) => {
    const { put, state, version } = signed(kind)
    const text = await bundle(7, {}, ['ed25519', 'hmac'])
    expect(await put(text)).toBe('v7')
    expect(await put(text)).toBe('v7')
    expect(await version()).toBe('v7')
    expect(state.audit).toEqual([
      { schema: 'edge-dlp/audit/1', time: 1_030_000, kind: 'policy-in-force', version: 7, kill: false },
    ])
    expect(state.errors).toEqual([])
  })

  it('of an older version, or of the same with another text, is refused; what was in force is no error when it is back', async () => {
    const { put, state } = signed()
    const eight = await bundle(8)
    expect(await put(eight)).toBe('v8')
    expect(await put(await bundle(7))).toBe('v8')
    expect(await put(await bundle(8, { issuedAt: '2026-01-02' }))).toBe('v8')
    expect(await put(eight)).toBe('v8')
    expect(await put(await bundle(9))).toBe('v9')
    expect(state.audit.map((event) => (event.kind === 'policy-refused' ? event.code : event.kind))).toEqual([
      'policy-in-force',
      'rolled-back',
      'rolled-back',
      'policy-in-force',
    ])
  })

  it('below the least version is refused from the start', async () => {
    const { put } = signed('ed25519', { minVersion: 5 })
    expect(await put(await bundle(4))).toBeUndefined()
    expect(await put(await bundle(5))).toBe('v5')
  })

  it('past its end is not taken up; one in force stays, and it is told once', async () => {
    const { put, state, kinds, version } = signed()
    const ends = new Date(state.now + 90_000).toISOString()
    expect(await put(await bundle(1, { notAfter: ends }))).toBe('v1')
    state.now += 90_000
    expect(await version()).toBe('v1')
    expect(await put(await bundle(2, { notAfter: ends }))).toBe('v1')
    state.now += 30_000
    expect(await version()).toBe('v1')
    expect(kinds()).toEqual(['policy-in-force', 'policy-expired', 'policy-refused'])
  })

  it.each([
    ['is not signed', () => payloadOf(9, { request: { payment: 'redact' } }), 'unsigned'],
    ['is a bare policy', () => text('bare'), 'unsigned'],
    ['is signed by somebody else', async () => (await makeKeys()).sign(payloadOf(9, {})), 'bad-signature'],
    ['is signed in a way that no key here verifies', () => bundle(9, {}, ['hmac']), 'bad-signature'],
    ['was changed by one space', async () => `${await bundle(9)} `, 'bad-signature'],
    ['has an unknown member', () => bundle(9, { nothing: 1 } as never), 'bad-bundle'],
    ['has a version that is no number', () => keys.sign(payloadOf('9' as never, {})), 'bad-bundle'],
    ['has a policy that is none', () => keys.sign(payloadOf(9, { mod: 'enforce' })), 'unknown-key'],
    [
      'names a rule that is not there',
      () => keys.sign(payloadOf(9, { request: { 'payment/none': 'redact' } })),
      'unknown-selector',
    ],
    ['is too long', () => 'x'.repeat((1 << 19) + 1), 'too-large'],
  ])('that %s leaves the one before in force, and is told once', async (_, make, code) => {
    const { put, state } = signed()
    await put(await bundle(8))
    const broken = await make()
    expect(await put(broken)).toBe('v8')
    expect(await put(broken)).toBe('v8')
    expect(state.audit.slice(1)).toMatchObject([{ kind: 'policy-refused', code }])
    expect(state.errors).toHaveLength(1)
  })

  it('without a key to verify it is refused', async () => {
    const { state, version } = make()
    state.value = await bundle(1)
    expect(await version()).toBeUndefined()
    expect(state.audit).toMatchObject([{ kind: 'policy-refused', code: 'no-key' }])
  })

  it('with the kill switch turns every mode to observe, and back; each is told once', async () => {
    const { put, source, state } = signed()
    const policy = {
      mode: 'enforce',
      request: { payment: { redact: {}, mode: 'enforce' } },
      routes: [{ match: { path: '/a' }, mode: 'enforce', response: { payment: 'block' } }],
    }
    const compiled = async () => compilePolicy((await source.current())!, placedRules, '')
    await put(await keys.sign(payloadOf(1, policy)))
    expect((await compiled()).plans.map(({ mode }) => mode)).toContain('enforce')
    await put(await keys.sign(payloadOf(2, policy, { kill: true })))
    expect(new Set((await compiled()).plans.map(({ mode }) => mode))).toEqual(new Set(['observe']))
    await put(await keys.sign(payloadOf(3, policy)))
    expect((await compiled()).plans.map(({ mode }) => mode)).toContain('enforce')
    expect(state.audit.filter(({ kind }) => kind === 'kill-switch')).toMatchObject([
      { on: true, version: 2 },
      { on: false, version: 3 },
    ])
  })

  it('that was read before a newer one does not replace it, however long its check takes', async () => {
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    const { state, version } = signed('ed25519', { check: (policy) => (policy.version === 'v1' ? held : undefined) })
    state.value = await bundle(1)
    const slow = version()
    state.value = await bundle(2)
    state.now += 30_000
    expect(await version()).toBe('v2')
    release()
    expect(await slow).toBe('v2')
    expect(await version()).toBe('v2')
  })

  it('is taken up however many broken ones were read meanwhile', async () => {
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    const { state, version, put } = signed('ed25519', { check: (policy) => (policy.version === 'v1' ? held : undefined) })
    state.value = await bundle(1)
    const slow = version()
    expect(await put('broken')).toBeUndefined()
    release()
    expect(await slow).toBe('v1')
    expect(await version()).toBe('v1')
  })
})
