import { expect, test } from 'vitest'
import { misses, NOT_ON_FASTLY, runEvasion } from '../../tools/evasion.ts'
import { describeShared } from '../support/shared.ts'

// What must never get through, at the gateway's sockets. `.ci/run` drives tiers 2 and 3 as well; the deep run cuts bodies at every offset, and drives the Compute service.

const DEEP = process.env.DEEP === '1'
const HOURS = 6 * 3_600_000

describeShared('the evasion suite', () => {
  test('tier 1 in workerd', { timeout: 600_000 }, async () => {
    const { cases } = await runEvasion({ tiers: [1] })
    expect(cases.length).toBeGreaterThan(500)
    expect(misses(cases)).toEqual([])
  })

  if (!DEEP) return

  test('every tier in workerd, in all chunkings', { timeout: HOURS }, async () => {
    const { cases } = await runEvasion({ tiers: [1, 2, 3], allChunkings: true })
    expect(misses(cases)).toEqual([])
  })

  test('every tier in the Compute service', { timeout: HOURS }, async () => {
    const { cases } = await runEvasion({ tiers: [1, 2, 3], platform: 'fastly' })
    expect(misses(cases.filter(({ id }) => !(id in NOT_ON_FASTLY)))).toEqual([])
  })
})
