/** Digits that a number may have, written out. */
const MAX_DIGITS = 40
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const SMALL_N = 0x6e

/** Hexadecimal digits have a fifth more decimal ones, at most. */
const written = new Uint8Array(2 * MAX_DIGITS)

/**
 * The digits of a JSON number that is written with a fraction or an exponent and whole all the same (`4.111e3`, `1234.0`), or as relaxed JSON writes it (`0x1F`,
 * `31n`), as its receiver prints it, without its sign; undefined for any other token. They are valid until the next call.
 */
export function wholeNumber(token: Uint8Array): Uint8Array | undefined {
  const relaxed = relaxedDigits(token)
  if (relaxed !== undefined) return relaxed
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
    const negative = token[i] === MINUS
    if (negative || token[i] === 0x2b) i++
    for (; i < token.length && exponent <= 4 * MAX_DIGITS + token.length; i++) exponent = exponent * 10 + (token[i] - ZERO)
    if (negative) exponent = -exponent
  }
  const from = token[0] === MINUS ? 1 : 0
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

/** The digits of `0x…` (spec.json5.org, section 6) and `…n` (ECMAScript, section 12.9.3). */
function relaxedDigits(token: Uint8Array): Uint8Array | undefined {
  const from = token[0] === MINUS ? 1 : 0
  const isHex = (token[from + 1] | 0x20) === 0x78
  const end = token.length - (token[token.length - 1] === SMALL_N ? 1 : 0)
  if ((!isHex && end === token.length) || end - from > MAX_DIGITS) return undefined
  const digits = BigInt(String.fromCharCode(...token.subarray(from, end))).toString()
  for (let i = 0; i < digits.length; i++) written[i] = digits.charCodeAt(i)
  return written.subarray(0, digits.length)
}
