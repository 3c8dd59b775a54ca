import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { costPages } from '../bench/cost-page.ts'
import { measureSizes } from '../bench/sizes.ts'

// Sizes after gzip, which do not depend on the machine, against test/bench/budget.json. Who needs more raises the budget, and says why in the commit.

test('each part of what is deployed stays within its budget, and every part has one', async () => {
  const budget = JSON.parse(readFileSync(new URL('../bench/budget.json', import.meta.url), 'utf8')) as Record<string, number>
  const sizes = await measureSizes()
  expect(Object.keys(sizes).sort()).toEqual(Object.keys(budget).sort())
  const over = Object.entries(sizes).filter(([part, { gzip }]) => gzip > budget[part])
  expect(over).toEqual([])
  // A budget that holds anything holds nothing.
  const loose = Object.entries(sizes).filter(([part, { gzip }]) => gzip < budget[part] / 1.6)
  expect(loose).toEqual([])
})

test('docs/cost.md and the tables of README.md say what was recorded last', () => {
  const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')
  expect(costPages(read('README.md'))).toEqual({ cost: read('docs/cost.md'), readme: read('README.md') })
})
