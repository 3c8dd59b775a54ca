import { distinctBytes } from '../bytes.ts'
import type { Validator } from '../validator.ts'

/**
 * AWS access key id: four letters of type and sixteen of capital letters and digits (AWS IAM user guide, "Unique identifiers").
 * Documentation values end in EXAMPLE; placeholders repeat X or 0.
 */
export const validate: Validator = (bytes, start, end) => {
  const example = 'EXAMPLE'
  let same = 0
  for (let i = 0; i < example.length; i++) if (bytes[end - example.length + i] === example.charCodeAt(i)) same++
  if (same === example.length) return undefined
  const filler = bytes[start + 4]
  if ((filler === 0x58 || filler === 0x30) && distinctBytes(bytes, start + 4, end) === 1) return undefined
  return { start, end }
}
