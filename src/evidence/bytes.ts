/** Small helpers over ASCII bytes, shared by the validators. */
export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}

export function isUpper(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a
}

export function isLower(byte: number): boolean {
  return byte >= 0x61 && byte <= 0x7a
}

export function isLetter(byte: number): boolean {
  return isUpper(byte) || isLower(byte)
}

export function isAlnum(byte: number): boolean {
  return isDigit(byte) || isLetter(byte)
}

/** Value of a hexadecimal digit, -1 for any other byte. */
export function hexValue(byte: number): number {
  if (isDigit(byte)) return byte - 0x30
  if (byte >= 0x61 && byte <= 0x66) return byte - 0x57
  if (byte >= 0x41 && byte <= 0x46) return byte - 0x37
  return -1
}

/** `start`…`end` as a string of one character a byte. For short spans. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i])
  return text
}

/** Does `word` (lower-case ASCII) stand at `at`, whatever its case? */
export function matchesFold(bytes: Uint8Array, at: number, end: number, word: string): boolean {
  if (at + word.length > end) return false
  for (let i = 0; i < word.length; i++) {
    const byte = bytes[at + i]
    if ((isUpper(byte) ? byte + 32 : byte) !== word.charCodeAt(i)) return false
  }
  return true
}

/** How many different bytes there are. */
export function distinctBytes(bytes: Uint8Array, start: number, end: number): number {
  const seen = new Uint8Array(256)
  let count = 0
  for (let i = start; i < end; i++) {
    if (seen[bytes[i]] === 0) {
      seen[bytes[i]] = 1
      count++
    }
  }
  return count
}

/** Shannon entropy of the bytes, bits each. */
export function entropy(bytes: Uint8Array, start: number, end: number): number {
  const counts = new Uint16Array(256)
  for (let i = start; i < end; i++) counts[bytes[i]]++
  let bits = 0
  for (const count of counts) {
    if (count > 0) bits -= (count / (end - start)) * Math.log2(count / (end - start))
  }
  return bits
}
