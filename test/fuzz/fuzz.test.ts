import { describe, expect, test } from 'vitest'
import { Random } from '../support/random.ts'
import { foundInputs, keptInputs } from './corpus.ts'
import { execute, fuzz } from './loop.ts'
import { bytesOf, holds, type Target } from './target.ts'
import { targets } from './targets/index.ts'

describe.each(targets.map((target) => [target.name, target] as const))('%s', (name, target) => {
  test('its seeds and the kept corpus, each input at several cuts', async () => {
    for (const input of [...target.seeds.map(bytesOf), ...keptInputs(name)])
      for (let seed = 1; seed <= 3; seed++) await execute(target, input, seed)
  })

  test('what once failed', async () => {
    for (const { input, seed } of foundInputs(name)) for (let k = 0; k < 20; k++) await execute(target, input, seed + k)
  })

  test('300 new inputs', async () => {
    const { executions, failure } = await fuzz(target, { seed: 20261129, runs: 300 })
    expect(failure).toBeUndefined()
    expect(executions).toBe(300)
  })
})

describe('the loop', () => {
  const broken: Target = {
    name: 'broken',
    about: 'fails where b follows a and another a',
    seeds: ['hello', 'xa'],
    words: ['a', 'b'],
    check(input) {
      const text = Buffer.from(input).toString('latin1')
      holds('aab is too much', !text.includes('aab'))
      return [...text].map((character) => ('ab'.includes(character) ? character : '.'))
    },
  }

  test('finds a fault by what inputs show, and makes it small', async () => {
    const { failure, executions, kept } = await fuzz(broken, { seed: 7, runs: 20_000 })
    expect(Buffer.from(failure!.input).toString('latin1')).toBe('aab')
    expect(failure!.message).toBe('aab is too much')
    expect(executions).toBeLessThan(20_000)
    expect(kept.length).toBeGreaterThan(2)
    await expect(execute(broken, failure!.input, failure!.seed)).rejects.toThrow('aab is too much')
  })

  test('makes the same inputs of the same seed, and others of another', async () => {
    const inputsOf = async (seed: number) => {
      const inputs: string[] = []
      const harmless: Target = { ...broken, check: (input) => [`${input.length}`] }
      await fuzz(harmless, { seed, runs: 200, begins: (input) => void inputs.push(Buffer.from(input).toString('latin1')) })
      return inputs.join('|')
    }
    expect(await inputsOf(3)).toBe(await inputsOf(3))
    expect(await inputsOf(3)).not.toBe(await inputsOf(4))
  })

  test('counts what takes too long as a fault', async () => {
    const slow: Target = {
      ...broken,
      check(input) {
        const before = process.threadCpuUsage()
        const wanted = Buffer.from(input).toString() === 'hello' ? 600_000 : 0
        while (process.threadCpuUsage(before).user < wanted);
        return []
      },
    }
    const { failure } = await fuzz({ ...slow, seeds: ['hello'] }, { seed: 1, runs: 1 })
    expect(failure?.message).toContain('takes more than')
  })
})

test('every choice of a check comes from its seed', async () => {
  for (const target of targets) {
    const input = target.seeds[0]
    const once = JSON.stringify(await target.check(bytesOf(input), new Random(5)))
    expect(JSON.stringify(await target.check(bytesOf(input), new Random(5)))).toBe(once)
  }
})
