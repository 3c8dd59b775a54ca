import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RawOrigin, rawRequest, startRawOrigin } from '../../support/raw-socket.ts'
import { type RunningWorker, startWorker } from '../../support/workers.ts'

/** A page with a planted card number, through the built Worker. */
let origin: RawOrigin
let worker: RunningWorker
beforeAll(async () => {
  origin = await startRawOrigin(() => ({ headers: [['content-type', 'text/html']], body: '<p>Nice! 4111111111111111</p>' }))
  worker = await startWorker({ origin: origin.url, policy: { mode: 'enforce', response: { payment: 'block' } } })
})
afterAll(async () => {
  await worker.close()
  await origin.close()
})

it('ends in redaction, not in an outage', async () => {
  const answers = []
  for (let i = 0; i < 60; i++) answers.push((await rawRequest(worker.url, { path: '/page' })).message!)
  const from = answers.findIndex(({ status }) => status === 200)
  expect(answers.slice(0, from).every(({ status }) => status === 502)).toBe(true)
  expect(from).toBe(50)
  for (const answer of answers.slice(from)) expect(answer.text()).toBe('<p>Nice! [redacted:CREDIT_CARD]</p>')
  const told = () => worker.lines.filter((line) => line.includes('"kind":"breaker"')).map((line) => JSON.parse(line))
  await expect.poll(told).toMatchObject([{ side: 'response', route: '', rule: 'credit-card', blocked: 50, messages: 50 }])
})
