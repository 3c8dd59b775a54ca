import { createHmac, webcrypto } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { ConfigError } from '../../src/core/errors.ts'
import { distinctKeyer } from '../../src/transform/distinct-keyer.ts'
import { createKeyer, type HmacPower } from '../../src/transform/hmac-keyer.ts'
import { KeyedBudget } from '../../src/transform/keyed-budget.ts'
import { isMoreSevere } from '../../src/transform/severity.ts'
import type { Keyer } from '../../src/transform/transform.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const subtle = webcrypto.subtle
const power: HmacPower = {
  importKey: (raw) => subtle.importKey('raw', new Uint8Array(raw), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']),
  sign: (key, data) => subtle.sign('HMAC', key as webcrypto.CryptoKey, new Uint8Array(data)),
}
const KEY = Uint8Array.from({ length: 32 }, (_, i) => i)

describe('keyer', () => {
  test('is HMAC-SHA-256 under a key derived for this purpose, as node:crypto computes it', async () => {
    const derived = createHmac('sha256', KEY).update('edge-dlp/hash/v1').digest()
    const [digest] = await createKeyer(KEY, power).digest([bytes('value')])
    expect(Buffer.from(digest).toString('hex')).toBe(createHmac('sha256', derived).update('value').digest('hex'))
  })

  test.each([
    ['hex', Buffer.from(KEY).toString('hex')],
    ['hex in upper case', Buffer.from(KEY).toString('hex').toUpperCase()],
    ['base64', Buffer.from(KEY).toString('base64')],
    ['base64url', Buffer.from(KEY).toString('base64url')],
  ])('takes the same key as %s', async (_, key) => {
    const values = [bytes('a'), bytes('b')]
    expect(await createKeyer(key, power).digest(values)).toEqual(await createKeyer(KEY, power).digest(values))
  })

  test.each([
    ['too short', KEY.subarray(0, 15)],
    ['short hex', '00112233'],
    ['no hex and no base64', 'a pass phrase of some length!'],
    ['empty', ''],
    ['nothing', undefined as unknown as string],
  ])('refuses a key: %s', (_, key) => {
    try {
      createKeyer(key, power)
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError)
      expect((error as ConfigError).option).toBe('key')
      if (typeof key === 'string' && key.length > 0) expect((error as ConfigError).message).not.toContain(key)
    }
  })

  test('the key is its own copy, and its id tells nothing of it', async () => {
    const mine = KEY.slice()
    const keyer = createKeyer(mine, power)
    mine.fill(0)
    expect(await keyer.digest([bytes('a')])).toEqual(await createKeyer(KEY, power).digest([bytes('a')]))
    expect(createKeyer(new Uint8Array(32), power).id).toBe(keyer.id)
  })

  test('a platform that fails once is asked again', async () => {
    let calls = 0
    const flaky: HmacPower = {
      ...power,
      importKey: (raw) => (calls++ === 0 ? Promise.reject(new Error('busy')) : power.importKey(raw)),
    }
    const keyer = createKeyer(KEY, flaky)
    await expect(keyer.digest([bytes('a')])).rejects.toThrow('busy')
    expect(await keyer.digest([bytes('a')])).toEqual(await createKeyer(KEY, power).digest([bytes('a')]))
  })
})

describe('budget', () => {
  const spend = (budget: KeyedBudget, count: number, offset: number, from = 0) =>
    Array.from({ length: count }, (_, i) => budget.admit('EMAIL', bytes(`${from + i}@example.com`), offset)).filter(Boolean)
      .length

  test.each([
    [0, 16],
    [1023, 16],
    [1024, 17],
    [10 * 1024, 26],
  ])('at offset %i: %i distinct values', (offset, admitted) => {
    const budget = new KeyedBudget()
    expect(spend(budget, 40, offset)).toBe(admitted)
    expect(budget.refused).toBe(40 - admitted)
  })

  test('a value costs once, also when the budget is spent; under another type it is another value', () => {
    const budget = new KeyedBudget()
    spend(budget, 16, 0)
    expect(spend(budget, 16, 0)).toBe(16)
    expect(budget.admit('JWT', bytes('0@example.com'), 0)).toBe(false)
    expect(budget.admit('EMAIL', bytes('0@example.com'), 0)).toBe(true)
  })

  test('values are told apart to their last byte', () => {
    const budget = new KeyedBudget()
    const long = (end: string) => bytes('x'.repeat(8000) + end)
    expect(Array.from({ length: 20 }, (_, i) => budget.admit('JWT', long(`${i}`), 0)).filter(Boolean)).toHaveLength(16)
  })

  test('memory is bounded: in a long stream an old value is forgotten and costs again', () => {
    const budget = new KeyedBudget()
    const at = 1 << 30
    expect(spend(budget, 5000, at)).toBe(5000)
    expect(budget.refused).toBe(0)
    // the newest are remembered and free, the oldest are not: the budget counts on
    expect(spend(budget, 10, 0, 4990)).toBe(10)
    expect(spend(budget, 10, 0, 0)).toBe(0)
  })
})

describe('a keyer for one message', () => {
  function counting() {
    let computed = 0
    const keyer: Keyer = {
      id: 'test',
      async digest(values) {
        computed += values.length
        return values.map((value) => Uint8Array.from([...value, 0]))
      },
    }
    return { keyer: distinctKeyer(keyer), computed: () => computed }
  }

  test('computes a value once, in a batch and over batches, in the order asked', async () => {
    const { keyer, computed } = counting()
    const values = ['a', 'b', 'a', 'c', 'b', 'a'].map(bytes)
    const expected = values.map((value) => Uint8Array.from([...value, 0]))
    expect(await keyer.digest(values)).toEqual(expected)
    expect(computed()).toBe(3)
    expect(await keyer.digest(values)).toEqual(expected)
    expect(computed()).toBe(3)
    expect(await keyer.digest([])).toEqual([])
  })

  test('long values are right too, and not remembered', async () => {
    const { keyer, computed } = counting()
    const values = ['x'.repeat(300), 'y'.repeat(300), 'z'].map(bytes)
    for (let i = 0; i < 2; i++) expect(await keyer.digest(values)).toEqual(values.map((value) => Uint8Array.from([...value, 0])))
    expect(computed()).toBe(5)
  })
})

test('block is severer than drop, redact, hash, mask and allow, in this order', () => {
  const order = ['block', 'drop', 'redact', 'hash', 'mask', 'allow'] as const
  order.forEach((a, i) => {
    order.forEach((b, j) => {
      expect(isMoreSevere(a, b)).toBe(i < j)
    })
  })
})
