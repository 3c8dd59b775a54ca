import { countDigits, isOneDigit, weightedSum } from '../checksum.ts'
import type { Validator } from '../validator.ts'

const FIRST = [10, 9, 8, 7, 6, 5, 4, 3, 2]
const SECOND = [11, ...FIRST]

/**
 * CPF: nine digits and two check digits modulo 11 (Receita Federal do Brasil, Instrução Normativa on the CPF; module 11 as in its
 * "Cálculo do dígito verificador"). Low when written without the last hyphen.
 */
export const validate: Validator = (bytes, start, end) => {
  if (countDigits(bytes, start, end) !== 11 || isOneDigit(bytes, start, end)) return undefined
  const first = bytes[end - 2] - 0x30
  const second = bytes[end - 1] - 0x30
  if (check(weightedSum(bytes, start, end, FIRST)) !== first || check(weightedSum(bytes, start, end, SECOND)) !== second)
    return undefined
  return bytes[end - 3] === 0x2d ? { start, end } : { start, end, confidence: 'low' }
}

/** 0 for remainders 0 and 1, else what is missing to 11. */
function check(sum: number): number {
  const rest = sum % 11
  return rest < 2 ? 0 : 11 - rest
}
