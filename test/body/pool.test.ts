import { expect, test } from 'vitest'
import { createPool } from '../../src/body/pool.ts'

test('draws up to its size, refuses as a whole, and takes back', () => {
  const pool = createPool(100)
  expect(pool.take(60)).toBe(true)
  expect(pool.take(41)).toBe(false)
  expect(pool.take(40)).toBe(true)
  expect(pool.take(1)).toBe(false)
  pool.give(60)
  expect(pool.take(61)).toBe(false)
  expect(pool.take(60)).toBe(true)
})

test('giving back too much makes no room that is not there', () => {
  const pool = createPool(10)
  pool.give(100)
  expect(pool.take(11)).toBe(false)
  expect(pool.take(10)).toBe(true)
})
