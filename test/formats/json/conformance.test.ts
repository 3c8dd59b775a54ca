import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { describeShared, sharedPath } from '../../support/shared.ts'
import { between, record, recordEveryCut } from '../record.ts'

interface Case {
  readonly id: string
  readonly expect: 'accept' | 'reject' | 'either' | 'transform'
  readonly base64: string
}

// nst/JSONTestSuite: what is accepted is not remarked, what is rejected is; of any, no byte is lost and no cut shows.
describeShared('JSONTestSuite', () => {
  const cases = readFileSync(sharedPath('conformance', 'json.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Case)

  describe.each(['accept', 'reject', 'either', 'transform'] as const)('%s', (expected) => {
    test.each(cases.filter((entry) => entry.expect === expected))('$id', ({ base64 }) => {
      const source = new Uint8Array(Buffer.from(base64, 'base64'))
      const recording = source.length > 2000 ? record('json', source) : recordEveryCut('json', source)
      if (expected === 'accept') expect(recording.malformed).toBe(0)
      if (expected === 'reject') expect(recording.malformed > 0 || recording.depthLimitAt >= 0).toBe(true)
      expect(between(source, recording)).toMatch(/^(?:\u00ef\u00bb\u00bf)?(?:[ \t\r\n{}[\],:"]|true|false|null)*$/)
    })
  })
})
