import { textOf, type Validator } from '../validator.ts'

/** The random part of a vendor's token: not one letter again and again, nor a placeholder's name. */
export const validate: Validator = (bytes, start, end) => {
  let to = end
  while (to > start && bytes[to - 1] === 0x2d) to--
  const text = textOf(bytes, start, Math.min(to, start + 300))
  const tail = text.slice(text.search(/[-_]/) + 1)
  if (new Set(tail.replace(/[-_.]/g, '')).size < 4 && /^[xX*.0-]+$/.test(tail)) return undefined
  if (/x{8}|X{8}|\*{4}|\.\.\.|your[-_]?|example|placeholder/i.test(text)) return undefined
  return { start, end: to }
}
