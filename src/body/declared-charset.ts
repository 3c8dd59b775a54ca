/** First bytes looked at: as many as are at hand before anything leaves. */
const HEAD = 64

/** An XML declaration (XML 1.0, section 4.3.3) and a `meta` of HTML (section 13.2.3.2); the label must have ended. */
const XML = /^(?:\u00ef\u00bb\u00bf)?<\?xml\s[^>]*?encoding\s*=\s*(["'])([\w.:-]{2,40})\1/
const META = /<meta\s[^>]*?charset\s*=\s*["']?([\w.:-]{2,40})["'\s;>/]/i
/** Labels that say ASCII is not ASCII. A document that could be read so far is not in a wide charset, whatever it says. */
const MATTERS = /^(?:iso[-_]?2022-|csiso2022|hz-|utf-?7)/
const LATIN = /^(?:iso[-_]?8859|latin|windows-125|cp-?125|us-ascii|ascii)/

/** The charset that mark-up declares of itself in its first 64 bytes, in lower case; '' if none, or none that changes how it is read. */
export function declaredCharset(body: Uint8Array): string {
  if (body[0] !== 0x3c && body[0] !== 0xef && body[0] > 0x20) return ''
  const head = String.fromCharCode(...body.subarray(0, HEAD))
  const label = (XML.exec(head)?.[2] ?? META.exec(head)?.[1] ?? '').toLowerCase()
  return MATTERS.test(label) || LATIN.test(label) ? label : ''
}
