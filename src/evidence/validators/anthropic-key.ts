import { isFiller } from '../token-body.ts'
import type { Validator } from '../validator.ts'

const HYPHEN = 0x2d
const SHORTEST = 86
const LONGEST = 110

/**
 * Anthropic key: `sk-ant-`, a kind with two digits, a random part of about 93 characters that ends in `AA` (Anthropic docs, "API keys"; the format
 * given to secret scanners). What hangs on behind it is taken with it.
 */
export const validate: Validator = (bytes, start, end) => {
  let body = start + 7
  while (body < end && bytes[body] !== HYPHEN) body++
  body++
  for (let to = body + SHORTEST; to <= end && to <= body + LONGEST; to++)
    if (bytes[to - 1] === 0x41 && bytes[to - 2] === 0x41) return isFiller(bytes, body, to) ? undefined : { start, end }
  return undefined
}
