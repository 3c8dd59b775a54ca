import { expect, test } from 'vitest'
import { rule } from '../../rules/payment/credit-card.ts'
import { validate } from '../../src/evidence/validators/card-number.ts'
import { compileRules } from '../../src/scanner/compile/compile.ts'
import { createKernel } from '../scanner/kernels.ts'

/** All ways to write the digits in at most six groups, none longer than eleven. */
function groupings(digits: string, most = 6): string[][] {
  if (digits === '') return [[]]
  if (most === 0) return []
  const lengths = Array.from({ length: Math.min(11, digits.length) }, (_, i) => i + 1)
  return lengths.flatMap((length) => groupings(digits.slice(length), most - 1).map((rest) => [digits.slice(0, length), ...rest]))
}

test.each(['4111111111111111', '378282246310005'])('%s in groups of any length is a candidate, and a card', (card) => {
  const session = createKernel('simd').open(compileRules([{ id: rule.id, pattern: rule.pattern! }]))
  const missed = groupings(card).filter((groups) => {
    const text = new TextEncoder().encode(`card ${groups.join(' ')} x`)
    session.reset()
    return !session.feed(text, true).candidates.some(({ start, end }) => validate(text, start, end) !== undefined)
  })
  expect(missed).toEqual([])
})
