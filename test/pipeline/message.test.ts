import { expect, test } from 'vitest'
import { placedRules } from '../../rules/index.ts'
import { createPool } from '../../src/body/pool.ts'
import { toMessage } from '../../src/middleware/messages.ts'
import { passMessage } from '../../src/pipeline/message.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import type { DlpOutcome } from '../../src/telemetry/outcome.ts'
import { engine } from './inspect-body.ts'

test('a sender that fails before anything has left: its own error, one event, and its share of the pool is free again', async () => {
  const pool = createPool(1000)
  const outcomes: DlpOutcome[] = []
  const broken = new Error('gone')
  let pulls = 0
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (pulls++ === 0) controller.enqueue(new Uint8Array(600))
      else controller.error(broken)
    },
  })
  const policy = compilePolicy({ mode: 'enforce', request: { '*': 'redact' } }, placedRules, 'test')
  const request = { method: 'POST', host: 'a.example', path: '/' }
  const pass = passMessage(
    {
      engine,
      codings: {},
      pool,
      finished: (outcome) => void outcomes.push(outcome),
      onError: (error) => expect.fail(String(error)),
    },
    toMessage('request', request, 0, new Headers(), body as never, policy, { trust: 'header' }),
  )
  await expect(pass).rejects.toBe(broken)
  expect(outcomes.map(({ cut }) => cut)).toEqual(['sender'])
  expect(pool.take(1000)).toBe(true)
})
