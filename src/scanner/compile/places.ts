/** Places a window looks at: the byte before a match and its first eight, or nine further on; for some the bytes at an anchor. */
export const WINDOW = 9
/** Values a place can have beyond the 256 bytes. */
export const TEXT_START = 256
export const TEXT_END = 257
export const VALUES = 258
