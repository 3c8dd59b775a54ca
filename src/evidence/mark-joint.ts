const STAR = 0x2a
const OPEN = 0x5b
const COLON = 0x3a

/**
 * Does the match begin or end in one of our marks? Only patterns of numbers whose parts a colon or dot joins take a mark with them, where the
 * joint stands between: such a number was longer before a part of it was edited, and was refused for that; it must be refused still.
 */
export function isJoinedToMark(bytes: Uint8Array, start: number, end: number): boolean {
  const last = bytes[end - 1]
  // `[redacted:` and `[TYPE:` end in a colon behind a letter of more than hexadecimal
  return (
    bytes[start] === STAR ||
    bytes[start] === OPEN ||
    last === STAR ||
    (last === COLON && (bytes[end - 2] | 32) >= 0x61 && hasOpening(bytes, start, end))
  )
}

function hasOpening(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = end - 1; i >= start; i--) if (bytes[i] === OPEN) return true
  return false
}
