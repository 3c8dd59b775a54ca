const CRC = new Int32Array(256)
for (let byte = 0; byte < 256; byte++) {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  CRC[byte] = crc
}

/** CRC-32 of RFC 1952 section 8, continued from `crc` (0 at the start). */
export function crc32(crc: number, bytes: Uint8Array): number {
  let value = ~crc
  for (let i = 0; i < bytes.length; i++) value = CRC[(value ^ bytes[i]) & 0xff] ^ (value >>> 8)
  return ~value
}

/** Adler-32 of RFC 1950 section 9, continued from `sum` (1 at the start). */
export function adler32(sum: number, bytes: Uint8Array): number {
  let a = sum & 0xffff
  let b = sum >>> 16
  for (let i = 0; i < bytes.length; ) {
    for (const end = Math.min(bytes.length, i + 3800); i < end; i++) {
      a += bytes[i]
      b += a
    }
    a %= 65521
    b %= 65521
  }
  return ((b << 16) | a) >>> 0
}
