import { beforeAll, describe, expect, it } from 'vitest'
import { placedRules } from '../../rules/index.ts'
import { timeOf } from '../../src/core/time.ts'
import { storedPolicy } from '../../src/middleware/policy-store.ts'
import { openPolicyText } from '../../src/policy/bundle.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import type { Policy } from '../../src/policy/schema.ts'
import { parseBundleKeys } from '../../src/policy/signature.ts'
import type { AuditEvent } from '../../src/telemetry/audit.ts'
import { makeKeys, payloadOf, subtle, type TestKeys } from '../support/bundles.ts'
import { Random } from '../support/random.ts'

let keys: TestKeys
beforeAll(async () => {
  keys = await makeKeys()
})

describe('keys of bundles', () => {
  it.each([
    ['', /is empty/],
    ['ed25519:abcd', /32 bytes of a public key/],
    ['hmac:00112233445566778899aabbccddeeff', /secret of at least 32 bytes/],
    ['rsa:00', /a key is/],
  ])('%j is none', (text, message) => {
    expect(() => parseBundleKeys(text, 'POLICY_KEY')).toThrow(message)
    expect(() => parseBundleKeys(text, 'POLICY_KEY')).toThrow(/^POLICY_KEY: /)
  })

  it('several may be in use at once', async () => {
    const other = await makeKeys()
    const both = parseBundleKeys(`${other.ed25519}, ${keys.hmac}\n${keys.ed25519}`, 'POLICY_KEY')
    for (const text of [await keys.sign(payloadOf(1, {})), await keys.sign(payloadOf(1, {}), ['hmac'])])
      expect((await openPolicyText(text, both, subtle)).bundle).toMatchObject({ version: 1, kill: false })
  })

  it('a runtime that cannot verify has not verified', async () => {
    const text = await keys.sign(payloadOf(1, {}))
    const none = { importKey: async () => Promise.reject(new Error('NotSupported')), verify: async () => true }
    await expect(openPolicyText(text, parseBundleKeys(keys.ed25519, ''), none)).rejects.toThrow(/no signature is right/)
    await expect(openPolicyText(text, parseBundleKeys(keys.ed25519, ''), undefined)).rejects.toThrow(/no crypto.subtle/)
  })
})

it('times are those of RFC 3339 in UTC, or dates', () => {
  expect(['2026-11-28', '2026-11-28T20:30:00Z', '2026-11-28T20:30:00.5Z'].map(timeOf)).toEqual([
    Date.UTC(2026, 10, 28),
    Date.UTC(2026, 10, 28, 20, 30),
    Date.UTC(2026, 10, 28, 20, 30, 0, 500),
  ])
  expect(['28.11.2026', '2026-13-01', '2026-11-28T20:30:00+01:00', 1, null].map(timeOf)).toEqual(Array(5).fill(undefined))
})

describe('ten thousand mutated bundles', () => {
  const policy = {
    version: 'good',
    mode: 'enforce',
    request: { payment: { mask: { keepLast: 4 } }, credentials: 'block' },
    response: { payment: 'redact', 'identity/us': 'redact' },
    routes: [{ name: 'login', match: { path: '/login*', methods: ['POST'] }, request: { credentials: 'allow' } }],
  }

  /** A loader with a good bundle in force, and what became of each text that is put after it. */
  async function loader() {
    const events: AuditEvent[] = []
    const tried: Policy[] = []
    let value = await keys.sign(payloadOf(1, policy))
    let now = 0
    const source = storedPolicy({
      name: 'store',
      read: async () => value,
      keys: parseBundleKeys(keys.ed25519, ''),
      check: (checked) => {
        compilePolicy(checked, placedRules, '')
        tried.push(checked)
      },
      onError: () => {},
      audit: (event) => void events.push(event),
      clock: () => now,
    })
    const good = await source.current()
    expect(good).toMatchObject(policy)
    return {
      good,
      events,
      async put(text: string) {
        value = text
        now += 30_000
        tried.length = 0
        const inForce = await source.current()
        return { inForce, checked: tried.at(-1) }
      },
    }
  }

  it('changed after they were signed: none is taken up, the last good one stays', async () => {
    const random = new Random(1)
    const text = await keys.sign(payloadOf(2, policy))
    const { good, events, put } = await loader()
    for (let i = 0; i < 5_000; i++) {
      const mutated = mutate(text, random)
      if (mutated === text) continue
      const { inForce } = await put(mutated)
      expect(inForce).toBe(good)
    }
    expect(new Set(events.slice(1).map(({ kind }) => kind))).toEqual(new Set(['policy-refused']))
  })

  it('broken before they were signed: refused, or taken up whole', async () => {
    const random = new Random(2)
    let at = await loader()
    let taken = 0
    let refused = 0
    for (let i = 0; i < 5_000; i++) {
      const payload = mutate(payloadOf(2 + i, policy), random)
      const { inForce, checked } = await at.put(await keys.sign(payload))
      const last = at.events.at(-1)!.kind
      if (inForce === at.good) {
        refused++
        expect(last).toBe('policy-refused')
        continue
      }
      taken++
      // Taken up as it was checked: all of what the payload says.
      const { policy: meant, version } = JSON.parse(payload) as { policy: Policy; version: number }
      expect(checked).toEqual(meant)
      expect(inForce).toBe(checked)
      expect(last).toBe('policy-in-force')
      at.good = inForce
      // A version that came out too high would have all later ones refused.
      if (version !== 2 + i) at = await loader()
    }
    expect(taken).toBeGreaterThan(50)
    expect(refused).toBeGreaterThan(1_000)
  })
})

const PIECES = ['{', '}', '[', ']', '"', ',', ':', '\\', '0', '-1', '1e9', 'null', 'true', '{}', '"mode":"enforce"', ' ', '\n', '\u0000', 'é'] // biome-ignore format: one list

/** One to three of: a character changed, a run taken out, a run said twice, something put in, the end cut off. */
function mutate(text: string, random: Random): string {
  let out = text
  for (let n = 1 + random.int(0, 2); n > 0; n--) {
    const at = random.int(0, out.length - 1)
    const run = out.slice(at, at + 1 + random.int(0, 23))
    const kind = random.int(0, 4)
    if (kind === 0) out = out.slice(0, at) + String.fromCharCode(32 + random.int(0, 94)) + out.slice(at + 1)
    else if (kind === 1) out = out.slice(0, at) + out.slice(at + run.length)
    else if (kind === 2) out = out.slice(0, at) + run + out.slice(at)
    else if (kind === 3) out = out.slice(0, at) + random.pick(PIECES) + out.slice(at)
    else if (random.chance(0.125)) out = out.slice(0, at)
  }
  return out
}
