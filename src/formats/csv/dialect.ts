import { BYTE_ORDER_MARK } from '../utf8.ts'

export interface Dialect {
  /** The byte between cells. */
  readonly separator: number
  /** Where the first row begins: behind a byte-order mark and a `sep=` line. */
  readonly start: number
}

const SEPARATORS = [0x2c, 0x3b, 0x09, 0x7c]
const QUOTE = 0x22
const LF = 0x0a
const CR = 0x0d

/**
 * The dialect of a table that begins with `head`; undefined while its first row is not whole and `enough` is false. A line `sep=X`
 * (spreadsheet programs write and obey it) names the separator, if it is one of the four. Else the one that stands most often in the first row, quoted cells
 * left out; a comma when there is none.
 */
export function sniffDialect(head: Uint8Array, enough: boolean): Dialect | undefined {
  const marked = BYTE_ORDER_MARK.every((byte, i) => head[i] === byte) ? 3 : 0
  const counts = [0, 0, 0, 0]
  let quoted = false
  let started = false
  let end = marked
  for (; end < head.length; end++) {
    const byte = head[end]
    if (byte === QUOTE) quoted = !quoted
    else if (!quoted) {
      if (byte === LF || byte === CR) {
        // Empty lines before the first row are no row.
        if (started) break
        continue
      }
      const which = SEPARATORS.indexOf(byte)
      if (which >= 0) counts[which]++
    }
    started = true
  }
  if (end === head.length && !enough) return undefined
  // Any other sign, obeyed by some receivers only, would hide a value that it divides from all who do not.
  const said = /^sep=([,;\t|])$/.exec(String.fromCharCode(...head.subarray(marked, Math.min(end, marked + 6))))
  // The line break behind stays: an empty line is no row.
  if (said !== null) return { separator: said[1].charCodeAt(0), start: end }
  const most = Math.max(...counts)
  return { separator: most === 0 ? SEPARATORS[0] : SEPARATORS[counts.indexOf(most)], start: marked }
}
