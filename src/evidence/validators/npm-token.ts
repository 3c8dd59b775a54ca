import { isPlaceholder } from '../placeholder.ts'
import { isFiller } from '../token-body.ts'
import type { Validator } from '../validator.ts'

/**
 * npm token: `npm_` and 36 characters (npm docs, "About access tokens"); or what an `.npmrc` assigns to a registry's `_authToken`, `_auth` or
 * `_password` (npm docs, ".npmrc", auth related configuration), narrowed to the value.
 */
export const validate: Validator = (bytes, start, end) => {
  if (bytes[start] === 0x6e) return isFiller(bytes, start + 4, end) ? undefined : { start, end }
  let from = start
  while (from < end && bytes[from] !== 0x3d) from++
  from++
  while (from < end && (bytes[from] === 0x20 || bytes[from] === 0x22 || bytes[from] === 0x27)) from++
  if (from >= end || end - from < 8 || bytes[from] === 0x24 || isPlaceholder(bytes, from, end)) return undefined
  return { start: from, end }
}
