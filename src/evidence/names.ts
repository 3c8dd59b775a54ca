/** The ASCII words of bytes[from…to), in lower case, one space between, one at either end; camelCase is split. */
export function words(bytes: Uint8Array, from: number, to: number): string {
  let text = ' '
  let before = 0
  for (let i = from; i < to; i++) {
    const byte = bytes[i]
    const upper = byte >= 0x41 && byte <= 0x5a
    const lower = byte >= 0x61 && byte <= 0x7a
    if (upper || lower || (byte >= 0x30 && byte <= 0x39)) {
      if (upper && before >= 0x61 && before <= 0x7a) text += ' '
      text += String.fromCharCode(upper ? byte + 32 : byte)
    } else if (!text.endsWith(' ')) text += ' '
    before = byte
  }
  return text.endsWith(' ') ? text : `${text} `
}

/** A listed name shorter than this must be a word of its own, or follow one without a gap only when longer. */
const GLUED = 6

/**
 * Answers whether a name (a JSON key, a column, a form field) is or holds one of the listed ones. Listed names are words in lower
 * case; spelling, separators and case do not matter: `credit card` is `creditCard`, `CREDIT_CARD`, `customerCreditcard`.
 */
export function keyMatcher(listed: readonly string[]): (key: string) => boolean {
  const phrases = listed.map((name) => ({ spaced: ` ${name} `, glued: name.replace(/ /g, '') }))
  const cache = new Map<string, boolean>()
  return (key) => {
    if (key === '' || phrases.length === 0) return false
    let known = cache.get(key)
    if (known === undefined) {
      const spaced = ` ${key
        .slice(0, 256)
        .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
        .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
        .replace(/[^A-Za-z0-9]+/g, ' ')
        .trim()
        .toLowerCase()} `
      const joined = spaced.replace(/ /g, '')
      known = phrases.some(({ spaced: phrase, glued }) => spaced.includes(phrase) || joined === glued || (glued.length >= GLUED && (joined.endsWith(glued) || joined.startsWith(glued) || spaced.includes(`${glued} `))))
      if (cache.size >= 512) cache.clear()
      cache.set(key, known)
    }
    return known
  }
}
