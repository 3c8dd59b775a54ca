/** Charsets that are read through UTF-8 and written back: those that say ASCII in other bytes, and the one whose upper bytes are separators. */
export type CodecCharset = 'utf-16le' | 'utf-16be' | 'utf-32le' | 'utf-32be' | 'windows-1252'
