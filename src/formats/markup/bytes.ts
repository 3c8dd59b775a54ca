/** Bytes that mean something to mark-up, and the classes the tokenizer asks for. */

export const DOUBLE_QUOTE = 0x22
export const AMPERSAND = 0x26
export const SINGLE_QUOTE = 0x27
export const DASH = 0x2d
export const SLASH = 0x2f
export const SEMICOLON = 0x3b
export const LESS = 0x3c
export const EQUALS = 0x3d
export const GREATER = 0x3e
export const QUESTION = 0x3f
export const BANG = 0x21
export const HASH = 0x23
export const LEFT_BRACKET = 0x5b
export const RIGHT_BRACKET = 0x5d

/** Tab, line feed, form feed, carriage return, space (HTML and XML agree but for the form feed). */
export const SPACE = 1
export const LETTER = 2
export const DIGIT = 4
/** May begin a name in XML; in HTML only letters do. */
export const XML_NAME_START = 8
/** May stand in the name of an XML entity. */
export const XML_NAME = 16

export const CLASS = new Uint8Array(256)
for (const byte of [0x09, 0x0a, 0x0c, 0x0d, 0x20]) CLASS[byte] = SPACE
for (let byte = 0x30; byte <= 0x39; byte++) CLASS[byte] = DIGIT | XML_NAME
for (let byte = 0x41; byte <= 0x5a; byte++) CLASS[byte] = CLASS[byte | 0x20] = LETTER | XML_NAME_START | XML_NAME
for (let byte = 0x80; byte <= 0xff; byte++) CLASS[byte] = XML_NAME_START | XML_NAME
for (const byte of [0x3a, 0x5f]) CLASS[byte] = XML_NAME_START | XML_NAME
for (const byte of [0x2d, 0x2e]) CLASS[byte] = XML_NAME

/** ASCII letters in lower case; every other byte as it is. */
export const LOWER = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte))

/** A hash of `bytes[from…to)`, 32 bits. */
export function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193)
  return hash ^ (hash >>> 15)
}

export function equalBytes(a: Uint8Array, aFrom: number, b: Uint8Array, bFrom: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[aFrom + i] !== b[bFrom + i]) return false
  return true
}
