import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CaseOrigin, exchange, startCaseOrigin } from '../support/exchange.ts'
import { judge, loadMessages, type MessageCase, policyText } from '../support/messages.ts'
import { loadPlatforms, type RunningGateway } from '../support/platforms.ts'

// Every recorded message, in three chunkings, through the product on each platform: content, headers, decision, receipt, event.

const KEY = Buffer.from('recorded messages: a key of tests').toString('base64')
const byPolicy = new Map<string, MessageCase[]>()
for (const item of loadMessages()) byPolicy.set(item.policy, [...(byPolicy.get(item.policy) ?? []), item])
const { platforms, missing } = await loadPlatforms()

let origin: CaseOrigin
beforeAll(async () => {
  origin = await startCaseOrigin()
})
afterAll(() => origin?.close())

/** All of a policy's messages; every fourth where only the kernel is another than on the platform before, all of them in `npm run test:deep`. */
const shareOf = (platform: string, items: readonly MessageCase[]) =>
  platform === 'fastly-linked' && process.env.DEEP === undefined ? items.filter((_, i) => i % 4 === 0) : items

describe.each(platforms)('recorded messages on $name', (platform) => {
  describe.each([...byPolicy.keys()])('policy %s', (policy) => {
    let gateway: RunningGateway
    beforeAll(async () => {
      gateway = await platform.start(policyText(policy), origin.port, policy === 'hash-without-key' ? {} : { key: KEY })
    })
    afterAll(() => gateway?.close())

    const run = async (item: MessageCase) => {
      const faults: string[] = []
      for (const chunking of item.chunkings) {
        faults.push(...judge(item, chunking, await exchange(item, chunking, platform.name, gateway, origin)))
      }
      expect(faults).toEqual([])
    }
    for (const item of shareOf(platform.name, byPolicy.get(policy)!)) test(item.id, () => run(item))
  })
})

for (const name of missing) test.skip(`recorded messages on ${name}: no test/support/platform-${name}.ts yet`, () => {})
