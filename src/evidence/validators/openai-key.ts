import { isFiller } from '../token-body.ts'
import type { Validator } from '../validator.ts'

/** `OpenAI` in base64: stands in the middle of every key. */
const SIGNATURE = 'T3BlbkFJ'

/** OpenAI API key: `sk-`, perhaps a kind, and two random parts of at least 20 characters around `T3BlbkFJ` (OpenAI docs, "API keys"). */
export const validate: Validator = (bytes, start, end) => {
  for (let at = start + 20; at + SIGNATURE.length + 16 <= end; at++) {
    let same = 0
    while (same < SIGNATURE.length && bytes[at + same] === SIGNATURE.charCodeAt(same)) same++
    if (same === SIGNATURE.length) return isFiller(bytes, at + same, end) ? undefined : { start, end }
  }
  return undefined
}
