/** The text ends before it is known. */
export const WAIT = -2

/** Blanks at the start of a line in the middle of a run. */
const MAX_INDENT = 12

/**
 * The index at which an encoded run goes on behind one line break (LF or CRLF, a few blanks behind it) at `at`; −1: it does not; WAIT.
 */
export function continues(text: Uint8Array, at: number, end: number, last: boolean, belongs: (byte: number) => boolean): number {
  let i = at
  if (text[i] === 0x0d) i++
  if (i < end) {
    if (text[i] !== 0x0a) return -1
    i++
    const indent = i
    while (i < end && i - indent < MAX_INDENT && (text[i] === 0x20 || text[i] === 0x09)) i++
  }
  if (i >= end) return last ? -1 : WAIT
  return belongs(text[i]) ? i : -1
}
