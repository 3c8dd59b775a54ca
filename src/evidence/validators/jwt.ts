import { decodeBase64 } from '../base64.ts'
import { latin1 } from '../bytes.ts'
import type { Validator } from '../validator.ts'

const DOT = 0x2e

/**
 * JSON Web Token in compact form: a JOSE header that decodes to a JSON object with `alg` (RFC 7515 section 4.1.1), then payload and
 * signature (RFC 7519; the signature may be empty: RFC 7519 section 6), or the five parts of RFC 7516 when the header has `enc`.
 * The header is looked at by its edges and member names, not parsed: a token with one broken byte is still a token.
 */
export const validate: Validator = (bytes, start, end) => {
  let dot = start
  while (dot < end && bytes[dot] !== DOT) dot++
  // 4 n + 1 characters are no base64
  if ((dot - start) % 4 === 1) return undefined
  const header = decodeBase64(bytes, start, dot, 3072)
  const text = latin1(header, 0, header.length)
  if (text.trimStart()[0] !== '{' || text.trimEnd().at(-1) !== '}') return undefined
  if (!/"alg"[\t\n\r ]{0,8}:/.test(text)) return undefined
  let parts = /"enc"[\t\n\r ]{0,8}:/.test(text) ? 5 : 3
  let to = dot
  while (--parts > 0 && to < end) {
    to++
    while (to < end && bytes[to] !== DOT) to++
  }
  return to - dot < 3 ? undefined : { start, end: to }
}
