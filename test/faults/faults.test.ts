import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createScenario, POWERS, type Power, type Run, readable, runScenario, type Scenario, VALUES } from './world.ts'

// Fault at call n, for every n: whatever fails, no value leaves, nothing hangs, nobody is left with an error, and receipts add up.
// `SEED=1 SCENARIO=7 CALL=23` runs one again.

const SEED = Number(process.env.SEED ?? 1)
const COUNT = process.env.DEEP === '1' ? 500 : 50
const SCENARIOS = process.env.SCENARIO === undefined ? Array.from({ length: COUNT }, (_, n) => n) : [Number(process.env.SCENARIO)]

const unhandled: unknown[] = []
const listen = (reason: unknown) => void unhandled.push(reason)
beforeAll(() => void process.on('unhandledRejection', listen))
afterAll(() => void process.off('unhandledRejection', listen))

const reached = new Set<Power>()

describe('a fault at every call', () => {
  test.each(SCENARIOS.map((n) => [n, createScenario(SEED, n).name] as const))('scenario %i: %s', async (n) => {
    const scenario = createScenario(SEED, n)
    const sound = await runScenario(scenario, 0)
    expect(judge(scenario, sound)).toEqual([])
    expect(judgeSound(scenario, sound)).toEqual([])
    const numbers =
      process.env.CALL === undefined
        ? Array.from({ length: sound.calls.made.length }, (_, i) => i + 1)
        : [Number(process.env.CALL)]
    const faults: string[] = []
    for (const call of numbers) {
      const run = await runScenario(scenario, call)
      if (run.calls.failed !== undefined) reached.add(run.calls.failed)
      faults.push(
        ...judge(scenario, run).map((fault) => `SEED=${SEED} SCENARIO=${n} CALL=${call} (${run.calls.failed}): ${fault}`),
      )
    }
    expect(faults).toEqual([])
    expect(unhandled).toEqual([])
  })

  test.skipIf(process.env.SCENARIO !== undefined || process.env.CALL !== undefined)('every power failed at least once', () => {
    expect([...reached].sort()).toEqual([...POWERS].sort())
  })
})

/** What holds whatever fails. */
function judge({ enforced, side, blocks, places }: Scenario, run: Run): string[] {
  const faults: string[] = []
  if (run.ended !== 'answered') faults.push(run.ended)
  if (enforced) {
    for (const [name, message] of Object.entries({ origin: run.toOrigin, client: run.toClient })) {
      if (message === undefined) continue
      // URL and headers are the policy's to choose.
      const text = readable(places ? message : { ...message, head: '' })
      for (const [label, value] of Object.entries(VALUES)) if (text.includes(value)) faults.push(`${name} got the ${label}`)
    }
    const own = side === 'request' ? run.toOrigin : run.toClient
    if (blocks && own?.complete && run.status < 400 && !readable(own).includes('[')) faults.push('a blocked message came whole')
  }
  for (const text of [...run.told, JSON.stringify(run.events)])
    for (const value of Object.values(VALUES)) if (text.includes(value)) faults.push(`a value was told: ${text.slice(0, 60)}`)
  const sides = run.events.map((event) => event.side)
  if (new Set(sides).size !== sides.length) faults.push(`events ${sides}`)
  for (const event of run.events) {
    const { bytesIn, inspected, notInspected } = event.receipt as {
      bytesIn: number
      inspected: number
      notInspected: Record<string, number>
    }
    const unread = Object.values(notInspected).reduce((sum, bytes) => sum + bytes, 0)
    if (bytesIn !== inspected + unread || inspected < 0)
      faults.push(`receipt of the ${event.side}: ${bytesIn} = ${inspected} + ${unread}`)
  }
  // Only a sink that fails loses an event.
  if (run.status < 400 && run.toClient?.complete && run.calls.failed !== 'sink' && run.events.length !== 2)
    faults.push(`${run.events.length} events of a whole exchange`)
  return faults
}

/** What holds when nothing fails: the scenarios do what they are for. */
function judgeSound({ enforced, blocks, side, plain }: Scenario, run: Run): string[] {
  const faults: string[] = []
  const own = side === 'request' ? run.toOrigin : run.toClient
  if (!enforced && !readable(own!).includes(VALUES.card)) faults.push('an observed message changed')
  if (enforced && !blocks && !(own?.complete && run.status === 200)) faults.push(`ended with ${run.status}`)
  if (enforced && !blocks && own !== undefined && !readable(own).includes(plain.slice(0, 12))) faults.push('other text came')
  if (run.events.length === 0) faults.push('no event')
  return faults
}
