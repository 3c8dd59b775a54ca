import { byteDecoder, compiled } from './native-screen.ts'

/** Bytes that are made a string at once, and those around them that are made with them. */
const SLICE = 32 << 10
const BESIDE = 64

/** Bytes that escapes, references and tags begin with. */
const LEADS = '[\\x25\\x26\\x3c\\x5c]'
/** Controls; of line breaks and tabs those behind a letter of the base64 alphabets or in a row of three: others divide what is beside them. */
const CONTROLS = '[\\x00-\\x1f](?<=[^\\t\\n\\r]|[+/\\-_0-9A-Za-z][\\t\\n\\r]|[+/\\-_0-9A-Za-z\\t\\n\\r][\\t\\n\\r][\\t\\n\\r])'
const BEYOND_ASCII = '[\\x7f-\\uffff]'
const DELETE = '\\x7f'
/** Three or four numbers of one length, in lower case: pairs of hexadecimal digits with one or two bytes between, or `0x` before them, or 1 before two digits of decimal. */
const TWO = '[0-9a-f][0-9a-f]'
const BEHIND = '[^+/\\-_0-9a-z]'
const ROWS = `${TWO}(?:-(?:${TWO}-){3}|${BEHIND}(?:${[
  `(?:${TWO}${BEHIND}){3}`,
  `${BEHIND}(?<=[0-9][^]{3})(?:[0-9][0-9a-f]${BEHIND}{2}){2}[0-9][0-9a-f]${BEHIND}`,
  `(?<=1[0-9]{2}[^])(?:1[0-9]{2}${BEHIND}){2}`,
  `(?<=1[0-9]{2}[^])(?:[^]1[0-9]{2}${BEHIND}){2}`,
  `(?<=x[0-9][^]{2})(?:[^]{1,2}x[0-9][0-9a-f]${BEHIND}){2}`,
].join('|')}))`
/** Letters of the base64 alphabets in a row that may be encoded text. */
const RUN = 12
const OUTSIDE = '[^+/\\-_0-9A-Za-z]'
const LETTER = '[+/\\-_0-9A-Za-z]'
/** Four letters that stand for ASCII by their first three: bits that a byte of ASCII has not are clear. */
const FOUR = `[A-Za-f][A-HQ-Xg-nw-z0-3][ABEFIJMNQRUVYZcdghklopstwx014589]${LETTER}`
/** A run in which somebody has to look: one that may be compressed, a long one, three fours, fourteen hexadecimal digits. Others of fifteen letters at most are words and times. */
const CLOSER = `H|e[AJN]|${LETTER}{16}|${LETTER}{0,3}${FOUR.repeat(3)}|${LETTER}{0,2}[0-9A-Fa-f]{14}`
/** A bracket with a string, a number or a literal behind it, or with what is not there yet; the end of a name with a number, likewise. An expression for both would have no first byte to search for. */
const LIST = '\\[[ \\t\\r\\n]*(?:["\\-+.0-9Eetfn]|$)'
const NUMBERED = '[0-9]"[ \\t\\r\\n]*(?::|$)'
/** Goes from byte to byte that is no letter, as far among the next RUN as there is one, and over runs that need no closer look. */
const NO_RUN = `(?:${Array.from({ length: RUN }, (_, i) => '[^]'.repeat(RUN - 1 - i) + OUTSIDE).join('|')}|(?!${CLOSER})${LETTER}{${RUN},15}${OUTSIDE})*`

/**
 * A kernel's look (`Kernel.look`) by native searches. Their answers for a slice of a text are kept while it is asked for further on.
 */
export class NativeLook {
  private readonly decoder = byteDecoder()
  private readonly utf8 = new TextDecoder('utf-8')
  private readonly searches = [LEADS, CONTROLS].map((source) => compiled(source, 'g'))
  private readonly beyond = compiled(BEYOND_ASCII, 'g')
  private readonly delete = compiled(DELETE, 'g')
  private readonly rows = compiled(ROWS, 'g')
  private readonly list = compiled(LIST, 'g')
  private readonly numbered = compiled(NUMBERED, 'g')
  private readonly noRun = compiled(NO_RUN, 'y')
  /** The slice at hand: its first byte, the offset of its string, and where in the string each search has found its next place. */
  private from = 0
  private to = 0
  private origin = 0
  private string = ''
  private folded = ''
  private isAscii = true
  private readonly next = new Float64Array(5)
  /** Likewise, where lists are asked for. */
  private listsFrom = 0
  private listsTo = 0
  private listsOrigin = 0
  private lists = ''
  private nextBracket = -1
  private nextName = -1

  /** Offset of the first place from `from` on that deserves a closer look; the length of the text when there is none. */
  look(text: Uint8Array, from: number): number {
    for (let at = from; at < text.length; at = this.to) {
      // From the start, another text may have come in the same bytes.
      if (at === 0 || at < this.from || at >= this.to) this.bring(text, at)
      let found = Number.POSITIVE_INFINITY
      const index = at - this.origin
      for (let search = 0; search < this.next.length; search++) {
        if (this.next[search] < index) this.next[search] = this.find(search, index)
        if (this.next[search] < found) found = this.next[search]
      }
      if (found + this.origin < this.to) return found + this.origin
    }
    return text.length
  }

  /** As `Kernel.nextList`. */
  nextList(text: Uint8Array, from: number): number {
    for (let at = from; at < text.length; at = this.listsTo) {
      if (at === 0 || at < this.listsFrom || at >= this.listsTo) {
        this.listsFrom = at
        this.listsTo = Math.min(text.length, at + SLICE)
        // with the byte before a quote
        this.listsOrigin = Math.max(0, at - 1)
        this.lists = this.decoder.decode(
          new Uint8Array(text.buffer, text.byteOffset + this.listsOrigin, this.listsTo - this.listsOrigin),
        )
        this.nextBracket = this.nextName = -1
      }
      const index = at - this.listsOrigin
      if (this.nextBracket < index) this.nextBracket = indexIn(this.lists, this.list, index)
      // the place is that of the quote
      if (this.nextName < index) this.nextName = 1 + indexIn(this.lists, this.numbered, Math.max(0, index - 1))
      const found = Math.min(this.nextBracket, this.nextName)
      if (found < Number.POSITIVE_INFINITY) return this.listsOrigin + found
    }
    return text.length
  }

  private bring(text: Uint8Array, at: number): void {
    this.from = at
    this.to = Math.min(text.length, at + SLICE)
    this.origin = Math.max(0, at - BESIDE)
    const end = Math.min(text.length, this.to + BESIDE)
    const bytes = new Uint8Array(text.buffer, text.byteOffset + this.origin, end - this.origin)
    this.string = this.decoder.decode(bytes)
    this.folded = this.string.toLowerCase()
    const unicode = this.utf8.decode(bytes)
    this.isAscii = unicode.length === bytes.length && unicode.indexOf('\ufffd') < 0
    this.next.fill(-1)
  }

  /** Index in the string of the next place of a search, Infinity without. */
  private find(search: number, from: number): number {
    if (search === 4) return this.findRun(from)
    if (search === 3) return indexIn(this.folded, this.rows, from)
    const expression = search < 2 ? this.searches[search] : this.isAscii ? this.delete : this.beyond
    expression.lastIndex = from
    return expression.test(this.string) ? expression.lastIndex - 1 : Number.POSITIVE_INFINITY
  }

  private findRun(from: number): number {
    this.noRun.lastIndex = from
    this.noRun.test(this.string)
    const { lastIndex } = this.noRun
    return lastIndex + RUN <= this.string.length ? lastIndex : Number.POSITIVE_INFINITY
  }
}

/** Where a match begins, from an index on; Infinity without. */
function indexIn(text: string, expression: RegExp, from: number): number {
  expression.lastIndex = from
  return expression.exec(text)?.index ?? Number.POSITIVE_INFINITY
}
