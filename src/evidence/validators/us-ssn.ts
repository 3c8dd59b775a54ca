import { isDigit } from '../bytes.ts'
import type { Validator } from '../validator.ts'

/**
 * Social security number: area 001 to 899 without 666, group 01 to 99, serial 0001 to 9999
 * (SSA, "Social Security Number Randomization", 2011; 20 CFR 422.103). Written as nine digits without separators, or with
 * only one, with signs of other numbers, or in lines of its own, it is low by itself: many other numbers have that form.
 */
export const validate: Validator = (bytes, start, end) => {
  let digits = 0
  let number = 0
  let same = true
  let first = -1
  for (let i = start; i < end; i++) {
    if (!isDigit(bytes[i])) continue
    if (first < 0) first = bytes[i]
    if (bytes[i] !== first) same = false
    number = number * 10 + bytes[i] - 0x30
    digits++
  }
  if (digits !== 9 || same) return undefined
  const area = Math.floor(number / 1_000_000)
  const group = Math.floor(number / 10_000) % 100
  if (area === 0 || area === 666 || area >= 900 || group === 0 || number % 10_000 === 0) return undefined
  return end - start === 11 && PLAIN.includes(bytes[start + 3]) ? { start, end } : { start, end, confidence: 'low' }
}

/** Dash, blank, dot: what such numbers are usually divided by. */
const PLAIN = [0x2d, 0x20, 0x2e]
