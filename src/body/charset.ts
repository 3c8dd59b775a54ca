import { type CodecCharset, type DoubleByteCharset, isDoubleByte, type SingleByteCharset } from '../core/charsets.ts'

/**
 * Whether a body's text can be read as bytes, ASCII standing for itself. The label, the byte-order mark and the first 64 bytes
 * are believed, whichever says no.
 */

/**
 * Charsets in which ASCII bytes are ASCII: UTF-8, the single-byte ones, and the multi-byte ones of East Asia (whose second bytes may look like
 * ASCII; that can make a rule see more than there is, not less). Labels of the WHATWG Encoding standard. Not among them: UTF-16
 * and UTF-32, which have codecs; EBCDIC, UTF-7, iso-2022-* and hz, which say ASCII in other bytes or other things in ASCII; and what nobody knows.
 */
const ASCII_COMPATIBLE =
  /^(?:utf-?8|unicode-1-1-utf-8|x-unicode20utf8|us-ascii|ascii|ansi_x3\.4-1968|iso-ir-\d{1,3}|iso[-_]?8859[-_]?\d{1,2}(?:[-:_][a-z0-9]{1,4})?|latin[-_]?\d{1,2}|l\d{1,2}|cyrillic|greek|hebrew|arabic|logical|visual|(?:x-)?(?:windows|cp)[-_]?125\d|(?:windows|cp|dos)[-_]?874|tis-620|koi8?(?:[-_]?(?:r|u|ru))?|(?:ibm|cp)?866|csibm866|macintosh|mac|x-mac-(?:roman|cyrillic|ukrainian)|shift[-_]?jis|sjis|x-sjis|csshiftjis|ms932|ms_kanji|windows-31j|gbk|x-gbk|gb2312|gb_2312(?:-80)?|csgb2312|chinese|gb18030|big5(?:-hkscs)?|cn-big5|x-x-big5|csbig5|euc-?(?:jp|kr|cn|tw)|x-euc-jp|cseuckr|cseucpkdfmtjapanese|ks_c_5601-19(?:87|89)|ksc5601|ksc_5601|korean|windows-949|binary|x-user-defined)$/

/** First bytes looked at. */
const HEAD = 64

/** Labels of the wide charsets (WHATWG Encoding, section 4.2; UTF-32 is ours). */
const WIDE_LABELS: Readonly<Record<string, 'utf-16' | 'utf-16le' | 'utf-16be' | 'utf-32' | 'utf-32le' | 'utf-32be'>> = {
  'utf-16': 'utf-16',
  utf16: 'utf-16',
  'utf-16le': 'utf-16le',
  'ucs-2': 'utf-16',
  ucs2: 'utf-16',
  'iso-10646-ucs-2': 'utf-16',
  unicode: 'utf-16',
  csunicode: 'utf-16',
  unicodefeff: 'utf-16',
  'utf-16be': 'utf-16be',
  unicodefffe: 'utf-16be',
  'utf-32': 'utf-32',
  utf32: 'utf-32',
  'ucs-4': 'utf-32',
  'iso-10646-ucs-4': 'utf-32',
  'utf-32le': 'utf-32le',
  'utf-32be': 'utf-32be',
}

/** Labels, beside those, whose upper half has the blanks and dashes of windows-1252, by which most of them are read anyway. */
const LATIN =
  /^(?:us-ascii|ascii|ansi_x3\.4-1968|iso[-_]?8859[-_]?\d{1,2}(?:[-:_][a-z0-9]{1,4})?|latin[-_]?\d{1,2}|l\d{1,2}|(?:x-)?(?:windows|cp)[-_]?125\d)$/

/** Labels of the charsets whose bytes beyond ASCII are known, in groups. */
const KNOWN: readonly (readonly [RegExp, SingleByteCharset | DoubleByteCharset])[] = [
  [/^(?:x-)?(?:windows|cp)[-_]?1251$/, 'windows-1251'],
  [/^(?:x-)?(?:windows|cp)[-_]?1253$/, 'windows-1253'],
  [/^(?:(?:windows|cp|dos)[-_]?874|tis-620|iso[-_]?8859[-_]?11)$/, 'windows-874'],
  [/^(?:iso[-_]?8859[-_]?5(?::1988)?|cyrillic|iso-ir-144|csisolatincyrillic)$/, 'iso-8859-5'],
  [/^(?:iso[-_]?8859[-_]?7(?::1987)?|greek8?|iso-ir-126|csisolatingreek|elot_928|ecma-118|sun_eu_greek)$/, 'iso-8859-7'],
  [/^(?:koi8?(?:[-_]?r)?|cskoi8r)$/, 'koi8-r'],
  [/^koi8[-_]?(?:u|ru)$/, 'koi8-u'],
  [/^(?:ibm|cp|csibm)?866$/, 'ibm866'],
  [/^(?:macintosh|mac|x-mac-roman|csmacintosh)$/, 'macintosh'],
  [/^x-mac-(?:cyrillic|ukrainian)$/, 'x-mac-cyrillic'],
  [/^(?:shift[-_]?jis|(?:x-)?sjis|csshiftjis|ms932|ms_kanji|windows-31j)$/, 'shift_jis'],
  [/^(?:(?:x-)?euc-?jp|cseucpkdfmtjapanese)$/, 'euc-jp'],
  [/^(?:(?:cs)?euc-?kr|ks_c_5601-19(?:87|89)|ksc_?5601|csksc56011987|korean|iso-ir-149|windows-949)$/, 'euc-kr'],
  [/^(?:(?:x-)?gbk|(?:cs)?gb_?2312(?:-80)?|csiso58gb231280|chinese|iso-ir-58|gb18030|euc-?cn)$/, 'gb18030'],
  [/^(?:(?:cs|cn-|x-x-)?big5(?:-hkscs)?)$/, 'big5'],
]

export interface Charset {
  /** The text cannot be read: `charset-unsupported`. */
  readonly unsupported: boolean
  /** It is read through this codec; as bytes when there is none. */
  readonly codec?: CodecCharset
  /** The label says a wide charset and the bytes do not look so, or one of two bytes a character: some receivers read the bytes. */
  readonly doubtful?: boolean
}

/**
 * `type`: the declared charset (lower case, '' if none) and what is declared of the body; `head`: its first decoded bytes. A byte-order
 * mark is believed before the label, and NULs at every other place before a label that speaks of bytes.
 */
export function chooseCharset(type: { readonly charset: string; readonly kind: string }, head: Uint8Array): Charset {
  const { kind, charset } = type
  if (kind === 'binary-message') return AS_BYTES
  const marked = markOf(head)
  if (marked !== undefined) return marked === 'utf-8' ? AS_BYTES : { unsupported: false, codec: marked }
  const wide = wideOf(head, kind === 'generic' || kind === 'none' || kind === 'binary')
  const label = Object.hasOwn(WIDE_LABELS, charset) ? WIDE_LABELS[charset] : undefined
  if (label !== undefined) {
    const width = label.slice(0, 6)
    const ordered = label.length > 6 ? (label as CodecCharset) : wide?.startsWith(width) ? wide : (`${width}le` as CodecCharset)
    return {
      unsupported: false,
      codec: ordered,
      doubtful: wide === undefined && head.length > 0 && !head.subarray(0, HEAD).includes(0),
    }
  }
  if (wide !== undefined) return { unsupported: false, codec: wide }
  if (charset === '') return AS_BYTES
  if (charset.length > 64) return UNSUPPORTED
  const known = KNOWN.find(([labels]) => labels.test(charset))
  // what begins a character of two bytes takes the next one with it, which another receiver reads as a letter
  if (known !== undefined) return { unsupported: false, codec: known[1], doubtful: isDoubleByte(known[1]) || undefined }
  if (LATIN.test(charset)) return { unsupported: false, codec: 'windows-1252' }
  return !ASCII_COMPATIBLE.test(charset) ? UNSUPPORTED : AS_BYTES
}

const AS_BYTES: Charset = { unsupported: false }
const UNSUPPORTED: Charset = { unsupported: true }

/** What a byte-order mark says (that of UTF-32 LE begins like UTF-16's). */
function markOf([a, b, c, d]: Uint8Array): CodecCharset | 'utf-8' | undefined {
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8'
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? 'utf-32le' : 'utf-16le'
  if (a === 0xfe && b === 0xff) return 'utf-16be'
  return a === 0 && b === 0 && c === 0xfe && d === 0xff ? 'utf-32be' : undefined
}

/**
 * Text in two or four bytes a character, with neither mark nor label: of each pair of bytes the same one is nearly always NUL,
 * which no text in one byte has, and the other one mostly is not (in UTF-32 it is every other time). `untyped`: binary data may look so too; then the other bytes must be printable ASCII.
 */
function wideOf(head: Uint8Array, untyped: boolean): CodecCharset | undefined {
  const length = Math.min(HEAD, head.length & ~1)
  if (length < 4 || head.subarray(0, length).indexOf(0) < 0) return undefined
  const nuls = [0, 0, 0, 0]
  const printable = [0, 0]
  for (let i = 0; i < length; i++) {
    const byte = head[i]
    if (byte === 0) nuls[i & 3]++
    else if ((byte >= 32 && byte < 127) || (byte >= 9 && byte <= 13)) printable[i & 1]++
  }
  const pairs = length / 2
  const sides = [nuls[0] + nuls[2], nuls[1] + nuls[3]]
  const side = [0, 1].find(
    (one) =>
      sides[one] >= pairs * 0.7 &&
      (!untyped || printable[1 - one] >= (pairs - sides[1 - one]) * 0.9) &&
      sides[1 - one] <= pairs * 0.6,
  )
  if (side === undefined) return undefined
  // In UTF-32 three of four bytes are NUL, the first or the last one not.
  const quads = Math.floor(length / 4)
  if (side === 1 && nuls[2] >= quads * 0.7 && nuls[0] < quads) return 'utf-32le'
  if (side === 0 && nuls[1] >= quads * 0.7 && nuls[3] < quads) return 'utf-32be'
  return side === 1 ? 'utf-16le' : 'utf-16be'
}
