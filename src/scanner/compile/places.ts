/** Places a window looks at: the byte before a match and its first eight, or nine further on; for some the bytes at an anchor. */
export const WINDOW = 9
/** Bytes behind a window that are held against what may stand there, of all windows of a bucket at once, before one is looked at. */
export const TAIL = 4
/** Bytes behind the end of a window that a native search may look at. */
export const SIGHT = 32
/** A gate stands so many bytes at most from where what it is the gate of begins to match. */
export const GATE_REACH = 64
/** Values a place can have beyond the 256 bytes. */
export const TEXT_START = 256
export const TEXT_END = 257
export const VALUES = 258
