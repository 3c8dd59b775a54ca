import { isLetter, textOf, type Validator } from '../validator.ts'

/** Endings of file names that look like an address: `icon@2x.png`. */
const FILES = new Set(['png', 'jpg', 'jpeg', 'gif', 'svg', 'webp', 'ico', 'css', 'js', 'mjs', 'ts', 'json', 'html', 'md', 'txt', 'map', 'scss', 'local', 'localhost', 'internal', 'invalid', 'lan'])

/**
 * An address `local@domain` (RFC 5321 section 4.1.2, dot-string form): dots single and inside, labels of letters, digits and inner
 * hyphens, a top-level domain of letters. Narrows the match to its longest valid domain.
 */
export const validate: Validator = (bytes, start, end, length) => {
  const at = bytes.indexOf(0x40, start)
  if (at < 0 || at >= end) return undefined
  let from = start
  // Punctuation in front belongs to the text around.
  while (from < at && (bytes[from] === 0x2e || bytes[from] === 0x2d || bytes[from] === 0x25 || bytes[from] === 0x2b)) from++
  if (from === at || bytes[at - 1] === 0x2e) return undefined
  for (let i = from + 1; i < at; i++) if (bytes[i] === 0x2e && bytes[i - 1] === 0x2e) return undefined
  const labels = textOf(bytes, at + 1, end).split('.')
  while (labels.length > 0 && labels.at(-1) === '') labels.pop()
  for (; labels.length >= 2; labels.pop()) {
    const domain = labels.join('.').replace(/-+$/, '')
    const top = domain.slice(domain.lastIndexOf('.') + 1).toLowerCase()
    if (!/^(?:[a-z]{2,24}|xn--[a-z0-9-]{2,59})$/.test(top) || FILES.has(top)) continue
    if (domain.split('.').some((label) => label === '' || label.startsWith('-') || label.endsWith('-'))) return undefined
    const to = at + 1 + domain.length
    if (isRemote(bytes, from, at, to, length)) return undefined
    return { start: from, end: to }
  }
  return undefined
}

/** `git@host.example:path` and `user@host.example:22` name a machine. */
function isRemote(bytes: Uint8Array, from: number, at: number, to: number, length: number): boolean {
  if (bytes[to] !== 0x3a || to + 1 >= length) return false
  const local = textOf(bytes, from, at)
  return (local === 'git' || local === 'hg' || local === 'svn') && (isLetter(bytes[to + 1]) || bytes[to + 1] === 0x2f)
}
