import { entropy, isAlnum } from '../bytes.ts'
import { fnv1a, isFiller } from '../token-body.ts'
import type { Validator } from '../validator.ts'

/** Keys that Google publishes in samples and tests of its SDKs (firebase-android-sdk), by fnv1a: they open nothing. */
const PUBLISHED = new Set<number>([
  0xf0951274, 0x0af7ca9d, 0x4e1351cb, 0xb8782c2e, 0x965bd60a, 0x1845a427, 0x00d9b068, 0xaf8fab00, 0x722ef8d0, 0xc8a510e9,
  0x1751c16c, 0xf50c0e72, 0x6a41f911, 0x8ee1d847, 0xb1887211,
])

/** Characters of a key. */
const LENGTH = 39

/**
 * Google API key: `AIza` and 35 characters (Google Cloud docs, "Manage API keys"). A letter or digit more makes it something else; behind a hyphen
 * or underscore may stand a value of its own, so that is taken with it.
 */
export const validate: Validator = (bytes, start, end) => {
  const stop = start + LENGTH
  if (end < stop || (end > stop && isAlnum(bytes[stop - 1]) && isAlnum(bytes[stop]))) return undefined
  if (isFiller(bytes, start + 4, stop) || entropy(bytes, start, stop) < 4 || PUBLISHED.has(fnv1a(bytes, start, stop)))
    return undefined
  return { start, end }
}
