/**
 * Whether a body's text can be read as bytes, ASCII standing for itself. The label, the byte-order mark and the first 64 bytes
 * are believed, whichever says no.
 */

/**
 * Charsets in which ASCII bytes are ASCII: UTF-8, the single-byte ones, and the multi-byte ones of East Asia (whose second bytes may look like
 * ASCII; that can make a rule see more than there is, not less). Labels of the WHATWG Encoding standard. Not among them: UTF-16
 * and UTF-32, EBCDIC, UTF-7, iso-2022-* and hz, which say ASCII in other bytes or other things in ASCII; and what nobody knows.
 */
const ASCII_COMPATIBLE =
  /^(?:utf-?8|unicode-1-1-utf-8|x-unicode20utf8|us-ascii|ascii|ansi_x3\.4-1968|iso-ir-\d{1,3}|iso[-_]?8859[-_]?\d{1,2}(?:[-:_][a-z0-9]{1,4})?|latin[-_]?\d{1,2}|l\d{1,2}|cyrillic|greek|hebrew|arabic|logical|visual|(?:x-)?(?:windows|cp)[-_]?125\d|(?:windows|cp|dos)[-_]?874|tis-620|koi8?(?:[-_]?(?:r|u|ru))?|(?:ibm|cp)?866|csibm866|macintosh|mac|x-mac-(?:roman|cyrillic|ukrainian)|shift[-_]?jis|sjis|x-sjis|csshiftjis|ms932|ms_kanji|windows-31j|gbk|x-gbk|gb2312|gb_2312(?:-80)?|csgb2312|chinese|gb18030|big5(?:-hkscs)?|cn-big5|x-x-big5|csbig5|euc-?(?:jp|kr|cn|tw)|x-euc-jp|cseuckr|cseucpkdfmtjapanese|ks_c_5601-19(?:87|89)|ksc5601|ksc_5601|korean|windows-949|binary|x-user-defined)$/

/** First bytes looked at. */
const HEAD = 64

export interface Charset {
  /** The text cannot be read as bytes: `charset-unsupported`. */
  readonly unsupported: boolean
  /** Length of a UTF-8 byte-order mark. It stays in the body and is no part of the text. */
  readonly bom: 0 | 3
}

/** `type`: the declared charset (lower case, '' if none) and what is declared of the body; `head`: its first decoded bytes. */
export function chooseCharset(type: { readonly charset: string; readonly kind: string }, head: Uint8Array): Charset {
  const bom = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0
  if (type.kind === 'binary-message') return { unsupported: false, bom: 0 }
  if (type.charset !== '' && (type.charset.length > 64 || !ASCII_COMPATIBLE.test(type.charset))) return { unsupported: true, bom }
  const untyped = type.kind === 'generic' || type.kind === 'none' || type.kind === 'binary'
  return { unsupported: hasWideMark(head) || (bom === 0 && looksWide(head, untyped)), bom }
}

/** Byte-order marks of UTF-16 and UTF-32, both orders (that of UTF-32 LE begins like UTF-16's). */
function hasWideMark(head: Uint8Array): boolean {
  const [a, b, c, d] = head
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return true
  return a === 0 && b === 0 && c === 0xfe && d === 0xff
}

/**
 * Text in two or four bytes a character, with neither mark nor label: of each pair of bytes the same one is nearly always NUL,
 * which no text in one byte has. `untyped`: binary data may look so too; then the other bytes must be printable ASCII.
 */
function looksWide(head: Uint8Array, untyped: boolean): boolean {
  const length = Math.min(HEAD, head.length & ~1)
  if (length < 4) return false
  const nuls = [0, 0]
  const printable = [0, 0]
  for (let i = 0; i < length; i++) {
    const byte = head[i]
    if (byte === 0) nuls[i & 1]++
    else if ((byte >= 32 && byte < 127) || (byte >= 9 && byte <= 13)) printable[i & 1]++
  }
  const pairs = length / 2
  return [0, 1].some(
    (side) =>
      nuls[side] >= pairs * 0.7 && (!untyped || printable[1 - side] >= (pairs - nuls[1 - side]) * 0.9) && nuls[1 - side] < pairs,
  )
}
