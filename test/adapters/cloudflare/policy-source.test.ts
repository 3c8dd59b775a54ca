import { describe, expect, it } from 'vitest'
import { kvPolicySource } from '../../../adapters/cloudflare/policy-source.ts'
import { placedRules } from '../../../rules/index.ts'
import { compilePolicy } from '../../../src/policy/compile.ts'
import type { Policy } from '../../../src/policy/schema.ts'

const text = (version: string, selector = 'payment') => JSON.stringify({ version, request: { [selector]: 'redact' } })

function make(built?: Policy) {
  const state = {
    value: text('one') as string | null | Error,
    reads: 0,
    now: 1_000_000,
    errors: [] as string[],
    hold: undefined as Promise<void> | undefined,
  }
  const source = kvPolicySource({
    store: {
      async get() {
        state.reads++
        await state.hold
        if (state.value instanceof Error) throw state.value
        return state.value
      },
    },
    built,
    check: (policy) => compilePolicy(policy, placedRules, ''),
    onError: (message) => state.errors.push(message),
    clock: () => state.now,
  })
  return { state, version: async () => (await source.current())?.version }
}

describe('the policy from KV', () => {
  it('is read once a minute and changes when its text does', async () => {
    const { state, version } = make()
    expect([await version(), await version()]).toEqual(['one', 'one'])
    expect(state.reads).toBe(1)
    state.value = text('two')
    state.now += 59_999
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
    state.now += 60_000
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
    state.now += 60_000
    state.value = text('two')
    let release = () => {}
    state.hold = new Promise((resolve) => (release = resolve))
    const refreshing = version()
    expect(await version()).toBe('one')
    release()
    expect(await refreshing).toBe('two')
  })
})
