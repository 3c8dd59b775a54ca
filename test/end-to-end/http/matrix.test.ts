import { describe, expect, test } from 'vitest'
import { loadPlatforms } from '../../support/platforms.ts'
import { createCase } from './cases.ts'
import { startBench, type Verdict } from './run.ts'

/** Seed and cases; a failing case is run again by its number. `DEEP=1`: every cell of the matrix. */
const SEED = Number(process.env.SEED ?? 1)
const ONLY = process.env.CASE
const SIZES: Readonly<Record<string, number>> =
  process.env.DEEP === '1' ? { node: 40_320, workers: 4_000, fastly: 1_000 } : { node: 4_400, workers: 600, fastly: 120 }
/** Where in the order of cells a platform begins, so that they share no case. */
const FIRST: Readonly<Record<string, number>> = { node: 0, workers: 50_000, fastly: 70_000 }

/** Cases whose messages are kept at once. */
const BATCH = 1_000

const { platforms } = await loadPlatforms()

describe.each(platforms.filter(({ name }) => name in SIZES))('the HTTP matrix on $name', (platform) => {
  test('has no violation', { timeout: 900_000 }, async () => {
    const bench = await startBench(platform)
    const failed: Verdict[] = []
    try {
      const first = FIRST[platform.name]
      const numbers = ONLY === undefined ? Array.from({ length: SIZES[platform.name] }, (_, i) => first + i) : [Number(ONLY)]
      for (let at = 0; at < numbers.length; at += BATCH) {
        const batch = numbers
          .slice(at, at + BATCH)
          .map((n) => createCase(SEED, n))
          // Fastly reads no br; what it does with it is a case of its own (test/end-to-end/gateway.test.ts).
          .filter(({ coding }) => platform.name !== 'fastly' || coding !== 'br')
        const verdicts = await bench.run(batch)
        failed.push(...verdicts.filter(({ faults }) => faults.length > 0))
        expect(verdicts.length).toBe(batch.length)
      }
    } finally {
      await bench.close()
    }
    expect(failed.slice(0, 20).map(describeCase)).toEqual([])
  })
})

function describeCase({ item, faults }: Verdict): string {
  const { n, direction, method, status, coding, outcome, family, policy } = item
  return `SEED=${SEED} CASE=${n}: ${direction} ${method} ${status} ${coding || 'identity'} ${outcome} ${family} ${policy}: ${faults.join('; ')}`
}
