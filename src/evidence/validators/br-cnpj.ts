import { isAlnum, isDigit } from '../bytes.ts'
import type { Validator } from '../validator.ts'

const WEIGHTS = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]

/**
 * CNPJ: twelve digits, since July 2026 also capital letters, and two check digits modulo 11, each character counting as its ASCII code less 48
 * (Receita Federal, Instrução Normativa RFB 2.229/2024; SERPRO, "Cálculo dos dígitos verificadores de CNPJ alfanumérico").
 * Low when it is written without its stroke and hyphen.
 */
export const validate: Validator = (bytes, start, end) => {
  const values: number[] = []
  let letters = 0
  for (let i = start; i < end; i++) {
    if (!isAlnum(bytes[i])) continue
    values.push(bytes[i] - 48)
    if (!isDigit(bytes[i])) letters++
  }
  if (values.length !== 14 || values.every((value) => value === values[0])) return undefined
  if (check(values, 12) !== values[12] || check(values, 13) !== values[13]) return undefined
  // fourteen letters and digits in a row are many other things: only beside its name
  if (end - start === 14) return letters > 8 ? undefined : { start, end, confidence: 'low' }
  return { start, end }
}

function check(values: readonly number[], count: number): number {
  let sum = 0
  for (let i = 0; i < count; i++) sum += values[i] * WEIGHTS[WEIGHTS.length - count + i]
  const rest = sum % 11
  return rest < 2 ? 0 : 11 - rest
}
