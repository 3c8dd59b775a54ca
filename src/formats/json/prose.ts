import { ACTION, TOP } from './grammar.ts'

const QUOTE = 0x22
/** Bytes of the shortest document in which something may be that does not show in its text. */
const LEAST_DOCUMENT = 5

/**
 * Would a reader of JSON read nothing of `text[from…to)`, which begins with a quote and in which nothing is escaped, but what stands in quotes: strings, perhaps with words behind
 * them? May be wrong in saying no: what begins as a document in quotes may be one.
 */
export function isProse(text: Uint8Array, from: number, to: number): boolean {
  let at = from
  while (at < to && text[at] === QUOTE) {
    const content = behindBlanks(text, at + 1, to)
    at++
    while (at < to && text[at] !== QUOTE) at++
    if (at - content >= LEAST_DOCUMENT && beginsDocument(text[content])) return false
    at = behindBlanks(text, at + 1, to)
  }
  return at >= to || ACTION[(TOP << 8) | text[at]] === 0
}

/** `{`, `[` or `<`. */
function beginsDocument(byte: number): boolean {
  return byte === 0x7b || byte === 0x5b || byte === 0x3c
}

function behindBlanks(text: Uint8Array, from: number, to: number): number {
  let at = from
  while (at < to && (text[at] === 0x20 || text[at] === 0x0a || text[at] === 0x0d || text[at] === 0x09)) at++
  return at
}
