import { decodeBase64, isBase64 } from '../base64.ts'
import { distinctBytes, latin1 } from '../bytes.ts'
import type { Validator } from '../validator.ts'

const HYPHEN = 0x2d
/** Fewer characters than any key's encoding (an Ed25519 key in PKCS #8 has 64). */
const SHORTEST = 48

/**
 * A private key in PEM (RFC 7468; OpenPGP armor RFC 9580 section 6.2), with real line breaks, with `\n` written out, or in one line;
 * without its end line when it was cut; or the whole block once more in base64 (Kubernetes secrets). Placeholders have no body to speak of.
 */
export const validate: Validator = (bytes, start, end) => {
  if (bytes[start] !== HYPHEN) return encoded(bytes, start, end)
  let body = start + 5
  while (body < end && bytes[body] !== HYPHEN) body++
  body += 5
  let stop = end
  // the end line, if the pattern reached one
  let closed = false
  for (let i = body; i + 8 < end; i++) {
    if (
      bytes[i] === HYPHEN &&
      bytes[i + 4] === HYPHEN &&
      bytes[i + 5] === 0x45 &&
      bytes[i + 6] === 0x4e &&
      bytes[i + 7] === 0x44
    ) {
      stop = i
      closed = true
      break
    }
  }
  let count = 0
  let lastWord = body
  for (let i = body; i < stop; ) {
    let word = i
    while (word < stop && (isBase64(bytes[word]) || bytes[word] === 0x3d) && bytes[word] !== HYPHEN && bytes[word] !== 0x5f)
      word++
    // `\n` written out leaves an n in front of the line
    if (word - i >= 16 && distinctBytes(bytes, i, word) >= 8) count += word - i
    // without an end line the key ends with the last line that looks like one
    if (word - i >= 4 && (word - i >= 24 || (count > 0 && i - lastWord <= 8))) lastWord = word
    i = Math.max(word, i + 1)
  }
  if (count < SHORTEST) return undefined
  return { start, end: closed ? end : lastWord }
}

function encoded(bytes: Uint8Array, start: number, end: number): { start: number; end: number } | undefined {
  const head = decodeBase64(bytes, start, Math.min(end, start + 80), 60)
  return end - start >= 120 && /^-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY/.test(latin1(head, 0, head.length))
    ? { start, end }
    : undefined
}
