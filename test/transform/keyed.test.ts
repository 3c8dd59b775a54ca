import { createHmac, webcrypto } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { ConfigError } from '../../src/core/errors.ts'
import { createKeyer, type HmacPower } from '../../src/transform/hmac-keyer.ts'
import { type KeyedValue, KeyedValues } from '../../src/transform/keyed-values.ts'
import { keyedMark } from '../../src/transform/marks.ts'
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

describe('the keyed values of a message', () => {
  /** Digests that end in a byte of their own, and how many were computed. */
  function counting() {
    let computed = 0
    const keyer: Keyer = {
      id: 'test',
      async digest(values) {
        computed += values.length
        return values.map((value) => Uint8Array.from(createHmac('sha256', KEY).update(value).digest()))
      },
    }
    return { values: new KeyedValues(keyer), computed: () => computed }
  }
  const spend = (values: KeyedValues, count: number, offset: number, from = 0) =>
    Array.from({ length: count }, (_, i) => values.admit('EMAIL', bytes(`${from + i}@example.com`), offset)).filter(
      (value) => value !== undefined,
    ).length

  test.each([
    [0, 16],
    [1023, 16],
    [1024, 17],
    [10 * 1024, 26],
  ])('at offset %i: %i distinct ones', (offset, admitted) => {
    expect(spend(counting().values, 40, offset)).toBe(admitted)
  })

  test('a value costs once, also when the budget is spent; under another type it is another value', () => {
    const { values } = counting()
    spend(values, 16, 0)
    expect(spend(values, 16, 0)).toBe(16)
    expect(values.admit('JWT', bytes('0@example.com'), 0)).toBeUndefined()
    expect(values.admit('EMAIL', bytes('0@example.com'), 0)).toBeDefined()
  })

  test('are told apart to their last byte', () => {
    const { values } = counting()
    const long = (end: string) => bytes('x'.repeat(8000) + end)
    const admitted = Array.from({ length: 20 }, (_, i) => values.admit('JWT', long(`${i}`), 0))
    expect(admitted.filter((value) => value !== undefined)).toHaveLength(16)
  })

  test('memory is bounded: in a long stream an old value is forgotten and costs again', () => {
    const { values } = counting()
    const at = 1 << 30
    expect(spend(values, 5000, at)).toBe(5000)
    // the newest are remembered and free, the oldest are not: the budget counts on
    expect(spend(values, 10, 0, 4990)).toBe(10)
    expect(spend(values, 10, 0, 0)).toBe(0)
  })

  const marksOf = (of: readonly (KeyedValue | undefined)[]) => of.map((value) => value?.mark)
  const expected = (type: string, value: string) =>
    keyedMark(type, Uint8Array.from(createHmac('sha256', KEY).update(`${type}\0${value}`).digest()))

  test('are computed once, in a batch and over batches, under their types', async () => {
    const { values, computed } = counting()
    const texts = ['a', 'b', 'a', 'c', 'b', 'a']
    const admit = () => [...texts.map((text) => values.admit('EMAIL', bytes(text), 0)!), values.admit('JWT', bytes('a'), 0)!]
    for (let batch = 0; batch < 2; batch++) {
      const admitted = admit()
      await values.compute(admitted)
      expect(marksOf(admitted)).toEqual([...texts.map((text) => expected('EMAIL', text)), expected('JWT', 'a')])
      expect(computed()).toBe(4)
    }
    await values.compute([])
  })

  test('long values are right too', async () => {
    const { values } = counting()
    const texts = ['x'.repeat(300), 'y'.repeat(5000), 'y'.repeat(5000)]
    const admitted = texts.map((text) => values.admit('JWT', bytes(text), 0)!)
    await values.compute(admitted)
    expect(marksOf(admitted)).toEqual(texts.map((text) => expected('JWT', text)))
  })

  test('where the key fails they keep their value, and are asked for again', async () => {
    let fails = true
    const values = new KeyedValues({
      id: 'test',
      digest: async (asked) => {
        if (fails) throw new Error('busy')
        return asked.map((value) => Uint8Array.from(createHmac('sha256', KEY).update(value).digest()))
      },
    })
    const value = values.admit('EMAIL', bytes('a'), 0)!
    await expect(values.compute([value])).rejects.toThrow('busy')
    expect(value).toMatchObject({ mark: undefined, value: bytes('a') })
    fails = false
    await values.compute([value])
    expect(value.mark).toEqual(expected('EMAIL', 'a'))
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
