import type { FieldSink } from './reader.ts'

/**
 * Gives the sink source bytes that stand for themselves but were kept from an earlier window, where `plain` cannot reach
 * them: each as a `decoded` byte with its own one-byte span. That is what `plain` of the same bytes means, so the text and
 * its map to the source do not depend on where the document was cut.
 */
export function giveKept(sink: Pick<FieldSink, 'decoded'>, bytes: Uint8Array, count: number, at: number): void {
  if (count <= 0) return
  const one = new Uint8Array(1)
  for (let k = 0; k < count; k++) {
    one[0] = bytes[k]
    sink.decoded(one, 1, at + k, at + k + 1)
  }
}
