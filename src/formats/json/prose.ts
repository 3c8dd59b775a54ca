import { ACTION, TOP } from './grammar.ts'

const QUOTE = 0x22

/**
 * Is `text[from…to)`, which begins with a quote and in which nothing is escaped, words in quotes with others behind them, and no JSON? Its reader would read nothing but those in
 * quotes. May be wrong in saying no: what begins as a document in quotes may be one.
 */
export function isProse(text: Uint8Array, from: number, to: number): boolean {
  let at = from
  while (at < to && text[at] === QUOTE) {
    at = behindBlanks(text, at + 1, to)
    if (at < to && (text[at] === 0x7b || text[at] === 0x5b || text[at] === 0x3c)) return false
    while (at < to && text[at] !== QUOTE) at++
    at = behindBlanks(text, at + 1, to)
  }
  return at < to && ACTION[(TOP << 8) | text[at]] === 0
}

function behindBlanks(text: Uint8Array, from: number, to: number): number {
  let at = from
  while (at < to && (text[at] === 0x20 || text[at] === 0x0a || text[at] === 0x0d || text[at] === 0x09)) at++
  return at
}
