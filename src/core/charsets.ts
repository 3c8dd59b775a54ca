/** Charsets of one byte a character. The others of their kind are read as windows-1252, whose blanks and dashes they have. */
export const SINGLE_BYTE_CHARSETS = [
  ...(['windows-1252', 'windows-1251', 'windows-1253', 'windows-874', 'iso-8859-5', 'iso-8859-7'] as const),
  ...(['koi8-r', 'koi8-u', 'ibm866', 'macintosh', 'x-mac-cyrillic'] as const),
] as const
export type SingleByteCharset = (typeof SINGLE_BYTE_CHARSETS)[number]

/** Charsets of East Asia whose characters beyond ASCII are two bytes, of which the second may look like ASCII. */
export const DOUBLE_BYTE_CHARSETS = ['shift_jis', 'euc-jp', 'euc-kr', 'gb18030', 'big5'] as const
export type DoubleByteCharset = (typeof DOUBLE_BYTE_CHARSETS)[number]

export function isDoubleByte(charset: CodecCharset): charset is DoubleByteCharset {
  return (DOUBLE_BYTE_CHARSETS as readonly CodecCharset[]).includes(charset)
}

/** Charsets that are read through UTF-8 and written back: those that say ASCII in other bytes, and those whose other bytes may be read as ASCII. */
export type CodecCharset = 'utf-16le' | 'utf-16be' | 'utf-32le' | 'utf-32be' | SingleByteCharset | DoubleByteCharset
