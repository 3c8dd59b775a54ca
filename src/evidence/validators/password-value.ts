import { MASK_MIN, STAR } from '../../core/marks.ts'
import { isPlaceholder } from '../placeholder.ts'
import type { Validator } from '../validator.ts'

/** The whole value of a field named like a password: anything of 1 to 1,024 bytes that is no placeholder and holds no mask. */
export const validate: Validator = (bytes, start, end) => {
  if (end - start > 1024 || isPlaceholder(bytes, start, end)) return undefined
  let stars = 0
  for (let i = start; i < end; i++) {
    stars = bytes[i] === STAR ? stars + 1 : 0
    if (stars >= MASK_MIN) return undefined
  }
  return { start, end }
}
