/** UTF-8 and hexadecimal digits, as readers and views need them. */

/** Writes a scalar value to `into[0…)` and answers its length, 1 to 4. */
export function encodeScalar(scalar: number, into: Uint8Array): number {
  if (scalar < 0x80) {
    into[0] = scalar
    return 1
  }
  if (scalar < 0x800) {
    into[0] = 0xc0 | (scalar >> 6)
    into[1] = 0x80 | (scalar & 0x3f)
    return 2
  }
  if (scalar < 0x10000) {
    into[0] = 0xe0 | (scalar >> 12)
    into[1] = 0x80 | ((scalar >> 6) & 0x3f)
    into[2] = 0x80 | (scalar & 0x3f)
    return 3
  }
  into[0] = 0xf0 | (scalar >> 18)
  into[1] = 0x80 | ((scalar >> 12) & 0x3f)
  into[2] = 0x80 | ((scalar >> 6) & 0x3f)
  into[3] = 0x80 | (scalar & 0x3f)
  return 4
}

/** Value of each hexadecimal digit; 255 for every other byte. */
export const HEX_VALUE = new Uint8Array(256).fill(255)
for (let digit = 0; digit < 16; digit++) {
  const text = digit.toString(16)
  HEX_VALUE[text.charCodeAt(0)] = digit
  HEX_VALUE[text.toUpperCase().charCodeAt(0)] = digit
}
