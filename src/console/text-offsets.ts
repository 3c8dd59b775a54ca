/** Offsets in UTF-8 bytes → offsets in UTF-16 code units of the text that `body` is, in one walk. */
export function toTextOffsets(body: Uint8Array, offsets: readonly number[]): number[] {
  const sorted = offsets.map((offset, index) => ({ offset, index })).sort((a, b) => a.offset - b.offset)
  const out = new Array<number>(offsets.length)
  let unit = 0
  let next = 0
  for (let at = 0; next < sorted.length; at++) {
    while (next < sorted.length && sorted[next].offset <= at) out[sorted[next++].index] = unit
    if (at >= body.length) break
    const byte = body[at]
    // A continuation is part of the character before; four bytes are a pair of units.
    if ((byte & 0xc0) !== 0x80) unit += byte >= 0xf0 ? 2 : 1
  }
  while (next < sorted.length) out[sorted[next++].index] = unit
  return out
}
