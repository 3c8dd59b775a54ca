import { expect, test } from 'vitest'
import { compileRules } from '../../src/scanner/compile/compile.ts'
import { leastDigits } from '../../src/scanner/least-digits.ts'

test.each([
  [['[0-9]{5}'], 5],
  [['[0-9]{5}', '12|3456'], 2],
  [['[0-9]{3}-[0-9]{4}'], 64],
  [['(?<![a-z0-9])[a-z0-9]{20,400}'], 20],
  [['(?<![a-z0-9])[a-z0-9]{1,400}@[a-z]{2,9}'], 64],
  [['x?[0-9]{3,40}[0-9]{4}'], 7],
  [['(?<![0-9])[1-4][0-9]{7,90}(?![0-9])'], 8],
  [['[a-z]{2,80}'], 64],
])('%j: the shortest match in digits alone has %d', (patterns, least) => {
  const tables = compileRules(patterns.map((pattern, i) => ({ id: `rule-${i}`, pattern })))
  const found = leastDigits(tables)
  expect(found).toBeLessThanOrEqual(least)
  expect(found).toBeGreaterThanOrEqual(least - 1)
})
