/** RFC 8259 as tables: what may stand where, what a number is, what ends a bare token. */

/** Where the reader stands between tokens. */
export const TOP = 0
export const ELEMENT_OR_END = 1
export const VALUE = 2
export const NAME_OR_END = 3
export const NAME = 4
export const COLON = 5
export const AFTER_ELEMENT = 6
export const AFTER_MEMBER = 7

/** What a byte that is no white space does there. 0: it must not stand there. */
export const STRING_STARTS = 1
export const NAME_STARTS = 2
export const OBJECT_STARTS = 3
export const ARRAY_STARTS = 4
export const CONTAINER_ENDS = 5
export const NEXT_ELEMENT = 6
export const NEXT_MEMBER = 7
export const VALUE_FOLLOWS = 8
export const NUMBER_STARTS = 9
export const LITERAL_STARTS = 10
/** Between top-level values: RS (RFC 7464), or a comma, which nothing allows and some writers leave. */
export const SEPARATES = 11

export const ACTION = new Uint8Array(8 << 8)

function allow(place: number, bytes: string, action: number): void {
  for (const byte of bytes) ACTION[(place << 8) | byte.charCodeAt(0)] = action
}
for (const place of [TOP, ELEMENT_OR_END, VALUE]) {
  allow(place, '"', STRING_STARTS)
  allow(place, '{', OBJECT_STARTS)
  allow(place, '[', ARRAY_STARTS)
  allow(place, '-0123456789', NUMBER_STARTS)
  allow(place, 'tfn', LITERAL_STARTS)
}
allow(TOP, '\u001e,', SEPARATES)
allow(ELEMENT_OR_END, ']', CONTAINER_ENDS)
allow(NAME_OR_END, '"', NAME_STARTS)
allow(NAME_OR_END, '}', CONTAINER_ENDS)
allow(NAME, '"', NAME_STARTS)
allow(COLON, ':', VALUE_FOLLOWS)
allow(AFTER_ELEMENT, ',', NEXT_ELEMENT)
allow(AFTER_ELEMENT, ']', CONTAINER_ENDS)
allow(AFTER_MEMBER, ',', NEXT_MEMBER)
allow(AFTER_MEMBER, '}', CONTAINER_ENDS)

/**
 * 1 at the bytes that end a number or literal. Anything else glued to one (`2024-01-01`, `false@example.com`) makes the
 * whole token no JSON, so that it is inspected in one piece.
 */
export const ENDS_TOKEN = new Uint8Array(256)
for (const byte of ' \t\n\r\u001e{}[],:"') ENDS_TOKEN[byte.charCodeAt(0)] = 1

/** Number automaton: `NUMBER_NEXT[state << 8 | byte]`, 0 when the byte does not belong to it. Starts in 1. */
export const NUMBER_NEXT = new Uint8Array(13 << 8)
const [START, MINUS, ZERO, INTEGER, POINT, FRACTION, EXPONENT, SIGN, POWER] = [1, 2, 3, 4, 5, 6, 7, 8, 9]
/** `0x1F` of JSON5 (spec.json5.org, section 6) and `12n` of ECMAScript. */
const [HEX_MARK, HEX, BIG] = [10, 11, 12]
const arcs: [from: number[], bytes: string, to: number][] = [
  [[START], '-', MINUS],
  [[START, MINUS], '0', ZERO],
  [[START, MINUS], '123456789', INTEGER],
  [[INTEGER], '0123456789', INTEGER],
  [[ZERO, INTEGER], '.', POINT],
  [[POINT, FRACTION], '0123456789', FRACTION],
  [[ZERO, INTEGER, FRACTION], 'eE', EXPONENT],
  [[EXPONENT], '+-', SIGN],
  [[EXPONENT, SIGN, POWER], '0123456789', POWER],
  [[ZERO], 'xX', HEX_MARK],
  [[HEX_MARK, HEX], '0123456789abcdefABCDEF', HEX],
  [[ZERO, INTEGER, HEX], 'n', BIG],
]
for (const [from, bytes, to] of arcs) {
  for (const state of from) for (const byte of bytes) NUMBER_NEXT[(state << 8) | byte.charCodeAt(0)] = to
}
/** 1 at the states in which the token so far is a number, RELAXED where it is one of relaxed JSON alone. */
export const NUMBER_ACCEPTS = new Uint8Array(13)
export const RELAXED = 2
for (const state of [ZERO, INTEGER, FRACTION, POWER]) NUMBER_ACCEPTS[state] = 1
for (const state of [HEX, BIG]) NUMBER_ACCEPTS[state] = RELAXED

export const TRUE = Uint8Array.of(0x74, 0x72, 0x75, 0x65)
export const FALSE = Uint8Array.of(0x66, 0x61, 0x6c, 0x73, 0x65)
export const NULL = Uint8Array.of(0x6e, 0x75, 0x6c, 0x6c)
