import { decodeBase64 } from '../base64.ts'
import { latin1 } from '../bytes.ts'
import type { Validator } from '../validator.ts'

/** PyPI API token: `pypi-` and a macaroon in base64url whose location is pypi.org or test.pypi.org (PyPI help, "API tokens"; PEP 458 token format, pymacaroons v2). */
export const validate: Validator = (bytes, start, end) => {
  const head = decodeBase64(bytes, start + 5, Math.min(end, start + 37), 24)
  return /^\x02\x01.(?:test\.)?pypi\.org/s.test(latin1(head, 0, head.length)) ? { start, end } : undefined
}
