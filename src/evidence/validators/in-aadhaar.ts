import { verhoeff } from '../checksum.ts'
import { numberInGroups } from '../groups.ts'
import type { Validator } from '../validator.ts'

/**
 * Aadhaar: twelve digits, the first 2 to 9, the last a Verhoeff check digit (UIDAI, "Aadhaar number", Aadhaar (Enrolment and Update) Regulations).
 * Low where it is not written in groups of four: one number in ten has that check digit.
 */
export const validate: Validator = (bytes, start, end) => {
  if (end - start === 12) return isNumber(bytes, start, end) ? { start, end, confidence: 'low' } : undefined
  return numberInGroups(bytes, start, end, 4, 3, isNumber)
}

function isNumber(bytes: Uint8Array, start: number, end: number): boolean {
  return bytes[start] >= 0x32 && verhoeff(bytes, start, end)
}
