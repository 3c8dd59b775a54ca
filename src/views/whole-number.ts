/** Digits that a number may have, written out. */
const MAX_DIGITS = 40
const POINT = 0x2e
const ZERO = 0x30

const written = new Uint8Array(MAX_DIGITS)

/**
 * The digits of a JSON number that is written with a fraction or an exponent and whole all the same (`4.111e3`, `1234.0`), as its receiver prints it,
 * without its sign; undefined for any other token. They are valid until the next call.
 */
export function wholeNumber(token: Uint8Array): Uint8Array | undefined {
  let exponentAt = token.length
  let pointAt = -1
  for (let i = 0; i < token.length; i++) {
    if (token[i] === POINT) pointAt = i
    else if ((token[i] | 0x20) === 0x65) {
      exponentAt = i
      break
    }
  }
  if (pointAt < 0 && exponentAt === token.length) return undefined
  let exponent = 0
  if (exponentAt < token.length) {
    let i = exponentAt + 1
    const negative = token[i] === 0x2d
    if (negative || token[i] === 0x2b) i++
    for (; i < token.length && exponent <= 4 * MAX_DIGITS + token.length; i++) exponent = exponent * 10 + (token[i] - ZERO)
    if (negative) exponent = -exponent
  }
  const from = token[0] === 0x2d ? 1 : 0
  const whole = (pointAt < 0 ? exponentAt : pointAt) - from
  const count = pointAt < 0 ? whole : exponentAt - from - 1
  // digit k, the point left out
  const digit = (k: number) => token[from + (k < whole ? k : k + 1)]
  const length = whole + exponent
  let first = 0
  while (first < count && digit(first) === ZERO) first++
  if (first === count || length - first <= 0 || length - first > MAX_DIGITS) return undefined
  for (let k = Math.max(0, length); k < count; k++) if (digit(k) !== ZERO) return undefined
  const out = written.subarray(0, length - first).fill(ZERO)
  for (let k = first; k < Math.min(count, length); k++) out[k - first] = digit(k)
  return out
}
