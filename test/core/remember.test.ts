import { expect, test } from 'vitest'
import { remember } from '../../src/core/remember.ts'

test('makes each answer once, forgets all when it knows enough, and keeps no long text', () => {
  const made: string[] = []
  const upper = remember((text) => {
    made.push(text)
    return text.toUpperCase()
  }, 2)
  expect(['a', 'a', 'b', 'a', 'c', 'c', 'a'].map(upper)).toEqual(['A', 'A', 'B', 'A', 'C', 'C', 'A'])
  expect(made).toEqual(['a', 'b', 'c', 'a'])
  const long = 'x'.repeat(257)
  upper(long)
  upper(long)
  expect(made.filter((text) => text === long)).toHaveLength(2)
})
