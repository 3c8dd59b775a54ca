import { isDate } from '../date.ts'
import type { Validator } from '../validator.ts'

const UTF8 = new TextDecoder()

/** The whole value of a field named as a date of birth: it must be a date. */
export const validate: Validator = (bytes, start, end) =>
  end - start <= 48 && isDate(UTF8.decode(bytes.subarray(start, end)).trim()) ? { start, end } : undefined
